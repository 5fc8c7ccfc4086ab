"""Half-open code-point spans, and the map from extracted text back to the file it came from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range ``[start, end)`` of Unicode code points; ``text[start:end]`` is its content.

    Raises:
        ValueError: if ``start`` is negative or lies behind ``end``.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """Return the part of ``text`` that this span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two spans share at least one code point."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Tell whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def shift(self, by: int) -> Span:
        """Return the span moved by ``by`` code points."""
        return Span(self.start + by, self.end + by)


@dataclass(frozen=True, slots=True)
class OffsetRun:
    """``length`` code points at ``text`` come from ``raw_length`` code points at ``raw``.

    ``length == raw_length`` is a verbatim stretch, mapped one to one; otherwise the run is an
    indivisible unit such as the entity ``&amp;`` (1 from 5) or a joined line break (1 from 2).
    """

    text: int
    raw: int
    length: int
    raw_length: int


class OffsetMap:
    """Maps spans of extracted text to spans of the raw file (code points on both sides).

    Args:
        runs: in ascending order of text and without overlap; raw gaps (markup) are allowed,
            text that no run covers (a separator put in by a reader) maps to the gap's start.
    """

    __slots__ = ("_runs", "_starts")

    def __init__(self, runs: Iterable[OffsetRun]) -> None:
        self._runs = tuple(runs)
        self._starts = [run.text for run in self._runs]

    @classmethod
    def identity(cls, length: int) -> OffsetMap:
        """Return the map of a text that is its own raw form."""
        return cls((OffsetRun(0, 0, length, length),))

    @property
    def runs(self) -> tuple[OffsetRun, ...]:
        """The runs, in order."""
        return self._runs

    def _raw(self, offset: int, *, end: bool) -> int:
        # An end offset belongs to the character before it, so that a span never swallows markup.
        i = bisect_right(self._starts, offset - 1 if end and offset else offset) - 1
        if i < 0:
            return self._runs[0].raw if self._runs else 0
        run = self._runs[i]
        inside = offset - run.text
        if inside > run.length:  # in a separator behind the run
            return run.raw + run.raw_length
        if run.length == run.raw_length:
            return run.raw + inside
        if inside == 0:
            return run.raw
        return run.raw + run.raw_length if end or inside == run.length else run.raw

    def to_raw(self, span: Span) -> Span:
        """Return the smallest raw span that holds all of ``span``."""
        start = self._raw(span.start, end=False)
        stop = self._raw(span.end, end=True) if span.end > span.start else start
        return Span(start, max(start, stop))


def lines_of(raw: str, offsets: Iterable[int]) -> list[int]:
    """Return the 1-based line of each offset into ``raw``, in one pass where offsets ascend."""
    lines, line, position = [], 1, 0
    for offset in offsets:
        if offset >= position:
            line += raw.count("\n", position, offset)
            position = offset
            lines.append(line)
        else:
            lines.append(raw.count("\n", 0, offset) + 1)
    return lines
