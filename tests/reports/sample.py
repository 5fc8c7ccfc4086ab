"""Reports made of core's data types for the writers' tests: two good documents and a failed one."""

from __future__ import annotations

from mtcheck.core.evidence import RoundTrip, SegmentScore
from mtcheck.core.findings import Confidence, Finding, Severity
from mtcheck.core.report import (
    GateReason,
    GateResult,
    Report,
    RunReport,
    SegmentReport,
    Skip,
    Status,
    Verdict,
)
from mtcheck.core.scores import Score
from mtcheck.core.spans import Span
from tests.reports.made import RULES, TOOL, finding
from tests.reports.rich import ARTICLE, article

__all__ = [
    "ARTICLE",
    "RULES",
    "TOOL",
    "article",
    "clean",
    "failed",
    "finding",
    "many",
    "run",
    "small",
]


def clean() -> Report:
    """Return a short report that passes, bilingual and with two pivots."""
    text = "Chegou a primavera.\n"
    return Report(
        path="news/primavera.po",
        status=Status.OK,
        lang="pt",
        source_lang="en",
        words=3,
        text=text,
        format="po",
        segments=(
            SegmentReport(
                0,
                Span(0, 19),
                text[:19],
                unit="msg-1",
                source="Spring has come.",
                roundtrips=(
                    RoundTrip("en", "Spring has come.", "Chegou a primavera.", 100.0, 1.0),
                    RoundTrip("es", "Llegó la primavera.", "A primavera chegou.", 60.0, 0.97),
                ),
                quality=SegmentScore(91.0, 1.2),
            ),
        ),
        tool=TOOL,
    )


def failed() -> Report:
    """Return the report of a document that could not be read."""
    return Report(
        path="news/broken.docx",
        status=Status.FAILED,
        lang=None,
        words=0,
        format="docx",
        skips=(Skip("document", "the file is not a ZIP archive; at byte 0"),),
        gate=GateResult(
            Verdict.INCOMPLETE, (GateReason("inputs", "the document could not be checked"),)
        ),
        tool=TOOL,
    )


def run(*documents: Report) -> RunReport:
    """Return the run over ``documents`` (default: all three) with a verdict like its worst one."""
    documents = documents or (article(), clean(), failed())
    gate = next((d.gate for d in documents if d.verdict is Verdict.FAIL), documents[0].gate)
    return RunReport.of(documents, gate, TOOL)


def many(n: int, *, severity: Severity = Severity.MINOR) -> Report:
    """Return a report with ``n`` findings, one a line."""
    text = "A bad word here.\n" * n
    findings = tuple(
        Finding(
            rule="style/quotes",
            severity=severity if i % 10 else Severity.MAJOR,
            mqm="Style/Awkward",
            span=Span(17 * i + 2, 17 * i + 5),
            line=i + 1,
            column=3,
            text="bad",
            message=f"Number {i}.",
            key=f"k{i}",
            end_line=i + 1,
            end_column=6,
        )
        for i in range(n)
    )
    return Report(path="many.txt", status=Status.OK, lang="en", words=4 * n, text=text,
                  findings=findings, gate=GateResult(Verdict.PASS), tool=TOOL)  # fmt: skip


def small() -> Report:
    """Return the short report of the snapshots and of the examples in docs/reports.md."""
    text = "The ferry 🌊 stopped this Friday (11).\nNobody was hurt.\n"
    flagged = finding(
        text,
        "this Friday (11)",
        rule="calques/weekday-day",
        severity=Severity.MAJOR,
        message="The day of the month in brackets follows a Portuguese habit.",
        suggestion="on Friday, Feb. 11",
        source_langs=("pt", "es"),
        confidence=Confidence.HIGH,
        segment=0,
    )
    first, second = text.splitlines()
    return Report(
        path="news/ferry.txt",
        status=Status.OK,
        lang="en",
        words=9,
        text=text,
        scores={
            "stability": Score(
                "stability",
                71.5,
                "0–100 over segments",
                2,
                "name:stability|pivot:pt",
                (60.0, 83.0),
                percentile=63.2,
                reference="63rd percentile of human news under this model",
                reference_quantiles=(52.0, 61.0, 68.0, 74.0, 82.0),
            ),
            "fluency": Score("fluency", None, "0–100", 0, "", note="no judge for this language"),
        },
        segments=(
            SegmentReport(
                0,
                Span(0, len(first)),
                first,
                roundtrips=(
                    RoundTrip(
                        "pt",
                        "A balsa 🌊 parou nesta sexta-feira (11).",
                        "The boat 🌊 stopped this Friday (11).",
                        81.2,
                        0.91,
                        lost=("ferry",),
                        gained=("boat",),
                    ),
                ),
            ),
            SegmentReport(
                1,
                Span(len(first) + 1, len(text) - 1),
                second,
                roundtrips=(RoundTrip("pt", "Ninguém se feriu.", "Nobody was hurt.", 100.0, 1.0),),
            ),
        ),
        findings=(flagged,),
        skips=(Skip("fluency", "no judge serves this language", blocking=False),),
        gate=GateResult(
            Verdict.FAIL,
            (
                GateReason(
                    "fail-on",
                    "1 finding of severity major or more",
                    1.0,
                    0.0,
                    ("news/ferry.txt:1:21 calques/weekday-day",),
                ),
            ),
        ),
        tool=TOOL,
    )
