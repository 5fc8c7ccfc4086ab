"""Statistics of scores against human judgements; numpy is imported on first use."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Floats = Sequence[float]


def ranks(values: Floats) -> NDArray[np.float64]:
    """Return ranks from 1, ties sharing their mean rank."""
    import numpy as np

    array = np.asarray(values, dtype=np.float64)
    _, inverse, counts = np.unique(array, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean = last - (counts - 1) / 2
    return np.asarray(mean[inverse], dtype=np.float64)


def pearson(x: Floats, y: Floats) -> float:
    """Return Pearson's correlation; NaN where a side is constant or shorter than 2.

    Raises:
        ValueError: if the lengths differ.
    """
    import numpy as np

    a, b = _pair(x, y)
    if len(a) < 2:
        return math.nan
    a, b = a - a.mean(), b - b.mean()
    size = math.sqrt(float(a @ a) * float(b @ b))
    return float(np.clip((a @ b) / size, -1, 1)) if size > 0 else math.nan


def spearman(x: Floats, y: Floats) -> float:
    """Return Spearman's rank correlation with mean ranks for ties."""
    _pair(x, y)
    return pearson(ranks(x).tolist(), ranks(y).tolist())


def kendall(x: Floats, y: Floats) -> float:
    """Return Kendall's tau-b (ties corrected) in O(n log n), by Knight's merge counting.

    Source: W. R. Knight, A computer method for calculating Kendall's tau, JASA 61 (1966).
    """
    import numpy as np

    a, b = _pair(x, y)
    n = len(a)
    if n < 2:
        return math.nan
    order = np.lexsort((b, a))
    a, b = a[order], b[order]

    def tied(values: NDArray[np.float64]) -> int:
        counts = np.unique(values, return_counts=True, axis=0)[1].astype(np.int64)
        return int((counts * (counts - 1) // 2).sum())

    total = n * (n - 1) // 2
    ties_a, ties_b = tied(a), tied(b)
    ties_both = tied(np.stack([a, b], axis=1))
    swaps = _inversions(b.tolist())
    size = math.sqrt(float(total - ties_a) * float(total - ties_b))
    if size == 0:
        return math.nan
    return (total - ties_a - ties_b + ties_both - 2 * swaps) / size


def _inversions(values: list[float]) -> int:
    """Count pairs out of order (equal ones are in order) by merge sort."""
    if len(values) < 2:
        return 0
    middle = len(values) // 2
    left, right = values[:middle], values[middle:]
    found = _inversions(left) + _inversions(right)
    left.sort()
    right.sort()
    i = 0
    for value in right:
        while i < len(left) and left[i] <= value:
            i += 1
        found += len(left) - i
    return found


def auc(scores: Floats, positive: Sequence[bool]) -> float:
    """Return the area under the ROC curve (ties count half); NaN with one class only."""
    import numpy as np

    a, b = _pair(scores, [float(p) for p in positive])
    mask = b > 0
    n, m = int(mask.sum()), int((~mask).sum())
    if n == 0 or m == 0:
        return math.nan
    return float((np.asarray(ranks(a.tolist()))[mask].sum() - n * (n + 1) / 2) / (n * m))


def balanced_accuracy(predicted: Sequence[bool], positive: Sequence[bool]) -> float:
    """Return the mean of the two classes' recalls; NaN with one class only."""
    a, b = _pair([float(p) for p in predicted], [float(p) for p in positive])
    yes = b > 0
    if yes.all() or not yes.any():
        return math.nan
    return float((a[yes].mean() + (1 - a[~yes]).mean()) / 2)


def brier(probabilities: Floats, positive: Sequence[bool]) -> float:
    """Return the mean squared distance of probabilities from outcomes; lower is better."""
    a, b = _pair(probabilities, [float(p) for p in positive])
    return float(((a - b) ** 2).mean()) if len(a) else math.nan


def expected_calibration_error(
    probabilities: Floats,
    positive: Sequence[bool],
    *,
    bins: int = 10,
    weights: Floats | None = None,
) -> float:
    """Return the mean gap between probability and outcome over equally wide bins.

    Args:
        probabilities: 0 to 1.
        positive: outcomes.
        bins: number of bins.
        weights: one a case, to give classes the shares that the probabilities assume.
    """
    import numpy as np

    p, y = _pair(probabilities, [float(v) for v in positive])
    if not len(p):
        return math.nan
    w = np.ones(len(p)) if weights is None else np.asarray(weights, dtype=np.float64)
    place = np.minimum((p * bins).astype(np.int64), bins - 1)
    gap = np.bincount(place, weights=w * (p - y), minlength=bins)
    return float(np.abs(gap).sum() / w.sum())


def pairwise_accuracy(metric: Floats, human: Floats) -> float:
    """Return the share of system pairs that both sides order alike.

    Pairs that people tie are left out; a tie of the metric counts as wrong. Source: Kocmi et al.,
    To Ship or Not to Ship, WMT 2021.
    """
    a, b = _pair(metric, human)
    right = total = 0
    for i in range(len(a)):
        for j in range(i + 1, len(a)):
            if b[i] != b[j]:
                total += 1
                right += (a[i] - a[j]) * (b[i] - b[j]) > 0
    return right / total if total else math.nan


@dataclass(frozen=True, slots=True)
class Paired:
    """Outcome of a paired bootstrap.

    ``difference`` is the mean of second minus first, ``interval`` its 95 % interval and
    ``p_value`` the two-sided bootstrap p-value.
    """

    difference: float
    interval: tuple[float, float]
    p_value: float
    n: int


def threshold(values: Floats, share: float) -> tuple[float, float]:
    """Return a value that a further draw reaches with probability ``share`` at most, and that.

    Of n exchangeable values the k-th largest is reached by the next one with probability
    k / (n + 1). With too few values for ``share`` it is the largest, and the probability more. The
    threshold lies just above, by a ten-thousandth at most.

    Raises:
        ValueError: if there are no values.
    """
    ordered = sorted(map(float, values), reverse=True)
    if not ordered:
        raise ValueError("no values")
    k = max(1, math.floor(share * (len(ordered) + 1)))
    return math.ceil(1e4 * ordered[k - 1] + 1) / 1e4, k / (len(ordered) + 1)


def bootstrap_mean(
    values: Floats, *, resamples: int = 1000, seed: int = 0
) -> tuple[float, float] | None:
    """Return the 95 % percentile bootstrap interval of the mean; None for fewer than two values.

    Args:
        values: one a case.
        resamples: number of resamples.
        seed: seed of the resampling.
    """
    import numpy as np

    array = np.asarray(values, dtype=np.float64)
    if len(array) < 2:
        return None
    drawn = np.concatenate(
        [array[pick].mean(axis=1) for pick in _draws(len(array), resamples, seed)]
    )
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def paired_bootstrap(
    first: Floats, second: Floats, *, resamples: int = 1000, seed: int = 0
) -> Paired:
    """Compare two systems on the same segments.

    Source: Koehn, Statistical significance tests for machine translation evaluation, EMNLP 2004;
    the p-value is that of sacrebleu: resampled differences are centred at zero and compared with
    the observed one.

    Raises:
        ValueError: if the lengths differ or nothing is given.
    """
    import numpy as np

    a, b = _pair(first, second)
    if not len(a):
        raise ValueError("nothing to compare")
    gap = b - a
    drawn = np.concatenate([gap[pick].mean(axis=1) for pick in _draws(len(gap), resamples, seed)])
    low, high = np.quantile(drawn, [0.025, 0.975])
    observed = float(gap.mean())
    extreme = int((np.abs(drawn - drawn.mean()) >= abs(observed) - 1e-12).sum())
    return Paired(observed, (float(low), float(high)), (extreme + 1) / (resamples + 1), len(gap))


def _draws(n: int, resamples: int, seed: int) -> list[NDArray[np.int64]]:
    """Return index arrays of shape (some, n), in blocks of at most a few million."""
    import numpy as np

    rng = np.random.default_rng(seed)
    block = max(1, min(resamples, 2_000_000 // n))
    sizes = [block] * (resamples // block) + [resamples % block]
    return [rng.integers(0, n, (size, n)) for size in sizes if size]


def _pair(x: Floats, y: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    import numpy as np

    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if len(a) != len(b):
        raise ValueError(f"{len(a)} values against {len(b)}")
    return a, b
