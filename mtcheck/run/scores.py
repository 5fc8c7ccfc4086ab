"""Builds a document's scores out of its evidence and findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mtcheck.core.config import Config
from mtcheck.core.documents import Document
from mtcheck.core.errors import ModelError
from mtcheck.core.evidence import RoundTrip, SegmentScore
from mtcheck.core.findings import Finding
from mtcheck.core.report import Skip
from mtcheck.core.scores import Score
from mtcheck.core.signature import signature
from mtcheck.run.measure import MODEL_MISSING, Measured
from mtcheck.run.resources import Resources, Trip
from mtcheck.scoring.penalty import penalty

if TYPE_CHECKING:
    from mtcheck.engines.judge import Judge, OriginResult


def all_scores(
    document: Document,
    config: Config,
    *,
    findings: Sequence[Finding],
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
    origin, skips = _origin(document, config, findings, words, resources, version)
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


def _origin(
    document: Document,
    config: Config,
    findings: Sequence[Finding],
    words: int,
    resources: Resources,
    version: str,
) -> tuple[dict[str, Score], list[Skip]]:
    """Return origin scores. The rules' vote needs no judge, so it is there without one."""
    base = {"name": "origin", "model": "none", "version": version}
    judge, result, skips = None, None, []
    asked = config.gate.max_machine_translated is not None
    texts = [
        s.span.of(document.text)
        for s in document.segments
        if s.lang is None or s.lang == document.lang
    ]
    try:
        judge = resources.judge()
        if judge is not None:
            result = judge.origin(texts, lang=document.lang or "")
    except ModelError as error:
        why, needed, code = error.what, error.try_, MODEL_MISSING
        skips.append(Skip("origin", why, needed=needed, blocking=asked, code=code))
    except Exception as error:  # the judge's fault costs its scores, not the findings
        why = f"the judge failed: {type(error).__name__}: {error}"
        skips.append(Skip("origin", why, blocking=asked))
    if judge is None or result is None:
        return _translated_from(None, findings, document, words, base), skips
    base["model"] = f"{judge.info.model}@{judge.info.sha256[:12]}"
    return {
        "machine_translated": _probability("machine_translated", result, base),
        "translated": _probability("translated", result, base),
    } | _translated_from(result, findings, document, words, base), skips


def _probability(name: str, result: OriginResult, base: Mapping[str, str]) -> Score:
    value: float | None = getattr(result, name)
    main = name == "machine_translated"
    return Score(
        name=name,
        value=value,
        unit="probability",
        n=result.n,
        signature=signature({**base, "score": name}),
        interval=result.interval if main else None,
        better="lower",
        reference=result.reference if main else None,
        abstained=result.abstained if main else False,
        label=result.label if main else None,
        # Beside a value the reference phrase says what the note would.
        note=result.note if value is None else None,
    )


def _translated_from(
    result: OriginResult | None,
    findings: Sequence[Finding],
    document: Document,
    words: int,
    base: Mapping[str, str],
) -> dict[str, Score]:
    """Take the rules' vote, which covers more languages; without one, the judge's word.

    The judge knows only the source languages of its training data and the rules only their own
    constructions: where both speak, the rules' evidence can be shown and comes first.
    """
    from mtcheck.checks.vote import vote

    if document.source_lang is not None:  # it is known, not to be guessed
        return {}
    voted = vote(findings, document.lang, words)
    by_rules = not voted.abstained or result is None
    if result is None and not voted.distribution:
        return {}
    judged = result.translated_from if result is not None else None
    judged_label = result.translated_from_label if result is not None else None
    distribution = voted.distribution if by_rules else judged
    label = voted.label if by_rules else judged_label
    abstained = label is None
    score = Score(
        name="translated_from",
        value=distribution.get(label) if label and distribution else None,
        unit="probability",
        n=len(findings) if by_rules else result.n if result is not None else 0,
        signature=signature({**base, "score": "translated_from", "by": "rules-then-judge"}),
        better="lower",
        abstained=abstained,
        label=label,
        distribution=distribution or None,
        reference=voted.evidence if by_rules and label else None,
        note="too little evidence for one source language" if abstained else None,
    )
    return {"translated_from": score}


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
