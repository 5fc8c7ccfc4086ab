"""OpenDocument text: paragraphs, headings, lists and tables; deleted text is left out."""

from __future__ import annotations

from collections.abc import Iterator

from mtcheck.core.documents import BlockKind, Document, Meta
from mtcheck.core.errors import InputError
from mtcheck.readers.archive import member, open_archive
from mtcheck.readers.base import Format, ReadOptions
from mtcheck.readers.decoding import decode
from mtcheck.readers.extracted import Extracted, document_of
from mtcheck.readers.metadata import iso_date, language
from mtcheck.readers.xml_events import Event, events

_BREAKS = {"tab": "\t", "line-break": "\n"}
# Deleted text, comments, note marks, index entries and drawings' descriptions are not read.
_HIDDEN = frozenset({
    "tracked-changes", "annotation", "note-citation", "table-of-content", "illustration-index",
    "alphabetical-index", "bibliography", "desc", "title", "forms", "sequence-decls",
})  # fmt: skip


def read(data: bytes, name: str, options: ReadOptions) -> Document:
    """Return the document; its units are named "paragraph 12" or "table 1, row 2, cell 3".

    Raises:
        InputError: ``damaged-file``, ``encrypted-file``, ``zip-bomb``, ``entity-declaration`` or
            ``no-text``.
    """
    with open_archive(data, name) as archive:
        content = member(archive, "content.xml", name, options.max_bytes)
        if content is None:
            raise InputError("damaged-file", "there is no content.xml in it", where=name)
        manifest = member(archive, "META-INF/manifest.xml", name, options.max_bytes) or b""
        if b"encryption-data" in manifest:
            raise InputError("encrypted-file", "the document has a password", where=name)
        info = member(archive, "meta.xml", name, options.max_bytes)
    where = f"{name}!content.xml"
    found = _blocks(events(decode(content, where).text, where))
    meta = Meta() if info is None else _meta(events(decode(info, name).text, f"{name}!meta.xml"))
    return document_of(found, name, "odt", meta=meta, notes=())


def _blocks(found: list[Event]) -> Iterator[Extracted]:
    stack: list[list[str]] = []
    hidden = lists = paragraph = table = 0
    rows: list[list[int]] = []
    for event in found:
        tag = event.name
        if event.kind == "start":
            if hidden or tag in _HIDDEN:
                hidden += 1
            elif tag in {"p", "h"}:
                stack.append([])
            elif tag == "table":
                table += 1
                rows.append([table, 0, 0])
            elif tag == "table-row" and rows:
                rows[-1][1:] = [rows[-1][1] + 1, 0]
            elif tag == "table-cell" and rows:
                rows[-1][2] += 1
            elif tag == "list":
                lists += 1
            elif tag == "s" and stack:
                count = event.attributes.get("c", "1")
                stack[-1].append(" " * min(int(count) if count.isdecimal() else 1, 100))
            elif tag in _BREAKS and stack:
                stack[-1].append(_BREAKS[tag])
        elif event.kind == "text":
            if stack and not hidden:
                # Runs of white space, line ends too, are one space, as in HTML.
                stack[-1].append(_collapsed(event.text, stack[-1]))
        elif hidden:
            hidden -= 1
        elif tag == "table" and rows:
            rows.pop()
        elif tag == "list":
            lists -= 1
        elif tag in {"p", "h"} and stack:
            paragraph += 1
            kind = BlockKind.HEADING if tag == "h" else BlockKind.PARAGRAPH
            if rows:
                kind = BlockKind.CELL
            elif lists and tag == "p":
                kind = BlockKind.LIST_ITEM
            place = "table {}, row {}, cell {}".format(*rows[-1]) if rows else ""
            yield "".join(stack.pop()), kind, place or f"paragraph {paragraph}"


def _collapsed(text: str, before: list[str]) -> str:
    plain = "".join(c if c not in "\t\r\n" else " " for c in text)
    while "  " in plain:
        plain = plain.replace("  ", " ")
    follows_space = not before or before[-1].endswith((" ", "\n", "\t"))
    return plain.removeprefix(" ") if follows_space else plain


def _meta(found: list[Event]) -> Meta:
    values: dict[str, str] = {}
    open_tag = ""
    for event in found:
        if event.kind == "start":
            open_tag = event.name
        elif event.kind == "text" and event.text.strip():
            values[open_tag] = values.get(open_tag, "") + event.text
    return Meta(
        title=values.get("title"),
        byline=values.get("creator") or values.get("initial-creator"),
        published=iso_date(values.get("creation-date", "")),
        lang=language(values.get("language")),
    )


FORMAT = Format("odt", "OpenDocument text", (".odt", ".ott"), read)
