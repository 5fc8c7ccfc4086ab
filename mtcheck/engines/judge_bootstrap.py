"""Resampling for the interval of an origin score.

With the standard library's generator: numpy's takes longer to import than all draws.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def resamples(rng: random.Random, n: int, times: int) -> NDArray[np.float32]:
    """Return how often each of ``n`` segments counts: once, then as ``times`` draws have it."""
    import numpy as np

    out = np.ones((times + 1, n), np.float32)
    for row in out[1:]:
        row[:] = np.bincount(rng.choices(range(n), k=n), minlength=n)
    return out


def poisson(rng: random.Random, means: Sequence[int], times: int) -> list[list[int]]:
    """Return ``times`` rows of Poisson counts (Knuth's way; above 30 from the normal one)."""

    def draw(mean: int) -> int:
        if mean > 30:
            return max(0, round(rng.gauss(mean, math.sqrt(mean))))
        limit, product, count = math.exp(-mean), rng.random(), 0
        while product > limit:
            product *= rng.random()
            count += 1
        return count

    return [[draw(mean) for mean in means] for _ in range(times)]
