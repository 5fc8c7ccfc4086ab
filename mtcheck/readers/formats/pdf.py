"""PDF: the text of its pages, lines joined to paragraphs, by pypdf."""

from __future__ import annotations

import contextlib
import io
import logging
import re
from collections.abc import Iterator
from datetime import datetime

from mtcheck.core.documents import BlockKind, Document, Meta
from mtcheck.core.errors import InputError
from mtcheck.readers.base import Format, ReadOptions
from mtcheck.readers.extracted import Extracted, document_of

_TERMINAL = re.compile(r"[.!?…:;。！？][\"'”’»)\]]*$")
_PAGE_NUMBER = re.compile(r"(?:page\s*)?[-–]?\s*\d{1,4}\s*[-–]?(?:\s*(?:/|of|de)\s*\d{1,4})?", re.I)
_HYPHENATED = re.compile(r"[^\W\d_]{2,}[-\u00ad\u2010]$")
_BULLET = re.compile(r"[•▪◦‣–—*-]\s|\d{1,2}[.)]\s")
# A line shorter than this share of its page's widest one, with final punctuation, ends a paragraph.
_SHORT_LINE = 0.75


def read(data: bytes, name: str, options: ReadOptions) -> Document:
    """Return the document; its units are named "page 3".

    Words hyphenated at line ends are joined; lines of nothing but a page number are left out.

    Raises:
        InputError: ``damaged-file``, ``encrypted-file`` or ``no-text`` (scanned pages).
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    # pypdf logs what it repairs; a report's notes are no place for it.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise _encrypted(name)
        pages = [page.extract_text() for page in reader.pages]
        meta = _meta(reader)
    except InputError:
        raise
    except (FileNotDecryptedError, DependencyError):
        raise _encrypted(name) from None
    except MemoryError:
        raise
    except Exception as error:
        # Damaged files make pypdf raise nearly anything: KeyError, TypeError, RecursionError, ….
        what = f"not a readable PDF: {type(error).__name__}: {error}"
        raise InputError("damaged-file", what, where=name) from None
    found = (block for number, text in enumerate(pages, 1) for block in _blocks(text, number))
    return document_of(found, name, "pdf", meta=meta, notes=_notes(pages))


def _encrypted(name: str) -> InputError:
    return InputError("encrypted-file", "the PDF has a password", where=name)


def _notes(pages: list[str]) -> tuple[str, ...]:
    empty = [str(i) for i, text in enumerate(pages, 1) if not text.strip()]
    if not empty or len(empty) == len(pages):
        return ()
    more = "…" if len(empty) > 10 else ""
    return (f"no text on pages {', '.join(empty[:10])}{more}",)


def _blocks(page: str, number: int) -> Iterator[Extracted]:
    # Lone surrogates come out of broken font tables; nothing later could encode them.
    page = page.encode("utf-8", errors="replace").decode("utf-8")
    lines = [line.strip() for line in page.splitlines()]
    width = max(map(len, lines), default=0)
    paragraph = ""
    for line in [*lines, ""]:
        if _PAGE_NUMBER.fullmatch(line):
            continue
        if not line or (paragraph and _BULLET.match(line)):
            if paragraph:
                yield paragraph, BlockKind.PARAGRAPH, f"page {number}"
            paragraph = line
        elif _HYPHENATED.search(paragraph) and line[0].islower():
            paragraph = paragraph[:-1] + line
        else:
            paragraph = f"{paragraph} {line}" if paragraph else line
        if paragraph and len(line) < _SHORT_LINE * width and _TERMINAL.search(line):
            yield paragraph, BlockKind.PARAGRAPH, f"page {number}"
            paragraph = ""


def _meta(reader: object) -> Meta:
    info = getattr(reader, "metadata", None)
    if info is None:
        return Meta()
    created: datetime | None = None
    with contextlib.suppress(ValueError):
        created = info.creation_date
    return Meta(
        title=str(info.title) if info.title else None,
        byline=str(info.author) if info.author else None,
        published=created.date() if created else None,
    )


FORMAT = Format("pdf", "PDF", (".pdf",), read)
