"""Two forms of an institution's name in one text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtcheck.checks.plan import Plan
from mtcheck.checks.rule import Hit
from mtcheck.checks.view import View

INFO = {
    "title": "Two forms of one institution's name",
    "why": "The text has both “X Ministry” and “Ministry of X” for the same body.",
    "langs": ["en"],
    "source_langs": [],
    "severity": "neutral",
    "confidence": "medium",
    "mqm": "Terminology > Inconsistent use of terminology",
    "speaks_to": ["translated"],
    "rewrite": "one form throughout",
    "fixable": True,
    "examples": [
        {"text": "The Health Ministry closed two wards. The ⟦Ministry of Health⟧ gave no reason.",
         "fixed": "The Health Ministry closed two wards. The Health Ministry gave no reason."},
        {"text": "Aides at the Ministry of Finance agreed. The ⟦Finance Ministry⟧ did not reply."},
        {"text": "The Interior Ministry denied it; Oslo's ⟦Ministry of Interior⟧ had said so."},
        {"text": "The Health Ministry closed two wards. The Ministry of Finance agreed."},
        {"text": "The Ministry of Health closed two wards, the Ministry of Health said."},
    ],
}  # fmt: skip
_BODIES = ("ministry", "department", "committee", "agency")
_BEFORE = Plan(
    r"\b(?P<x>(?:[A-Z][a-z]+ )?[A-Z][a-z]+) (?P<n>Ministry|Department|Committee|Agency)\b",
    clauses=((_BODIES, 3, 130),),
    width=140,
)
_AFTER = Plan(
    r"\b(?P<n>Ministry|Department|Committee|Agency) (?:of|for) (?:the )?(?P<x>[A-Z][a-z]+(?: Affairs)?)\b",
    clauses=((_BODIES, 0, 0),),
    width=100,
)


def check(view: View) -> Iterator[Hit]:
    """Yield the first use of the second form, where both forms name the same field."""
    flat = view.flat
    first: dict[tuple[str, str], tuple[str, re.Match[str]]] = {}
    hay = view.haystack
    for form, match in sorted(
        [("before", m) for m in hay.matches(_BEFORE)] + [("after", m) for m in hay.matches(_AFTER)],
        key=lambda item: item[1].start(),
    ):
        field = match["x"].split()[-1] if form == "before" else match["x"].split()[0]
        key = (field.replace("Defence", "Defense"), match["n"])
        seen = first.setdefault(key, (form, match))
        if seen[0] == form or seen[0] == "done":
            continue
        first[key] = ("done", match)
        name = match["x"] if form == "after" else field
        other = f"{name} {match['n']}" if form == "after" else f"{match['n']} of {field}"
        start = match.start() if form == "after" else match.end() - len(f"{field} {match['n']}")
        yield Hit(*flat.to_text(start, match.end()), suggestion=other)
