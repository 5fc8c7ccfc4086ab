"""Figures of the origin models for the card, and thresholds and quantiles by length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from judge.origin_features import Texts
from judge.origin_fit import HUMAN, MACHINE, ORIGINAL
from mtcheck.scoring import statistics
from mtcheck.scoring.statistics import auc, expected_calibration_error

BANDS = (("under 80", 80), ("80 to 250", 250), ("over 250", None))
STRICT_BELOW = 80
MIN_BAND = 20
MIN_NEWS = 60
# Share of human originals to come that may score above the threshold.
FALSE_ALARMS, FALSE_ALARMS_STRICT = 0.02, 0.01


def bands(
    t: Texts, y: NDArray[Any], news: NDArray[np.bool_], p: NDArray[np.float32]
) -> list[dict[str, Any]]:
    """Return thresholds and quantiles of held-out probabilities for each band of length."""
    scored = ~np.isnan(p)
    long = scored & (t.words >= STRICT_BELOW)
    out = []
    low_edge = 0
    for name, below in BANDS:
        inside = scored & (t.words >= low_edge) & (t.words < (below or 10**9))
        if any((inside & (y == kind)).sum() < MIN_BAND for kind in (ORIGINAL, HUMAN, MACHINE)):
            inside = scored  # too few texts of this length to say anything of their own
        strict = below is not None and below <= STRICT_BELOW
        kind, base = _base(inside & (y == ORIGINAL), news, p)
        human, machine = p[inside & (y == HUMAN)], p[inside & (y == MACHINE)]
        # Probabilities know the length already: all longer texts share a threshold, which rests on
        # more originals than one band has. Short ones need stronger evidence on both sides.
        pool = base if strict else _base(long & (y == ORIGINAL), news, p)[1]
        high = max(0.5, threshold(pool, FALSE_ALARMS_STRICT if strict else FALSE_ALARMS))
        low = min(float(np.quantile(machine, 0.05 if strict else 0.15)), 0.5)
        out.append({
            "name": name, "below": below, "kind": kind, "n": len(base),
            "high": round(high, 4), "low": round(low, 4),
            "original": _quantiles(base), "translation": _quantiles(human),
            "found": round(float((machine >= high).mean()), 3),
            "false_alarms": round(float((base >= high).mean()), 4),
            "false_alarms_translation": round(float((human >= high).mean()), 4),
        })  # fmt: skip
        low_edge = below or 0
    return out


def _base(
    originals: NDArray[np.bool_], news: NDArray[np.bool_], p: NDArray[np.float32]
) -> tuple[str, NDArray[np.float32]]:
    news = originals & news
    return ("news", p[news]) if news.sum() >= MIN_NEWS else ("texts", p[originals])


def threshold(values: NDArray[np.float32], share: float) -> float:
    """Return the least value that a further draw reaches with probability ``share`` at most.

    One half if there are no values.
    """
    return statistics.threshold(values.tolist(), share)[0] if len(values) else 0.5


def _quantiles(values: NDArray[np.float32]) -> list[float]:
    return [round(float(v), 4) for v in np.quantile(values, np.linspace(0, 1, 101))]


def figures(
    p: NDArray[np.float32], y: NDArray[Any], group: NDArray[Any]
) -> dict[str, float | None]:
    """Return the card's figures of one set of texts; None where a label is missing."""
    o, h, m = y == ORIGINAL, y == HUMAN, y == MACHINE

    def between(humans: NDArray[np.bool_]) -> float | None:
        both = humans | m
        if not humans.any() or not m.any():
            return None
        return round(auc(p[both].tolist(), m[both].tolist()), 3)

    weight = sum(side / max(1, side.sum()) for side in (o, h, m))
    error = expected_calibration_error(p.tolist(), m.tolist(), weights=np.asarray(weight).tolist())
    return {
        "n": len(y),
        "original_vs_mt": between(o),
        "translation_vs_mt": between(h),
        "human_vs_mt": between(o | h),
        "same_document": same_document_share(p, y, group),
        "ece": round(error, 3),
    }


def same_document_share(
    p: NDArray[np.float32], y: NDArray[Any], group: NDArray[Any]
) -> float | None:
    """Return the share of (human, machine) translations of one document told apart."""
    members: dict[Any, dict[str, list[float]]] = {}
    for value, label, name in zip(p, y, group, strict=True):
        members.setdefault(name, {HUMAN: [], MACHINE: [], ORIGINAL: []})[label].append(float(value))
    won = [
        1.0 if m > h else 0.5 if m == h else 0.0
        for sides in members.values()
        for h in sides[HUMAN]
        for m in sides[MACHINE]
    ]
    return round(float(np.mean(won)), 3) if won else None


def mean_figures(parts: Sequence[dict[str, float | None]]) -> dict[str, float | None]:
    """Average figures over sets, ``n`` added up; what a set lacks is left out."""
    out: dict[str, float | None] = {}
    for key in parts[0] if parts else ():
        known = [v for f in parts if (v := f[key]) is not None]
        total = sum(known) if key == "n" else np.mean(known) if known else None
        out[key] = None if total is None else round(float(total), 3)
    return out
