"""Shares of source languages from made-up weights."""

from __future__ import annotations

import numpy as np
import pytest

from mtcheck.engines.judge_combiner import OTHER
from mtcheck.engines.judge_sources import openness, source_shares

# Two features, each a sign of one language; the last column is the intercept.
WEIGHTS = np.array([[4.0, 0.0, -2.0], [0.0, 4.0, -2.0]], np.float32)
CARD = {"langs": ["de", "ru"], "scale": 1.0, "read": 2.0, "known": [1.0, 0.0, 1.0],
        "threshold": 0.5}  # fmt: skip
GERMAN, NEITHER = np.array([1.0, 0.0], np.float32), np.zeros(2, np.float32)


def test_shares_sum_to_one_and_name_what_is_sure() -> None:
    shares, label = source_shares(GERMAN, WEIGHTS, CARD, {})
    assert shares is not None
    assert sum(shares.values()) == pytest.approx(1)
    assert max(shares, key=lambda x: shares[x]) == label == "de"


def test_a_text_that_shows_no_language_is_other() -> None:
    shares, label = source_shares(NEITHER, WEIGHTS, CARD, {})
    assert shares is not None
    assert shares[OTHER] > 0.7
    assert shares["de"] == shares["ru"]
    assert label is None


def test_the_reader_speaks_by_language_whatever_its_order() -> None:
    shares, _ = source_shares(NEITHER, WEIGHTS, CARD, {"ru": 3.0, "xx": 9.0, "de": 0.0})
    assert shares is not None
    assert shares["ru"] / shares["de"] == pytest.approx(np.exp(6), rel=1e-4)


def test_little_trust_in_the_order_does_not_make_a_language_unknown() -> None:
    plain, careful = (
        source_shares(GERMAN, WEIGHTS, {**CARD, "scale": scale}, {})[0] for scale in (1.0, 0.1)
    )
    assert plain is not None
    assert careful is not None
    assert careful[OTHER] == plain[OTHER]
    assert careful["de"] < plain["de"]


@pytest.mark.parametrize(("weights", "card"), [(None, CARD), (WEIGHTS, None)])
def test_a_model_without_this_part_says_nothing(weights: object, card: object) -> None:
    assert source_shares(GERMAN, weights, card, {}) == (None, None)  # type: ignore[arg-type]


def test_openness_is_the_best_logit_and_its_lead() -> None:
    assert openness(np.array([1.0, 4.0, -2.0], np.float32)) == (4.0, 3.0)
