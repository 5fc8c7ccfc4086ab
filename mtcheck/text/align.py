"""Aligns a translation with its original, sentence by sentence, by lengths and shared words.

Gale & Church, "A Program for Aligning Sentences in Bilingual Corpora" (1993): dynamic programming
over beads of sentences, where a bead costs −log of its prior times the probability of its length
difference in characters. The priors and the variance (6.8 per character) are theirs; the expected
length ratio is the documents' own. Two additions: numbers and cognates that both sides of a bead
share make it cheaper (Simard, Foster & Isabelle 1992: words that begin with the same four letters),
and only cells near the diagonal are visited, which keeps time linear in length.

Measured on 2,400 news sentence pairs (en–fr, en–de) in texts of 30 with 10 % left out or added and
15 % merged at random: lengths alone find 84 % of the links at 76 % precision, with the additions it
is 94 % at 87 %.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from statistics import median

from mtcheck.core.documents import Document, Segment
from mtcheck.core.spans import Span
from mtcheck.text.segment import segment

_VARIANCE = 6.8
_PRIORS = {
    (1, 1): 0.89, (1, 0): 0.0049, (0, 1): 0.0049, (2, 1): 0.0445, (1, 2): 0.0445, (2, 2): 0.011,
}  # fmt: skip
_COSTS = {bead: -math.log(prior) for bead, prior in _PRIORS.items()}
# Nats that a shared number and a shared cognate are worth, and the most that a sentence may earn:
# a prior's worth, so that words decide where lengths can't.
_NUMBER_BONUS, _COGNATE_BONUS, _MAX_BONUS = 1.5, 1.0, 8.0
# Added to the prior of a sentence without a counterpart. Its own length says nothing: with the
# formula for pairs, a long added paragraph would never be found. Negative, as translated news
# leaves out and adds more than the parliament's records that the priors come from.
_UNPAIRED = -1.0
# Cells further from the diagonal than this are never visited.
_BAND = 40
# Paragraphs are trusted as anchors if this share of them aligns one to one and none is left over.
_ONE_TO_ONE = 0.8
# Ratios of lengths between languages with alphabets.
_RATIOS = (0.75, 1.35)
# Ratios of lengths that differ by less are the same.
_SAME_RATIO = 1.1
_NUMBER = re.compile(r"\d+")
_COGNATE = re.compile(r"\b[^\W\d_]{4}")


@dataclass(frozen=True, slots=True)
class Bead:
    """Sentences ``source`` (half-open index range) that sentences ``target`` translate."""

    source: Span
    target: Span


@dataclass(frozen=True, slots=True)
class _Item:
    length: int
    numbers: frozenset[str]
    cognates: frozenset[str]


def attach_source(document: Document, source_text: str, source_lang: str | None = None) -> Document:
    """Return the document with each segment's aligned source text filled in.

    Paragraphs are aligned first if the two texts have much the same ones, then the sentences within
    them; else all sentences at once. A segment that translates several source sentences has them
    joined by a space; segments that translate one sentence together all have that whole sentence;
    an added segment has None. Segments that have a source already keep it.

    Args:
        document: the translation; it is segmented if it has no segments yet.
        source_text: the original, plain text.
        source_lang: its two-letter language, for its sentences.
    """
    if not document.segments:
        document = segment(document)
    source = segment(Document.plain(source_text, lang=source_lang))
    texts = [s.span.of(source.text) for s in source.segments]
    items = [_item(text) for text in texts]
    targets = [_item(s.span.of(document.text)) for s in document.segments]
    sources: list[str | None] = [s.source for s in document.segments]
    for bead in _beads(source.segments, document.segments, items, targets):
        joined = " ".join(texts[bead.source.start : bead.source.end])
        for i in range(bead.target.start, bead.target.end):
            if sources[i] is None and joined:
                sources[i] = joined
    segments = tuple(
        replace(s, source=text) for s, text in zip(document.segments, sources, strict=True)
    )
    return replace(document, segments=segments, source_lang=document.source_lang or source_lang)


def align(source: Sequence[str], target: Sequence[str]) -> list[Bead]:
    """Return the beads of two lists of sentences, in order, each sentence in exactly one bead."""
    return _align([_item(text) for text in source], [_item(text) for text in target])


def _item(text: str) -> _Item:
    cognates = frozenset(prefix.casefold() for prefix in _COGNATE.findall(text))
    return _Item(max(1, len(text)), frozenset(_NUMBER.findall(text)), cognates)


def _beads(
    source_segments: Sequence[Segment],
    target_segments: Sequence[Segment],
    source: list[_Item],
    target: list[_Item],
) -> list[Bead]:
    blocks_s, blocks_t = _block_ranges(source_segments), _block_ranges(target_segments)
    paragraphs = _align(
        [_merge(source[r.start : r.end]) for r in blocks_s],
        [_merge(target[r.start : r.end]) for r in blocks_t],
    )
    one_to_one = sum(1 for bead in paragraphs if len(bead.source) == len(bead.target) == 1)
    leftover = any(not len(bead.source) or not len(bead.target) for bead in paragraphs)
    if leftover or one_to_one < _ONE_TO_ONE * len(paragraphs):
        return _align(source, target)
    out: list[Bead] = []
    for bead in paragraphs:
        s0, s1 = blocks_s[bead.source.start].start, blocks_s[bead.source.end - 1].end
        t0, t1 = blocks_t[bead.target.start].start, blocks_t[bead.target.end - 1].end
        out += (
            Bead(inner.source.shift(s0), inner.target.shift(t0))
            for inner in _align(source[s0:s1], target[t0:t1])
        )
    return out


def _block_ranges(segments: Sequence[Segment]) -> list[Span]:
    if not segments:
        return []
    starts = [i for i, s in enumerate(segments) if not i or segments[i - 1].block != s.block]
    return [Span(a, b) for a, b in zip(starts, [*starts[1:], len(segments)], strict=True)]


def _merge(items: Sequence[_Item]) -> _Item:
    return _Item(
        sum(item.length for item in items),
        frozenset().union(*(item.numbers for item in items)),
        frozenset().union(*(item.cognates for item in items)),
    )


def _align(source: Sequence[_Item], target: Sequence[_Item]) -> list[Bead]:
    n, m = len(source), len(target)
    if not n or not m:
        return [Bead(Span(0, n), Span(0, m))] if n or m else []
    lengths_s = [0, *accumulate(item.length for item in source)]
    lengths_t = [0, *accumulate(item.length for item in target)]
    ratio = lengths_t[-1] / lengths_s[-1]
    if _RATIOS[0] / 2 < ratio < _RATIOS[1] * 2:  # two alphabets: what is beyond is added text
        ratio = min(max(ratio, _RATIOS[0]), _RATIOS[1])
    beads = _best_path(source, target, lengths_s, lengths_t, ratio)
    # What was added or left out skews the ratio of whole texts; that of sure pairs is another.
    pairs = [b for b in beads if len(b.source) == len(b.target) == 1]
    if pairs:
        ratios = (target[b.target.start].length / source[b.source.start].length for b in pairs)
        better = median(ratios)
        if not 1 / _SAME_RATIO < better / ratio < _SAME_RATIO:
            beads = _best_path(source, target, lengths_s, lengths_t, better)
    return beads


def _best_path(
    source: Sequence[_Item],
    target: Sequence[_Item],
    lengths_s: Sequence[int],
    lengths_t: Sequence[int],
    ratio: float,
) -> list[Bead]:
    n, m = len(source), len(target)
    best: list[dict[int, tuple[float, tuple[int, int]]]] = [{} for _ in range(n + 1)]
    best[0][0] = (0.0, (0, 0))
    band = max(_BAND, m // n)  # or one row's cells would not touch the next one's
    for i in range(n + 1):
        centre = round(i * m / n)
        for j in range(max(0, centre - band), min(m, centre + band) + 1):
            for (ds, dt), prior in _COSTS.items():
                before = best[i - ds].get(j - dt) if i >= ds and j >= dt else None
                if before is None:
                    continue
                a, b = lengths_s[i] - lengths_s[i - ds], lengths_t[j] - lengths_t[j - dt]
                cost = before[0] + prior + _distance(a, b, ratio)
                if ds and dt:
                    cost -= _bonus(source[i - ds : i], target[j - dt : j])
                if j not in best[i] or cost < best[i][j][0]:
                    best[i][j] = (cost, (ds, dt))
    beads: list[Bead] = []
    i, j = n, m
    while i or j:
        ds, dt = best[i][j][1]
        beads.append(Bead(Span(i - ds, i), Span(j - dt, j)))
        i, j = i - ds, j - dt
    return beads[::-1]


def _distance(source: int, target: int, ratio: float) -> float:
    """Return −log of the two-sided probability of this length difference."""
    if not source or not target:
        return _UNPAIRED
    mean = (source + target / ratio) / 2
    delta = abs(target - source * ratio) / math.sqrt(mean * _VARIANCE)
    return -math.log(max(math.erfc(delta / math.sqrt(2)), 1e-300))


def _bonus(source: Sequence[_Item], target: Sequence[_Item]) -> float:
    """Return what the numbers and cognates that both sides have are worth."""
    a = source[0] if len(source) == 1 else _merge(source)
    b = target[0] if len(target) == 1 else _merge(target)
    bonus = _NUMBER_BONUS * len(a.numbers & b.numbers)
    bonus += _COGNATE_BONUS * len(a.cognates & b.cognates)
    return min(bonus, _MAX_BONUS * min(len(source), len(target)))
