"""HTML pages: the article's text, or what ``selector`` names, with places in the page's source."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from mtcheck.core.documents import BlockKind, Document
from mtcheck.core.errors import InputError
from mtcheck.readers.base import Format, ReadOptions
from mtcheck.readers.builder import TextBuilder
from mtcheck.readers.decoding import Decoded, decode
from mtcheck.readers.html_content import headline, is_dropped, is_link_list, main_content
from mtcheck.readers.html_meta import page_meta
from mtcheck.readers.html_select import select
from mtcheck.readers.html_tree import BLOCKS, Element, Text, parse

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]+)", re.I)
_PIECE = re.compile(
    r"(?P<space>[ \t\r\n\f]+)|(?P<entity>&(?:#\d{1,7};?|#[xX][\da-fA-F]{1,6};?|\w{2,31};?))"
    r"|[^ \t\r\n\f&]+|&"
)
_KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), BlockKind.HEADING),
    **dict.fromkeys(("li", "dt", "dd"), BlockKind.LIST_ITEM),
    **dict.fromkeys(("td", "th"), BlockKind.CELL),
    **dict.fromkeys(("figcaption", "caption"), BlockKind.CAPTION),
    "blockquote": BlockKind.QUOTE,
}
_CODE = frozenset({"code", "kbd", "samp", "var", "tt"})
_WORD_LIKE = re.compile(r"[\w.-]{1,30}")
_FOOTNOTE_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[*†‡])[\])]?")


def read(data: bytes, name: str, options: ReadOptions) -> Document:
    """Return the article: headline, paragraphs, lists, tables, captions.

    Scripts, forms, navigation, code and what the page hides are left out.

    Raises:
        UsageError: ``bad-selector``.
        InputError: ``no-such-element`` if nothing matches the selector; ``no-text``.
    """
    decoded = _decode(data, name, options)
    raw = decoded.text
    root = parse(raw)
    builder = TextBuilder(raw)
    writer = _Writer(builder)
    if options.selector:
        content = select(root, options.selector)
        if not content:
            raise InputError(
                "no-such-element", f"nothing matches the selector {options.selector!r}", where=name
            )
    else:
        content = main_content(root, raw)
        title = headline(root, content)
        if title is not None:
            writer.write(title, chosen=True)
    for element in content:
        writer.write(element, chosen=True)
    if not builder.blocks:
        raise InputError(
            "no-text",
            "no article text was found in this page",
            where=name,
            try_="--selector with a CSS selector of the text's element",
        )
    meta = page_meta(root, raw)
    first = next((b for b in builder.blocks if b.kind is BlockKind.HEADING), None)
    if meta.title is None and first is not None:
        meta = replace(meta, title=first.span.of(builder.text))
    return Document(
        uri=name,
        raw=raw,
        text=builder.text,
        offsets=builder.offsets,
        blocks=tuple(builder.blocks),
        lang=meta.lang,
        format="html",
        meta=meta,
        notes=decoded.notes,
    )


def _decode(data: bytes, name: str, options: ReadOptions) -> Decoded:
    encoding = options.encoding
    declared = _CHARSET.search(data[:4096])
    if (
        encoding is None
        and declared is not None
        and not data.startswith((b"\xff\xfe", b"\xfe\xff"))
    ):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            codec = declared[1].decode("ascii").lower()
            # As browsers do: what calls itself Latin-1 is Windows-1252.
            codec = "cp1252" if codec in {"iso-8859-1", "latin1", "us-ascii"} else codec
            if not codec.startswith("utf"):
                encoding = codec
    try:
        return decode(data, name, encoding=encoding, lang=options.lang)
    except InputError:
        if options.encoding is not None or encoding is None:
            raise
        return decode(data, name, lang=options.lang)  # the page's declaration was wrong


class _Writer:
    """Writes the text of elements as blocks, white space collapsed as browsers show it."""

    def __init__(self, builder: TextBuilder) -> None:
        self._builder = builder
        self._begin: int | None = None  # of the open block
        self._kind = BlockKind.PARAGRAPH
        self._space: tuple[int, int] | None = None  # seen, and written before the next word

    def write(self, element: Element, *, chosen: bool) -> None:
        """Append the text below ``element``; what was ``chosen`` is a block of its own."""
        # Depth is limited by the parser.
        if is_dropped(element, chosen=chosen) or (not chosen and is_link_list(element)):
            return
        if element.name == "br":
            self._line_break(element)
            return
        if element.name in {"del", "s", "strike"} or self._is_aside(element):
            return
        outer = self._kind
        block = chosen or element.name in BLOCKS
        if block:
            self._close()
            self._kind = _KINDS.get(element.name, outer)
        for child in element.children:
            if isinstance(child, Text):
                self._text(child)
            else:
                self.write(child, chosen=False)
        if block:
            self._close()
            self._kind = outer

    def _is_aside(self, element: Element) -> bool:
        """Tell whether an inline element is no part of its sentence: code, a footnote's mark."""
        if element.name in _CODE:
            return _WORD_LIKE.fullmatch(element.text(self._builder.raw)) is None
        if element.name == "sup":
            linked = any(inner.name == "a" for inner in element.elements())
            mark = _FOOTNOTE_MARK.fullmatch(element.text(self._builder.raw))
            return linked and mark is not None
        return False

    def _line_break(self, element: Element) -> None:
        if self._begin is None:
            return
        end = self._builder.raw.find(">", element.start) + 1
        if self._builder.text_ends_with("\n"):
            self._close()  # two of them make a paragraph
        else:
            self._space = None
            self._builder.replaced("\n", element.start, end or len(self._builder.raw))

    def _text(self, node: Text) -> None:
        builder = self._builder
        for piece in _PIECE.finditer(builder.raw, node.start, node.end):
            start, end = piece.span()
            if piece["space"]:
                if self._begin is not None and self._space is None:
                    self._space = (start, end)
                continue
            if self._begin is None:
                builder.separator()
                self._begin, self._space = len(builder), None
            if self._space is not None and not builder.text_ends_with("\n"):
                builder.replaced(" ", *self._space)
            self._space = None
            text = html.unescape(piece[0]) if piece["entity"] else piece[0]
            builder.replaced(text, start, end)

    def _close(self) -> None:
        if self._begin is not None:
            self._builder.block(self._begin, self._kind)
        self._begin = self._space = None


FORMAT = Format("html", "HTML", (".html", ".htm", ".xhtml"), read)
