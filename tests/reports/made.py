"""Findings and rules for the writers' tests, made of core's data types."""

from __future__ import annotations

import dataclasses

from mtcheck.core.findings import Confidence, Finding, Severity
from mtcheck.core.report import Tool
from mtcheck.core.rule_info import RuleInfo
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
