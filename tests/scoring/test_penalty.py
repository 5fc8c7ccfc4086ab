from __future__ import annotations

from mtcheck.core.findings import Finding, Severity
from mtcheck.core.spans import Span
from mtcheck.scoring.penalty import penalty


def findings(*severities: str) -> list[Finding]:
    return [
        Finding("g/r", Severity(s), "m", Span(i, i + 1), 1, i + 1, "x", "w", segment=i)
        for i, s in enumerate(severities)
    ]


def test_weights_per_thousand_words() -> None:
    made = penalty(
        findings("neutral", "minor", "major", "critical"),
        words=500,
        segments=20,
        version="1",
        rules="r",
    )
    assert made.value == 1000 * (0 + 1 + 5 + 25) / 500
    assert made.better == "lower"
    assert made.interval is not None
    assert made.interval[0] <= made.value <= made.interval[1]
    assert "rules:r" in made.signature and "version:1" in made.signature


def test_no_words_is_not_measured() -> None:
    made = penalty([], words=0, segments=0, version="1", rules="r")
    assert made.value is None and made.note


def test_same_input_same_interval() -> None:
    arguments = {"words": 300, "segments": 12, "version": "1", "rules": "r"}
    a = penalty(findings("minor", "major"), **arguments)  # type: ignore[arg-type]
    b = penalty(findings("minor", "major"), **arguments)  # type: ignore[arg-type]
    assert a == b
