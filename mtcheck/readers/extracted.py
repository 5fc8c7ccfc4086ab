"""Documents whose format has no plain text of its own: the extracted text is their raw text."""

from __future__ import annotations

from collections.abc import Iterable

from mtcheck.core.documents import Block, BlockKind, Document, Meta
from mtcheck.core.errors import InputError
from mtcheck.core.spans import OffsetMap, Span

Extracted = tuple[str, BlockKind, str]


def document_of(
    blocks: Iterable[Extracted], name: str, format_name: str, *, meta: Meta, notes: tuple[str, ...]
) -> Document:
    """Return a document of (text, kind, unit) blocks, a blank line between any two.

    Raises:
        InputError: ``no-text`` if all of them are empty.
    """
    parts: list[str] = []
    placed: list[Block] = []
    length = 0
    for text, kind, unit in blocks:
        if not text.strip():
            continue
        if parts:
            parts.append("\n\n")
            length += 2
        parts.append(text)
        placed.append(Block(Span(length, length + len(text)), kind, unit))
        length += len(text)
    if not placed:
        raise InputError(
            "no-text",
            "no text was found in this document",
            where=name,
            try_="text recognition (OCR) first, if its pages are images",
        )
    whole = "".join(parts)
    return Document(
        uri=name,
        raw=whole,
        text=whole,
        offsets=OffsetMap.identity(length),
        blocks=tuple(placed),
        lang=meta.lang,
        format=format_name,
        meta=meta,
        notes=notes,
    )
