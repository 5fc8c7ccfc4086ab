"""Day of the month in brackets after a weekday: "this Friday (11)"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtcheck.checks.dates import ap_date, article_date, nearest
from mtcheck.checks.plan import Plan
from mtcheck.checks.rule import Hit
from mtcheck.checks.view import View

INFO = {
    "title": "Day of the month in brackets after a weekday",
    "why": "English news does not put the day number in brackets after the weekday; Brazilian and"
    " Latin American news style does.",
    "langs": ["en"],
    "source_langs": ["pt", "es"],
    "severity": "minor",
    "confidence": "high",
    "mqm": "Locale conventions > Date format",
    "speaks_to": ["translated"],
    "rewrite": "on {weekday}, {month} {day}",
    "evidence": 'pt "nesta sexta-feira (11)", es "este viernes (11)"',
    "fixable": True,
    "examples": [
        {
            "text": "The bill goes to the floor ⟦this Tuesday (15)⟧, the speaker said.",
            "fixed": "The bill goes to the floor on Tuesday, March 15, the speaker said.",
            "date": "2022-03-14",
        },
        {
            "text": "A ferry ran aground ⟦on Saturday night (6)⟧ off the cape.",
            "fixed": "A ferry ran aground on Saturday night, Aug. 6, off the cape.",
            "date": "2022-08-08",
        },
        {
            "text": "Classes resume ⟦next Monday (3/10)⟧ across the state.",
            "fixed": "Classes resume on Monday, Oct. 3, across the state.",
            "date": "2022-09-29",
        },
        {
            "text": "The strike, called for ⟦Wednesday (22nd)⟧, was put off.",
            "fixed": "The strike, called for Wednesday, was put off.",
        },
        {"text": "Between ⟦Friday (1)⟧ and ⟦Sunday (3)⟧ the museum is free."},
        {"text": "The concert is on Thursday (8 p.m. in the main hall)."},
        {"text": "Trains run hourly until Sunday (14 August)."},
        {"text": "Tuesday (see chapter 4) was quiet."},
        {"text": "Rovers meet Monday (2) FC in the cup."},
    ],
}
_PATTERN = Plan(
    r"\b(?:(?P<before>[Tt]his(?: past| coming)?|[Ll]ast|[Nn]ext|[Oo]n|[Tt]his [Cc]oming) )?"
    r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
    r"(?P<part> (?:morning|afternoon|evening|night))?"
    r" ?\( ?(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?:[/.](?P<month>0?[1-9]|1[0-2]))?"
    r"(?:[/.](?:20)?\d\d)? ?\)(?! (?:FC|United|City)\b)",
    clauses=((("(",), 6, 40), (("day",), 3, 30)),
    width=100,
)
_PREPOSITION = re.compile(
    r"\b(?:for|until|till|since|by|from|between|to|and|of|before|after|on) \Z"
)


def check(view: View) -> Iterator[Hit]:
    """Yield every weekday that is followed by a bare day number in brackets."""
    flat = view.flat
    for match in view.haystack.matches(_PATTERN):
        start, end = flat.to_text(*match.span())
        yield Hit(start, end, suggestion=_rewrite(view, match))


def _rewrite(view: View, match: re.Match[str]) -> str:
    before, weekday, part = match["before"], match["weekday"], match["part"] or ""
    about = article_date(view)
    month = int(match["month"]) if match["month"] else None
    date = nearest(int(match["day"]), weekday, about, month) if about else None
    text = f"{weekday}{part}"
    if date:
        # Weekday and date are set off by commas where the sentence goes on.
        goes_on = re.match(r" \w", view.flat.text[match.end() : match.end() + 2])
        text += f", {ap_date(date)}" + ("," if goes_on else "")
    preceded = _PREPOSITION.search(view.flat.text[max(0, match.start() - 12) : match.start()])
    if before is None and preceded:
        return text
    return f"{'On' if before and before[0].isupper() else 'on'} {text}"
