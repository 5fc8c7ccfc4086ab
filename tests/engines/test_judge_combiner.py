"""Joining the wording with the rules, on made-up numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.engines.judge_combiner import (
    OTHER,
    RuleEvidence,
    combine_sources,
    probability,
    reasons,
    rule_columns,
)

CARD = {
    "translated": [1.0, 0.0, 0.0, 0.0, 1.0, 0.5, 0.0, 0.0],
    "machine": [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0],
    "usual": {"translated": 0.6, "machine": 0.4},
}
JUDGED = {"de": 0.3, "ru": 0.1, OTHER: 0.6}


def test_calibration_depends_on_length() -> None:
    raw = np.array([1.0, 1.0], np.float32)
    short, long = probability(raw, np.array([20, 800]), [1.0, 0.3, 0.0, 0.0])
    assert short < long
    few = probability(raw, np.array([1, 10]), [1.0, 0.3, 0.0, 0.0])
    assert few[0] == pytest.approx(few[1])


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 5000))
def test_more_findings_never_lower_the_probability(a: int, b: int, words: int) -> None:
    few, many = sorted((a, b))
    counts = np.array([[few, 0, 0, 0], [many, 0, 0, 0]])
    weights = [1.0, 0.0, 0.0, -1.0, 0.7, 0.0, 0.0, 0.0]
    p = probability(np.zeros(2, np.float32), np.full(2, words), weights, counts)
    assert 0 < p[0] <= p[1] < 1


def test_one_finding_weighs_less_in_a_long_text() -> None:
    counts = np.array([[1, 0, 0, 0], [1, 0, 0, 0]])
    weights = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]
    short, long = probability(np.zeros(2, np.float32), np.array([50, 5000]), weights, counts)
    assert short > long > 0.5


def test_without_votes_the_judge_has_its_way() -> None:
    shares, label = combine_sources(JUDGED, {})
    assert shares == pytest.approx(JUDGED)
    assert label is None


def test_votes_can_name_a_language_that_the_judge_does_not_know() -> None:
    shares, label = combine_sources(JUDGED, {"pt": 9.0, "fr": 7.0, "de": -0.5})
    assert label == "pt"
    assert list(shares)[:2] == ["pt", "fr"]
    assert sum(shares.values()) == pytest.approx(1)


def test_a_weak_vote_does_not_overrule_a_sure_judge() -> None:
    _, label = combine_sources({"de": 0.9, "ru": 0.05, OTHER: 0.05}, {"pt": 1.2, "ru": 0.5})
    assert label == "de"


@given(
    st.dictionaries(st.sampled_from(["pt", "es", "fr", "de", "ru"]), st.floats(-4, 40)),
    st.floats(0, 1),
)
def test_shares_of_languages_sum_to_one(votes: dict[str, float], known: float) -> None:
    judged = {"de": known * 0.7, "ru": known * 0.3, OTHER: 1 - known}
    shares, label = combine_sources(judged, votes)
    assert sum(shares.values()) == pytest.approx(1)
    assert label is None or shares[label] >= 0.5
    assert label != OTHER


def test_reasons_name_the_most_frequent_rules_and_count_the_rest() -> None:
    rules = {"translated": ("a/1", "a/2"), "translated-neutral": ("a/3", "a/4")}
    said = reasons(
        RuleEvidence((5, 2, 0, 0), rules),
        translated=0.7,
        machine=0.5,
        n_words=1000,
        card=CARD,
    )
    assert said == (
        "wording alone: translated 70%, and if so, by a machine 50%",
        "7 findings that speak for a translation (7.0 per 1,000 words; human-written texts: 0.6): "
        "a/1, a/2, a/3 and 1 more rule",
        "no finding that speaks for a machine",
    )


def test_reasons_pass_over_questions_that_no_rule_speaks_to() -> None:
    evidence = RuleEvidence((0, 0, 0, 0), groups=("machine",))
    said = reasons(evidence, translated=0.7, machine=0.5, n_words=90, card=CARD)
    assert said[1:] == ("no finding that speaks for a machine",)


def test_no_density_counts_beyond_what_was_measured() -> None:
    counts = np.array([[3, 0, 0, 0], [300, 0, 0, 0]])
    weights = [1.0, 0.0, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0]
    p = probability(np.zeros(2, np.float32), np.array([40, 1]), weights, counts)
    assert p[1] < 0.995
    dense = rule_columns(np.array([[30, 0, 0, 0], [300, 0, 0, 0]]), np.array([100, 100]))
    assert dense[0, 0] == dense[1, 0]


def test_reasons_pass_over_findings_without_weight() -> None:
    evidence = RuleEvidence((0, 0, 1, 4), {"machine": ("a/1",), "machine-neutral": ("a/2",)})
    said = reasons(evidence, translated=0.7, machine=0.5, n_words=100, card=CARD)
    assert said[-1] == (
        "1 finding that speaks for a machine (10.0 per 1,000 words; human-written texts: 0.4): a/1"
    )
