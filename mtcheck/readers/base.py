"""What a file format is, and what its reader may be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from mtcheck.core.config import Config
from mtcheck.core.documents import Document

# Larger files are refused: a text of 64 MiB is some ten million words, so it is a mistake or a
# corpus, and a corpus is checked file by file.
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read; each reader takes what it needs.

    Attributes:
        lang: language of the text, where the caller knows it.
        source_lang: language that it was translated from.
        encoding: a Python codec name; None = detected.
        columns: for TSV, CSV and JSONL: role (``target``, ``source``, ``id``) → column name, or
            number counted from 1.
        selector: CSS selector of the HTML elements to check.
        format: name of a format; None = by extension and content.
        source_path: the file with the original lines, for two line files and subtitle pairs.
        max_bytes: limit on the size of a file, and of what an archive unpacks to.
    """

    lang: str | None = None
    source_lang: str | None = None
    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    selector: str | None = None
    format: str | None = None
    source_path: Path | None = None
    max_bytes: int = MAX_BYTES

    @classmethod
    def of(
        cls, config: Config, *, format: str | None = None, source_path: Path | None = None
    ) -> ReadOptions:
        """Return the options that a configuration describes."""
        return cls(
            lang=config.lang,
            source_lang=config.source_lang,
            columns=config.columns,
            selector=config.selector,
            format=format,
            source_path=source_path,
        )


class ReadBytes(Protocol):
    """Makes a document of a file's bytes; ``name`` is for messages, meta data and the URI."""

    def __call__(self, data: bytes, name: str, options: ReadOptions) -> Document:
        """Return the document.

        Raises:
            InputError: the bytes are not a file of this format that can be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """A file format; ``name`` is what a user calls it, ``extensions`` are lower case with dot."""

    name: str
    title: str
    extensions: tuple[str, ...]
    read: ReadBytes
    bilingual: bool = False
