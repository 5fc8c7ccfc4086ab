"""Lines and columns of a text, and paths as code hosts want them."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from pathlib import Path, PurePath

from mtcheck.core.findings import Finding

_BREAK = re.compile(r"\r\n|\n|\r")


class Lines:
    """Lines of a text; a line ends at LF, CR LF or CR. Numbers start at 1, offsets at 0."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends: list[int] = []
        self._starts = [0]
        for match in _BREAK.finditer(text):
            self._ends.append(match.start())
            self._starts.append(match.end())
        self._ends.append(len(text))

    def __len__(self) -> int:
        return len(self._starts)

    def number(self, offset: int) -> int:
        """Return the number of the line that holds ``offset`` (its line break included)."""
        return bisect_right(self._starts, offset)

    def bounds(self, number: int) -> tuple[int, int]:
        """Return the half-open range of line ``number`` without its line break."""
        return self._starts[number - 1], self._ends[number - 1]

    def line(self, number: int) -> str:
        """Return line ``number`` without its line break."""
        start, end = self.bounds(number)
        return self._text[start:end]


def end_of(finding: Finding) -> tuple[int, int]:
    """Return line and exclusive column (code points) of a finding's end.

    Worked out from the flagged text where the finding itself does not say.
    """
    if finding.end_line > 0:
        return finding.end_line, finding.end_column
    breaks = list(_BREAK.finditer(finding.text))
    if not breaks:
        return finding.line, finding.column + len(finding.text)
    return finding.line + len(breaks), len(finding.text) - breaks[-1].end() + 1


def utf16_length(text: str) -> int:
    """Return the number of UTF-16 code units of ``text``."""
    return len(text) + sum(c > "\uffff" for c in text)


def utf16_columns(text: str, finding: Finding) -> tuple[int, int]:
    """Return start and exclusive end column of a one-line finding in UTF-16 code units, from 1.

    ``text`` is the text that the finding's span counts in; where it is empty the code-point column
    is taken as it is.
    """
    start = finding.span.start
    before = text[max(0, start - (finding.column - 1)) : start]
    column = utf16_length(before) + 1 if text else finding.column
    return column, column + utf16_length(finding.text)


def relative_path(path: str, root: str) -> str:
    """Return ``path`` relative to ``root`` with forward slashes; outside of it as it is."""
    if path.startswith("<") or "://" in path:
        return path
    # Not resolve(): a link inside the root is named as the user named it.
    absolute, base = os.path.normpath(Path.cwd() / path), os.path.normpath(Path.cwd() / root)
    try:
        inside = os.path.commonpath([absolute, base]) == base
    except ValueError:  # different drives
        inside = False
    return PurePath(os.path.relpath(absolute, base) if inside else path).as_posix()


def relative_uri(path: str, root: str) -> str:
    """Return `relative_path` as a URI reference (RFC 3986), percent-encoded."""
    from urllib.parse import quote  # few formats need it, and it takes its time to import

    clean = path.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return quote(relative_path(clean, root).strip("<>"), safe="/@!$&'()*+,;=~:")
