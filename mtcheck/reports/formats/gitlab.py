"""GitLab code quality: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.

GitLab uses lines only and drops results whose fingerprint it has seen, so that equal findings in
one file are told apart by their number.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import IO, cast

from mtcheck.core.findings import Severity
from mtcheck.core.report import GateResult, Report, Summary, Tool
from mtcheck.reports import wording
from mtcheck.reports.base import Writer, WriterOptions
from mtcheck.reports.escape import well_formed
from mtcheck.reports.places import end_of, relative_path

NAME = "gitlab"
TITLE = "GitLab code quality report"
EXTENSION = ".gitlab.json"
BINARY = False

SEVERITIES = {
    Severity.CRITICAL: "critical",
    Severity.MAJOR: "major",
    Severity.MINOR: "minor",
    Severity.NEUTRAL: "info",
}


def open(stream: IO[str] | IO[bytes], options: WriterOptions) -> Writer:
    """Return a writer of this format."""
    return GitlabWriter(cast(IO[str], stream), options)


class GitlabWriter:
    """Writes a JSON array, one element a finding, as documents come."""

    def __init__(self, stream: IO[str], options: WriterOptions) -> None:
        self._stream = stream
        self._options = options
        self._first = True

    def start(self, tool: Tool) -> None:
        """Begin the array."""
        self._stream.write("[")

    def add(self, report: Report) -> None:
        """Write one document's findings."""
        path = relative_path(report.path, self._options.root)
        seen: Counter[str] = Counter()
        for finding in report.findings:
            identity = finding.key or f"{finding.rule}:{finding.text}"
            seen[identity] += 1
            name = f"{path}\0{identity}\0{seen[identity]}".encode("utf-8", "surrogatepass")
            issue = {
                "description": wording.with_rewrite(finding),
                "check_name": finding.rule,
                "fingerprint": hashlib.sha256(name).hexdigest(),
                "severity": SEVERITIES[finding.severity],
                "location": {
                    "path": path,
                    "lines": {"begin": finding.line, "end": end_of(finding)[0]},
                },
            }
            self._stream.write("\n" if self._first else ",\n")
            self._stream.write(well_formed(json.dumps(issue, ensure_ascii=False)))
            self._first = False

    def finish(self, summary: Summary, gate: GateResult) -> None:
        """Close the array."""
        self._stream.write("]\n" if self._first else "\n]\n")
