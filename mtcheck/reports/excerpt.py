"""The article's lines with the flagged spans marked, as the text report shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mtcheck.core.findings import Finding, Severity
from mtcheck.reports import cells
from mtcheck.reports.ansi import Theme
from mtcheck.reports.escape import terminal
from mtcheck.reports.places import Lines

# A line longer than this many code points is shown only around its findings.
LONG_LINE = 4000
# A finding over more lines than this is marked in its first lines only.
MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class Group:
    """Findings whose lines touch; shown as one excerpt. Lines count from 1, both ends included."""

    first: int
    last: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int  # code points into the piece of line shown
    end: int
    label: str
    severity: Severity


def group(findings: Sequence[Finding], lines: Lines) -> Iterator[Group]:
    """Yield groups of findings, which must be sorted by place."""
    batch: list[Finding] = []
    first = last = 0
    for finding in findings:
        start = lines.number(finding.span.start)
        stop = lines.number(max(finding.span.start, finding.span.end - 1))
        stop = min(stop, start + MOST_LINES - 1)
        if batch and start > last:
            yield Group(first, last, tuple(batch))
            batch = []
        if not batch:
            first, last = start, stop
        batch.append(finding)
        last = max(last, stop)
    if batch:
        yield Group(first, last, tuple(batch))


def label(index: int, total: int) -> str:
    """Return the mark that joins a span to its explanation; none where it is the only one."""
    return "" if total == 1 else str(index + 1)


def excerpt(item: Group, lines: Lines, theme: Theme, gutter: int) -> Iterator[str]:
    """Yield the lines of a group with carets under the findings, wrapped to the theme's width.

    ``gutter`` is the width of the line numbers.
    """
    room = theme.width - gutter - 4
    total = len(item.findings)
    for number in range(item.first, item.last + 1):
        start, end = lines.bounds(number)
        marks = []
        for i, finding in enumerate(item.findings):
            low, high = max(finding.span.start, start), min(finding.span.end, end)
            begins_here = start <= finding.span.start <= end
            # An empty span, or a flagged line break, still gets one caret.
            if low < high or (begins_here and lines.number(finding.span.start) == number):
                name = label(i, total) if begins_here else ""
                stop = max(high, low + 1) - start
                marks.append(_Mark(low - start, stop, name, finding.severity))
        yield from _line(lines.line(number), marks, number, theme, gutter, room)


def _line(
    text: str, marks: list[_Mark], number: int, theme: Theme, gutter: int, room: int
) -> Iterator[str]:
    head = f"{number:>{gutter}} {theme.glyph('bar')} "
    blank = f"{'':>{gutter}} {theme.glyph('bar')} "
    for piece_start, piece_end in _pieces(len(text), marks, room):
        piece = terminal(text[piece_start:piece_end])
        inside = [
            _Mark(max(0, m.start - piece_start), m.end - piece_start, m.label, m.severity)
            for m in marks
            if m.start < max(piece_end, piece_start + 1) and m.end > piece_start
        ]
        if piece_start:
            yield theme.paint(f"{'':>{gutter}} {theme.glyph('gap')}", "dim")
        for row_start, row_end in cells.wrap(piece, room):
            yield theme.paint(head, "dim") + _styled(piece, row_start, row_end, inside, theme)
            head = blank
            carets = _carets(piece, row_start, row_end, inside, theme)
            if carets:
                yield theme.paint(blank, "dim") + carets
    if not text and not marks:
        yield theme.paint(head, "dim").rstrip()


def _pieces(length: int, marks: list[_Mark], room: int) -> list[tuple[int, int]]:
    """Return the parts of a line to show: all of it, or surroundings of its marks if it is long."""
    if length <= LONG_LINE:
        return [(0, length)]
    pieces: list[tuple[int, int]] = []
    for mark in sorted(marks, key=lambda m: m.start):
        start = max(0, mark.start - room)
        end = min(length, min(mark.end, mark.start + 6 * room) + room)
        if pieces and start <= pieces[-1][1]:
            pieces[-1] = (pieces[-1][0], max(end, pieces[-1][1]))
        else:
            pieces.append((start, end))
    return pieces


def _styled(text: str, start: int, end: int, marks: list[_Mark], theme: Theme) -> str:
    row = text[start:end].rstrip() if end < len(text) else text[start:end]
    if not theme.color:
        return row
    edges = {start, start + len(row)}
    for mark in marks:
        edges |= {min(max(e, start), start + len(row)) for e in (mark.start, mark.end)}
    cuts = sorted(edges)
    parts = []
    for low, high in pairwise(cuts):
        over = [m for m in marks if m.start < high and m.end > low]
        part = text[low:high]
        if over:
            part = theme.paint(part, max(over, key=lambda m: m.severity.rank).severity)
        parts.append(part)
    return "".join(parts)


def _carets(text: str, start: int, end: int, marks: list[_Mark], theme: Theme) -> str:
    """Return the row of carets under ``text[start:end]``; empty if nothing is marked there.

    The first cells of a mark hold its number where several findings share the excerpt.
    """
    cells_at: list[tuple[str, Severity | None]] = []
    at: dict[int, int] = {}  # code point → first cell of its cluster
    for low, high, wide in cells.clusters(text[start:end]):
        for i in range(low, high):
            at[start + i] = len(cells_at)
        cells_at.extend([(" ", None)] * wide)
    at[end] = len(cells_at)
    if end == len(text):
        cells_at.append((" ", None))  # a mark on the line break
        at[end + 1] = len(cells_at)
    found = False
    for mark in sorted(marks, key=lambda m: m.severity.rank):
        if mark.start >= max(end, start + 1) + (end == len(text)) or mark.end <= start:
            continue
        first = at[max(mark.start, start)]
        last = max(at[min(mark.end, max(at))], first + 1)
        for i in range(first, min(last, len(cells_at))):
            cells_at[i] = ("^", mark.severity)
            found = True
    # Numbers last, so that a span inside another keeps its own; those of one place are joined.
    numbers: dict[int, list[_Mark]] = {}
    for mark in marks:
        if mark.label and start <= mark.start and mark.start in at:
            numbers.setdefault(at[mark.start], []).append(mark)
    for first, here in numbers.items():
        severity = max((m.severity for m in here), key=lambda s: s.rank)
        for i, char in enumerate(",".join(m.label for m in here), start=first):
            if i < len(cells_at):
                cells_at[i] = (char, severity)
    if not found:
        return ""
    return _paint_runs(cells_at, theme)


def _paint_runs(row: list[tuple[str, Severity | None]], theme: Theme) -> str:
    out: list[str] = []
    run, style = "", None
    for char, severity in [*row, ("", None)]:
        if severity is not style:
            out.append(theme.paint(run, style) if style else run)
            run, style = "", severity
        run += char
    out.append(run)
    return "".join(out).rstrip()
