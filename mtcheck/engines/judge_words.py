"""Suspicious words: those without which a segment would score higher.

Attribution by occlusion (Zeiler and Fergus 2014, for images; Li, Monroe and Jurafsky 2016, for
text): each word is left out in turn and the rest is scored again. It needs no labels of words and
works with any judge; what it finds is a hint, not a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mtcheck.core.evidence import SegmentScore, SuspiciousWord
from mtcheck.core.spans import Span

if TYPE_CHECKING:
    from mtcheck.engines.base import Judging

_WORD = re.compile(r"\S+")
_CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_DENSE = re.compile(f"[{_CJK}]{{1,2}}|[^\\s{_CJK}]+")
_EDGE = re.compile(r"^\W+|\W+$")

MOST = 3  # words shown of a segment
MAX_WORDS = 80  # of a segment; longer ones are not searched
# On the z-scale: how much higher the rest scores. Chosen on dev (see the model card): three of five
# named words are wrong ones, and one good segment in twenty has a named word.
MIN_DROP = 0.2

Scorer = Callable[[Sequence[int], Sequence[str]], list[SegmentScore]]


def add_words(
    judge: Judging,
    scores: Sequence[SegmentScore],
    sources: Sequence[str] | None,
    targets: Sequence[str],
    *,
    source_lang: str | None,
    target_lang: str,
    most: int | None = None,
    below: float | None = None,
) -> list[SegmentScore]:
    """Return the scores with the suspicious words of their segments.

    Args:
        judge: what scored the segments.
        scores: of ``targets``, in order.
        sources: what they translate; None where fluency was scored.
        targets: the segments.
        source_lang: normalised language of the sources.
        target_lang: normalised language of the targets.
        most: search only so many segments, those that score lowest.
        below: search only segments with a value below this.
    """
    order = sorted(range(len(scores)), key=lambda i: scores[i].value or 0.0)
    wanted = [i for i in order if scores[i].raw is not None
              and (below is None or (scores[i].value or 0.0) < below)][:most]  # fmt: skip
    chosen = set(wanted)
    searched = [s if i in chosen else SegmentScore(None) for i, s in enumerate(scores)]

    def score(places: Sequence[int], changed: Sequence[str]) -> list[SegmentScore]:
        if sources is None or source_lang is None:
            return judge.fluency(changed, lang=target_lang)
        return judge.quality([sources[i] for i in places], changed, source_lang=source_lang,
                             target_lang=target_lang)  # fmt: skip

    found = suspicious(searched, targets, lang=target_lang, score=score)
    return [replace(s, suspicious=w) for s, w in zip(scores, found, strict=True)]


def words(text: str, lang: str) -> list[Span]:
    """Return the words of a text without the marks around them; pairs of characters in zh, ja."""
    pattern = _DENSE if lang in ("zh", "ja") else _WORD
    out = []
    for match in pattern.finditer(text):
        inside = _EDGE.sub("", match[0])
        if inside:
            start = match.start() + match[0].index(inside)
            out.append(Span(start, start + len(inside)))
    return out


def without(text: str, span: Span) -> str:
    """Return ``text`` without a word and one of the spaces beside it."""
    left, right = text[: span.start], text[span.end :]
    return left + (right[1:] if left[-1:].isspace() and right[:1].isspace() else right)


def suspicious(
    scores: Sequence[SegmentScore], targets: Sequence[str], *, lang: str, score: Scorer
) -> list[tuple[SuspiciousWord, ...]]:
    """Return up to three suspicious words a segment, in order of place.

    Args:
        scores: of the whole segments; those not measured by the network are not searched.
        targets: the segments.
        lang: their language.
        score: scores changed targets, each with the place of its segment.
    """
    places: list[int] = []
    spans: list[Span] = []
    for i, (whole, text) in enumerate(zip(scores, targets, strict=True)):
        found = words(text, lang) if whole.raw is not None else []
        if 2 <= len(found) <= MAX_WORDS:
            places += [i] * len(found)
            spans += found
    made = score(places, [without(targets[i], s) for i, s in zip(places, spans, strict=True)])
    drops: list[list[SuspiciousWord]] = [[] for _ in targets]
    for i, span, rest in zip(places, spans, made, strict=True):
        before = scores[i].raw
        if rest.raw is not None and before is not None and rest.raw - before >= MIN_DROP:
            drops[i].append(SuspiciousWord(span, rest.raw - before))
    return [
        tuple(sorted(sorted(d, key=lambda w: -w.drop)[:MOST], key=lambda w: w.span.start))
        for d in drops
    ]
