"""JSON: the whole run as one document, streamed; described by `mtcheck schema`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any, cast

from mtcheck.core.report import SCHEMA_VERSION, GateResult, Report, Summary, Tool
from mtcheck.core.to_json import (
    dumps,
    gate_to_dict,
    indented,
    report_fields,
    summary_to_dict,
    tool_to_dict,
)
from mtcheck.reports.base import Writer, WriterOptions

NAME = "json"
TITLE = "JSON, one document for the whole run (schema: mtcheck schema)"
EXTENSION = ".json"
BINARY = False


def open(stream: IO[str] | IO[bytes], options: WriterOptions) -> Writer:
    """Return a writer of this format."""
    return JsonWriter(cast(IO[str], stream))


class JsonWriter:
    """Writes what ``RunReport.to_json`` would, without holding it in memory."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._first = True

    def start(self, tool: Tool) -> None:
        """Begin the report."""
        self._stream.write(f'{{\n  "schema_version": {dumps(SCHEMA_VERSION)},\n')
        self._stream.write(f'  "tool": {indented(tool_to_dict(tool), 1)},\n  "documents": [')

    def add(self, report: Report) -> None:
        """Add one document."""
        write = self._stream.write
        write("\n    {" if self._first else ",\n    {")
        self._first = False
        separator = "\n"
        for name, value in report_fields(report):
            write(f'{separator}      "{name}": ')
            separator = ",\n"
            if isinstance(value, Iterator):
                self._list(value)
            else:
                write(indented(value, 3))
        write("\n    }")

    def _list(self, items: Iterator[Any]) -> None:
        before = "[\n        "
        for item in items:
            self._stream.write(before + indented(item, 4))
            before = ",\n        "
        self._stream.write("[]" if before[0] == "[" else "\n      ]")

    def finish(self, summary: Summary, gate: GateResult) -> None:
        """Complete the report."""
        self._stream.write("],\n" if self._first else "\n  ],\n")
        self._stream.write(f'  "summary": {indented(summary_to_dict(summary), 1)},\n')
        self._stream.write(f'  "gate": {indented(gate_to_dict(gate), 1)}\n}}\n')
