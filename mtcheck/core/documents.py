"""What a reader makes of a file, and what segmentation makes of a document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mtcheck.core.spans import OffsetMap, Span


class BlockKind(StrEnum):
    """Role of a block in its document."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list-item"
    CELL = "cell"
    CAPTION = "caption"
    QUOTE = "quote"
    UNIT = "unit"  # a translation unit of a bilingual file, a subtitle


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, cell or translation unit.

    ``span`` is in ``Document.text``. ``source`` is the text that this block translates, where the
    file (or the caller) gives one; ``unit`` is the file's own name for it (unit id, cell, page).
    """

    span: Span
    kind: BlockKind = BlockKind.PARAGRAPH
    unit: str | None = None
    source: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence of prose or a whole translation unit; ``span`` is in ``Document.text``.

    ``source`` is the aligned source text, None where there is none; ``lang`` the segment's own
    language if it was identified with confidence and differs from the document's.
    """

    index: int
    span: Span
    block: int
    kind: BlockKind = BlockKind.PARAGRAPH
    source: str | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Meta:
    """What is known about an article besides its text (front matter, HTML head, API)."""

    title: str | None = None
    byline: str | None = None
    published: dt.date | None = None
    lang: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """One text to check.

    ``raw`` is the text as the user gave it (the decoded file, or, for DOCX, ODT and PDF, which have
    no plain text of their own, the extracted text); ``text`` is what is checked; ``offsets`` maps
    text to raw. For plain text all of it is the same. ``notes`` are remarks of the reader that the
    report repeats, such as an assumed encoding.
    """

    uri: str
    raw: str
    text: str
    offsets: OffsetMap
    blocks: tuple[Block, ...] = ()
    segments: tuple[Segment, ...] = ()
    lang: str | None = None
    source_lang: str | None = None
    format: str = "text"
    meta: Meta = Meta()
    notes: tuple[str, ...] = ()

    @property
    def bilingual(self) -> bool:
        """True where at least one block or segment has a source."""
        return any(b.source is not None for b in self.blocks) or any(
            s.source is not None for s in self.segments
        )

    @classmethod
    def plain(cls, text: str, *, uri: str = "<text>", lang: str | None = None) -> Document:
        """Return a document whose text is its own raw form, without blocks yet."""
        return cls(uri=uri, raw=text, text=text, offsets=OffsetMap.identity(len(text)), lang=lang)


@dataclass(frozen=True, slots=True)
class Article:
    """What a caller hands over besides a path or a bare string.

    ``source`` is the text that ``text`` translates; ``meta`` helps the rules (publication date).
    """

    text: str
    source: str | None = None
    lang: str | None = None
    source_lang: str | None = None
    uri: str = "<text>"
    meta: Meta = Meta()
