"""Training of the heads on made-up pairs and a random encoder."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from judge import bias, quality, seal

from mtcheck.core.config import JudgeConfig
from mtcheck.engines.judge import open_judge
from tests.engines.tiny_judge import write_encoder


def run(data: Path, work: Path, out: Path, patch: pytest.MonkeyPatch) -> None:
    arguments = ["--data", str(data), "--work", str(work), "--out", str(out)]
    arguments += ["--suffix", ".jsonl", "--units", "8", "--epochs", "3"]
    patch.setattr(sys, "argv", ["quality", *arguments])
    patch.setattr(quality, "CHUNK", 64)
    quality.main()


@pytest.fixture(scope="module")
def trained(quality_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    out, work = tmp_path_factory.mktemp("judge"), tmp_path_factory.mktemp("work")
    write_encoder(out / "encoder")
    with pytest.MonkeyPatch.context() as patch:
        run(quality_data, work, out, patch)
    return out, work


def test_the_heads_learn_what_the_scores_say(trained: tuple[Path, Path]) -> None:
    card = json.loads((trained[0] / "quality.json").read_text())
    assert card["languages"] == ["de", "en"]
    assert card["quality"]["spearman"] > 0.7
    assert (
        card["quality"]["spearman"] > card["quality"]["length_bands"]["all"]["minus_source_length"]
    )
    both = card["quality"]["people_against_systems"]
    assert both["human"] > both["systems"]


def test_the_engine_scores_with_them(trained: tuple[Path, Path]) -> None:
    judge = open_judge(JudgeConfig(model=str(trained[0])), threads=1)
    good, bad = judge.quality(
        ["a farmer sold the clock two chairs"] * 2,
        ["A FARMER SOLD DIE CLOCK TWO CHAIRS.", "A FARMER."],
        source_lang="en", target_lang="de",
    )  # fmt: skip
    assert good.value is not None
    assert bad.value is not None
    assert good.value > bad.value


def test_finished_chunks_are_not_made_again(
    trained: tuple[Path, Path], quality_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, work = trained
    times = {p: p.stat().st_mtime_ns for p in work.rglob("*.npz")}
    lost = work / "train" / "000064.npz"
    lost.unlink()
    with np.load(out / "heads.npz") as data:
        before = {name: data[name] for name in data.files}
    run(quality_data, work, out, monkeypatch)
    assert lost.exists()
    assert all(p.stat().st_mtime_ns == t for p, t in times.items() if p != lost)
    with np.load(out / "heads.npz") as data:
        for name, array in before.items():
            assert np.allclose(array, data[name], atol=1e-2), name


def test_targets_are_ranks_within_sets() -> None:
    records = [
        {"dataset": d, "lp": "en-de", "score": s}
        for d, s in [("a", 1), ("a", 2), ("a", 3), ("b", -100), ("b", -50), ("b", -50)]
    ]
    z = quality.targets(records)
    assert z[:3].tolist() == pytest.approx([-z[2], 0, z[2]], abs=1e-6)
    assert z[4] == z[5] > z[3]
    assert z[3:].mean() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("rows", [5, 40])
def test_ridge_solves_its_equations(rows: int) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((rows, 8)), rng.standard_normal(rows)
    w = quality.ridge(x, y, 3.0)
    gradient = x.T @ (x @ w[:-1] + w[-1] - y) + 3.0 * w[:-1]
    assert abs(gradient).max() < 1e-4


def test_damage_costs_points(
    trained: tuple[Path, Path], quality_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["--model", str(trained[0]), "--dev", str(quality_data / "dev.jsonl")]
    monkeypatch.setattr(
        sys, "argv",
        ["bias", *arguments, "--hallucinations", str(quality_data / "dev.jsonl"), "--pairs", "20"],
    )  # fmt: skip
    bias.main()
    found = json.loads((trained[0] / "bias.json").read_text())
    assert found["quality"]["loop"]["after"] == 0
    assert found["quality"]["second half missing"]["lower"] > 0.6
    assert found["hallucinations"]["n"] == 80


def test_the_seal_lists_all_but_words_about_the_model(tmp_path: Path) -> None:
    (tmp_path / "encoder").mkdir()
    (tmp_path / "encoder" / "model.bin").write_bytes(b"abc")
    (tmp_path / "README.md").write_text("about")
    seal.seal(tmp_path)
    assert (tmp_path / "sha256.txt").read_text() == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  encoder/model.bin\n"
    )
