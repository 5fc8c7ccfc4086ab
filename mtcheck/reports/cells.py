"""Widths of text in terminal cells: wide characters, combining marks, emoji sequences.

Written on `unicodedata` instead of rich, whose import alone costs more than a whole report.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_ZWJ = "\u200d"
_EMOJI_STYLE = "\ufe0f"


@lru_cache(maxsize=4096)
def _char_width(char: str) -> int:
    code = ord(char)
    if code < 0x300:
        return 0 if code == 0xAD else 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf") or 0x1160 <= code <= 0x11FF:
        return 0  # U+1160-11FF: Hangul vowels and finals, drawn into the syllable before them
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def clusters(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield ``(start, end, cells)`` for each group of code points that is drawn as one.

    An approximation of extended grapheme clusters: marks, joiners, variation selectors, skin tones
    and flag pairs stay with their base.
    """
    size, i = len(text), 0
    while i < size:
        start, width = i, _char_width(text[i])
        flag = "\U0001f1e6" <= text[i] <= "\U0001f1ff"
        i += 1
        if flag and i < size and "\U0001f1e6" <= text[i] <= "\U0001f1ff":
            i, width = i + 1, 2
        while i < size and text[i] >= "\u0300":
            char = text[i]
            if char == _EMOJI_STYLE:
                width = max(width, 2)
            elif text[i - 1] == _ZWJ and start < i - 1 and width == 2 and _char_width(char) == 2:
                pass  # the next person of a family, drawn into the same picture
            elif "\U0001f3fb" <= char <= "\U0001f3ff" and width == 2:
                pass  # a skin tone
            elif _char_width(char) != 0:
                break
            i += 1
        yield start, i, width


def width(text: str) -> int:
    """Return the number of terminal cells that ``text`` takes."""
    return len(text) if text.isascii() else sum(w for _, _, w in clusters(text))


def pad(text: str, cells: int) -> str:
    """Return ``text`` with spaces behind it up to ``cells``."""
    return text + " " * (cells - width(text))


def shorten(text: str, cells: int, ellipsis: str = "…") -> str:
    """Return ``text``, cut at its end with ``ellipsis`` where it is wider than ``cells``."""
    if width(text) <= cells:
        return text
    room, end = cells - len(ellipsis), 0
    for _, stop, wide in clusters(text):
        if wide > room:
            break
        room, end = room - wide, stop
    return text[:end].rstrip() + ellipsis


def wrap(text: str, cells: int, *, first: int | None = None) -> list[tuple[int, int]]:
    """Return half-open code-point ranges of ``text``, each at most ``cells`` wide.

    Lines break behind spaces where there is one, else between clusters; every code point belongs to
    exactly one range. A cluster wider than ``cells`` gets a line of its own. ``first`` is the room
    in the first line, where that differs.
    """
    room = cells if first is None else first
    rows: list[tuple[int, int]] = []
    start = used = 0
    space, after = -1, 0  # end of the last space in this row, cells used behind it
    for begin, end, wide in clusters(text):
        if text[begin] == " ":
            # A space may hang over the edge; it is not seen there.
            used += wide
            space, after = end, 0
            continue
        if used + wide > room and begin > start:
            if space > start:
                rows.append((start, space))
                start, used, room = space, after, cells
            if used + wide > room and begin > start:
                rows.append((start, begin))
                start, used, room = begin, 0, cells
            space, after = -1, 0
        used += wide
        after += wide
    if start < len(text) or not rows:
        rows.append((start, len(text)))
    return rows
