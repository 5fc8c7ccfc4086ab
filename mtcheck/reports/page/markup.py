"""Escaped HTML, and the page's own style and script with the hashes that its policy allows."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files

from mtcheck.core.languages import LANGUAGES
from mtcheck.reports.escape import xml

# Parse errors of HTML5 besides those of XML: C1 controls and noncharacters.
_NOT_HTML = re.compile(
    "[\x7f-\x9f\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
    + "]"
)


def text(value: object) -> str:
    """Return ``value`` escaped for content and for double-quoted attributes."""
    return _NOT_HTML.sub("\ufffd", xml(str(value)))


def lang_attribute(tag: str | None) -> str:
    """Return `` lang="…"`` for screen readers and hyphenation, or nothing."""
    return f' lang="{tag}"' if tag in LANGUAGES else ""


@cache
def asset(name: str) -> str:
    """Return a file of this package, such as ``report.css``."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def digest(content: str) -> str:
    """Return the source expression of Content Security Policy for an inline element."""
    raw = hashlib.sha256(content.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(raw).decode('ascii')}'"
