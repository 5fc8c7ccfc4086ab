"""Two line files: line n of the file translates line n of the source file."""

from __future__ import annotations

import re

from mtcheck.core.documents import BlockKind, Document
from mtcheck.core.errors import InputError
from mtcheck.readers.base import Format, ReadOptions
from mtcheck.readers.builder import TextBuilder
from mtcheck.readers.decoding import decode
from mtcheck.readers.source_file import load_source

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


def read(data: bytes, name: str, options: ReadOptions) -> Document:
    """Return one block a line; without ``source_path`` the lines have no sources.

    Raises:
        InputError: ``line-count`` if the two files have different numbers of lines.
    """
    decoded = decode(data, name, encoding=options.encoding, lang=options.lang)
    builder = TextBuilder(decoded.text)
    lines = _lines(decoded.text)
    sources: list[str | None] = [None] * len(lines)
    notes = decoded.notes
    if options.source_path is not None:
        original = load_source(options)
        notes += original.notes
        sources = [original.text[start:end] for start, end in _lines(original.text)]
        if len(sources) != len(lines):
            raise InputError(
                "line-count",
                f"{len(lines)} lines, but {len(sources)} in {options.source_path}",
                where=name,
                try_="files with the same number of lines, line n translating line n",
            )
    for number, ((start, end), source) in enumerate(zip(lines, sources, strict=True), start=1):
        if decoded.text[start:end].strip():
            builder.separator("\n")
            begin = len(builder)
            builder.verbatim(start, end)
            kind = BlockKind.PARAGRAPH if source is None else BlockKind.UNIT
            builder.block(begin, kind, unit=f"line {number}", source=source)
    return Document(
        uri=name,
        raw=decoded.text,
        text=builder.text,
        offsets=builder.offsets,
        blocks=tuple(builder.blocks),
        source_lang=options.source_lang,
        format="lines",
        notes=notes,
    )


def _lines(text: str) -> list[tuple[int, int]]:
    """Return the lines without their ends; a last line end begins no further line."""
    return [
        (match.start(), match.start() + len(match[0].rstrip("\r\n")))
        for match in _LINE.finditer(text)
        if match[0]
    ]


FORMAT = Format("lines", "two line files", (".lines",), read, True)
