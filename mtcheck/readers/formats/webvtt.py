"""WebVTT subtitles, alone or in pairs."""

from __future__ import annotations

from mtcheck.core.documents import Document
from mtcheck.readers.base import Format, ReadOptions
from mtcheck.readers.subtitles import read_subtitles


def read(data: bytes, name: str, options: ReadOptions) -> Document:
    """Return the text of the cues; see `mtcheck.readers.subtitles`."""
    return read_subtitles(data, name, options, format_name="webvtt", entities=True)


FORMAT = Format("webvtt", "WebVTT", (".vtt",), read, True)
