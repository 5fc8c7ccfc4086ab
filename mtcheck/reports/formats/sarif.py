"""SARIF 2.1.0, within the limits of GitHub code scanning.

Specification: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. GitHub takes 25,000
results a run and shows 5,000 of them: results are sorted by severity, so that it keeps the worst.
"""

from __future__ import annotations

from typing import IO, Any, cast

from mtcheck.core.report import GateResult, Report, Summary, Tool
from mtcheck.core.to_json import dumps
from mtcheck.reports import sarif_parts as parts
from mtcheck.reports.base import Writer, WriterOptions
from mtcheck.reports.top import Top, by_severity

NAME = "sarif"
TITLE = "SARIF 2.1.0 for code scanning and viewers"
EXTENSION = ".sarif"
BINARY = False

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
MOST_RESULTS = 25_000
MOST_NOTIFICATIONS = 1_000


def open(stream: IO[str] | IO[bytes], options: WriterOptions) -> Writer:
    """Return a writer of this format."""
    return SarifWriter(cast(IO[str], stream), options)


class SarifWriter:
    """Collects at most `MOST_RESULTS` results and writes them all at the end."""

    def __init__(self, stream: IO[str], options: WriterOptions) -> None:
        self._stream = stream
        self._options = options
        self._tool = Tool()
        self._langs: set[str] = set()
        self._artifacts: list[dict[str, Any]] = []
        self._results: Top[tuple[str, str]] = Top(MOST_RESULTS)
        self._notifications: Top[dict[str, Any]] = Top(MOST_NOTIFICATIONS)

    def start(self, tool: Tool) -> None:
        """Begin the report."""
        self._tool = tool

    def add(self, report: Report) -> None:
        """Collect one document."""
        location = parts.artifact_location(report.path, self._options.root)
        self._artifacts.append({"location": location, "roles": ["analysisTarget"]})
        if report.lang:
            self._langs.add(report.lang)
        for counted, findings in ((1.0, report.findings), (0.0, report.suppressed)):
            for finding in findings:
                rank = (counted, *by_severity(finding))
                if self._results.wants(rank):
                    made = parts.result(report, finding, location)
                    # As text it takes a fifth of the memory.
                    self._results.put(rank, (finding.rule, dumps(made)))
        for level, notification in parts.notifications(report, location):
            rank = (float(level),)
            if self._notifications.wants(rank):
                self._notifications.put(rank, notification)

    def finish(self, summary: Summary, gate: GateResult) -> None:
        """Write the report."""
        results = self._results.items()
        ids = sorted({rule_id for rule_id, _ in results})
        index = {rule_id: i for i, rule_id in enumerate(ids)}
        run = {
            "tool": {"driver": self._driver(ids)},
            "automationDetails": {"id": self._category()},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {
                parts.BASE: {"description": {"text": "The folder that paths are relative to."}}
            },
            "invocations": [
                {
                    "executionSuccessful": summary.failed == 0,
                    "toolExecutionNotifications": self._all_notifications(gate),
                }
            ],
            "artifacts": self._artifacts,
        }
        log = dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)
        # The results, by far the most of it, go one a line where the run's object ends.
        head, end, tail = log.rpartition("\n  }\n ]\n}")
        self._stream.write(head + ',\n   "results": [')
        for i, (rule_id, result) in enumerate(results):
            comma = "," if i else ""
            self._stream.write(f'{comma}\n    {{"ruleIndex": {index[rule_id]}, {result[1:]}')
        self._stream.write(("\n   ]" if results else "]") + end + tail + "\n")

    def _category(self) -> str:
        return f"mtcheck/{next(iter(self._langs))}/" if len(self._langs) == 1 else "mtcheck/"

    def _all_notifications(self, gate: GateResult) -> list[dict[str, Any]]:
        notifications = [parts.gate_notification(gate), *self._notifications.items()]
        for what, left in (
            ("results", self._results.left_out),
            ("notifications", self._notifications.left_out),
        ):
            if left:
                notifications.append(parts.left_out(what, left))
        return notifications

    def _driver(self, ids: list[str]) -> dict[str, Any]:
        driver: dict[str, Any] = {"name": self._tool.name}
        if self._tool.version:
            driver["version"] = driver["semanticVersion"] = self._tool.version
        driver["rules"] = [parts.rule(rule_id, self._options.rules.get(rule_id)) for rule_id in ids]
        return driver
