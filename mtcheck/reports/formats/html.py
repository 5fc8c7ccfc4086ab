"""HTML: one self-contained file for phones, screens and paper; no network, user text escaped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, cast

from mtcheck.core.languages import name as language_name
from mtcheck.core.report import GateResult, Report, Status, Summary, Tool
from mtcheck.reports import wording
from mtcheck.reports.base import Writer, WriterOptions
from mtcheck.reports.overview import Row, row_of, totals
from mtcheck.reports.page.article import article
from mtcheck.reports.page.markup import asset, digest, text
from mtcheck.reports.page.scores import panel
from mtcheck.reports.page.segments import table
from mtcheck.reports.top import Top

NAME = "html"
TITLE = "HTML page, self-contained"
EXTENSION = ".html"
BINARY = False

# A page with more documents is slow to open; the others stand in the table only.
MOST_DOCUMENTS = 100
MOST_ROWS = 2000


def open(stream: IO[str] | IO[bytes], options: WriterOptions) -> Writer:
    """Return a writer of this format."""
    return HtmlWriter(cast(IO[str], stream))


@dataclass(frozen=True, slots=True)
class _Row:
    position: int
    row: Row
    about: str


class HtmlWriter:
    """Renders the worst documents as they come and writes the page at the end."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._tool = Tool()
        self._rows: Top[_Row] = Top(MOST_ROWS)
        self._sections: Top[tuple[int, str]] = Top(MOST_DOCUMENTS)
        self._only = ""

    def start(self, tool: Tool) -> None:
        """Begin the report."""
        self._tool = tool

    def add(self, report: Report) -> None:
        """Render one document."""
        row = row_of(report)
        position = self._rows.seen + 1
        if self._rows.wants(row.rank):
            about = (
                wording.failed_reason(report)
                if report.status is Status.FAILED
                else wording.counts_text(row.counts)
            )
            self._rows.put(row.rank, _Row(position, row, about))
        if self._sections.wants(row.rank):
            section = "\n".join(_section(report, row, f"d{position}"))
            self._sections.put(row.rank, (position, section))
        self._only = PurePath(report.path).name if position == 1 else ""

    def finish(self, summary: Summary, gate: GateResult) -> None:
        """Write the page."""
        style, script = asset("report.css"), asset("report.js")
        policy = (
            f"default-src 'none'; style-src {digest(style)}; script-src {digest(script)}; "
            "base-uri 'none'; form-action 'none'"
        )
        subject = self._only or wording.count(summary.documents, "document")
        write = self._stream.write
        write('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n')
        write(f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n')
        write('<meta name="viewport" content="width=device-width, initial-scale=1">\n')
        write('<meta name="color-scheme" content="light dark">\n')
        write(f"<title>{gate.verdict.value}: {text(subject)} – mtcheck</title>\n")
        write(f"<style>{style}</style>\n</head>\n<body>\n")
        write("\n".join(self._head(summary, gate)))
        write("\n".join(_filters(summary)))
        write("\n<main>\n")
        for _, section in self._sections.items():
            write(section + "\n")
        version = f" {text(self._tool.version)}" if self._tool.version else ""
        write(f"</main>\n<footer>{text(self._tool.name)}{version}</footer>\n")
        write(f"<script>{script}</script>\n</body>\n</html>\n")

    def _head(self, summary: Summary, gate: GateResult) -> Iterator[str]:
        if summary.documents == 1:  # its own head says it all
            return
        verdict = gate.verdict.value
        badge = f'<span class="verdict {verdict.lower()}">{verdict}</span>'
        yield f'<header class="page"><h1>{badge} mtcheck report</h1>'
        yield f"<p>{text(totals(summary))}</p>"
        yield from _reasons(gate)
        yield from self._table()
        yield "</header>"

    def _table(self) -> Iterator[str]:
        rows = self._rows.items()
        if not rows:
            return
        rendered = {position for position, _ in self._sections.items()}
        yield '<table class="documents"><thead><tr><th scope="col">Verdict</th>'
        yield '<th scope="col">Document</th><th scope="col">Penalty</th>'
        yield '<th scope="col">About</th></tr></thead><tbody>'
        for item in rows:
            row = item.row
            path = text(row.path)
            if item.position in rendered:
                path = f'<a href="#d{item.position}">{path}</a>'
            penalty = "–" if row.penalty is None else f"{row.penalty:,.1f}"
            yield (
                f'<tr><td><span class="verdict {row.verdict.lower()}">{row.verdict}</span></td>'
                f'<td>{path}</td><td class="figure" data-label="penalty">{penalty}</td>'
                f"<td>{text(item.about)}</td></tr>"
            )
        yield "</tbody></table>"
        if self._rows.left_out:
            yield f"<p>{wording.count(self._rows.left_out, 'more document')}.</p>"
        if self._sections.left_out:
            yield f"<p>The worst {MOST_DOCUMENTS} documents are shown in full.</p>"


def _filters(summary: Summary) -> Iterator[str]:
    if not sum(summary.findings.values()):
        return
    yield '<fieldset class="filters"><legend>Show</legend>'
    for severity in wording.WORST_FIRST:
        n = summary.findings.get(severity.value, 0)
        if n:
            yield (
                f'<label class="{severity.value}"><input type="checkbox" id="f-{severity.value}" '
                f"checked> {n:,} {severity.value}</label>"
            )
    yield '<span class="hint" hidden><kbd>n</kbd> next, <kbd>p</kbd> previous finding</span>'
    yield "</fieldset>"


def _section(report: Report, row: Row, prefix: str) -> Iterator[str]:
    yield f'<article class="document" id="{prefix}" aria-labelledby="{prefix}title">'
    yield f'<header><h2 id="{prefix}title"><span class="verdict {row.verdict.lower()}">'
    yield f"{row.verdict}</span> {text(report.path)}</h2>"
    if report.status is Status.FAILED:
        yield f'<p class="failed">Not checked: {text(wording.failed_reason(report))}</p>'
        yield "</header></article>"
        return
    yield f'<p class="about">{text(_about(report))}</p>'
    yield from _reasons(report.gate)
    yield "</header>"
    yield from panel(report, prefix)
    yield from article(report, prefix)
    yield from table(report, prefix)
    yield from _remarks(report, prefix)
    yield "</article>"


def _about(report: Report) -> str:
    facts = [language_name(report.lang) if report.lang else "language unknown"]
    if report.source_lang:
        facts[0] += f", translated from {language_name(report.source_lang)}"
    facts.append(wording.count(report.words, "word"))
    counts = wording.counts_text(wording.severity_counts(report.findings))
    if report.suppressed:
        counts += f"; {len(report.suppressed):,} suppressed"
    facts.append(counts)
    source = None if report.source_lang else wording.likely_source(report)
    if source:
        facts.append(f"likely source: {source}")
    return " · ".join(facts)


def _reasons(gate: GateResult) -> Iterator[str]:
    if not gate.reasons:
        return
    yield f'<ul class="reasons {gate.verdict.value.lower()}">'
    for reason in gate.reasons:
        worst = "".join(f"<li>{text(place)}</li>" for place in reason.worst)
        yield f"<li>{text(reason.message)}{f'<ul>{worst}</ul>' if worst else ''}</li>"
    yield "</ul>"


def _remarks(report: Report, prefix: str) -> Iterator[str]:
    remarks = [wording.skip_text(s) for s in report.skips] + list(report.notes)
    if remarks:
        yield f'<section class="remarks" aria-labelledby="{prefix}remarks">'
        yield f'<h3 id="{prefix}remarks">Remarks</h3><ul>'
        yield "".join(f"<li>{text(r)}</li>" for r in remarks) + "</ul></section>"
    if report.provenance:
        yield '<details class="provenance"><summary>How this was measured</summary><dl>'
        for name, value in report.provenance.items():
            yield f"<dt>{text(name)}</dt><dd>{text(value)}</dd>"
        yield "</dl></details>"
