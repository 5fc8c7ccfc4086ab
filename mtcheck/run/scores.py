"""Builds a document's scores out of its evidence and findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mtcheck.core.config import Config
from mtcheck.core.documents import Document
from mtcheck.core.evidence import RoundTrip, SegmentScore
from mtcheck.core.findings import Finding
from mtcheck.core.report import Skip
from mtcheck.core.scores import Score
from mtcheck.core.signature import signature
from mtcheck.run.measure import Measured
from mtcheck.run.origin import origin_scores
from mtcheck.run.resources import Resources, Trip
from mtcheck.scoring.penalty import penalty

if TYPE_CHECKING:
    from mtcheck.engines.judge import Judge


def all_scores(
    document: Document,
    config: Config,
    *,
    findings: Sequence[Finding],
    silenced: Sequence[Finding],
    words: int,
    rules: str | None,
    measured: Measured,
    resources: Resources,
    version: str,
) -> tuple[dict[str, Score], list[Skip]]:
    """Return the scores by name, and what could not be measured.

    Args:
        document: with segments.
        config: in force for this document.
        findings: those that count.
        silenced: the others; they are no less a sign of origin.
        words: number of words.
        rules: fingerprint of the rules that ran, None if none did.
        measured: the evidence.
        resources: for the judge.
        version: version of mtcheck.
    """
    scores: dict[str, Score] = {}
    if rules is not None:
        scores["penalty"] = penalty(
            findings,
            words=words,
            segments=len(document.segments),
            version=version,
            rules=rules,
        )
    for i, trip in enumerate(measured.trips):
        key = "stability" if i == 0 else f"stability_{trip.pivot}"
        rows = [row[i] for row in measured.evidence.roundtrips if len(row) > i]
        scores[key] = _stability(key, rows, trip, version)
    origin, skips = origin_scores(
        document,
        config,
        findings=findings,
        silenced=silenced,
        words=words,
        resources=resources,
        version=version,
    )
    scores |= origin
    for name in ("fluency", "quality"):
        values: tuple[SegmentScore, ...] = getattr(measured.evidence, name)
        if values:
            scores[name] = _judged(name, values, resources.judge(), version)
    return scores, skips


def _stability(key: str, rows: Sequence[RoundTrip], trip: Trip, version: str) -> Score:
    from mtcheck.evidence.roundtrip import chrf_signature
    from mtcheck.scoring.stability import components, stability

    value, interval, n = stability(rows)
    forward, backward = trip.forward.info, trip.backward.info
    parts = {
        "name": "stability",
        "pivot": trip.pivot,
        "forward": f"{forward.model}@{forward.sha256[:12]}",
        "backward": f"{backward.model}@{backward.sha256[:12]}",
        "backend": f"{forward.backend}-{forward.backend_version}",
        "compute": forward.compute_type,
        "beam": forward.params.get("beam", "?"),
        "of": "+".join(components(rows)),
        "embedder": trip.embedder.info.model if trip.embedder else "none",
        "chrf": chrf_signature().replace("|", ","),
        "version": version,
    }
    percentile = reference = quantiles = None
    if value is not None and trip.reference is not None:
        percentile = trip.reference.percentile(value, n)
        reference = trip.reference.phrase(value, n)
        quantiles = trip.reference.document_quantiles(n)
    return Score(
        name=key,
        value=value,
        unit="0–100 over segments",
        n=n,
        signature=signature(parts),
        interval=interval,
        percentile=percentile,
        reference=reference,
        reference_quantiles=quantiles,
        note=None if value is not None else "no segment could be scored",
    )


def _judged(name: str, values: Sequence[SegmentScore], judge: Judge | None, version: str) -> Score:
    from mtcheck.scoring.statistics import bootstrap_mean

    measured = [v.value for v in values if v.value is not None]
    model = f"{judge.info.model}@{judge.info.sha256[:12]}" if judge else "none"
    return Score(
        name=name,
        value=sum(measured) / len(measured) if measured else None,
        unit="0–100: share of human-judged segments that score lower",
        n=len(measured),
        signature=signature({"name": name, "model": model, "version": version}),
        interval=bootstrap_mean(measured) if len(measured) > 1 else None,
        note=None if measured else "no segment could be scored",
    )
