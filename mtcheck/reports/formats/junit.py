"""JUnit XML: one test suite a document, one test case for the gate's thresholds and each rule.

A case fails exactly where it made the gate fail, so that the test page and the exit code agree;
milder findings are listed as output of their rule's case. What could not be measured is an error
where it was asked for and else a skipped case. The form is that of Jenkins' xunit plugin, which
GitLab and others read too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, cast

from mtcheck.core.findings import Finding
from mtcheck.core.report import GateResult, Report, Status, Summary, Tool
from mtcheck.reports import wording
from mtcheck.reports.base import Writer, WriterOptions
from mtcheck.reports.escape import xml, xml_attribute
from mtcheck.reports.places import relative_path

NAME = "junit"
TITLE = "JUnit XML for the test pages of CI servers"
EXTENSION = ".junit.xml"
BINARY = False


def open(stream: IO[str] | IO[bytes], options: WriterOptions) -> Writer:
    """Return a writer of this format."""
    return JunitWriter(cast(IO[str], stream), options)


class JunitWriter:
    """Writes each suite as its document comes."""

    def __init__(self, stream: IO[str], options: WriterOptions) -> None:
        self._stream = stream
        self._options = options

    def start(self, tool: Tool) -> None:
        """Begin the report."""
        self._stream.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        self._stream.write(f'<testsuites name="{xml_attribute(tool.name)}">\n')

    def add(self, report: Report) -> None:
        """Write one document's suite."""
        path = relative_path(report.path, self._options.root)
        cases = list(self._cases(report, path))
        bodies = [body for _, body in cases]
        counts = {
            "tests": len(cases),
            "failures": sum(body.startswith("<failure") for body in bodies),
            "errors": sum(body.startswith("<error") for body in bodies),
            "skipped": sum(body.startswith("<skipped") for body in bodies),
        }
        seconds = sum(report.timings_ms.values()) / 1000
        numbers = " ".join(f'{k}="{v}"' for k, v in counts.items())
        lines = [f'<testsuite name="{xml_attribute(path)}" {numbers} time="{seconds:.3f}">']
        for name, body in cases:
            head = f'<testcase name="{xml_attribute(name)}" classname="{xml_attribute(path)}"'
            lines.append(f"{head}>{body}</testcase>" if body else f"{head}/>")
        lines.append("</testsuite>\n")
        self._stream.write("\n".join(lines))

    def finish(self, summary: Summary, gate: GateResult) -> None:
        """Complete the report."""
        self._stream.write("</testsuites>\n")

    def _cases(self, report: Report, path: str) -> Iterator[tuple[str, str]]:
        """Yield (name, body) of the test cases of a document."""
        if report.status is Status.FAILED:
            yield "document", _element("error", "input", wording.failed_reason(report), "")
            return
        for reason in report.gate.reasons:
            # A threshold without a value was not judged.
            judged = reason.value is not None or reason.threshold == "fail-on"
            kind = "failure" if judged else "error"
            yield (
                f"gate: {reason.threshold}",
                _element(kind, reason.threshold, reason.message, "\n".join(reason.worst)),
            )
        if not report.gate.reasons:
            yield "gate", ""
        failing = set(map(id, gate_breakers(report)))
        rules: dict[str, list[Finding]] = {}
        for finding in report.findings:
            rules.setdefault(finding.rule, []).append(finding)
        for rule_id in sorted(rules):
            found = rules[rule_id]
            text = "\n".join(_place(f, path) for f in found)
            info = self._options.rules.get(rule_id)
            title = info.title if info else rule_id
            if any(id(f) in failing for f in found):
                message = f"{title} ({wording.count(len(found), 'finding')})"
                yield rule_id, _element("failure", rule_id, message, text)
            else:
                yield rule_id, f"<system-out>{xml(text)}</system-out>"
        for skip in report.skips:
            if not skip.blocking:
                text = wording.skip_text(skip)
                yield skip.what, f'<skipped message="{xml_attribute(text)}"/>'


def gate_breakers(report: Report) -> Sequence[Finding]:
    """Return the findings that made the severity threshold fail: its count, worst first.

    A report holds how many findings were too severe, and not which severity that means.
    """
    count = sum(int(r.value or 0) for r in report.gate.reasons if r.threshold == "fail-on")
    return sorted(report.findings, key=lambda f: -f.severity.rank)[:count]


def _element(name: str, kind: str, message: str, text: str) -> str:
    head = f'<{name} type="{xml_attribute(kind)}" message="{xml_attribute(message)}"'
    return f"{head}>{xml(text)}</{name}>" if text else f"{head}/>"


def _place(finding: Finding, path: str) -> str:
    fix = "" if finding.suggestion is None else f" Rewrite: {finding.suggestion or '(delete)'}"
    quoted = " ".join(finding.text.split())
    place = f"{path}:{finding.line}:{finding.column}"
    return f"{place} [{finding.severity.value}] {quoted}: {finding.message}{fix}"
