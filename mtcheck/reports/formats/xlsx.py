"""XLSX: a workbook with sheets for documents, findings, segments and scores.

Needs XlsxWriter, chosen over openpyxl because it writes rows to disk as they come.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from mtcheck.core.errors import UsageError
from mtcheck.core.report import GateResult, Report, Status, Summary, Tool
from mtcheck.reports import wording
from mtcheck.reports.base import Writer, WriterOptions
from mtcheck.reports.escape import xml_chars
from mtcheck.reports.overview import row_of, totals
from mtcheck.reports.tables import (
    FINDING_COLUMNS,
    SEGMENT_COLUMNS,
    Cell,
    finding_rows,
    segment_rows,
)

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

NAME = "xlsx"
TITLE = "Excel workbook of documents, findings, segments and scores"
EXTENSION = ".xlsx"
BINARY = True

DOCUMENT_COLUMNS = (
    "path", "verdict", "status", "lang", "source_lang", "words", "segments", "critical", "major",
    "minor", "neutral", "suppressed", "penalty_per_1000", "remarks",
)  # fmt: skip
SCORE_COLUMNS = (
    "path", "score", "value", "low", "high", "unit", "n", "reference", "label", "note", "signature",
)  # fmt: skip
_WIDE = frozenset({"text", "message", "suggestion", "forward", "back", "source", "remarks",
                   "signature", "reference", "note"})  # fmt: skip
# Limits of the file format.
_LONGEST_CELL = 32_767
_MOST_ROWS = 1_048_576


def open(stream: IO[str] | IO[bytes], options: WriterOptions) -> Writer:
    """Return a writer of this format.

    Raises:
        UsageError: ``missing-package`` without XlsxWriter.
    """
    try:
        import xlsxwriter  # noqa: F401
    except ImportError:
        raise UsageError(
            "missing-package", "xlsx reports need XlsxWriter", try_="pip install 'mtcheck[xlsx]'"
        ) from None
    return XlsxWriter(cast(IO[bytes], stream))


class XlsxWriter:
    """Writes rows as documents come."""

    def __init__(self, stream: IO[bytes]) -> None:
        import xlsxwriter

        # Rows and the finished book wait in this folder, which goes whatever happens: a ZIP archive
        # can't be written to a pipe, and a full disk must leave no half of one.
        folder = tempfile.mkdtemp(prefix="mtcheck-xlsx-")
        self._remove = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._stream = stream
        self._file = Path(folder, "report.xlsx")
        self._book = xlsxwriter.Workbook(
            str(self._file),
            {
                "constant_memory": True,
                "tmpdir": folder,
                "strings_to_formulas": False,
                "strings_to_urls": False,
            },
        )
        # A fixed date: two runs over the same text give the same file.
        self._book.set_properties({"created": dt.datetime(2000, 1, 1)})
        self._head = self._book.add_format({"bold": True, "bottom": 1})
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._plain = self._book.add_format({"valign": "top"})
        self._sheets: dict[str, tuple[Worksheet, tuple[str, ...]]] = {}
        self._rows: dict[str, int] = {}
        self._left_out: dict[str, int] = {}

    def start(self, tool: Tool) -> None:
        """Make the sheets."""
        self._sheet("Documents", DOCUMENT_COLUMNS)
        self._sheet("Findings", FINDING_COLUMNS)
        self._sheet("Segments", SEGMENT_COLUMNS)
        self._sheet("Scores", SCORE_COLUMNS)

    def add(self, report: Report) -> None:
        """Write one document's rows."""
        row = row_of(report)
        remarks = [wording.skip_text(s) for s in report.skips] + list(report.notes)
        self._row(
            "Documents",
            {
                "path": report.path,
                "verdict": row.verdict,
                "status": report.status.value,
                "lang": report.lang,
                "source_lang": report.source_lang,
                "words": report.words,
                "segments": len(report.segments),
                **{s.value: row.counts.get(s, 0) for s in wording.WORST_FIRST},
                "suppressed": len(report.suppressed),
                "penalty_per_1000": None if row.penalty is None else round(row.penalty, 2),
                "remarks": (
                    wording.failed_reason(report)
                    if report.status is Status.FAILED
                    else "; ".join([*(r.message for r in report.gate.reasons), *remarks])
                ),
            },
        )
        for finding in finding_rows(report):
            self._row("Findings", finding)
        for segment in segment_rows(report):
            self._row("Segments", segment)
        for score in report.scores.values():
            low, high = score.interval or (None, None)
            self._row(
                "Scores",
                {
                    "path": report.path,
                    "score": score.name,
                    "value": score.value,
                    "low": low,
                    "high": high,
                    "unit": score.unit,
                    "n": score.n,
                    "reference": score.reference,
                    "label": score.label,
                    "note": score.note,
                    "signature": score.signature,
                },
            )

    def finish(self, summary: Summary, gate: GateResult) -> None:
        """Write the sheet of totals and complete the file."""
        sheet = self._book.add_worksheet("Summary")
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 100, self._wrapped)
        lines = [("verdict", gate.verdict.value), ("totals", totals(summary))]
        lines += [(r.threshold, r.message) for r in gate.reasons]
        lines += [("rows left out", f"{n:,} of sheet {name}") for name, n in self._left_out.items()]
        for i, (name, text) in enumerate(lines):
            sheet.write_string(i, 0, name, self._head)
            sheet.write_string(i, 1, _text(text), self._wrapped)
        for name, (table, columns) in self._sheets.items():
            table.autofilter(0, 0, max(1, self._rows[name] - 1), len(columns) - 1)
        sheet.set_first_sheet()
        sheet.activate()
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._book.close()
            with self._file.open("rb") as finished:
                shutil.copyfileobj(finished, self._stream)
        except FileCreateError as error:  # how XlsxWriter wraps a full disk
            raise OSError(*error.args[0].args) from error
        finally:
            self._remove()

    def _sheet(self, name: str, columns: tuple[str, ...]) -> None:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for i, column in enumerate(columns):
            wide = column in _WIDE
            sheet.set_column(i, i, 50 if wide else 28 if column in ("path", "rule") else 12)
        for i, column in enumerate(columns):
            sheet.write_string(0, i, column, self._head)
        self._sheets[name] = (sheet, columns)
        self._rows[name] = 1

    def _row(self, name: str, values: dict[str, Cell]) -> None:
        sheet, columns = self._sheets[name]
        row = self._rows[name]
        if row >= _MOST_ROWS:
            self._left_out[name] = self._left_out.get(name, 0) + 1
            return
        for i, column in enumerate(columns):
            value = values.get(column)
            style: Any = self._wrapped if column in _WIDE else self._plain
            if isinstance(value, str):
                # write_string never makes a formula or a link of it.
                sheet.write_string(row, i, _text(value), style)
            elif value is not None:
                sheet.write_number(row, i, value, style)
        self._rows[name] = row + 1


def _text(value: str) -> str:
    clean = xml_chars(value)
    return clean if len(clean) <= _LONGEST_CELL else clean[: _LONGEST_CELL - 1] + "…"
