"""CSV (RFC 4180, UTF-8) of findings and segments in one table; ``record`` tells them apart."""

from __future__ import annotations

import csv
from typing import IO, cast

from mtcheck.core.report import GateResult, Report, Summary, Tool
from mtcheck.reports.base import Writer, WriterOptions
from mtcheck.reports.escape import well_formed
from mtcheck.reports.tables import (
    FINDING_COLUMNS,
    SEGMENT_COLUMNS,
    Cell,
    finding_rows,
    segment_rows,
)

NAME = "csv"
TITLE = "CSV of findings and segments"
EXTENSION = ".csv"
BINARY = False

COLUMNS = ("record", *dict.fromkeys((*FINDING_COLUMNS, *SEGMENT_COLUMNS)))
# What spreadsheets take for the start of a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def open(stream: IO[str] | IO[bytes], options: WriterOptions) -> Writer:
    """Return a writer of this format."""
    return CsvWriter(cast(IO[str], stream))


class CsvWriter:
    """Writes a document's findings, then its segments."""

    def __init__(self, stream: IO[str]) -> None:
        self._writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\r\n")

    def start(self, tool: Tool) -> None:
        """Write the head."""
        self._writer.writeheader()

    def add(self, report: Report) -> None:
        """Write one document's rows."""
        for kind, rows in (("finding", finding_rows(report)), ("segment", segment_rows(report))):
            for row in rows:
                self._writer.writerow({"record": kind, **{k: _cell(v) for k, v in row.items()}})

    def finish(self, summary: Summary, gate: GateResult) -> None:
        """Complete the table; it has no foot."""


def _cell(value: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe makes it text."""
    if not isinstance(value, str):
        return value
    text = well_formed(value).replace("\0", "\ufffd")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
