"""What round trips of clean human text look like under a model, to place a text's figures against.

``calibration.json`` lies in the model's folder::

    {"schema": 1, "model": "...", "sha256": ["..."], "date": "2026-01-31",
     "signature": "...",
     "pairs": {"en-pt": {"lang": "en", "pivot": "pt", "texts": "human news", "n": 329,
               "excluded": {"loop": 3}, "floors": [-2.1, -2.0],
               "mean": {"chrf": ..., "similarity": ..., "stability": ...},
               "quantiles": {"chrf": [101 values], "similarity": [...], "stability": [...]},
               "document": {"mean": ..., "sd_between": ..., "sd_within": ...}}}}

Quantiles are those of segments, the 0th to the 100th percentile. The stability of a document of n
segments is taken as normal about ``mean`` with variance ``sd_between² + sd_within² / n`` (one-way
random effects: segments of one article are alike), so that a short text is not called unusual for
the scatter that short texts have.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from mtcheck.core.errors import ModelError
from mtcheck.core.evidence import RoundTrip
from mtcheck.engines import guards
from mtcheck.evidence.roundtrip import roundtrip

if TYPE_CHECKING:
    from mtcheck.engines.base import Embedder, EngineInfo, Translator

FILE = "calibration.json"
SCHEMA = 1
# A document's size where the caller gives none: an ordinary news article's.
_USUAL_SEGMENTS = 20
# Floors are set so that this share of human segments is called unmeasurable on either leg.
_FLOOR_SHARE = 0.02
# Below this many scored segments neither quantiles nor variances mean anything.
_FEWEST = 20


@dataclass(frozen=True, slots=True)
class Reference:
    """Distribution of human text's round trips for one model, language and pivot.

    ``quantiles`` maps chrf, similarity and stability to 101 ascending values each; ``floors`` are
    the log-probabilities under which a leg is ``low-confidence``.
    """

    lang: str
    pivot: str
    texts: str
    n: int
    quantiles: Mapping[str, tuple[float, ...]]
    mean: Mapping[str, float]
    floors: tuple[float | None, float | None]
    document: tuple[float, float, float]

    def percentile(self, value: float, n: int | None = None) -> float:
        """Return the share, in per cent, of human documents of ``n`` segments below ``value``.

        Args:
            value: a document's stability, 0–100.
            n: its number of scored segments; None: 20.
        """
        mean, between, within = self.document
        sd = math.sqrt(between**2 + within**2 / max(1, n or _USUAL_SEGMENTS))
        if sd == 0:
            return 50.0 if value == mean else (0.0 if value < mean else 100.0)
        return 50.0 * math.erfc((mean - value) / (sd * math.sqrt(2)))

    def document_quantiles(self, n: int | None = None) -> tuple[float, ...]:
        """Return the 5, 25, 50, 75 and 95 % quantiles of human documents of ``n`` segments."""
        mean, between, within = self.document
        sd = math.sqrt(between**2 + within**2 / max(1, n or _USUAL_SEGMENTS))
        if sd == 0:
            return (mean,) * 5
        return tuple(NormalDist(mean, sd).inv_cdf(q) for q in (0.05, 0.25, 0.5, 0.75, 0.95))

    def segment_percentile(self, name: str, value: float) -> float:
        """Return the percentile of one segment's ``chrf``, ``similarity`` or ``stability``."""
        values = self.quantiles[name]
        low, high = bisect_left(values, value), bisect_right(values, value)
        if low < high:  # equal to one or more quantiles: the middle of them
            return (low + high - 1) / 2
        if low == 0 or low == len(values):
            return 0.0 if low == 0 else 100.0
        step = values[low] - values[low - 1]
        return low - 1 + (value - values[low - 1]) / step

    def phrase(self, value: float, n: int | None = None) -> str:
        """Return the document's place in words, "63rd percentile of human news under this model".

        Percentiles are rounded and kept between 1 and 99: the reference says no more.
        """
        place = min(99, max(1, round(self.percentile(value, n))))
        return f"{_ordinal(place)} percentile of {self.texts} under this model"


def load_reference(info: EngineInfo, *, lang: str, pivot: str) -> Reference | None:
    """Return the reference for a forward model, language and pivot.

    Returns:
        None if there is no calibration beside the model, if it was made for other weights, or if
        it lacks this language and pivot.

    Raises:
        ModelError: ``damaged-calibration``.
    """
    path = calibration_path(info)
    if path is None or not path.is_file():
        return None
    return read_reference(path, lang=lang, pivot=pivot, sha256=info.sha256)


def calibration_path(info: EngineInfo) -> Path | None:
    """Return where a model's calibration file lies or would lie; None for a model without files.

    That is the model's folder, the same for all forms of the model: a ``ct2`` folder is part of the
    folder above it.
    """
    if info.folder is None:
        return None
    folder = Path(info.folder)
    return (folder.parent if folder.name == "ct2" else folder) / FILE


def read_reference(
    path: Path, *, lang: str, pivot: str, sha256: str | None = None
) -> Reference | None:
    """Return one reference out of a calibration file; see `load_reference`.

    Args:
        path: the file.
        lang: language of the texts.
        pivot: language between.
        sha256: of the weights it must have been made for; None: any.

    Raises:
        ModelError: ``damaged-calibration``.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["schema"] != SCHEMA or (sha256 is not None and sha256 not in data["sha256"]):
            return None
        entry = data["pairs"].get(f"{lang}-{pivot}")
        return None if entry is None else _reference(entry)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            "damaged-calibration",
            f"the calibration file can't be used: {type(error).__name__}: {error}",
            where=str(path),
            try_="`mtcheck models verify`, or make it again with `mtcheck calibrate`",
        ) from error


def measure_reference(
    segments: Sequence[tuple[str, str]],
    *,
    lang: str,
    pivot: str,
    forward: Translator,
    backward: Translator,
    embedder: Embedder | None,
    texts: str = "human news",
) -> dict[str, Any]:
    """Return one entry of a calibration file: what these segments become on a round trip.

    The floors come first: the 2nd percentile of each leg's log-probability among segments that no
    guard excludes. Segments under them are then left out, as they will be in use.

    Args:
        segments: human-written sentences, each with the name of the article that it is from.
        lang: their language.
        pivot: the language between.
        forward: serves ``lang`` → ``pivot``.
        backward: serves ``pivot`` → ``lang``.
        embedder: as in use.
        texts: what they are, in words, for the reports.

    Raises:
        ModelError: ``too-few-segments`` if under 20 could be scored; what the translators raise.
    """
    trips = roundtrip(
        [text for text, _ in segments],
        lang=lang,
        pivot=pivot,
        forward=forward,
        backward=backward,
        embedder=embedder,
    )
    floors = _floors(trips)
    rows = [
        (trip, article)
        for trip, (_, article) in zip(trips, segments, strict=True)
        if trip.chrf is not None and not _under(trip, floors)
    ]
    if len(rows) < _FEWEST:
        raise ModelError(
            "too-few-segments",
            f"only {len(rows)} of {len(segments)} segments ({lang} through {pivot}) could be "
            f"scored; {_FEWEST} are needed",
            try_="more text, or a better model",
        )
    values = _values([trip for trip, _ in rows])
    low = sum(t.chrf is not None and _under(t, floors) for t in trips)
    excluded = Counter(f for t in trips for f in t.flags if f in guards.EXCLUDING)
    excluded["low-confidence"] += low
    document = _random_effects(values["stability"], [article for _, article in rows])
    return {
        "lang": lang,
        "pivot": pivot,
        "texts": texts,
        "n": len(rows),
        "segments": len(segments),
        "excluded": dict(sorted(excluded.items())),
        "floors": [None if f is None else round(f, 4) for f in floors],
        "mean": {name: round(sum(v) / len(v), 4) for name, v in values.items()},
        "quantiles": {name: quantiles(v) for name, v in values.items()},
        "document": dict(
            zip(("mean", "sd_between", "sd_within"), (round(x, 4) for x in document), strict=True)
        ),
    }


def _reference(entry: Mapping[str, Any]) -> Reference:
    quantiles = {name: tuple(map(float, v)) for name, v in entry["quantiles"].items()}
    if any(len(v) != 101 or list(v) != sorted(v) for v in quantiles.values()):
        raise ValueError("quantiles are not 101 ascending numbers")
    forward, backward = entry["floors"]
    document = entry["document"]
    return Reference(
        lang=entry["lang"],
        pivot=entry["pivot"],
        texts=entry["texts"],
        n=int(entry["n"]),
        quantiles=quantiles,
        mean={name: float(v) for name, v in entry["mean"].items()},
        floors=(forward, backward),
        document=(
            float(document["mean"]),
            float(document["sd_between"]),
            float(document["sd_within"]),
        ),
    )


def _floors(trips: Sequence[RoundTrip]) -> tuple[float | None, float | None]:
    kept = [t for t in trips if t.chrf is not None]
    legs = (
        [t.forward_logprob for t in kept if t.forward_logprob is not None],
        [t.back_logprob for t in kept if t.back_logprob is not None],
    )
    forward, backward = (_at(sorted(v), _FLOOR_SHARE) if len(v) >= _FEWEST else None for v in legs)
    return forward, backward


def _under(trip: RoundTrip, floors: tuple[float | None, float | None]) -> bool:
    return any(
        floor is not None and logprob is not None and logprob < floor
        for floor, logprob in zip(floors, (trip.forward_logprob, trip.back_logprob), strict=True)
    )


def _values(trips: Sequence[RoundTrip]) -> dict[str, list[float]]:
    values = {
        "chrf": [t.chrf for t in trips if t.chrf is not None],
        "similarity": [t.similarity for t in trips if t.similarity is not None],
        "stability": [t.stability for t in trips if t.stability is not None],
    }
    return {name: v for name, v in values.items() if v}


def _random_effects(values: Sequence[float], articles: Sequence[str]) -> tuple[float, float, float]:
    """Return mean and standard deviations between and within articles.

    The ANOVA estimator for groups of unequal size (Searle, Casella & McCulloch 1992, section 3.6);
    a negative variance between articles is taken as 0.
    """
    groups: dict[str, list[float]] = defaultdict(list)
    for value, article in zip(values, articles, strict=True):
        groups[article].append(value)
    n, k = len(values), len(groups)
    mean = sum(values) / n
    means = {name: sum(g) / len(g) for name, g in groups.items()}
    within_ss = sum((v - means[a]) ** 2 for a, g in groups.items() for v in g)
    if k < 2 or n == k:
        # Articles and their segments can't be told apart: all scatter counts as within.
        return mean, 0.0, math.sqrt(sum((v - mean) ** 2 for v in values) / max(1, n - 1))
    within = within_ss / (n - k)
    between_ms = sum(len(g) * (means[a] - mean) ** 2 for a, g in groups.items()) / (k - 1)
    size = (n - sum(len(g) ** 2 for g in groups.values()) / n) / (k - 1)
    return mean, math.sqrt(max(0.0, (between_ms - within) / size)), math.sqrt(within)


def quantiles(values: Sequence[float]) -> list[float]:
    """Return 101 evenly spaced quantiles, the least and the largest value among them."""
    ordered = sorted(values)
    return [round(_at(ordered, i / 100), 4) for i in range(101)]


def _at(ordered: Sequence[float], share: float) -> float:
    """Return a quantile by linear interpolation (type 7, as numpy's default)."""
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
