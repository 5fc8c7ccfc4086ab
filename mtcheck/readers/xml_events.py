"""XML as events with places in the file; no entity of the file's own is ever expanded.

Expat (standard library) parses; it tells at which byte each event begins, and an event ends where
the next one begins. That is all that exact offsets need.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from xml.parsers import expat  # nosec - see the refused entity declarations below

from mtcheck.core.errors import InputError
from mtcheck.readers.builder import TextBuilder
from mtcheck.readers.decoding import Decoded, decode

_DECLARED = re.compile(rb"\A\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([\w.-]+)[\"']")


@dataclass(frozen=True, slots=True)
class Event:
    """An element's start or end, or a stretch of character data.

    ``name`` is the local name without namespace, ``attributes`` likewise (``xml:lang`` is
    ``lang``). ``[start, end)`` is the event's place in the decoded file, in code points.
    """

    kind: Literal["start", "end", "text"]
    name: str
    attributes: Mapping[str, str]
    text: str
    start: int
    end: int


def decode_xml(data: bytes, name: str, encoding: str | None, lang: str | None) -> Decoded:
    """Return the text of an XML file, by its byte order mark, declaration or as `decode` does."""
    declared = _DECLARED.match(data)
    if encoding is None and declared is not None:
        codec = declared[1].decode("ascii").lower()
        # A declaration that could be read is ASCII-compatible: "UTF-16" in it would be a lie.
        if not codec.startswith(("utf-8", "utf-16", "us-ascii")):
            encoding = codec
    return decode(data, name, encoding=encoding, lang=lang)


def events(text: str, name: str) -> list[Event]:
    """Return all events of an XML document.

    Raises:
        InputError: ``damaged-file`` with line and column if it is not well-formed, or
            ``entity-declaration`` if it declares entities of its own ("billion laughs").
    """
    parser = expat.ParserCreate("utf-8", "}")
    parser.buffer_text = False
    found: list[tuple[Literal["start", "end", "text"], str, Mapping[str, str], str, int]] = []

    def entity(*_: object) -> None:
        raise InputError(
            "entity-declaration",
            "the file declares XML entities of its own, which mtcheck does not expand",
            where=f"{name}:{parser.CurrentLineNumber}",
            try_="remove the <!ENTITY …> declarations",
        )

    def start(tag: str, attributes: dict[str, str]) -> None:
        plain = {_local(key): value for key, value in attributes.items()}
        found.append(("start", _local(tag), plain, "", parser.CurrentByteIndex))

    def end(tag: str) -> None:
        found.append(("end", _local(tag), {}, "", parser.CurrentByteIndex))

    def characters(content: str) -> None:
        found.append(("text", "", {}, content, parser.CurrentByteIndex))

    def other(*_: object) -> None:
        # Comments, CDATA borders and processing instructions end the text before them.
        found.append(("text", "", {}, "", parser.CurrentByteIndex))

    parser.EntityDeclHandler = entity
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.CommentHandler = other
    parser.ProcessingInstructionHandler = other
    parser.StartCdataSectionHandler = other
    parser.EndCdataSectionHandler = other
    data = text.encode("utf-8", errors="surrogatepass")
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise InputError(
            "damaged-file",
            f"not well-formed XML: {expat.ErrorString(error.code)}",
            where=f"{name}:{error.lineno}:{error.offset + 1}",
        ) from None
    starts = _code_points(data, [each[-1] for each in found] + [len(data)])
    return [
        Event(kind, tag, attributes, content, starts[i], starts[i + 1])
        for i, (kind, tag, attributes, content, _) in enumerate(found)
    ]


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _code_points(data: bytes, indices: list[int]) -> list[int]:
    """Return the code-point offsets of ascending byte offsets."""
    out: list[int] = []
    at = count = 0
    for index in indices:
        if index > at:
            count += len(data[at:index].decode("utf-8", errors="ignore"))
            at = index
        out.append(count)
    return out


def append_text(builder: TextBuilder, event: Event) -> None:
    """Append an event's character data to ``builder`` with its place in the file."""
    if not event.text:
        return
    verbatim = event.start + len(event.text)
    if builder.raw[event.start : verbatim] == event.text:
        builder.verbatim(event.start, verbatim)
    else:  # an entity or character reference, or a line end that XML normalises
        builder.replaced(
            event.text, event.start, min(event.end, _reference_end(builder.raw, event))
        )


def _reference_end(raw: str, event: Event) -> int:
    if raw.startswith("&", event.start):
        return raw.find(";", event.start) + 1 or event.end
    return event.end


def texts_by_element(found: Iterable[Event]) -> dict[str, str]:
    """Return the text of each element by name, as properties of documents are written."""
    values: dict[str, str] = {}
    open_tag = ""
    for event in found:
        if event.kind == "start":
            open_tag = event.name
        elif event.kind == "text" and event.text.strip():
            values[open_tag] = values.get(open_tag, "") + event.text
    return values
