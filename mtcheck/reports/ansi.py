"""Colours and box characters of the text report, or plain ASCII where they would not show."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import IO

from mtcheck.core.findings import Severity
from mtcheck.core.report import Verdict

_STYLES = {
    "critical": "1;97;41",
    "major": "1;31",
    "minor": "33",
    "neutral": "36",
    "PASS": "1;32",
    "FAIL": "1;31",
    "INCOMPLETE": "1;33",
    "dim": "2",
    "bold": "1",
    "add": "32",
    "doubt": "35",
    "title": "1;4",
}
_UNICODE = {"bar": "│", "to": "→", "gap": "⋮", "dot": "·", "rule": "─", "more": "…", "fix": "⇒"}
_ASCII = {"bar": "|", "to": "->", "gap": ":", "dot": "-", "rule": "-", "more": "...", "fix": "=>"}

NARROWEST = 40
DEFAULT_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Theme:
    """How a stream is written to: colours or not, which glyphs, how wide."""

    color: bool
    unicode: bool
    width: int

    def paint(self, text: str, style: str | Severity | Verdict, *, underline: bool = False) -> str:
        """Return ``text`` in a style; unchanged where there are no colours."""
        if not self.color or not text:
            return text
        codes = _STYLES[str(style)] + (";4" if underline else "")
        return f"\x1b[{codes}m{text}\x1b[0m"

    def glyph(self, name: str) -> str:
        """Return a drawing character, or its ASCII stand-in."""
        return (_UNICODE if self.unicode else _ASCII)[name]


def theme_for(stream: IO[str], *, color: bool | None, width: int | None) -> Theme:
    """Return the theme for ``stream``.

    Colours: ``color`` if given; never with NO_COLOR (https://no-color.org) or TERM=dumb; else where
    the stream is a terminal or FORCE_COLOR is set. Glyphs beyond ASCII: on UTF-8 terminals.
    """
    terminal = _is_terminal(stream)
    if color is None:
        color = (terminal or bool(os.environ.get("FORCE_COLOR"))) and not (
            os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        )
    if width is None:
        size = shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns
        width = size if terminal else DEFAULT_WIDTH
    encoding = (getattr(stream, "encoding", None) or "").lower().replace("-", "")
    return Theme(color, (terminal or color) and encoding.startswith("utf"), max(NARROWEST, width))


def _is_terminal(stream: IO[str]) -> bool:
    try:
        return stream.isatty()
    except (AttributeError, ValueError):  # a closed or home-made stream
        return False
