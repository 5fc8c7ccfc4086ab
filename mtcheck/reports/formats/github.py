"""GitHub annotations: workflow commands that the runner turns into remarks on the changed lines.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions. GitHub shows ten
annotations of a kind for each step; the worst are chosen, the number of others is printed. Columns
are UTF-16 code units as in the problem matchers that the runner shares with Visual Studio Code.
"""

from __future__ import annotations

from typing import IO, cast

from mtcheck.core.findings import Finding, Severity
from mtcheck.core.report import GateResult, Report, Status, Summary, Tool
from mtcheck.reports import wording
from mtcheck.reports.base import Writer, WriterOptions
from mtcheck.reports.escape import terminal
from mtcheck.reports.overview import totals
from mtcheck.reports.places import end_of, relative_path, utf16_columns
from mtcheck.reports.top import Top, by_severity

NAME = "github"
TITLE = "GitHub Actions annotations"
EXTENSION = ".github.txt"
BINARY = False

MOST_OF_A_KIND = 10
_LONGEST_TITLE = 255
_LONGEST_MESSAGE = 4000
KINDS = {
    Severity.CRITICAL: "error",
    Severity.MAJOR: "error",
    Severity.MINOR: "warning",
    Severity.NEUTRAL: "notice",
}
_CAN_NOT_BE_CHECKED = 9.0


def open(stream: IO[str] | IO[bytes], options: WriterOptions) -> Writer:
    """Return a writer of this format."""
    return GithubWriter(cast(IO[str], stream), options)


class GithubWriter:
    """Collects the worst annotations of each kind and prints them at the end."""

    def __init__(self, stream: IO[str], options: WriterOptions) -> None:
        self._stream = stream
        self._options = options
        self._kinds: dict[str, Top[str]] = {
            kind: Top(MOST_OF_A_KIND) for kind in ("error", "warning", "notice")
        }

    def start(self, tool: Tool) -> None:
        """Begin the report."""

    def add(self, report: Report) -> None:
        """Collect one document."""
        path = relative_path(report.path, self._options.root)
        if report.status is Status.FAILED:
            message = f"could not be checked: {wording.failed_reason(report)}"
            if self._kinds["error"].wants((_CAN_NOT_BE_CHECKED,)):
                self._kinds["error"].put(
                    (_CAN_NOT_BE_CHECKED,), command("error", {"file": path}, message)
                )
        for finding in report.findings:
            kind = KINDS[finding.severity]
            rank = by_severity(finding)
            if self._kinds[kind].wants(rank):
                self._kinds[kind].put(rank, _annotation(kind, path, finding, report.text))

    def finish(self, summary: Summary, gate: GateResult) -> None:
        """Print the annotations, what was left out, and the verdict."""
        for kind, top in self._kinds.items():
            for line in top.items():
                self._write(line)
            if top.left_out:
                noun = f"more {kind}" if top.left_out == 1 else f"more {kind}s"
                self._write(f"mtcheck: {top.left_out:,} {noun} in the full report")
        self._write(f"mtcheck: {totals(summary)}")
        self._write(f"mtcheck: {gate.verdict.value}")
        for reason in gate.reasons:
            worst = f" ({', '.join(reason.worst)})" if reason.worst else ""
            self._write(f"mtcheck: {reason.message}{worst}")

    def _write(self, line: str) -> None:
        # One line each, whatever a document's text holds: a line that starts with :: would be a
        # command of its own.
        self._stream.write(terminal(line) + "\n")


def command(kind: str, properties: dict[str, str], message: str) -> str:
    """Return a workflow command, escaped as the runner's own toolkit does."""
    for char, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        message = message.replace(char, code)
        properties = {k: v.replace(char, code) for k, v in properties.items()}
    for char, code in ((":", "%3A"), (",", "%2C")):
        properties = {k: v.replace(char, code) for k, v in properties.items()}
    return f"::{kind} {','.join(f'{k}={v}' for k, v in properties.items())}::{message}"


def _annotation(kind: str, path: str, finding: Finding, text: str) -> str:
    end_line, _ = end_of(finding)
    properties = {"file": path, "line": str(finding.line), "endLine": str(end_line)}
    if end_line == finding.line:  # the API takes columns only within one line
        column, end_column = utf16_columns(text, finding)
        properties |= {"col": str(column), "endColumn": str(end_column)}
    properties["title"] = f"{finding.severity.value}: {finding.rule}"[:_LONGEST_TITLE]
    message = finding.message[:_LONGEST_MESSAGE]
    if finding.suggestion is not None:
        message += f"\nRewrite: {finding.suggestion[:_LONGEST_MESSAGE] or '(delete)'}"
    if finding.source_langs:
        message += f"\nLikely source: {wording.languages(finding.source_langs)}"
    return command(kind, properties, message)
