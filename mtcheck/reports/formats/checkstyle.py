"""Checkstyle XML, which Jenkins (Warnings), reviewdog and many editors read.

Its readers are written in languages whose strings are UTF-16, and columns are counted so.
"""

from __future__ import annotations

from typing import IO, cast

from mtcheck.core.findings import Severity
from mtcheck.core.report import GateResult, Report, Status, Summary, Tool
from mtcheck.reports import wording
from mtcheck.reports.base import Writer, WriterOptions
from mtcheck.reports.escape import xml_attribute
from mtcheck.reports.places import relative_path, utf16_columns

NAME = "checkstyle"
TITLE = "Checkstyle XML"
EXTENSION = ".checkstyle.xml"
BINARY = False

SEVERITIES = {
    Severity.CRITICAL: "error",
    Severity.MAJOR: "error",
    Severity.MINOR: "warning",
    Severity.NEUTRAL: "info",
}


def open(stream: IO[str] | IO[bytes], options: WriterOptions) -> Writer:
    """Return a writer of this format."""
    return CheckstyleWriter(cast(IO[str], stream), options)


class CheckstyleWriter:
    """Writes each file element as its document comes."""

    def __init__(self, stream: IO[str], options: WriterOptions) -> None:
        self._stream = stream
        self._options = options

    def start(self, tool: Tool) -> None:
        """Begin the report."""
        # The version is that of the format, which readers expect to look like Checkstyle's.
        self._stream.write('<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="10.0">\n')

    def add(self, report: Report) -> None:
        """Write one document's element."""
        path = relative_path(report.path, self._options.root)
        lines = [f'<file name="{xml_attribute(path)}">']
        if report.status is Status.FAILED:
            reason = f"could not be checked: {wording.failed_reason(report)}"
            lines.append(_error(1, None, "error", reason, "mtcheck.document"))
        for finding in report.findings:
            text = wording.with_rewrite(finding)
            source = "mtcheck." + finding.rule.replace("/", ".")
            column, _ = utf16_columns(report.text, finding)
            severity = SEVERITIES[finding.severity]
            lines.append(_error(finding.line, column, severity, text, source))
        lines.append("</file>\n")
        self._stream.write("\n".join(lines))

    def finish(self, summary: Summary, gate: GateResult) -> None:
        """Complete the report."""
        self._stream.write("</checkstyle>\n")


def _error(line: int, column: int | None, severity: str, message: str, source: str) -> str:
    place = f'line="{line}"' + (f' column="{column}"' if column is not None else "")
    text = f'message="{xml_attribute(message)}" source="{xml_attribute(source)}"'
    return f'<error {place} severity="{severity}" {text}/>'
