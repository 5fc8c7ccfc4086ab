"""The verdict on a text's origin: thresholds and false-positive rates by length."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SHORT = 80  # words; below, the zone of abstention is wider


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict, None where the judge abstains, and how often human texts score as high."""

    label: str | None
    fpr: float | None
    fpr_translation: float | None
    reference: str
    note: str | None


def verdict(value: float, bands: Sequence[Mapping[str, Any]], n_words: int, lang: str) -> Verdict:
    """Compare a probability with the thresholds and the human texts of like length.

    Args:
        value: probability that a machine translated the text.
        bands: by ascending length; ``below`` is None in the last one. ``texts`` names what the
            quantiles are of, where that is not the model's human-written ``kind``.
        n_words: of the text.
        lang: its language.
    """
    band = next(b for b in bands if n_words < (b["below"] or math.inf))
    label = None
    if value >= band["high"]:
        label = "machine-translated"
    elif value <= band["low"]:
        label = "not-machine-translated"
    fpr = share_above(band["original"], value)
    fpr_translation = share_above(band["translation"], value)
    texts = band.get("texts", f"human-written {band['kind']}")
    reference = (
        f"{_percent(fpr)} of {texts} and {_percent(fpr_translation)} of "
        f"human translations of {band['name']} words score this high ({lang})"
    )
    note = None
    if label is None:
        note = "the evidence is too weak for a verdict"
        if n_words < SHORT:
            note += f": fewer than {SHORT} words"
    return Verdict(label, fpr, fpr_translation, reference, note)


def share_above(quantiles: Sequence[float], value: float) -> float | None:
    """Return the share of a distribution at or above ``value``.

    Args:
        quantiles: evenly spaced quantiles from the minimum to the maximum; empty = unknown.
        value: a probability.
    """
    if not quantiles:
        return None
    last = len(quantiles) - 1
    if value <= quantiles[0]:
        return 1.0
    if value > quantiles[last]:
        return 0.0
    i = next(i for i, q in enumerate(quantiles) if q >= value)
    left, right = quantiles[i - 1], quantiles[i]
    inside = (value - left) / (right - left) if right > left else 1.0
    return 1 - (i - 1 + inside) / last


def _percent(share: float | None) -> str:
    if share is None:
        return "an unknown share"
    if share < 0.005:
        return "under 0.5%"
    return f"{100 * share:.0f}%" if share >= 0.095 else f"{100 * share:.1f}%"
