"""Word documents: paragraphs, headings, lists and tables; deleted text and fields are left out.

Read straight from the archive's XML: all that a check needs is the text of runs, in order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from zipfile import ZipFile

from mtcheck.core.documents import BlockKind, Document, Meta
from mtcheck.core.errors import InputError
from mtcheck.readers.archive import member, open_archive
from mtcheck.readers.base import Format, ReadOptions
from mtcheck.readers.decoding import decode
from mtcheck.readers.extracted import Extracted, document_of
from mtcheck.readers.metadata import iso_date, language
from mtcheck.readers.office_places import OfficePlaces
from mtcheck.readers.xml_events import Event, events, texts_by_element

_BODY = "word/document.xml"
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
# Text in these is not the reader's: deletions, moved-away text, field codes, fallback drawings.
_HIDDEN = frozenset({"del", "moveFrom", "instrText", "Fallback", "rPr", "pPrChange", "sectPr"})
_TABLES = {"table": "tbl", "row": "tr", "cell": "tc"}
_HEADING = re.compile(r"heading|title|titre|überschrift|título|titulo", re.I)
_CAPTION = re.compile(r"caption|légende|beschriftung|legenda|leyenda|epígrafe", re.I)
_QUOTE = re.compile(r"quote|citation|zitat|cita", re.I)
_LIST = re.compile(r"list", re.I)


def read(data: bytes, name: str, options: ReadOptions) -> Document:
    """Return the document; its units are named "paragraph 12" or "table 1, row 2, cell 3".

    Raises:
        InputError: ``damaged-file``, ``encrypted-file``, ``zip-bomb``, ``entity-declaration`` or
            ``no-text``.
    """
    with open_archive(data, name) as archive:
        body = _xml(archive, _BODY, name, options)
        if body is None:
            raise InputError("damaged-file", f"there is no {_BODY} in it", where=name)
        styles = _style_names(_xml(archive, "word/styles.xml", name, options) or [])
        found = list(_blocks(body, styles))
        for part, title in (("footnotes", "footnote"), ("endnotes", "endnote")):
            notes = _xml(archive, f"word/{part}.xml", name, options) or []
            texts = [text for text, _, _ in _blocks(notes, styles)]
            found += ((t, BlockKind.PARAGRAPH, f"{title} {i}") for i, t in enumerate(texts, 1))
        meta = _meta(_xml(archive, "docProps/core.xml", name, options) or [])
    return document_of(found, name, "docx", meta=meta, notes=())


def _xml(archive: ZipFile, path: str, name: str, options: ReadOptions) -> list[Event] | None:
    data = member(archive, path, name, options.max_bytes)
    return None if data is None else events(decode(data, f"{name}!{path}").text, f"{name}!{path}")


def _style_names(found: list[Event]) -> Mapping[str, str]:
    """Return the names of styles by id: ids are translated in Word's localised versions."""
    names: dict[str, str] = {}
    style = ""
    for event in found:
        if event.kind == "start" and event.name == "style":
            style = event.attributes.get("styleId", "")
        elif event.kind == "start" and event.name == "name" and style:
            names.setdefault(style, event.attributes.get("val", ""))
    return names


def _blocks(found: list[Event], styles: Mapping[str, str]) -> Iterator[Extracted]:
    # A text box is a paragraph within a paragraph: each has its own parts.
    stack: list[list[str]] = []
    kinds: list[BlockKind] = []
    in_text = False
    places = OfficePlaces(_TABLES, _HIDDEN)
    for event in found:
        tag = event.name
        if not places.take(event):
            continue
        if event.kind == "start":
            if tag == "p":
                stack.append([])
                kinds.append(BlockKind.CELL if places.in_table else BlockKind.PARAGRAPH)
            elif tag == "t":
                in_text = True
            elif tag in _BREAKS and stack:
                stack[-1].append(_BREAKS[tag])
            elif tag == "pStyle" and kinds:
                style = event.attributes.get("val", "")
                kinds[-1] = _kind(f"{style} {styles.get(style, '')}", kinds[-1])
            elif tag == "numPr" and kinds and kinds[-1] is BlockKind.PARAGRAPH:
                kinds[-1] = BlockKind.LIST_ITEM
        elif event.kind == "text":
            if in_text and stack:
                stack[-1].append(event.text)
        elif tag == "t":
            in_text = False
        elif tag == "p" and stack:
            yield "".join(stack.pop()), kinds.pop(), places.paragraph_ends()


def _kind(style: str, default: BlockKind) -> BlockKind:
    for pattern, kind in (
        (_HEADING, BlockKind.HEADING),
        (_CAPTION, BlockKind.CAPTION),
        (_QUOTE, BlockKind.QUOTE),
        (_LIST, BlockKind.LIST_ITEM),
    ):
        if pattern.search(style):
            return kind
    return default


def _meta(found: list[Event]) -> Meta:
    values = texts_by_element(found)
    return Meta(
        title=values.get("title"),
        byline=values.get("creator"),
        # The day of writing is the nearest that a Word file knows to a date of publication.
        published=iso_date(values.get("created", "")),
        lang=language(values.get("language")),
    )


FORMAT = Format("docx", "Word (DOCX)", (".docx", ".docm"), read)
