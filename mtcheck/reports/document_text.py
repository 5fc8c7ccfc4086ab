"""One document in the text report: summary, findings at their places, least stable sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mtcheck.core.findings import Finding
from mtcheck.core.languages import name as language_name
from mtcheck.core.report import Report, SegmentReport, Status, Verdict
from mtcheck.reports import cells, wording
from mtcheck.reports.ansi import Theme
from mtcheck.reports.base import WriterOptions
from mtcheck.reports.escape import terminal
from mtcheck.reports.excerpt import Group, excerpt, group, label
from mtcheck.reports.hanging import gate_lines, hang
from mtcheck.reports.places import Lines

# More findings than this in one document are left to the other formats, the mildest first.
MOST_FINDINGS = 200


class DocumentText:
    """Renders documents as lines of text."""

    def __init__(self, theme: Theme, options: WriterOptions) -> None:
        self._theme = theme
        self._options = options

    def lines(self, report: Report) -> Iterator[str]:
        """Yield the lines of one document's report."""
        yield from self._head(report)
        if report.status is Status.FAILED:
            return
        yield from self._scores(report)
        yield from self._verdict(report)
        yield from self._findings(report)
        if self._options.show_segments:
            yield from self._segments("Sentences there and back", report.segments)
        else:
            yield from self._segments("Least stable sentences", wording.least_stable(report))
        yield from self._stumbles(wording.stumbling(report))
        yield from self._remarks(report)

    def _head(self, report: Report) -> Iterator[str]:
        theme = self._theme
        verdict = "ERROR" if report.status is Status.FAILED else report.verdict.value
        style = Verdict.FAIL if report.status is Status.FAILED else report.verdict
        path = cells.shorten(terminal(report.path), theme.width - len(verdict) - 2, "...")
        yield f"{theme.paint(verdict, style)}  {theme.paint(path, 'bold')}"
        if report.status is Status.FAILED:
            yield from self._wrapped(f"not checked: {wording.failed_reason(report)}", "  ")
            return
        facts = [language_name(report.lang) if report.lang else "language unknown"]
        if report.source_lang:
            facts[0] += f", translated from {language_name(report.source_lang)}"
        facts.append(wording.count(report.words, "word"))
        units = any(s.unit is not None for s in report.segments)
        facts.append(wording.count(len(report.segments), "segment" if units else "sentence"))
        source = None if report.source_lang else wording.likely_source(report)
        if source:
            facts.append(f"likely source: {source}")
        yield from self._wrapped(f" {theme.glyph('dot')} ".join(facts), "")

    def _scores(self, report: Report) -> Iterator[str]:
        if not report.scores:
            return
        yield ""
        texts = [wording.score_text(s) for s in report.scores.values()]
        titles = max(cells.width(t.title) for t in texts)
        values = max((cells.width(t.value) for t in texts if t.measured), default=0)
        for text in texts:
            head = f"  {cells.pad(terminal(text.title), titles)}  "
            value = text.value.rjust(values) if text.measured else text.value
            lead = head + self._theme.paint(value, "bold" if text.measured else "dim")
            joint = (" " if text.unit else ", ") if text.measured else ": "
            tail = ", ".join(p for p in (text.unit, text.interval, text.remark) if p)
            indent = min(cells.width(head) + values + 1, self._theme.width // 3)
            used = cells.width(head) + len(value)
            yield from self._hang(lead, used, joint + tail if tail else "", indent)

    def _verdict(self, report: Report) -> Iterator[str]:
        yield ""
        text = wording.counts_text(wording.severity_counts(report.findings))
        if report.suppressed:
            text += f"; {len(report.suppressed):,} suppressed"
        yield from self._hang("", 0, text[0].upper() + text[1:], 2, style="bold")
        yield from gate_lines(report.gate, self._theme, verdict=False)

    def _findings(self, report: Report) -> Iterator[str]:
        shown: Sequence[Finding] = report.findings
        if len(shown) > MOST_FINDINGS and not self._options.verbose:
            keep = sorted(shown, key=lambda f: -f.severity.rank)[:MOST_FINDINGS]
            shown = sorted(keep, key=lambda f: (f.span, f.rule))
        if not shown:
            return
        lines = Lines(report.text)
        gutter = len(str(len(lines)))
        if report.text:
            for item in group(shown, lines):
                yield ""
                yield from excerpt(item, lines, self._theme, gutter)
                yield from self._explanations(item, gutter)
        else:
            for finding in shown:  # a caller's report without its text
                yield ""
                yield from self._wrapped(f"{finding.line}:{finding.column}  {finding.text}", "  ")
                yield from self._explanations(Group(0, 0, (finding,)), gutter)
        if len(shown) < len(report.findings):
            yield ""
            left = len(report.findings) - len(shown)
            yield f"{left:,} milder findings not shown; -v shows them, and so do the other formats"

    def _explanations(self, item: Group, gutter: int) -> Iterator[str]:
        theme, total = self._theme, len(item.findings)
        column = gutter + 3
        number_width = 0 if total == 1 else len(str(total)) + 1
        for i, finding in enumerate(item.findings):
            mark = label(i, total).ljust(number_width)
            lead = " " * column + theme.paint(mark, finding.severity)
            lead += theme.paint(finding.severity.value, finding.severity)
            used = column + number_width + len(finding.severity.value)
            indent = column + number_width + 2
            yield from self._hang(lead, used, "  " + finding.message, indent)
            if finding.suggestion is not None:
                fix = finding.suggestion or "(delete)"
                arrow = f"{theme.glyph('fix')} "
                yield from self._hang(
                    " " * indent + arrow, indent + len(arrow), fix, indent + 3, style="add"
                )
            facts = [finding.rule, f"{finding.confidence.value} confidence"]
            if finding.source_langs:
                facts.insert(0, f"from {wording.languages(finding.source_langs)}")
            if finding.unit:
                facts.append(f"in {finding.unit}")
            dot = f" {theme.glyph('dot')} "
            yield from self._hang(" " * indent, indent, dot.join(facts), indent, style="dim")

    def _segments(self, title: str, segments: Sequence[SegmentReport]) -> Iterator[str]:
        if not segments:
            return
        yield ""
        yield self._theme.paint(title, "bold")
        for segment in segments:
            yield ""
            number = f"{segment.index + 1:>4}  text  "
            yield from self._hang(number, 12, segment.text, 12)
            if segment.source:
                yield from self._hang("      src   ", 12, segment.source, 12)
            for trip in segment.roundtrips:
                if trip.forward is not None:
                    yield from self._hang(f"      {trip.pivot:<6}", 12, trip.forward, 12)
                if trip.back is not None:
                    yield from self._hang("      back  ", 12, trip.back, 12)
                figures = wording.trip_figures(trip.chrf, trip.similarity, trip.flags)
                if trip.lost:
                    figures += f"; lost: {wording.some(trip.lost)}"
                if trip.gained:
                    figures += f"; gained: {wording.some(trip.gained)}"
                yield from self._hang(" " * 12, 12, figures, 12, style="dim")
            for name in ("fluency", "quality"):
                score = getattr(segment, name)
                if score is not None and self._options.show_segments:
                    value = "not measured" if score.value is None else f"{score.value:.1f}"
                    note = f"{name} {value}" + "".join(f", {f}" for f in score.flags)
                    yield from self._hang(" " * 12, 12, note, 12, style="dim")

    def _stumbles(self, segments: Sequence[SegmentReport]) -> Iterator[str]:
        if not segments:
            return
        yield ""
        yield self._theme.paint(wording.STUMBLES, "bold")
        yield from self._hang("", 0, wording.STUMBLES_LEGEND, 0, style="dim")
        for segment in segments:
            yield ""
            yield from self._hang(f"{segment.index + 1:>4}  text  ", 12, segment.text, 12)
            words = ", ".join(wording.stumbled_over(segment))
            yield from self._hang("      over  ", 12, words, 12, style="doubt")

    def _remarks(self, report: Report) -> Iterator[str]:
        blocking = [wording.skip_text(s) for s in report.skips if s.blocking]
        others = [wording.skip_text(s) for s in report.skips if not s.blocking]
        remarks = blocking + others + list(report.notes)
        if self._options.verbose:
            remarks += [f"{k}: {v}" for k, v in report.provenance.items()]
            remarks += [f"{k}: {v:,.0f} ms" for k, v in report.timings_ms.items()]
        if remarks:
            yield ""
            yield self._theme.paint("Remarks", "bold")
            for remark in remarks:
                yield from self._hang("  - ", 4, remark, 4)

    def _wrapped(self, text: str, indent: str) -> Iterator[str]:
        return self._hang(indent, len(indent), text, len(indent))

    def _hang(
        self, lead: str, used: int, text: str, indent: int, *, style: str | None = None
    ) -> Iterator[str]:
        return hang(self._theme, lead, used, text, indent, style=style)
