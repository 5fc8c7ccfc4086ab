"""Statistics against their definitions and against cases worked out by hand."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.scoring import statistics as stats

NUMBERS = st.lists(st.integers(-5, 5).map(float), min_size=2, max_size=12)


def test_ranks_share_ties() -> None:
    assert stats.ranks([10, 30, 20, 20]).tolist() == [1, 4, 2.5, 2.5]


def test_pearson_by_hand() -> None:
    assert stats.pearson([1, 2, 3], [2, 4, 6]) == pytest.approx(1)
    assert stats.pearson([1, 2, 3, 4], [1, 3, 2, 4]) == pytest.approx(0.8)
    assert math.isnan(stats.pearson([1, 1], [1, 2]))


def test_spearman_sees_order_only() -> None:
    assert stats.spearman([1, 2, 3, 4], [1, 10, 100, 1000]) == pytest.approx(1)


@given(NUMBERS, st.randoms())
def test_kendall_is_tau_b(x: list[float], rng: random.Random) -> None:
    y = [rng.choice(x) for _ in x]
    concordant = discordant = only_x = only_y = 0
    for (a, b), (c, d) in itertools.combinations(zip(x, y, strict=True), 2):
        sign = (a - c) * (b - d)
        concordant += sign > 0
        discordant += sign < 0
        only_x += a == c and b != d
        only_y += a != c and b == d
    done = concordant + discordant
    size = math.sqrt((done + only_x) * (done + only_y))
    found = stats.kendall(x, y)
    if size == 0:
        assert math.isnan(found)
    else:
        assert found == pytest.approx((concordant - discordant) / size)


@given(NUMBERS, st.randoms())
def test_auc_is_the_share_of_pairs_in_order(scores: list[float], rng: random.Random) -> None:
    positive = [rng.random() < 0.5 for _ in scores]
    pairs = [
        1.0 if a > b else 0.5 if a == b else 0.0
        for a, p in zip(scores, positive, strict=True)
        if p
        for b, q in zip(scores, positive, strict=True)
        if not q
    ]
    found = stats.auc(scores, positive)
    if pairs:
        assert found == pytest.approx(sum(pairs) / len(pairs))
    else:
        assert math.isnan(found)


def test_calibration_error() -> None:
    assert stats.expected_calibration_error([0.25] * 4, [True, False, False, False]) == 0
    assert stats.expected_calibration_error([0.9] * 2, [True, False]) == pytest.approx(0.4)
    weighted = stats.expected_calibration_error([0.9] * 2, [True, False], weights=[9, 1])
    assert weighted == pytest.approx(0)


def test_brier_and_balanced_accuracy() -> None:
    assert stats.brier([1.0, 0.0, 0.5], [True, False, True]) == pytest.approx(0.25 / 3)
    assert stats.balanced_accuracy([True, True, True, False], [True, True, False, False]) == 0.75
    assert math.isnan(stats.balanced_accuracy([True], [True]))


def test_pairwise_accuracy_leaves_human_ties_out() -> None:
    assert stats.pairwise_accuracy([1, 2, 3], [1, 1, 2]) == 1
    assert stats.pairwise_accuracy([1, 1], [1, 2]) == 0
    assert math.isnan(stats.pairwise_accuracy([1], [1]))


def test_bootstrap_mean_is_seeded_and_holds_the_mean() -> None:
    values = [float(v) for v in range(50)]
    first = stats.bootstrap_mean(values)
    assert first == stats.bootstrap_mean(values)
    assert first is not None
    assert first[0] < 24.5 < first[1]
    assert stats.bootstrap_mean([1.0]) is None


def test_bootstrap_intervals_hold_the_true_mean_as_often_as_they_say() -> None:
    rng = random.Random(7)
    inside = 0
    for seed in range(100):
        values = [rng.gauss(3, 1) for _ in range(60)]
        low, high = stats.bootstrap_mean(values, resamples=300, seed=seed) or (0, 0)
        inside += low <= 3 <= high
    assert 86 <= inside <= 100


def test_paired_bootstrap_finds_a_steady_difference_and_no_other() -> None:
    rng = random.Random(1)
    a = [rng.gauss(50, 20) for _ in range(200)]
    steady = stats.paired_bootstrap(a, [x + rng.gauss(2, 3) for x in a])
    assert steady.p_value < 0.01
    assert steady.interval[0] < steady.difference < steady.interval[1]
    same = stats.paired_bootstrap(a, list(a))
    assert same.difference == 0
    assert same.p_value == 1
    noise = stats.paired_bootstrap(a, [x + rng.gauss(0, 3) for x in a])
    assert noise.p_value > 0.05


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="2 values against 1"):
        stats.pearson([1, 2], [1])
    with pytest.raises(ValueError, match="nothing"):
        stats.paired_bootstrap([], [])


@pytest.mark.parametrize(
    ("n", "share", "k"), [(99, 0.02, 2), (49, 0.02, 1), (20, 0.02, 1), (99, 0.1, 10), (10, 0.5, 5)]
)
def test_a_threshold_lies_just_above_the_value_that_few_reach(n: int, share: float, k: int) -> None:
    values = [(7 * i % n) / n for i in range(n)]
    high, expected = stats.threshold(values, share)
    assert expected == pytest.approx(k / (n + 1))
    assert sum(v >= high for v in values) == k - 1
    assert 0 < high - sorted(values)[-k] <= 2e-4


def test_a_threshold_needs_values() -> None:
    with pytest.raises(ValueError, match="no values"):
        stats.threshold([], 0.02)
