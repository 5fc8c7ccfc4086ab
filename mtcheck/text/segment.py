"""Blocks of plain text, and sentences of any document, as exact spans.

Sentences come from sentencex (Rust, rules for some 300 languages, about 5 MB of text a second),
chosen over pysbd: pysbd has no Portuguese, breaks sentences at every line end and takes minutes for
long lines. A few abbreviations of news text that sentencex does not know are mended here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from mtcheck.core.documents import Block, BlockKind, Document, Segment
from mtcheck.core.spans import Span
from mtcheck.text.boundaries import refine

# No sentence of prose is longer; what is (minified data, text without punctuation) is cut at white
# space, so that no later step meets a segment of megabytes.
MAX_SEGMENT = 2000
# Lines that an editor or mail program wrapped are this wide.
_WRAP_WIDTHS = range(40, 121)
_BLANK = "".join(c for c in map(chr, range(0x3001)) if c.isspace()) + "\ufeff\u200b"
_LINE = re.compile(r"[^\r\n\u2028\u2029\f\v\x85]+")
_BULLET = re.compile(r"(?:[-*+•‣▪◦·–—]|\(?\d{1,3}[.)]|\(?[a-z]\))[ \t]+(?=\S)")
_TERMINAL = re.compile(r"[.!?…:;。！？؟।]['\"”’»)\]]*$")
# Half characters that a damaged file may hold; sentencex takes only what UTF-8 can hold.
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MAX_HEADING = 150
# Any punctuation but what never ends a sentence, in any script.
_MAY_END = re.compile(r"[^\w\s,'’\"“”«»()-]")


def segment(document: Document) -> Document:
    """Return the document with its blocks (if it had none) and segments filled in.

    Segments are in text order, never overlap, never cross a block, and neither begin nor end with
    white space. A block that has a ``source`` is one segment whatever it holds; others are cut into
    sentences by the rules of ``document.lang`` (English ones if that is None).
    """
    blocks = document.blocks or tuple(_plain_blocks(document.text))
    segments: list[Segment] = []
    for number, block in enumerate(blocks):
        if block.source is not None or block.kind is BlockKind.UNIT:
            spans = [_trim(document.text, block.span)]
        else:
            spans = sentences(document.text, block.span, document.lang)
        for span in spans:
            if len(span):
                segments.append(Segment(len(segments), span, number, block.kind, block.source))
    return replace(document, blocks=blocks, segments=tuple(segments))


def sentences(text: str, span: Span, lang: str | None) -> list[Span]:
    """Return the sentences within ``span`` of ``text``, trimmed of white space, none empty."""
    part = span.of(text)
    if not _MAY_END.search(part, 0, len(part) - 1):  # one call less for each short line and heading
        return [
            piece.shift(span.start) for piece in _cut_long(part, _trim(part, Span(0, len(part))))
        ]
    import sentencex

    lang = lang or "en"
    found = sentencex.get_sentence_boundaries(lang, _SURROGATE.sub("\ufffd", part))
    cuts = refine(part, [int(b["start_index"]) for b in found[1:]], lang)
    out: list[Span] = []
    for start, end in zip([0, *cuts], [*cuts, len(part)], strict=True):
        whole = _trim(part, Span(start, end))
        out += (piece.shift(span.start) for piece in _cut_long(part, whole))
    return out


def _cut_long(text: str, span: Span) -> Iterator[Span]:
    start = span.start
    while span.end - start > MAX_SEGMENT:
        cut = max(text.rfind(" ", start + 1, start + MAX_SEGMENT), start)
        end = cut if cut > start else start + MAX_SEGMENT
        # Never between a character and its combining mark, joiner or variation selector.
        while end < span.end and cut == start and _continues(text[end]):
            end += 1
        piece = _trim(text, Span(start, end))
        if len(piece):
            yield piece
        start = end
    piece = _trim(text, Span(start, span.end))
    if len(piece):
        yield piece


def _continues(char: str) -> bool:
    import unicodedata

    return char == "\u200d" or unicodedata.category(char)[0] == "M"


def _trim(text: str, span: Span) -> Span:
    if span.start < span.end and not (text[span.start] in _BLANK or text[span.end - 1] in _BLANK):
        return span  # nearly all are trimmed already
    part = span.of(text)
    head = len(part) - len(part.lstrip(_BLANK))
    return Span(span.start + head, span.start + max(head, len(part.rstrip(_BLANK))))


def _plain_blocks(text: str) -> Iterator[Block]:
    """Yield paragraphs: runs of lines that were wrapped, else single lines."""
    groups = list(_line_groups(text))
    wrapped = _is_wrapped(text, groups)
    first = True
    for group in groups:
        for start, end in _paragraphs(text, group, wrapped):
            span = _trim(text, Span(start, end))
            if not len(span):
                continue
            kind = BlockKind.PARAGRAPH
            bullet = _BULLET.match(text, span.start, span.end)
            if bullet:
                kind, span = BlockKind.LIST_ITEM, Span(bullet.end(), span.end)
            elif first and len(span) <= _MAX_HEADING and not _TERMINAL.search(span.of(text)):
                # Only the first line of a text is surely its headline.
                kind = BlockKind.HEADING
            first = False
            yield Block(span, kind)


def _line_groups(text: str) -> Iterator[list[tuple[int, int]]]:
    """Yield runs of non-blank lines as (start, end) pairs without their line ends."""
    group: list[tuple[int, int]] = []
    last_end = 0
    for match in _LINE.finditer(text):
        blank_between = text.count("\n", last_end, match.start()) > 1 or (
            text.count("\r", last_end, match.start()) > 1
        )
        if group and blank_between:
            yield group
            group = []
        last_end = match.end()
        if match.group().isspace():
            if group:
                yield group
                group = []
            continue
        group.append(match.span())
    if group:
        yield group


def _is_wrapped(text: str, groups: list[list[tuple[int, int]]]) -> bool:
    """Tell whether lines end only because the next word had no room in the text's width."""
    pairs = [pair for group in groups for pair in pairwise(group)]
    if len(pairs) < 3:
        return False
    width = max(end - start for group in groups for start, end in group)
    if width not in _WRAP_WIDTHS:
        return False
    full = 0
    for (start, end), (next_start, next_end) in pairs:
        space = text.find(" ", next_start, next_end)
        word = (next_end if space < 0 else space) - next_start
        full += end - start + 1 + word > width
    return full >= 0.9 * len(pairs)


def _paragraphs(
    text: str, group: list[tuple[int, int]], wrapped: bool
) -> Iterator[tuple[int, int]]:
    start, end = group[0]
    for next_start, next_end in group[1:]:
        bullet = _BULLET.match(text, next_start, next_end)
        # A long line without a full stop, then a small letter: one sentence over two lines.
        runs_on = (
            end - start >= _WRAP_WIDTHS.start
            and text[next_start].islower()
            and not _TERMINAL.search(text, max(start, end - 4), end)
        )
        if bullet is None and (wrapped or runs_on):
            end = next_end
        else:
            yield start, end
            start, end = next_start, next_end
    yield start, end
