"""Markdown: prose is read; front matter, code, HTML, URLs and markup are left alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from mtcheck.core.documents import BlockKind, Document
from mtcheck.readers.base import Format, ReadOptions
from mtcheck.readers.builder import TextBuilder
from mtcheck.readers.decoding import decode
from mtcheck.readers.front_matter import front_matter
from mtcheck.readers.markdown_inline import normalise_label, pieces
from mtcheck.readers.metadata import from_fields, published_date

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_QUOTE = re.compile(r"(?:[ \t]{0,3}>[ \t]?)+")
_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,}|\$\$\s*$)")
_HEADING = re.compile(r"[ \t]{0,3}(#{1,6})(?:[ \t]+|$)")
_HEADING_TAIL = re.compile(r"(?:^|[ \t]+)#*[ \t]*(?:\{[^{}]*\})?[ \t]*$")
_SETEXT = re.compile(r"[ \t]{0,3}(?:=+|-+)[ \t]*$")
_RULE = re.compile(r"[ \t]{0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|(\d{1,9})[.)])(?:[ \t]+(?:\[[ xX]\][ \t]+)?|$)")
_DEFINITION = re.compile(r"[ \t]{0,3}\[((?!\^)[^\[\]]+)\]:[ \t]*\S+")
_FOOTNOTE = re.compile(r"[ \t]{0,3}\[\^[^\[\]\s]+\]:[ \t]*")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_CELL_BORDER = re.compile(r"\\.|`+[^`]*`+|\|")
_TEMPLATE = re.compile(r"[ \t]*(?:\{%.*%\}|\{\{.*\}\}|:::.*|<<<.*|%%.*)[ \t]*$")
_HTML = re.compile(
    r"[ \t]{0,3}<(?:(?P<comment>!--)|(?P<raw>script|style|pre|textarea)\b|(?P<other>[?!/]?(?:"
    r"address|article|aside|blockquote|body|button|center|dd|details|dialog|div|dl|dt|embed"
    r"|fieldset|figcaption|figure|footer|form|h[1-6]|head|header|hr|html|iframe|img|input|li|link"
    r"|main|meta|nav|object|ol|p|param|section|source|summary|svg|table|tbody|td|tfoot|th|thead"
    r"|title|tr|track|ul|video|audio|picture|[A-Z]\w*)\b))",
    re.I,
)
_IMAGE_ONLY = re.compile(
    r"!\[(?P<alt>[^\[\]]*)\]\([^()]*(?:\([^()]*\)[^()]*)*\)(?:\{[^{}]*\})?\s*$"
)


@dataclass(slots=True)
class _Paragraph:
    """Stretches of raw lines that belong together."""

    kind: BlockKind
    lines: list[tuple[int, int]] = field(default_factory=list)


def read(data: bytes, name: str, options: ReadOptions) -> Document:
    """Return the prose of a Markdown file; meta data from its front matter and first heading."""
    decoded = decode(data, name, encoding=options.encoding, lang=options.lang)
    raw = decoded.text
    fields, body = front_matter(raw)
    meta = from_fields(fields)
    lines = [(m.start(), m.end()) for m in _LINE.finditer(raw, body) if m.end() > m.start()]
    lines = [(start, start + len(raw[start:end].rstrip("\r\n"))) for start, end in lines]
    labels = {normalise_label(m[1]) for s, e in lines if (m := _DEFINITION.match(raw, s, e))}
    builder = TextBuilder(raw)
    for paragraph in _Blocks(raw, lines).paragraphs():
        _emit(builder, paragraph, labels)
    text = builder.text
    first = builder.blocks[0] if builder.blocks else None
    if meta.title is None and first is not None and first.kind is BlockKind.HEADING:
        meta = replace(meta, title=first.span.of(text))
    if meta.published is None:
        meta = replace(meta, published=published_date(text, name))
    return Document(
        uri=name,
        raw=raw,
        text=text,
        offsets=builder.offsets,
        blocks=tuple(builder.blocks),
        lang=meta.lang,
        format="markdown",
        meta=meta,
        notes=decoded.notes,
    )


class _Blocks:
    """Finds the paragraphs, headings, items and cells among lines."""

    def __init__(self, raw: str, lines: list[tuple[int, int]]) -> None:
        self._raw = raw
        self._lines = lines
        self._open: _Paragraph | None = None
        self._in_list = False

    def paragraphs(self) -> Iterator[_Paragraph]:
        i = 0
        after_blank = True
        while i < len(self._lines):
            start, end = self._lines[i]
            quote = _QUOTE.match(self._raw, start, end)
            inner = quote.end() if quote else start
            if not self._raw[inner:end].strip():
                yield from self._close()
                after_blank, i = True, i + 1
                continue
            skip = self._skipped(i, inner, end, after_blank)
            if skip is not None:
                yield from self._close()
                self._in_list = self._in_list and self._raw[inner] in " \t"
                after_blank, i = True, skip
                continue
            if self._is_table(i, inner, end):
                yield from self._close()
                cells, i = self._table(i)
                yield from cells
                after_blank = True
                continue
            yield from self._line(inner, end, quoted=quote is not None, after_blank=after_blank)
            after_blank, i = False, i + 1
        yield from self._close()

    def _close(self) -> Iterator[_Paragraph]:
        if self._open is not None and self._open.lines:
            yield self._open
        self._open = None

    def _line(
        self, start: int, end: int, *, quoted: bool, after_blank: bool
    ) -> Iterator[_Paragraph]:
        raw = self._raw
        if self._open is not None and _SETEXT.match(raw, start, end):
            self._open.kind = BlockKind.HEADING
            yield from self._close()
            return
        heading = _HEADING.match(raw, start, end)
        if heading is not None:
            yield from self._close()
            self._in_list = False
            tail = _HEADING_TAIL.search(raw, heading.end(), end)
            stop = tail.start() if tail else end
            yield _Paragraph(BlockKind.HEADING, [(heading.end(), stop)])
            return
        item = _ITEM.match(raw, start, end)
        # A number other than 1 within a paragraph is that paragraph's text, as in CommonMark.
        if item is not None and (item[1] in (None, "1") or self._open is None or self._in_list):
            yield from self._close()
            self._in_list = True
            while (nested := _ITEM.match(raw, item.end(), end)) is not None:
                item = nested
            self._open = _Paragraph(BlockKind.LIST_ITEM)
            self._add(item.end(), end)
            return
        if after_blank and not raw[start : start + 1].isspace():
            self._in_list = False
        footnote = _FOOTNOTE.match(raw, start, end)
        if footnote is not None:
            yield from self._close()
            start = footnote.end()
        if self._open is None:
            kind = BlockKind.QUOTE if quoted else BlockKind.PARAGRAPH
            self._open = _Paragraph(kind)
        self._add(start, end)

    def _add(self, start: int, end: int) -> None:
        assert self._open is not None
        start += len(self._raw[start:end]) - len(self._raw[start:end].lstrip(" \t"))
        if start < end:
            self._open.lines.append((start, end))

    def _skipped(self, i: int, start: int, end: int, after_blank: bool) -> int | None:
        """Return the line after the code, HTML or other non-prose that begins on line ``i``."""
        raw = self._raw
        # A fence may open a list item.
        item = _ITEM.match(raw, start, end)
        fence = _FENCE.match(raw, item.end() if item else start, end)
        if fence is not None:
            return self._after_fence(i, fence[1].strip())
        html = _HTML.match(raw, start, end)
        if html is not None and (self._open is None or html["comment"] or html["raw"]):
            return self._after_html(i, html)
        indented = raw.startswith(("    ", "\t"), start, end)
        if indented and after_blank and not self._in_list and item is None:
            return i + 1
        if self._open is None and _DEFINITION.match(raw, start, end):
            return i + 1
        if _RULE.match(raw, start, end) and not (self._open and _SETEXT.match(raw, start, end)):
            return i + 1
        return i + 1 if _TEMPLATE.match(raw, start, end) else None

    def _after_fence(self, i: int, mark: str) -> int:
        close = re.compile(rf"[ \t>]*{re.escape(mark[0])}{{{len(mark)},}}[ \t]*$")
        for j in range(i + 1, len(self._lines)):
            if close.match(self._raw, *self._lines[j]):
                return j + 1
        return len(self._lines)

    def _after_html(self, i: int, html: re.Match[str]) -> int:
        if html["comment"]:
            close = "-->"
        elif html["raw"]:
            close = f"</{html['raw'].lower()}"
        else:
            close = ""
        for j in range(i, len(self._lines)):
            line = self._raw[slice(*self._lines[j])]
            if close and close in line.lower():
                return j + 1
            if not close and not line.strip():
                return j
        return len(self._lines)

    def _is_table(self, i: int, start: int, end: int) -> bool:
        if "|" not in self._raw[start:end] or i + 1 >= len(self._lines):
            return False
        quote = _QUOTE.match(self._raw, *self._lines[i + 1])
        begin = quote.end() if quote else self._lines[i + 1][0]
        rule = _TABLE_RULE.match(self._raw, begin, self._lines[i + 1][1])
        return rule is not None and "-" in rule[0]

    def _table(self, i: int) -> tuple[list[_Paragraph], int]:
        cells: list[_Paragraph] = []
        row = i
        while row < len(self._lines):
            start, end = self._lines[row]
            quote = _QUOTE.match(self._raw, start, end)
            start = quote.end() if quote else start
            if "|" not in self._raw[start:end]:
                break
            if row != i + 1:
                borders = [
                    m.start() for m in _CELL_BORDER.finditer(self._raw, start, end) if m[0] == "|"
                ]
                for a, b in zip([start - 1, *borders], [*borders, end], strict=True):
                    part = self._raw[a + 1 : b]
                    left = a + 1 + len(part) - len(part.lstrip())
                    if part.strip():
                        cells.append(_Paragraph(BlockKind.CELL, [(left, left + len(part.strip()))]))
            row += 1
        return cells, row


def _emit(builder: TextBuilder, paragraph: _Paragraph, labels: Collection[str]) -> None:
    """Append the prose of a paragraph as a block."""
    raw = builder.raw
    lines = paragraph.lines
    joined = "\n".join(raw[start:end] for start, end in lines)
    kind = paragraph.kind
    image = _IMAGE_ONLY.match(joined)
    if image is not None:
        kind, lines = (
            BlockKind.CAPTION,
            [(lines[0][0] + image.start("alt"), lines[0][0] + image.end("alt"))],
        )
        joined = image["alt"] if len(paragraph.lines) == 1 else ""
    # Offsets in `joined` at which each line begins.
    begins = [0]
    for start, end in lines[:-1]:
        begins.append(begins[-1] + end - start + 1)

    def to_raw(offset: int, *, end: bool = False) -> int:
        line = bisect_right(begins, max(0, offset - 1) if end else offset) - 1
        return min(lines[line][0] + offset - begins[line], lines[line][1] + (0 if end else 1))

    found = pieces(joined, labels)
    if not any((joined[p.start : p.end] if p.text is None else p.text).strip() for p in found):
        return
    builder.separator()
    begin = len(builder)
    for piece in found:
        if piece.text is None:
            builder.verbatim(to_raw(piece.start), to_raw(piece.end, end=True))
        elif piece.text in (" ", "\n") and joined[piece.end - 1] == "\n":
            line = bisect_right(begins, piece.end - 1)
            builder.replaced(piece.text, to_raw(piece.start), lines[line][0])
        else:
            builder.replaced(piece.text, to_raw(piece.start), to_raw(piece.end, end=True))
    builder.block(begin, kind)


FORMAT = Format("markdown", "Markdown", (".md", ".markdown", ".mdx", ".mkd", ".qmd"), read)
