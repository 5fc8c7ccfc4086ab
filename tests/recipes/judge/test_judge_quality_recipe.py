"""Training of the heads on made-up pairs and a random encoder."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from judge import bias, finetune, finetune_data, negatives, quality, scales, seal  # noqa: E402
from judge.finetune_network import Network  # noqa: E402

from mtcheck.core.config import JudgeConfig  # noqa: E402
from mtcheck.engines.judge import open_judge  # noqa: E402
from tests.recipes.judge import tiny_e5  # noqa: E402


def run(data: Path, folder: Path, out: Path, patch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    patch.setattr(finetune, "read_e5", tiny_e5.make_weights)
    patch.setattr(torch, "set_flush_denormal", lambda _: True)
    common = ["--corpus", str(folder / "corpus.npz"), "--encoder", str(folder)]
    common += ["--dev", str(data / "dev.jsonl"), "--threads", "1"]
    options = ["--layers", "2", "--frozen", "0", "--rate", "2e-3", "--head-rate", "2e-3"]
    options += ["--tokens", "2048", "--turns", "qf", "--steps", "240", "--decay-at", "160"]
    patch.setattr(sys, "argv", ["x", *common, *options, "--warmup", "5", "--out", str(folder)])
    finetune.main()
    patch.setattr(sys, "argv", ["x", *common, "--run", str(folder), "--out", str(out)])
    quality.main()


@pytest.fixture(scope="module")
def trained(
    quality_data: Path, origin_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    out = tmp_path_factory.mktemp("judge")
    folder = tiny_e5.write_folder(tmp_path_factory.mktemp("work"))
    arguments = ["--qe", str(quality_data), "--origin", str(origin_data), "--suffix", ".jsonl"]
    arguments += ["--encoder", str(folder), "--out", str(folder / "corpus.npz")]
    with pytest.MonkeyPatch.context() as patch:
        few = tuple((damage, 10, q, f) for damage, _, q, f in negatives.KINDS)
        patch.setattr(negatives, "KINDS", few)
        patch.setattr(sys, "argv", ["x", *arguments])
        finetune_data.main()
        run(quality_data, folder, out, patch)
    return out


def test_the_heads_learn_what_the_scores_say(trained: Path) -> None:
    card = json.loads((trained / "quality.json").read_text())
    assert card["languages"] == ["de", "en"]
    found = card["quality"]
    assert found["spearman"]["all"] > 0.6
    assert found["spearman"]["all"] > found["length_bands"]["all"]["minus_source_length"]
    both = found["people_against_systems"]
    assert both["human"] > both["systems"]
    assert card["curve"][-1]["step"] == card["steps"] == 240


def test_eight_bits_score_as_the_network_did(trained: Path) -> None:
    card = json.loads((trained / "quality.json").read_text())
    network = card["curve"][-1]["quality"]["all"]
    assert card["quality"]["spearman"]["all"] == pytest.approx(network, abs=0.05)


def test_the_engine_scores_with_them(trained: Path) -> None:
    judge = open_judge(JudgeConfig(model=str(trained)), threads=1)
    good, bad = judge.quality(
        ["a farmer sold the clock two chairs"] * 2,
        ["A FARMER SOLD DIE CLOCK TWO CHAIRS.", "A FARMER."],
        source_lang="en", target_lang="de",
    )  # fmt: skip
    assert good.value is not None
    assert bad.value is not None
    assert good.value > bad.value


def test_scores_are_shares_of_dev(trained: Path, quality_data: Path) -> None:
    judge = open_judge(JudgeConfig(model=str(trained)), threads=1)
    dev = [json.loads(line) for line in (quality_data / "dev.jsonl").read_text().splitlines()]
    made = judge.quality([r["src"] for r in dev], [r["mt"] for r in dev],
                         source_lang="en", target_lang="de")  # fmt: skip
    values = [s.value for s in made if s.value is not None and s.raw is not None]
    assert len(values) > 70
    assert sum(values) / len(values) == pytest.approx(50, abs=5)


def test_targets_are_ranks_within_sets() -> None:
    records = [
        {"dataset": d, "lp": "en-de", "score": s}
        for d, s in [("a", 1), ("a", 2), ("a", 3), ("b", -100), ("b", -50), ("b", -50)]
    ]
    z = scales.z_within_groups(records)
    assert z[:3].tolist() == pytest.approx([-z[2], 0, z[2]], abs=1e-6)
    assert z[4] == z[5] > z[3]
    assert z[3:].mean() == pytest.approx(0, abs=1e-6)


def test_every_group_counts_alike_in_the_quantiles() -> None:
    records = [{"dataset": d, "lp": "en-de"} for d in ["a"] * 4000 + ["b"] * 100]
    p = np.array([0.0] * 4000 + [1.0] * 100)
    assert quality.quantiles(p, records).mean() == pytest.approx(0.25, abs=0.01)  # 300 by 100


def test_damage_costs_points(
    trained: Path, quality_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["--model", str(trained), "--dev", str(quality_data / "dev.jsonl")]
    monkeypatch.setattr(
        sys, "argv",
        ["bias", *arguments, "--hallucinations", str(quality_data / "dev.jsonl"), "--pairs", "20"],
    )  # fmt: skip
    bias.main()
    found = json.loads((trained / "bias.json").read_text())
    assert found["quality"]["loop"]["after"] == 0
    assert found["quality"]["second half missing"]["lower"] > 0.5
    assert found["hallucinations"]["n"] == 80


def test_the_seal_lists_all_but_words_about_the_model(tmp_path: Path) -> None:
    (tmp_path / "encoder").mkdir()
    (tmp_path / "encoder" / "model.bin").write_bytes(b"abc")
    (tmp_path / "README.md").write_text("about")
    seal.seal(tmp_path)
    assert (tmp_path / "sha256.txt").read_text() == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  encoder/model.bin\n"
    )


def test_runs_are_mixed_by_their_shares(tmp_path: Path) -> None:
    def checkpoint(name: str, value: float) -> Path:
        weights = tiny_e5.make_weights()
        network = Network(weights.tensors, layers=2, heads=2, epsilon=1e-12)
        average = {n: torch.full_like(p, value) for n, p in network.named_parameters()}
        counts = {"step": int(value), "rows": 1, "seconds": 60.0}
        path = tmp_path / name
        torch.save(
            {"average": average, "counts": counts, "options": {"layers": 2}, "workers": 2}, path
        )
        return path

    paths = [checkpoint("a", 1.0), checkpoint("b", 5.0)]
    network, card = quality.load_network(paths, [0.75, 0.25], tiny_e5.make_weights())
    assert all(torch.allclose(p, torch.full_like(p, 2.0)) for p in network.parameters())
    assert card["steps"] == 1
    assert card["rows"] == 2  # of both workers
    with pytest.raises(ValueError, match="zip"):
        quality.load_network(paths, [1.0], tiny_e5.make_weights())
