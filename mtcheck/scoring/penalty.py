"""The MQM-based penalty of a document."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from mtcheck.core.findings import Finding
from mtcheck.core.scores import Score
from mtcheck.core.signature import signature

REFERENCE_WORDS = 1000
_RESAMPLES = 500
_SEED = 12345
_MANY = 50


def penalty(
    findings: Sequence[Finding], *, words: int, segments: int, version: str, rules: str
) -> Score:
    """Return penalty points per 1,000 words, with a bootstrap interval over segments.

    Args:
        findings: those that count (not suppressed ones).
        words: words of the document.
        segments: number of its segments, which are resampled.
        version: version of mtcheck, for the signature.
        rules: fingerprint of the rules that ran, for the signature.

    Source:
        Severity weights and reference word count of the MQM scoring model (themqm.org).
    """
    name = signature(
        {"name": "penalty", "weights": "mqm-0-1-5-25", "per": REFERENCE_WORDS, "rules": rules}
        | {"boot": f"poisson-{_RESAMPLES}", "seed": _SEED, "version": version}
    )
    if not words:
        return Score(
            "penalty", None, "points per 1,000 words", 0, name, better="lower", note="no words"
        )
    total = sum(f.severity.weight for f in findings)
    value = REFERENCE_WORDS * total / words
    return Score(
        name="penalty",
        value=value,
        unit="points per 1,000 words",
        n=words,
        signature=name,
        interval=_interval(findings, words, segments),
        better="lower",
    )


def _interval(findings: Sequence[Finding], words: int, segments: int) -> tuple[float, float] | None:
    if segments < 5:
        return None
    per_segment = [0] * segments
    for finding in findings:
        if finding.segment is not None and finding.segment < segments:
            per_segment[finding.segment] += finding.severity.weight
    # Poisson bootstrap: each segment is drawn Poisson(1) times; segments without findings need no
    # drawing, and those of one weight are drawn together.
    heavy = sorted(Counter(weight for weight in per_segment if weight).items())
    scale = REFERENCE_WORDS / words
    low, high = _bounds(tuple(heavy))
    return low * scale, high * scale


@lru_cache(maxsize=4096)
def _bounds(heavy: tuple[tuple[int, int], ...]) -> tuple[int, int]:
    """Return the 2.5th and 97.5th percentile of the resampled totals.

    Args:
        heavy: weights, each with the number of segments that have it; many documents share them.
    """
    rng = random.Random(_SEED)
    totals = sorted(
        sum([weight * _poisson(number, rng) for weight, number in heavy]) for _ in range(_RESAMPLES)
    )
    return totals[int(0.025 * _RESAMPLES)], totals[int(0.975 * _RESAMPLES) - 1]


def _poisson(mean: int, rng: random.Random) -> int:
    """Return a draw from Poisson(``mean``), the sum of so many draws from Poisson(1).

    Knuth's multiplication method; from `_MANY` on a rounded normal draw, which at that size differs
    less than the interval's own error, so that long documents take no longer than short ones.
    """
    if mean >= _MANY:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    least, product, drawn = math.exp(-mean), rng.random(), 0
    while product > least:
        drawn += 1
        product *= rng.random()
    return drawn
