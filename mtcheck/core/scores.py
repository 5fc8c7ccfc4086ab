"""Scores: a value or "not measured", never a stand-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """One measured figure.

    ``value`` is None where it was not measured (``note`` then says why). ``interval`` is a 95 %
    interval in the same unit. ``n`` counts what was measured (segments, words: see ``unit``).
    ``reference`` places the value against a reference distribution in words, such as
    "63rd percentile of human news under this model"; ``percentile`` is its number. ``signature``
    holds everything needed to reproduce the value, in sacrebleu's ``key:value|key:value`` form.
    ``distribution`` is set for scores over classes (translated_from). ``abstained`` says that the
    evidence was too weak for a verdict. ``reference_quantiles`` are the 5, 25, 50, 75 and 95 %
    quantiles of the reference distribution, in the unit of the value. ``reasons`` say what the
    value rests on.
    """

    name: str
    value: float | None
    unit: str
    n: int
    signature: str
    interval: tuple[float, float] | None = None
    better: str = "higher"
    percentile: float | None = None
    reference: str | None = None
    abstained: bool = False
    label: str | None = None
    distribution: Mapping[str, float] | None = None
    note: str | None = None
    reference_quantiles: tuple[float, ...] | None = None
    reasons: tuple[str, ...] = ()
