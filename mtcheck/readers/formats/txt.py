"""Plain text: the file is the text. Segmentation finds its paragraphs."""

from __future__ import annotations

from mtcheck.core.documents import Document, Meta
from mtcheck.core.spans import OffsetMap
from mtcheck.readers.base import Format, ReadOptions
from mtcheck.readers.decoding import decode
from mtcheck.readers.metadata import published_date


def read(data: bytes, name: str, options: ReadOptions) -> Document:
    """Return the document; its date is the one that it opens with or its file name has."""
    decoded = decode(data, name, encoding=options.encoding, lang=options.lang)
    return Document(
        uri=name,
        raw=decoded.text,
        text=decoded.text,
        offsets=OffsetMap.identity(len(decoded.text)),
        format="text",
        meta=Meta(published=published_date(decoded.text, name)),
        notes=decoded.notes,
    )


FORMAT = Format("text", "plain text", (".txt", ".text"), read)
