"""Stability: how much of a text comes back from a round trip through another language.

Of a segment that no flag excludes it is the mean of meaning similarity (the cosine of the sentence
embeddings of segment and back-translation) and chrF++ (the overlap of their characters and words),
both on a scale to 100; see `RoundTrip.stability`. Of a document it is the mean over its segments.

It is no measure of quality: text that a system has produced changes *less* on another trip (Tan et
al. 2021, TSRT), and a weak model changes every text. The figure means something beside the same
model's figures for human text, see `mtcheck.evidence.reference`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mtcheck.core.evidence import RoundTrip
from mtcheck.scoring.statistics import bootstrap_mean


class Stability(NamedTuple):
    """Document stability 0–100 (None: nothing measured), 95 % interval, number of segments."""

    value: float | None
    interval: tuple[float, float] | None
    n: int


def stability(trips: Sequence[RoundTrip]) -> Stability:
    """Return the stability of a document.

    The interval is a percentile bootstrap over segments with a fixed seed; None below two segments.

    Args:
        trips: round trips of all segments through the same pivot; excluded ones are left out here.
    """
    values = [t.stability for t in trips if t.stability is not None]
    if not values:
        return Stability(None, None, 0)
    return Stability(sum(values) / len(values), bootstrap_mean(values), len(values))


def components(trips: Sequence[RoundTrip]) -> tuple[str, ...]:
    """Return what the stability of ``trips`` is made of, for signatures."""
    if any(t.similarity is not None for t in trips):
        return ("similarity", "chrf")
    return ("chrf",)
