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
from mtcheck.readers.office_places import OfficePlaces
from mtcheck.readers.xml_events import Event, events, texts_by_element

_TABLES = {"table": "table", "row": "table-row", "cell": "table-cell"}
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
    lists = 0
    places = OfficePlaces(_TABLES, _HIDDEN)
    for event in found:
        tag = event.name
        if not places.take(event):
            continue
        if event.kind == "start":
            if tag in {"p", "h"}:
                stack.append([])
            elif tag == "list":
                lists += 1
            elif tag == "s" and stack:
                count = event.attributes.get("c", "1")
                stack[-1].append(" " * min(int(count) if count.isdecimal() else 1, 100))
            elif tag in _BREAKS and stack:
                stack[-1].append(_BREAKS[tag])
        elif event.kind == "text":
            if stack:
                # Runs of white space, line ends too, are one space, as in HTML.
                stack[-1].append(_collapsed(event.text, stack[-1]))
        elif tag == "list":
            lists -= 1
        elif tag in {"p", "h"} and stack:
            kind = BlockKind.HEADING if tag == "h" else BlockKind.PARAGRAPH
            if places.in_table:
                kind = BlockKind.CELL
            elif lists and tag == "p":
                kind = BlockKind.LIST_ITEM
            yield "".join(stack.pop()), kind, places.paragraph_ends()


def _collapsed(text: str, before: list[str]) -> str:
    plain = "".join(c if c not in "\t\r\n" else " " for c in text)
    while "  " in plain:
        plain = plain.replace("  ", " ")
    follows_space = not before or before[-1].endswith((" ", "\n", "\t"))
    return plain.removeprefix(" ") if follows_space else plain


def _meta(found: list[Event]) -> Meta:
    values = texts_by_element(found)
    return Meta(
        title=values.get("title"),
        byline=values.get("creator") or values.get("initial-creator"),
        published=iso_date(values.get("creation-date", "")),
        lang=language(values.get("language")),
    )


FORMAT = Format("odt", "OpenDocument text", (".odt", ".ott"), read)
