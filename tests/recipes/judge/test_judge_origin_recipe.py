"""Training of the origin models on made-up texts."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from judge import origin

from mtcheck.core.config import JudgeConfig
from mtcheck.engines.judge import open_judge


def run(data: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["--data", str(data), "--out", str(out), "--langs", "en", "--suffix", ".jsonl"]
    monkeypatch.setattr(sys, "argv", ["origin", *arguments, "--size", "3000"])
    monkeypatch.setattr(origin, "MIN_SOURCE_DOCS", 20)
    origin.main()


@pytest.fixture(scope="module")
def trained(origin_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("judge")
    with pytest.MonkeyPatch.context() as patch:
        run(origin_data, out, patch)
    return out


def test_the_trained_model_tells_the_labels_apart(trained: Path) -> None:
    figures = json.loads((trained / "origin.json").read_text())["languages"]["en"]["figures"]
    for name in ("dev", "unseen_years"):
        assert figures[name]["original_vs_mt"] > 0.95
        assert figures[name]["translation_vs_mt"] > 0.95
        assert figures[name]["ece"] < 0.2
    assert figures["translated_from_dev"]["accuracy"] > 0.9


def test_the_engine_reads_what_the_recipe_writes(trained: Path, origin_data: Path) -> None:
    judge = open_judge(JudgeConfig(model=str(trained)))
    lines = (origin_data / "en_dev.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    found = {r["group"]: judge.origin(r["text"].split("\n"), lang="en") for r in records}
    wrong = [
        r
        for r in records
        if r["label"] == "human-original" and found[r["group"]].label == "machine-translated"
    ]
    assert not wrong
    hits = [found[r["group"]].label == "machine-translated" for r in records if r["label"] == "mt"]
    assert np.mean(hits) > 0.8
    named = [
        (found[r["group"]].translated_from_label, r["source_lang"])
        for r in records
        if r["label"] != "human-original" and found[r["group"]].translated_from_label
    ]
    assert len(named) > 20
    assert np.mean([a == b for a, b in named]) > 0.9


def test_a_second_run_keeps_what_is_done(
    trained: Path, origin_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (trained / "origin-en.npz").stat().st_mtime_ns
    run(origin_data, trained, monkeypatch)
    assert (trained / "origin-en.npz").stat().st_mtime_ns == before


def test_the_same_seed_gives_the_same_model(
    trained: Path, origin_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(origin_data, tmp_path, monkeypatch)
    with np.load(trained / "origin-en.npz") as a, np.load(tmp_path / "origin-en.npz") as b:
        for name in a.files:
            assert np.array_equal(a[name], b[name]), name


def test_folds_hold_out_whole_years_that_have_all_labels() -> None:
    year = np.array([2020, 2021, 2021, 2021, 2022, 2022, 2022])
    label = np.array(["human-original", *2 * ["human-original", "human-translation", "mt"]])
    masks = [m.tolist() for m in origin.folds(year, label)]
    assert masks == [[False, *3 * [True], *3 * [False]], [False, *3 * [False], *3 * [True]]]
    halves = origin.folds(np.full(7, 2022), label)
    assert len(halves) == 2
    assert (halves[0] ^ halves[1]).all()


def test_platt_finds_the_slope() -> None:
    rng = np.random.default_rng(0)
    raw = rng.standard_normal(20_000).astype(np.float32)
    truth = rng.random(20_000) < 1 / (1 + np.exp(-2 * raw))
    weights = origin.fit_platt(raw, np.full(20_000, 200), truth, np.ones(20_000))
    assert weights[0] == pytest.approx(2, abs=0.15)
