"""Rows of findings and segments for spreadsheets; the same columns in CSV and XLSX."""

from __future__ import annotations

from collections.abc import Iterator

from mtcheck.core.report import Report
from mtcheck.reports.wording import suppression_text

Cell = str | int | float | None

FINDING_COLUMNS = (
    "path", "line", "column", "start", "end", "severity", "rule", "text", "message", "suggestion",
    "source_langs", "confidence", "mqm", "unit", "segment", "suppressed", "key",
    "suppression",
)  # fmt: skip
SEGMENT_COLUMNS = (
    "path", "segment", "start", "end", "lang", "unit", "source", "text", "pivot", "forward", "back",
    "chrf", "similarity", "flags", "lost", "gained", "fluency", "quality",
)  # fmt: skip


def finding_rows(report: Report) -> Iterator[dict[str, Cell]]:
    """Yield a row a finding, the suppressed ones last."""
    for suppressed, findings in (("no", report.findings), ("yes", report.suppressed)):
        for f in findings:
            yield {
                "path": report.path,
                "line": f.line,
                "column": f.column,
                "start": f.span.start,
                "end": f.span.end,
                "severity": f.severity.value,
                "rule": f.rule,
                "text": f.text,
                "message": f.message,
                "suggestion": f.suggestion,
                "source_langs": " ".join(f.source_langs),
                "confidence": f.confidence.value,
                "mqm": f.mqm,
                "unit": f.unit,
                "segment": None if f.segment is None else f.segment + 1,
                "suppressed": suppressed,
                "key": f.key,
                "suppression": suppression_text(f.suppression) if f.suppression else None,
            }


def segment_rows(report: Report) -> Iterator[dict[str, Cell]]:
    """Yield a row a segment and pivot; a segment without a round trip has one row."""
    for s in report.segments:
        base: dict[str, Cell] = {
            "path": report.path,
            "segment": s.index + 1,
            "start": s.span.start,
            "end": s.span.end,
            "lang": s.lang or report.lang,
            "unit": s.unit,
            "source": s.source,
            "text": s.text,
            "fluency": _rounded(s.fluency.value, 2) if s.fluency else None,
            "quality": _rounded(s.quality.value, 2) if s.quality else None,
        }
        if not s.roundtrips:
            yield base
        for t in s.roundtrips:
            yield base | {
                "pivot": t.pivot,
                "forward": t.forward,
                "back": t.back,
                "chrf": _rounded(t.chrf, 2),
                "similarity": _rounded(t.similarity, 4),
                "flags": " ".join(t.flags),
                "lost": " ".join(t.lost),
                "gained": " ".join(t.gained),
            }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
