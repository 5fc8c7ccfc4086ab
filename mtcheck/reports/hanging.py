"""Wrapped paragraphs with a hanging indent, and the gate's verdict as such."""

from __future__ import annotations

from collections.abc import Iterator

from mtcheck.core.report import GateResult
from mtcheck.reports import cells
from mtcheck.reports.ansi import Theme
from mtcheck.reports.escape import terminal


def hang(
    theme: Theme, lead: str, used: int, text: str, indent: int, *, style: str | None = None
) -> Iterator[str]:
    """Yield ``text`` behind ``lead`` (``used`` cells wide), wrapped, later lines indented."""
    clean = terminal(text)
    rows = cells.wrap(clean, max(20, theme.width - indent), first=theme.width - used)
    for i, (start, end) in enumerate(rows):
        row = clean[start:end].rstrip()
        painted = theme.paint(row, style) if style else row
        yield (" " * indent + painted if i else lead + painted).rstrip()


def gate_lines(gate: GateResult, theme: Theme, *, verdict: bool = True) -> Iterator[str]:
    """Yield the verdict and its reasons, each with its worst places."""
    if verdict:
        yield theme.paint(gate.verdict.value, gate.verdict)
    for reason in gate.reasons:
        yield from hang(theme, "  ", 2, reason.message, 4)
        for place in reason.worst:
            yield from hang(theme, "    ", 4, place, 6, style="dim")
