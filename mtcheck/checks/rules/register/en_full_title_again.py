"""Full title and name at a later mention."""

from __future__ import annotations

from collections.abc import Iterator

from mtcheck.checks.lexicons import expand
from mtcheck.checks.plan import Plan
from mtcheck.checks.rule import Hit
from mtcheck.checks.view import View

INFO = {
    "title": "Full title and name again",
    "why": "English news gives title and full name once; afterwards the surname does. Romance copy"
    " repeats both.",
    "langs": ["en"],
    "source_langs": ["fr", "pt", "es"],
    "severity": "neutral",
    "confidence": "medium",
    "mqm": "Style > Awkward style",
    "speaks_to": ["translated"],
    "rewrite": "{surname}",
    "fixable": True,
    "examples": [
        {"text": "Chilean President Rosa Vidal arrived on Monday. ⟦Chilean President Rosa Vidal⟧"
         " spoke to no one.",
         "fixed": "Chilean President Rosa Vidal arrived on Monday. Vidal spoke to no one."},
        {"text": "Prime Minister Jan Holt left. The aide to ⟦Prime Minister Jan Holt⟧ stayed."},
        {"text": "German Chancellor Uta Falk won. Later ⟦German Chancellor Uta Falk⟧ thanked all."},
        {"text": "Chilean President Rosa Vidal arrived. Vidal spoke to no one."},
        {"text": "President Rosa Vidal met President Luis Mora."},
    ],
}  # fmt: skip
_TITLE = Plan(
    expand(
        r"\b(?:(?:{{demonym}}|{{country}}) )?(?:President|Prime Minister|Chancellor|(?:Foreign|Defen[cs]e|"
        r"Finance|Interior|Health|Justice|Economy) Minister|Secretary of State|Secretary-General|"
        r"King|Queen|Pope|Governor|Mayor|Senator) (?P<first>[A-Z][\w'-]+) (?P<last>[A-Z][\w'-]+)\b",
        "en",
    ),
    clauses=(
        (
            (
                "president ",
                "minister ",
                "chancellor ",
                "secretary of state ",
                "secretary-general ",
                "king ",
                "queen ",
                "pope ",
                "governor ",
                "mayor ",
                "senator ",
            ),
            0,
            60,
        ),
    ),
    first="[A-Z]",
)


def check(view: View) -> Iterator[Hit]:
    """Yield each later mention that repeats title, first name and surname."""
    flat = view.flat
    hay = view.haystack
    seen: set[tuple[str, str]] = set()
    for match in hay.matches(_TITLE):
        who = (match["first"], match["last"])
        if who in seen:
            yield Hit(*flat.to_text(*match.span()), suggestion=match["last"])
        seen.add(who)
