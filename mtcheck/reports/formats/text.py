"""Text: what an editor reads in a terminal, worst things first, every finding at its place."""

from __future__ import annotations

from typing import IO, cast

from mtcheck.core.report import GateResult, Report, Status, Summary, Tool
from mtcheck.reports.ansi import theme_for
from mtcheck.reports.base import Writer, WriterOptions
from mtcheck.reports.document_text import DocumentText
from mtcheck.reports.hanging import gate_lines
from mtcheck.reports.overview import Overview

NAME = "text"
TITLE = "Text for the terminal"
EXTENSION = ".txt"
BINARY = False


def open(stream: IO[str] | IO[bytes], options: WriterOptions) -> Writer:
    """Return a writer of this format."""
    return TextWriter(cast(IO[str], stream), options)


class TextWriter:
    """Writes each document as it comes, and at the end a table of all, the worst first."""

    def __init__(self, stream: IO[str], options: WriterOptions) -> None:
        self._stream = stream
        self._theme = theme_for(stream, color=options.color, width=options.width)
        self._document = DocumentText(self._theme, options)
        self._overview = Overview(self._theme)
        self._only: Report | None = None

    def start(self, tool: Tool) -> None:
        """Begin the report; text has no head."""

    def add(self, report: Report) -> None:
        """Write one document."""
        self._only = report if self._overview.documents == 0 else None
        if self._overview.documents:
            self._write("")
        for line in self._document.lines(report):
            self._write(line)
        self._overview.add(report)
        self._stream.flush()

    def finish(self, summary: Summary, gate: GateResult) -> None:
        """Write the table over all documents and the verdict."""
        if self._only is None:
            for line in self._overview.lines(summary):
                self._write(line)
        # With one document its own block has said all this.
        only = self._only
        if only is None or only.status is Status.FAILED or only.verdict is not gate.verdict:
            for line in gate_lines(gate, self._theme):
                self._write(line)

    def _write(self, line: str) -> None:
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        safe = line.encode(encoding, "backslashreplace").decode(encoding)
        self._stream.write(safe + "\n")
