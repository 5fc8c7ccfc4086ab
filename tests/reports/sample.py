"""Reports made of core's data types for the writers' tests: two good documents and a failed one."""

from __future__ import annotations

import dataclasses

from mtcheck.core.evidence import RoundTrip, SegmentScore
from mtcheck.core.findings import Confidence, Finding, Severity, SuppressedBy, Suppression
from mtcheck.core.report import (
    GateReason,
    GateResult,
    Report,
    RunReport,
    SegmentReport,
    Skip,
    Status,
    Tool,
    Verdict,
)
from mtcheck.core.rule_info import RuleInfo
from mtcheck.core.scores import Score
from mtcheck.core.spans import Span

TOOL = Tool("mtcheck", "9.9.9")

RULES = {
    "calques/weekday-day": RuleInfo(
        id="calques/weekday-day",
        group="calques",
        title="Weekday with the day of the month in brackets",
        severity=Severity.MAJOR,
        mqm="Locale conventions/Date format",
        why="Brazilian news style puts the day of the month in brackets; English does not.",
        langs=("en",),
        source_langs=("pt",),
        confidence=Confidence.HIGH,
        fixable=True,
        markdown="# Weekday\n\nWrite **Friday, March 4** instead of `Friday (4)`.\n",
    ),
    "style/quotes": RuleInfo(
        id="style/quotes",
        group="style",
        title="Mixed quotation marks",
        severity=Severity.MINOR,
        mqm="Linguistic conventions/Punctuation",
        why="A text should keep to one kind of quotation marks.",
    ),
}

ARTICLE = (
    "Storm closes the harbour 🌊 of Porto\r\n"
    "\r\n"
    "The mayor 👩\u200d🚒 said this Friday (11) that <script>alert('x')</script> the ferries & "
    "trams would stop, and that nobody should go near the quays, the bridges, the lower streets "
    "or the old market until the wind has calmed down.\r\n"
    "東京の新聞 also reported =SUM(A1) it \u202egnorw\u202c.\r\n"
    "הספינות יישארו בנמל until Monday (14).\r\n"
    "\r\n"
    "Control \x1b[31mred\x1b[0m and lone \ud83d surrogate.\r\n"
)


def finding(
    text: str,
    part: str,
    *,
    rule: str = "style/quotes",
    severity: Severity = Severity.MINOR,
    message: str = "Something should be looked at.",
    nth: int = 0,
    **fields: object,
) -> Finding:
    """Return a finding on the ``nth`` place of ``part`` in ``text``, with line and column."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(part, start + 1)
    before = text[:start].replace("\r\n", "\n").replace("\r", "\n")
    inside = part.replace("\r\n", "\n").replace("\r", "\n")
    line = before.count("\n") + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    last = inside.rfind("\n")
    made = Finding(
        rule=rule,
        severity=severity,
        mqm="Style/Awkward",
        span=Span(start, start + len(part)),
        line=line,
        column=column,
        text=part,
        message=message,
        key=f"{rule}:{start:04x}",
        end_line=line + inside.count("\n"),
        end_column=column + len(part) if last < 0 else len(inside) - last,
    )
    return dataclasses.replace(made, **fields)  # type: ignore[arg-type]


def article() -> Report:
    """Return a rich report: emoji, CRLF, markup, right-to-left text, controls, every section."""
    friday = finding(
        ARTICLE,
        "this Friday (11)",
        rule="calques/weekday-day",
        severity=Severity.MAJOR,
        message="The day of the month in brackets follows a Portuguese habit.",
        suggestion="on Friday, March 11,",
        safe=True,
        source_langs=("pt", "es"),
        confidence=Confidence.HIGH,
        segment=1,
    )
    monday = finding(
        ARTICLE,
        "Monday (14)",
        rule="calques/weekday-day",
        severity=Severity.MAJOR,
        message="The day of the month in brackets follows a Portuguese habit.",
        suggestion="Monday, March 14",
        source_langs=("pt",),
        segment=3,
    )
    script = finding(
        ARTICLE,
        "<script>alert('x')</script>",
        rule='user/"odd" <rule>',
        severity=Severity.CRITICAL,
        message="Markup <b>left</b> in the text | with `ticks`, [brackets], 100% & a ::colon,",
        suggestion="",
        segment=1,
    )
    wave = finding(ARTICLE, "🌊", severity=Severity.NEUTRAL, message="An emoji in a headline.")
    formula = finding(ARTICLE, "=SUM(A1)", message='=HYPERLINK("http://x")', segment=2)
    surrogate = finding(ARTICLE, "lone \ud83d surrogate", message="Broken \ud83d character \x07.")
    two_lines = finding(
        ARTICLE, "calmed down.\r\n東京の新聞", message="Two lines\nin one message.", segment=2
    )
    lines = [
        (0, "Storm closes the harbour 🌊 of Porto"),
        (1, ARTICLE[ARTICLE.index("The mayor") : ARTICLE.index("\r\n東京")]),
        (2, ARTICLE[ARTICLE.index("東京") : ARTICLE.index("\r\nהספינות")]),
        (3, "הספינות יישארו בנמל until Monday (14)."),
    ]
    trips = [
        RoundTrip(
            "pt",
            "A tempestade fecha o porto 🌊 do Porto",
            "The storm closes the port 🌊 of Porto",
            71.5,
            0.93,
            (),
            ("harbour",),
            ("port",),
            -0.31,
            -0.28,
        ),
        RoundTrip(
            "pt",
            "O prefeito disse <b>nesta</b> sexta-feira (11) que…",
            "The mayor said this Friday (11) that…",
            40.25,
            0.61,
            ("repaired",),
            ("<script>", "quays"),
            ("pier",),
        ),
        RoundTrip("pt", None, None, None, None, ("loop",)),
        RoundTrip("pt", "até segunda-feira", "until Monday", 22.0, None),
    ]
    segments = tuple(
        SegmentReport(
            index=i,
            span=Span(ARTICLE.index(text), ARTICLE.index(text) + len(text)),
            text=text,
            roundtrips=(trips[i],),
            fluency=SegmentScore(80.0 - i, 0.5) if i < 2 else SegmentScore(None, None, ("copy",)),
        )
        for i, text in lines
    )
    scores = {
        "penalty": Score(
            "penalty", 412.5, "per 1,000 words", 80, "mtcheck:9.9.9|mqm:linear", better="lower"
        ),
        "stability": Score(
            "stability",
            61.4,
            "0-100",
            18,
            "mtcheck:9.9.9|pivot:pt",
            (58.1, 64.9),
            percentile=63.0,
            reference="63rd percentile of human news under this model",
        ),
        "machine_translated": Score(
            "machine_translated",
            0.82,
            "probability",
            18,
            "judge:x",
            (0.7, 0.9),
            better="lower",
            label="likely",
            reasons=("wording alone: translated 80%", "2 findings that speak for a machine"),
        ),
        "translated_from": Score(
            "translated_from",
            0.71,
            "probability",
            18,
            "judge:x",
            label="pt",
            distribution={"pt": 0.71, "es": 0.2, "fr": 0.05, "it": 0.004},
        ),
        "fluency": Score("fluency", None, "0-100", 0, "", note="no judge for this language"),
    }
    return Report(
        path="news/storm 1.txt",
        status=Status.PARTIAL,
        lang="en",
        words=80,
        text=ARTICLE,
        scores=scores,
        segments=segments,
        findings=tuple(
            sorted(
                (friday, monday, script, wave, formula, surrogate, two_lines),
                key=lambda f: (f.span, f.rule),
            )
        ),
        suppressed=(
            finding(
                ARTICLE,
                "ferries & trams",
                message="Silenced in the text.",
                suppression=Suppression(SuppressedBy.INLINE, "=a <quotation>", 2),
            ),
            finding(
                ARTICLE,
                "old market",
                message="Known.",
                suppression=Suppression(SuppressedBy.BASELINE, "accepted in old.json"),
            ),
        ),
        skips=(
            Skip("fluency", "no judge model serves en", "a judge model", blocking=True),
            Skip("rule user/x", "it raised ValueError", blocking=False),
        ),
        notes=("read as UTF-8 with a byte order mark",),
        gate=GateResult(
            Verdict.FAIL,
            (
                GateReason(
                    "fail-on",
                    "3 findings of severity major or worse (--fail-on major)",
                    3.0,
                    0.0,
                    ("news/storm 1.txt:3", "news/storm 1.txt:5"),
                ),
                GateReason(
                    "min-fluency", "fluency was not measured (--min-fluency 50)", None, 50.0
                ),
            ),
        ),
        provenance={"roundtrip": "marian-mul-small@abc"},
        timings_ms={"roundtrip": 1234.56, "rules": 2.0},
        tool=TOOL,
    )


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
