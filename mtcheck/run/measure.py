"""Evidence for many documents at once: one queue for the engines, whatever the document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mtcheck.core.config import Config
from mtcheck.core.documents import Document
from mtcheck.core.errors import ModelError
from mtcheck.core.evidence import Evidence, RoundTrip, SegmentScore
from mtcheck.core.languages import name
from mtcheck.core.report import Skip
from mtcheck.run.resources import Resources, Trip, pivots

if TYPE_CHECKING:
    from mtcheck.engines.judge import Judge

# Code of a skip for want of a model; the command line exits with 3 for it.
MODEL_MISSING = "model-missing"
# Segments of a document whose words are searched for suspicious ones: so many, those that score
# lowest, and none with a value from here on.
_SEARCHED, _LOW = 5, 25.0


@dataclass(slots=True)
class Measured:
    """Evidence about one document, the trips that were made, and what could not be measured."""

    evidence: Evidence = field(default_factory=Evidence)
    trips: list[Trip] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)


def measure(documents: Sequence[tuple[Document, Config]], resources: Resources) -> list[Measured]:
    """Return the evidence for each document, in order.

    Segments of all documents with the same languages go through the engines together: sorted by
    length there, so that short documents fill batches too.
    """
    results = [Measured() for _ in documents]
    _round_trips(documents, resources, results)
    _judge_segments(documents, resources, results)
    return results


def _missing(what: str, error: ModelError, *, blocking: bool = True) -> Skip:
    return Skip(what, error.what, needed=error.try_, blocking=blocking, code=MODEL_MISSING)


def _translatable(document: Document, index: int) -> bool:
    segment = document.segments[index]
    if segment.lang is not None and segment.lang != document.lang:
        return False
    return any(c.isalpha() for c in segment.span.of(document.text))


def _round_trips(
    documents: Sequence[tuple[Document, Config]],
    resources: Resources,
    results: Sequence[Measured],
) -> None:
    if not any(config.roundtrip.enabled for _, config in documents):
        return
    from mtcheck.evidence.roundtrip import roundtrip

    queues: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for d, (document, config) in enumerate(documents):
        if not config.roundtrip.enabled or not document.segments:
            continue
        if document.lang is None:
            why = "the language could not be identified"
            results[d].skips.append(Skip("round trip", why, needed="--lang"))
            continue
        wanted = [i for i in range(len(document.segments)) if _translatable(document, i)]
        for pivot in pivots(config.roundtrip, document.lang):
            try:
                trip = resources.trip(document.lang, pivot)
            except ModelError as error:
                way = f"{name(document.lang)} → {name(pivot)} → {name(document.lang)}"
                results[d].skips.append(_missing(f"round trip {way}", error))
                continue
            results[d].trips.append(trip)
            queues[document.lang, pivot].extend((d, i) for i in wanted)
    found: dict[tuple[int, int], list[RoundTrip]] = defaultdict(list)
    for (lang, pivot), places in queues.items():
        trip = resources.trip(lang, pivot)
        texts = [documents[d][0].segments[i].span.of(documents[d][0].text) for d, i in places]
        try:
            made = roundtrip(
                texts,
                lang=lang,
                pivot=pivot,
                forward=trip.forward,
                backward=trip.backward,
                embedder=trip.embedder,
                floors=trip.floors,
            )
        except Exception as error:  # an engine's fault costs this evidence, not the findings
            for d in dict.fromkeys(d for d, _ in places):
                why = f"the engine failed: {type(error).__name__}: {error}"
                results[d].skips.append(Skip(f"round trip through {name(pivot)}", why))
            continue
        for place, result in zip(places, made, strict=True):
            found[place].append(result)
    for d, (document, _) in enumerate(documents):
        if results[d].trips:
            rows = tuple(tuple(found.get((d, i), ())) for i in range(len(document.segments)))
            results[d].evidence = Evidence(roundtrips=rows)


def _judge_segments(
    documents: Sequence[tuple[Document, Config]],
    resources: Resources,
    results: Sequence[Measured],
) -> None:
    for (document, config), result in zip(documents, results, strict=True):
        wants_fluency = config.gate.min_fluency is not None or config.judge.words
        wants_quality = config.gate.min_quality is not None or document.bilingual
        if not document.segments or not (wants_fluency or wants_quality):
            continue
        try:
            judge = resources.judge()
        except ModelError as error:
            asked = not (config.gate.min_fluency is None and config.gate.min_quality is None)
            result.skips.append(_missing("judge", error, blocking=asked))
            continue
        if judge is None or document.lang is None:
            continue
        scores: dict[str, tuple[SegmentScore, ...]] = {}
        for what, wanted, asked, score in (
            ("fluency", wants_fluency, config.gate.min_fluency is not None, _fluency),
            ("quality", wants_quality, config.gate.min_quality is not None, _quality),
        ):
            if not wanted:
                continue
            # A fault costs this score of this document, and nothing else.
            try:
                scores[what] = score(document, judge)
            except ModelError as error:
                result.skips.append(_missing(what, error, blocking=asked))
            except Exception as error:
                why = f"the judge failed: {type(error).__name__}: {error}"
                result.skips.append(Skip(what, why, blocking=asked))
        result.evidence = Evidence(roundtrips=result.evidence.roundtrips, **scores)


def _fluency(document: Document, judge: Judge) -> tuple[SegmentScore, ...]:
    assert document.lang is not None
    from mtcheck.engines.judge_words import add_words

    texts = [s.span.of(document.text) for s in document.segments]
    scores = judge.fluency(texts, lang=document.lang)
    return tuple(
        add_words(judge, scores, None, texts, source_lang=None, target_lang=document.lang,
                  most=_SEARCHED, below=_LOW)
    )  # fmt: skip


def _quality(document: Document, judge: Judge) -> tuple[SegmentScore, ...]:
    assert document.lang is not None
    places = [i for i, s in enumerate(document.segments) if s.source]
    scores: list[SegmentScore] = [SegmentScore(None, flags=("no-source",))] * len(document.segments)
    if places and document.source_lang is not None:
        from mtcheck.engines.judge_words import add_words

        sources = [document.segments[i].source or "" for i in places]
        texts = [document.segments[i].span.of(document.text) for i in places]
        langs = {"source_lang": document.source_lang, "target_lang": document.lang}
        made = judge.quality(sources, texts, **langs)
        made = add_words(judge, made, sources, texts, **langs, most=_SEARCHED, below=_LOW)
        for i, score in zip(places, made, strict=True):
            scores[i] = score
    return tuple(scores)
