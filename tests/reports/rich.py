"""A rich report for the writers' tests: everything that a writer may meet."""

from __future__ import annotations

from mtcheck.core.evidence import RoundTrip, SegmentScore
from mtcheck.core.findings import Confidence, Severity, SuppressedBy, Suppression
from mtcheck.core.report import (
    GateReason,
    GateResult,
    Report,
    SegmentReport,
    Skip,
    Status,
    Verdict,
)
from mtcheck.core.scores import Score
from mtcheck.core.spans import Span
from tests.reports.made import TOOL, finding

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
