"""The table at the end of a text report over several documents: the worst ones first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mtcheck.core.findings import Severity
from mtcheck.core.report import Report, Status, Summary, Verdict
from mtcheck.reports import cells, wording
from mtcheck.reports.ansi import Theme
from mtcheck.reports.escape import terminal
from mtcheck.reports.hanging import hang
from mtcheck.reports.top import Rank, Top

ROWS = 25


@dataclass(frozen=True, slots=True)
class Row:
    """What the table shows of one document; ``rank`` is higher for worse ones."""

    path: str
    verdict: str
    penalty: float | None
    counts: dict[Severity, int]
    rank: Rank


def row_of(report: Report) -> Row:
    """Return a document's row."""
    counts = wording.severity_counts(report.findings)
    weight = sum(s.weight * n for s, n in counts.items())
    penalty = 1000 * weight / report.words if report.words else None
    failed = report.status is Status.FAILED
    verdict = "ERROR" if failed else report.verdict.value
    order = {"ERROR": 3, "FAIL": 2, "INCOMPLETE": 1, "PASS": 0}[verdict]
    rank = (float(order), penalty or 0.0, float(sum(counts.values())))
    return Row(report.path, verdict, penalty, counts, rank)


class Overview:
    """Collects the worst documents of a run of any length, and renders them as text."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._worst: Top[Row] = Top(ROWS)

    @property
    def documents(self) -> int:
        """Number of documents so far."""
        return self._worst.seen

    def add(self, report: Report) -> None:
        """Count one document, and keep its row if it is among the worst."""
        row = row_of(report)
        if self._worst.wants(row.rank):
            self._worst.put(row.rank, row)

    def lines(self, summary: Summary) -> Iterator[str]:
        """Yield the table and the line of totals."""
        theme = self._theme
        rows = self._worst.items()
        if rows:
            yield ""
            yield theme.paint(theme.glyph("rule") * theme.width, "dim")
            # On a narrow screen the path matters more than the split by severity.
            split = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR) if theme.width >= 64 else ()
            head = f"{'verdict':<10}  {'penalty':>8}  "
            head += "".join(f"{s.value:>8}  " for s in split)
            yield theme.paint(f"{head}document", "dim")
            room = max(10, theme.width - len(head))
            for row in rows:
                penalty = "-" if row.penalty is None else f"{row.penalty:,.1f}"
                numbers = "".join(f"{row.counts.get(s, 0) or '-':>8}  " for s in split)
                style = Verdict.FAIL if row.verdict == "ERROR" else Verdict(row.verdict)
                verdict = theme.paint(f"{row.verdict:<10}", style)
                path = cells.shorten(terminal(row.path), room, "...")
                yield f"{verdict}  {penalty:>8}  {numbers}{path}"
            if self.documents > len(rows):
                yield theme.paint(f"{self.documents - len(rows):,} more documents", "dim")
        yield ""
        yield from hang(theme, "", 0, totals(summary), 2)


def totals(summary: Summary) -> str:
    """Return the counts of a run as one line."""
    counts = {s: summary.findings.get(s.value, 0) for s in wording.WORST_FIRST}
    parts = [wording.count(summary.documents, "document")]
    if summary.failed:
        parts[0] += f" ({summary.failed:,} could not be checked)"
    parts.append(wording.count(summary.words, "word"))
    parts.append(wording.counts_text({s: n for s, n in counts.items() if n}))
    if summary.suppressed:
        parts.append(f"{summary.suppressed:,} suppressed")
    if summary.penalty_per_1000 is not None:
        parts.append(f"penalty {summary.penalty_per_1000:,.1f} per 1,000 words (MQM-based)")
    return "; ".join(parts)
