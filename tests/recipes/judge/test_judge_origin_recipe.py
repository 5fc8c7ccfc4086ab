"""Training of the origin models on made-up texts."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from judge import (
    origin,
    origin_ablation,
    origin_card,
    origin_features,
    origin_figures,
    origin_fit,
    origin_held_out,
    origin_outlets,
    origin_sources,
)

from mtcheck.core.config import JudgeConfig
from mtcheck.engines import judge_features as jf
from mtcheck.engines.judge import open_judge


def run(data: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["--data", str(data), "--out", str(out), "--langs", "en", "--suffix", ".jsonl"]
    monkeypatch.setattr(sys, "argv", ["origin", *arguments, "--size", "3000"])
    monkeypatch.setattr(origin_sources, "MIN_SOURCE_DOCS", 20)
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
    assert figures["translated_from_unseen_years"]["accuracy"] > 0.9


def test_rules_have_weights_and_figures_of_their_own(trained: Path) -> None:
    card = json.loads((trained / "origin.json").read_text())["languages"]["en"]
    assert len(card["translated"]) == len(card["machine"]) == 4
    rules = card["rules"]  # the machine's "in view of the fact" is one of their findings
    assert len(rules["translated"]) == len(rules["machine"]) == 8
    assert min(*rules["translated"][4:], *rules["machine"][4:]) >= 0
    assert max(*rules["translated"][4:], *rules["machine"][4:]) > 0
    assert rules["machine"][4:6] == rules["translated"][6:] == [0, 0]
    assert rules["bands"]
    assert rules["figures"]["unseen_years"]["n"] > 0
    alarms = rules["figures"]["unseen_false_alarms"]
    assert 0 <= alarms["flagged"] <= alarms["n"]


@pytest.mark.parametrize(
    ("before", "after", "weight", "kept"),
    [(0.7, 0.7, 0.1, True), (0.7, 0.69, 0.1, False), (0.7, 0.8, 0.0, False)],
)
def test_rules_stay_only_where_they_help(
    before: float, after: float, weight: float, kept: bool
) -> None:
    def card(auc: float) -> dict[str, Any]:
        weights = [1.0, 0.0, 0.0, 0.0, weight, 0.0, 0.0, 0.0]
        figures = {"unseen_years": {"human_vs_mt": auc}}
        return {"translated": weights, "machine": weights, "figures": figures}

    assert origin.rules_help(card(before), card(after)) is kept


def test_the_card_prints_every_language(trained: Path) -> None:
    languages = json.loads((trained / "origin.json").read_text())["languages"]
    languages["de"] = {k: v for k, v in languages["en"].items() if k != "rules"}
    rows = list(origin_card.figures_table(languages))
    assert len(rows) == 2 + len(origin_card.SETS) + len(origin_card.MAIN)
    bands = list(origin_card.bands_table(languages))
    assert len(bands) == 2 + 2 * 3
    assert all(row.startswith("| ") and row.endswith(" |") for row in (rows[2], bands[2]))


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


def test_folds_hold_out_each_year_that_the_others_can_do_without() -> None:
    year = np.array([2020, 2021, 2021, 2021, 2022, 2022, 2022])
    label = np.array(["human-original", *2 * ["human-original", "human-translation", "mt"]])
    masks = [m.tolist() for m in origin_fit.folds(year, label)]
    assert masks == [
        [True, *6 * [False]],
        [False, *3 * [True], *3 * [False]],
        [False, *3 * [False], *3 * [True]],
    ]
    halves = origin_fit.folds(np.full(7, 2022), label)
    assert len(halves) == 2
    assert (halves[0] ^ halves[1]).all()


def test_calibration_finds_the_slope_and_lets_no_rule_speak_against_a_machine() -> None:
    rng = np.random.default_rng(0)
    n = 20_000
    raw = rng.standard_normal(n).astype(np.float32)
    helps, harms = rng.integers(0, 4, n), rng.integers(0, 4, n)
    none = np.zeros(n, np.int64)
    z = 2 * raw + np.log1p(2.5 * helps) - np.log1p(2.5 * harms)
    truth = rng.random(n) < 1 / (1 + np.exp(-z))
    words, weight = np.full(n, 200), np.ones(n)
    counts = np.stack([helps, harms, none, none], axis=1)
    weights = origin_fit.fit_platt(raw, words, truth, weight, counts)
    assert weights[0] == pytest.approx(1.9, abs=0.2)
    assert weights[4] == pytest.approx(1, abs=0.2)
    assert weights[5:] == [0, 0, 0]
    assert len(origin_fit.fit_platt(raw, words, truth, weight)) == 4


def test_pairs_are_of_one_document_and_few() -> None:
    group = np.array(["a"] * 6 + ["b"] * 2 + ["c"])
    label = np.array([*2 * ["human-translation"], *4 * ["mt"], "human-original", "mt", "mt"])
    pairs = origin_fit.same_document(group, label, np.ones(9, bool), 3)
    assert len(pairs) == 3
    assert len(origin_fit.same_document(group, label, np.ones(9, bool), 10)) == 8
    assert all(label[m] == "mt" and label[h] == "human-translation" for m, h in pairs)
    assert all(group[m] == group[h] == "a" for m, h in pairs)


def test_the_threshold_lets_few_originals_to_come_pass() -> None:
    rng = np.random.default_rng(1)
    passed = []
    for _ in range(2000):
        values = rng.random(100)
        high = origin_figures.threshold(values[:-1].astype(np.float32), 0.02)
        passed.append(values[-1] >= high)
    assert np.mean(passed) == pytest.approx(0.02, abs=0.01)
    assert origin_figures.threshold(np.array([0.1, 0.3], np.float32), 0.02) > 0.3


def test_same_document_share_counts_ties_as_half() -> None:
    p = np.array([0.2, 0.4, 0.2, 0.9], np.float32)
    y = np.array(["human-translation", "mt", "mt", "human-original"])
    assert origin_figures.same_document_share(p, y, np.array(["g"] * 4)) == 0.75
    assert origin_figures.same_document_share(p[:1], y[:1], np.array(["g"])) is None


def test_findings_go_to_their_lines() -> None:
    found = origin_features.Findings("en")
    quiet, loud = "She shrugged and lit up.", "On the territory of the region, it is necessary."
    by_line = found.of([quiet, loud, quiet])
    assert [bool(line) for line in by_line] == [False, True, False]
    assert sum(found.count(by_line[:1])) == 0
    assert sum(found.count(by_line)) == sum(found.count(by_line[1:2])) > 0


def test_the_ablation_prints_a_row_for_each_choice(
    origin_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--data", str(origin_data), "--suffix", ".jsonl", "--size", "3000"]
    monkeypatch.setattr(sys, "argv", ["origin_ablation", *arguments])
    origin_ablation.main()
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 2 + 5 + len(origin_ablation.TEMPERS)
    assert len({row.count("|") for row in rows}) == 1
    assert all(float(row.split("|")[2]) > 0.9 for row in rows[2:])


def test_pairs_for_likelihood_are_a_human_and_a_machine_of_one_document(origin_data: Path) -> None:
    lines = (origin_data / "en_train.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    for r in records:
        r["group"] = str(int(r["group"]) // 6)
    made = origin_ablation.paired(records, 3)
    assert made
    for human, machine in zip(made[::2], made[1::2], strict=True):
        assert (human["label"], machine["label"]) == ("human-translation", "mt")
        assert human["group"] == machine["group"]


def test_features_of_likelihood_by_hand() -> None:
    found = origin_ablation.document_features([[-1.0, -3.0], [-0.5, -0.5]])
    assert found["mean"] == -1.25
    assert found["worst sentence"] == -2
    assert found["share over one half"] == 0.5


def test_n_grams_of_all_words_serve_one_question_alone(trained: Path) -> None:
    with np.load(trained / "origin-en.npz") as data:
        keys, translated, machine = (data[k] for k in ("keys", "translated", "machine"))
        styles = data["style"].shape[1]
        plain = int((keys < jf.LEXICAL_KEYS).sum())
        assert plain < len(keys)
        assert len(translated) == plain + 1
        assert len(machine) == len(keys) + styles + 1
        assert data["sources"].shape[1] == (keys >= jf.WORD_KEYS).sum() + 1


def test_kinds_count_by_their_square_roots() -> None:
    weight = origin_fit.spread(np.array(["a"] * 4 + ["b"]))
    assert weight.sum() == pytest.approx(5)
    assert weight[:4].sum() / weight[4] == pytest.approx(2)


def test_domains_without_originals_teach_nothing_of_translated() -> None:
    records = [
        {"text": f"One line of {label}.\nAnd one more of them.", "lang": "en", "label": label,
         "year": year, "domain": domain, "source_lang": "de", "group": f"{domain}{year}"}
        for domain, labels in (("news", all_labels()), ("ted", all_labels()[1:]))
        for year in (2020, 2021) for label in labels
    ]  # fmt: skip
    extractor = origin_features.Extractor("en", np.zeros(0, np.uint32), 100)
    t = extractor.transform(records, windows=0, seed=1, fit=True)
    s = origin_held_out.Labelled.of(t, records, origin_fit.Options())
    assert s.comparable.tolist() == [r["domain"] == "news" for r in records]
    everything = np.ones(len(records), bool)
    news = s.weights(everything & s.comparable)
    whole = s.weights(everything)
    assert news is not None
    assert whole is not None
    assert np.array_equal(news[0], whole[0])
    assert not np.array_equal(news[1], whole[1])


def all_labels() -> list[str]:
    return [origin_fit.ORIGINAL, origin_fit.HUMAN, origin_fit.MACHINE]


def test_figures_of_a_year_and_its_domains_need_some_texts_of_each_label() -> None:
    counts = {(2020, "news"): 12, (2020, "None"): 12, (2021, "news"): 12, (2021, "chat"): 3}
    records = [
        {"text": f"A line of {label}.", "lang": "en", "label": label, "year": year,
         "domain": domain, "source_lang": "de", "group": f"{domain}{year}{i}"}
        for (year, domain), n in counts.items() for label in all_labels() for i in range(n)
    ]  # fmt: skip
    extractor = origin_features.Extractor("en", np.zeros(0, np.uint32), 100)
    t = extractor.transform(records, windows=0, seed=1, fit=True)
    s = origin_held_out.Labelled.of(t, records, origin_fit.Options())
    p = (s.y == origin_fit.MACHINE).astype(np.float32)
    p[s.domain == "None"] = 0.5
    parts = origin_held_out.unseen_parts(s, p)
    assert list(parts) == ["2020", "2020, not stated", "2020, news", "2021", "2021, news"]
    assert parts["2020, news"]["original_vs_mt"] == 1
    assert parts["2020, not stated"]["original_vs_mt"] == 0.5
    assert parts["2020"]["n"] == 72
    p[:] = np.nan
    assert origin_held_out.unseen_parts(s, p) == {}


def test_outlets_abroad_are_known_by_their_documents_names() -> None:
    names = ("en.ndtv.com.1234", "rt.com.99", "guardian.12", "review_books.3", "None")
    found = [origin_outlets.from_abroad(name) for name in names]
    assert found == [True, True, False, False, False]
