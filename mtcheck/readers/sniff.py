"""Formats told from the first bytes, for files whose name says nothing."""

from __future__ import annotations

import re

_MARKUP = (
    ("html", re.compile(rb"\A\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S)),
    ("xliff", re.compile(rb"<(?:\w+:)?xliff\b")),
    ("tmx", re.compile(rb"<tmx\b")),
    ("webvtt", re.compile(rb"\A(?:\xef\xbb\xbf)?WEBVTT\b")),
    ("po", re.compile(rb'^msgid "', re.M)),
    ("subrip", re.compile(rb"\A\s*\d+\r?\n\d\d:\d\d:\d\d,\d{3} --> ")),
)
_HEAD = 4096


def sniff(data: bytes) -> str | None:
    """Return the name of the format that ``data`` surely is in, None for anything else."""
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        if b"application/vnd.oasis.opendocument.text" in data[:200]:
            return "odt"
        return "docx" if b"word/" in data else None
    head = data[:_HEAD]
    return next((name for name, pattern in _MARKUP if pattern.search(head)), None)
