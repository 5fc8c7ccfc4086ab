"""Draws for intervals."""

from __future__ import annotations

import random

import numpy as np
import pytest

from mtcheck.engines.judge_bootstrap import poisson, resamples


def test_draws_are_as_large_as_the_text_and_start_with_it() -> None:
    out = resamples(random.Random(1), 7, 50)
    assert out.shape == (51, 7)
    assert out[0].tolist() == [1] * 7
    assert (out.sum(axis=1) == 7).all()
    assert len({tuple(row) for row in out.tolist()}) > 40
    assert resamples(random.Random(1), 7, 0).tolist() == [[1] * 7]


@pytest.mark.parametrize("mean", [0, 1, 12, 60])
def test_poisson_counts_have_their_mean_and_variance(mean: int) -> None:
    values = np.array(poisson(random.Random(2), [mean], 4000))[:, 0]
    assert values.mean() == pytest.approx(mean, rel=0.06)
    assert values.var() == pytest.approx(mean, rel=0.1)
    assert (values >= 0).all()
