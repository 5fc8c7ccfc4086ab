"""Rates: counting, intervals, files."""

from __future__ import annotations

import json
import lzma

import pytest

from mtcheck.api.rules import evaluate_rules, store_rates
from mtcheck.checks.measure import poisson_interval
from mtcheck.core.errors import UsageError


def test_interval_agrees_with_exact_values() -> None:
    # Exact 95 % limits of a Poisson count (chi-squared quantiles): 0, 1, 10, 100.
    exact = {0: (0.0, 3.689), 1: (0.025, 5.572), 10: (4.795, 18.390), 100: (81.364, 121.627)}
    for count, (low, high) in exact.items():
        assert poisson_interval(count) == pytest.approx((low, high), abs=0.08)


def test_rates_by_source_and_stored(tmp_path) -> None:
    clean = tmp_path / "clean.txt"
    clean.write_text("Rain fell.\nHe assures that it is dry.\n", encoding="utf-8")
    mt = tmp_path / "mt.jsonl.xz"
    with lzma.open(mt, "wt", encoding="utf-8") as file:
        for text, label, source in (
            ("She assures that it works.", "mt", "fr"),
            ("It works.", "mt", "de"),
            ("She assures that it works.", "human-translation", "fr"),
        ):
            record = {"text": text, "label": label, "source_lang": source, "lang": "en"}
            file.write(json.dumps(record) + "\n")
    measured = evaluate_rules([clean], [mt], "en")
    assert (measured.human_segments, measured.machine_segments) == (2, 2)
    rate = {r.rule: r for r in measured.rates}["grammar/en-assure-no-object"]
    assert (rate.human, rate.machine) == (500.0, 500.0)
    assert rate.by_source == {"fr": 1000.0, "de": 0.0}
    assert rate.human_interval[0] < 500 < rate.human_interval[1]
    assert measured.default_minor_or_more == 500.0
    store_rates(measured, tmp_path / "rates.json")
    kept = json.loads((tmp_path / "rates.json").read_text("utf-8"))
    assert kept["rules"]["grammar/en-assure-no-object"]["mt:fr"] == 1000.0
    assert kept["segments"] == {"human:en": 2, "mt": 2}


def test_bad_files(tmp_path) -> None:
    with pytest.raises(UsageError) as caught:
        evaluate_rules([tmp_path / "none.txt"])
    assert caught.value.code == "no-such-file"
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"text": "x"}\nnot json\n', encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        evaluate_rules([bad])
    assert caught.value.where == f"{bad}:2"
