"""Verdicts and the shares of human texts that score as high."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.engines.judge_verdict import share_above, verdict

QUANTILES = [i / 1000 for i in range(101)]
BANDS: list[dict[str, Any]] = [
    {"name": "under 80", "below": 80, "high": 0.6, "low": 0.1},
    {"name": "80 and more", "below": None, "high": 0.5, "low": 0.2},
]
for band in BANDS:
    band.update(kind="news", original=QUANTILES, translation=[2 * q for q in QUANTILES])


@pytest.mark.parametrize(
    ("value", "words", "label"),
    [
        (0.55, 40, None), (0.55, 80, "machine-translated"), (0.5, 500, "machine-translated"),
        (0.15, 40, None), (0.15, 80, "not-machine-translated"), (0.3, 500, None),
    ],
)  # fmt: skip
def test_thresholds_depend_on_length(value: float, words: int, label: str | None) -> None:
    said = verdict(value, BANDS, words, "en")
    assert said.label == label
    assert (said.note is None) == (label is not None)


def test_false_positive_rates_are_said() -> None:
    said = verdict(0.098, BANDS, 300, "en")
    assert said.fpr == pytest.approx(0.02)
    assert said.reference == (
        "2.0% of human-written news and 51% of human translations of 80 and more words "
        "score this high (en)"
    )


@given(st.floats(0, 1), st.floats(0, 1))
def test_share_above_never_rises_with_the_value(a: float, b: float) -> None:
    quantiles = [0.0, 0.1, 0.1, 0.4, 0.9]
    low, high = sorted((a, b))
    shares = share_above(quantiles, low), share_above(quantiles, high)
    assert shares[0] is not None
    assert shares[1] is not None
    assert 1 >= shares[0] >= shares[1] >= 0
    assert share_above([], a) is None
