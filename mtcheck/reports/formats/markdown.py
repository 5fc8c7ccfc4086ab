"""Markdown for job summaries and comments on pull requests.

GitHub takes 65,536 characters in a comment and 1 MiB in a job summary; the report stays below both
by leaving out the mildest findings, and says how many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, cast

from mtcheck.core.languages import name as language_name
from mtcheck.core.report import GateResult, Report, Status, Summary, Tool, Verdict
from mtcheck.reports import wording
from mtcheck.reports.base import Writer, WriterOptions
from mtcheck.reports.escape import markdown, xml
from mtcheck.reports.overview import Row, row_of, totals
from mtcheck.reports.places import relative_path
from mtcheck.reports.top import Top, by_severity

NAME = "markdown"
TITLE = "Markdown for job summaries and pull requests"
EXTENSION = ".md"
BINARY = False

MOST_BYTES = 60_000
MOST_FINDINGS = 200
MOST_DOCUMENTS = 50
MOST_SEGMENTS = 3
_LONGEST_CELL = 300
_SIGNS = {"PASS": "✅", "FAIL": "❌", "INCOMPLETE": "⚠️", "ERROR": "💥"}


def open(stream: IO[str] | IO[bytes], options: WriterOptions) -> Writer:
    """Return a writer of this format."""
    return MarkdownWriter(cast(IO[str], stream), options)


@dataclass(frozen=True, slots=True)
class _Document:
    row: Row
    facts: str
    scores: tuple[str, ...]
    remarks: tuple[str, ...]
    unstable: tuple[str, ...]
    stumbles: tuple[str, ...]


class MarkdownWriter:
    """Collects the worst documents and findings and writes them at the end."""

    def __init__(self, stream: IO[str], options: WriterOptions) -> None:
        self._stream = stream
        self._options = options
        self._documents: Top[_Document] = Top(MOST_DOCUMENTS)
        self._findings: Top[str] = Top(MOST_FINDINGS)
        self._used = 0

    def start(self, tool: Tool) -> None:
        """Begin the report."""

    def add(self, report: Report) -> None:
        """Collect one document."""
        row = row_of(report)
        if self._documents.wants(row.rank):
            self._documents.put(row.rank, self._document(report, row))
        path = relative_path(report.path, self._options.root)
        for finding in report.findings:
            rank = by_severity(finding)
            if not self._findings.wants(rank):
                continue
            fix = "" if finding.suggestion is None else _cell(finding.suggestion or "(delete)")
            cells = (
                finding.severity.value,
                f"{_cell(path)}:{finding.line}",
                _cell(finding.text),
                _cell(finding.message),
                fix,
                _cell(wording.languages(finding.source_langs)),
                _cell(finding.rule),
            )
            self._findings.put(rank, _row(cells))

    def finish(self, summary: Summary, gate: GateResult) -> None:
        """Write the report."""
        sign = _SIGNS[gate.verdict.value]
        self._put(f"## {sign} mtcheck: {gate.verdict.value}\n\n{markdown(totals(summary))}\n")
        if gate.reasons:
            self._put("\n")
        for reason in gate.reasons:
            worst = f" ({', '.join(reason.worst)})" if reason.worst else ""
            self._put(f"- {_cell(reason.message + worst, 1000)}\n")
        documents = self._documents.items()
        self._put_documents(documents)
        self._put_findings()
        for document in documents:
            self._put_details(document)

    def _put_documents(self, documents: list[_Document]) -> None:
        if not documents:
            return
        head = ("Document", "Verdict", "Penalty", "Critical", "Major", "Minor", "About")
        rows = []
        for document in documents:
            row = document.row
            penalty = "" if row.penalty is None else f"{row.penalty:,.1f}"
            counts = [str(row.counts.get(s, 0) or "") for s in wording.WORST_FIRST[:3]]
            verdict = f"{_SIGNS[row.verdict]} {row.verdict}"
            rows.append(_row((_cell(row.path), verdict, penalty, *counts, document.facts)))
        self._put_table("Documents, worst first", head, rows, self._documents.left_out, "document")

    def _put_findings(self) -> None:
        head = ("Severity", "Place", "Text", "Reason", "Rewrite", "Likely source", "Rule")
        rows = self._findings.items()
        if rows:
            self._put_table("Findings", head, rows, self._findings.left_out, "milder finding")

    def _put_table(
        self, title: str, head: tuple[str, ...], rows: list[str], left: int, noun: str
    ) -> None:
        if not self._put(f"\n### {title}\n\n{_row(head)}{_row(('---',) * len(head))}"):
            return
        for i, row in enumerate(rows):
            if not self._put(row):
                left += len(rows) - i
                break
        if left:
            self._put(f"\n{wording.count(left, noun)} more in the full report.\n", reserve=0)

    def _put_details(self, document: _Document) -> None:
        if not (document.scores or document.unstable or document.stumbles or document.remarks):
            return
        parts = [f"\n<details><summary>{xml(document.row.path)}</summary>\n\n"]
        parts += [f"- {line}\n" for line in (*document.scores, *document.remarks)]
        if document.unstable:
            parts.append("\n**Least stable sentences**\n\n")
            parts += document.unstable
        if document.stumbles:
            parts.append(f"\n**{wording.STUMBLES}**\n\n{wording.STUMBLES_LEGEND}\n\n")
            parts += document.stumbles
        parts.append("\n</details>\n")
        self._put("".join(parts))

    def _document(self, report: Report, row: Row) -> _Document:
        if report.status is Status.FAILED:
            return _Document(row, _cell(wording.failed_reason(report)), (), (), (), ())
        facts = [language_name(report.lang) if report.lang else "language unknown"]
        facts.append(wording.count(report.words, "word"))
        source = wording.likely_source(report)
        if source and not report.source_lang:
            facts.append(f"likely source: {source}")
        scores = []
        for text in map(wording.score_text, report.scores.values()):
            value = " ".join(p for p in (text.value, text.unit) if p)
            rest = ", ".join(p for p in (text.interval, text.remark) if p)
            scores.append(
                f"**{_cell(text.title)}**: {_cell(', '.join(p for p in (value, rest) if p))}"
            )
        unstable = []
        for segment in wording.least_stable(report, MOST_SEGMENTS):
            unstable.append(f"1. {_cell(segment.text)}\n")
            for trip in segment.roundtrips:
                figures = wording.trip_figures(trip.chrf, trip.similarity, trip.flags)
                if trip.lost:
                    figures += f"; lost: {wording.some(trip.lost)}"
                unstable.append(
                    f"   - {_cell(trip.pivot)}: {_cell(trip.forward or '')}\n"
                    f"   - back: {_cell(trip.back or '')} ({_cell(figures)})\n"
                )
        remarks = [wording.skip_text(s) for s in report.skips] + list(report.notes)
        if report.verdict is not Verdict.PASS:
            remarks = [r.message for r in report.gate.reasons] + remarks
        return _Document(
            row,
            _cell(", ".join(facts)),
            tuple(scores),
            tuple(_cell(r) for r in remarks),
            tuple(unstable),
            tuple(
                f"- {_cell(', '.join(wording.stumbled_over(s)))}, in: {_cell(s.text)}\n"
                for s in wording.stumbling(report)
            ),
        )

    def _put(self, text: str, reserve: int = 200) -> bool:
        """Write ``text`` if there is room for it; ``reserve`` bytes are kept for last words."""
        size = len(text.encode("utf-8", "replace"))
        if self._used + size > MOST_BYTES - reserve:
            return False
        self._stream.write(text)
        self._used += size
        return True


def _cell(text: str, longest: int = _LONGEST_CELL) -> str:
    line = " ".join(text.split())
    return markdown(line if len(line) <= longest else line[: longest - 1].rstrip() + "…")


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |\n"
