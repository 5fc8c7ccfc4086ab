"""A flattened text that patterns can be written for plainly, with its way back to the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from mtcheck.core.spans import Span

# Zero-width characters, soft hyphen, byte order mark, bidirectional controls.
_DROPPED = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069"
_IRREGULAR = re.compile(rf"(?P<ws>[^\S ]\s*| \s+)|[{_DROPPED}]+")
_ANY_DROPPED = re.compile(f"[{_DROPPED}]")


class Flat:
    """Blocks joined by line feeds; each run of white space inside a block is one space.

    Zero-width characters are dropped and the typographic apostrophe is ``'``, so that patterns need
    not think of them. ``blocks`` are the flat ranges of the blocks, in order.
    """

    __slots__ = ("_back", "_starts", "blocks", "text")

    def __init__(self, text: str, blocks: Sequence[Span]) -> None:
        parts: list[str] = []
        starts: list[int] = []
        back: list[int] = []
        ranges: list[tuple[int, int]] = []
        length = 0
        whole = _ANY_DROPPED.search(text) is None
        for block in blocks:
            if parts:
                parts.append("\n")
                starts.append(length)
                back.append(max(block.start - 1, 0))
                length += 1
            begin, at = length, block.start
            part = text[at : block.end]
            regular = whole and part == " ".join(part.split())  # most blocks are
            for match in () if regular else _IRREGULAR.finditer(text, at, block.end):
                if match.start() > at:
                    starts.append(length)
                    back.append(at)
                    parts.append(text[at : match.start()])
                    length += match.start() - at
                if match["ws"] is not None:
                    starts.append(length)
                    back.append(match.start())
                    parts.append(" ")
                    length += 1
                at = match.end()
            if block.end > at:
                starts.append(length)
                back.append(at)
                parts.append(text[at : block.end])
                length += block.end - at
            ranges.append((begin, length))
        self.text = "".join(parts).replace("’", "'").replace("ʼ", "'")
        self.blocks = tuple(ranges)
        self._starts = starts
        self._back = back

    def to_text(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the text that the flat range ``[start, end)`` stands for."""
        first = self._offset(start)
        return first, max(first, self._offset(end - 1) + 1) if end > start else first

    def _offset(self, at: int) -> int:
        i = bisect_right(self._starts, at) - 1
        return self._back[i] + at - self._starts[i] if i >= 0 else 0
