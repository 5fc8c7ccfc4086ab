"""JSON Lines: one line a document as soon as it is finished, then one line for the run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Any, cast

from mtcheck.core.report import SCHEMA_VERSION, GateResult, Report, Summary, Tool
from mtcheck.core.to_json import dumps, gate_to_dict, report_fields, summary_to_dict, tool_to_dict
from mtcheck.reports.base import Writer, WriterOptions

NAME = "jsonl"
TITLE = "JSON Lines, one line a document, a summary in the last line"
EXTENSION = ".jsonl"
BINARY = False


def open(stream: IO[str] | IO[bytes], options: WriterOptions) -> Writer:
    """Return a writer of this format."""
    return JsonlWriter(cast(IO[str], stream))


class JsonlWriter:
    """Each line has a ``type``: ``document`` (fields as in JSON) or ``summary``."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._tool = Tool()

    def start(self, tool: Tool) -> None:
        """Begin the report; the first line comes with the first document."""
        self._tool = tool

    def add(self, report: Report) -> None:
        """Write one document's line."""
        self._line("document", report_fields(report))
        self._stream.flush()  # a reader at the other end of a pipe wants it now

    def finish(self, summary: Summary, gate: GateResult) -> None:
        """Write the last line."""
        self._line(
            "summary",
            {
                "schema_version": SCHEMA_VERSION,
                "tool": tool_to_dict(self._tool),
                "summary": summary_to_dict(summary),
                "gate": gate_to_dict(gate),
            }.items(),
        )

    def _line(self, kind: str, fields: Iterable[tuple[str, Any]]) -> None:
        write = self._stream.write
        write(f'{{"type": {_text(kind)}')
        for name, value in fields:
            write(f', "{name}": ')
            if isinstance(value, Iterator):  # too many for one string
                write("[")
                for i, item in enumerate(value):
                    write((", " if i else "") + _text(item))
                write("]")
            else:
                write(_text(value))
        write("}\n")


def _text(value: Any) -> str:
    # U+2028/2029 are legal in JSON but end a line for many line readers.
    return (
        dumps(value)
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
        .replace("\x85", "\\u0085")
    )
