"""JSON: the whole run as one document, streamed; described by `mtcheck schema`."""

from __future__ import annotations

from typing import IO, Any, cast

from mtcheck.core.report import SCHEMA_VERSION, GateResult, Report, Summary, Tool
from mtcheck.core.to_json import dumps, gate_to_dict, report_to_dict, summary_to_dict, tool_to_dict
from mtcheck.reports.base import Writer, WriterOptions

NAME = "json"
TITLE = "JSON, one document for the whole run (schema: mtcheck schema)"
EXTENSION = ".json"
BINARY = False


def open(stream: IO[str] | IO[bytes], options: WriterOptions) -> Writer:
    """Return a writer of this format."""
    return JsonWriter(cast(IO[str], stream))


class JsonWriter:
    """Writes what ``RunReport.to_json`` would, without holding all documents in memory."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._first = True

    def start(self, tool: Tool) -> None:
        """Begin the report."""
        self._stream.write(f'{{\n  "schema_version": {dumps(SCHEMA_VERSION)},\n')
        self._stream.write(f'  "tool": {_nested(tool_to_dict(tool), 1)},\n  "documents": [')

    def add(self, report: Report) -> None:
        """Add one document."""
        self._stream.write("\n    " if self._first else ",\n    ")
        self._stream.write(_nested(report_to_dict(report), 2))
        self._first = False

    def finish(self, summary: Summary, gate: GateResult) -> None:
        """Complete the report."""
        self._stream.write("],\n" if self._first else "\n  ],\n")
        self._stream.write(f'  "summary": {_nested(summary_to_dict(summary), 1)},\n')
        self._stream.write(f'  "gate": {_nested(gate_to_dict(gate), 1)}\n}}\n')


def _nested(value: dict[str, Any], depth: int) -> str:
    text = dumps(value, indent=2)
    return text.replace("\n", "\n" + "  " * depth)  # JSON strings hold no bare line feeds
