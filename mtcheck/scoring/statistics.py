"""Intervals for means of few values, without a distribution assumed."""

from __future__ import annotations

import random
from collections.abc import Sequence

RESAMPLES = 1000
SEED = 12345  # sacrebleu's default


def bootstrap_mean(
    values: Sequence[float], *, resamples: int = RESAMPLES, seed: int = SEED
) -> tuple[float, float]:
    """Return the 95 % percentile-bootstrap interval of the mean (Efron 1979).

    The same values in the same order always give the same interval.

    Args:
        values: at least one.
        resamples: number of samples drawn with replacement; fewer for long inputs, whose interval
            is narrow anyway (at most two million draws altogether, at least 100 samples).
        seed: of the generator.

    Raises:
        ValueError: if ``values`` is empty.
    """
    if not values:
        raise ValueError("no values")
    n = len(values)
    resamples = max(100, min(resamples, 2_000_000 // n))
    rng = random.Random(seed)
    means = sorted(sum(rng.choices(values, k=n)) / n for _ in range(resamples))
    low = means[round(0.025 * (resamples - 1))]
    high = means[round(0.975 * (resamples - 1))]
    return low, high
