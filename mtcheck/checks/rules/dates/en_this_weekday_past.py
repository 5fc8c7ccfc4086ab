"""A weekday with "this" with an event that is past."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtcheck.checks.dates import WEEKDAYS
from mtcheck.checks.lexicons import expand
from mtcheck.checks.plan import Plan
from mtcheck.checks.rule import Hit
from mtcheck.checks.view import View

INFO = {
    "title": "“This Sunday” for a past event",
    "why": "With a past event English says “on Sunday”; “this Sunday” points forward.",
    "langs": ["en"],
    "source_langs": ["pt", "es", "fr"],
    "severity": "minor",
    "confidence": "medium",
    "mqm": "Accuracy > Mistranslation",
    "speaks_to": ["translated"],
    "rewrite": "on {weekday}",
    "evidence": 'pt "neste domingo", es "este domingo", fr "ce dimanche" with a past tense',
    "fixable": True,
    "examples": [
        {"text": "The airport closed ⟦this Thursday⟧ because of ash.",
         "fixed": "The airport closed on Thursday because of ash."},
        {"text": "⟦This Monday morning⟧, two trawlers sank off the cape.",
         "fixed": "On Monday morning, two trawlers sank off the cape."},
        {"text": "The verdict, published ⟦this Wednesday⟧, surprised nobody."},
        {"text": "Rebels seized the airport, the army said. ⟦this Saturday⟧.",
         "fixed": "Rebels seized the airport, the army said. on Saturday."},
        {"text": "He was arrested ⟦this Tuesday night⟧ in Lima."},
        {"text": "The band plays this Friday in Leeds."},
        {"text": "She said the bridge would reopen this Monday."},
        {"text": "The vote that was announced in May takes place this Sunday."},
        {"text": "⟦This Tuesday⟧ the senate asked for a report on the new dam by June.",
         "fixed": "On Tuesday the senate asked for a report on the new dam by June."},
        {"text": "A jury acquitted both brothers ⟦this Thursday⟧ for want of proof.",
         "fixed": "A jury acquitted both brothers on Thursday for want of proof."},
        {"text": "This Tuesday the club plays the cup match it lost in May."},
        {"text": "This Thursday is a holiday."},
        {"text": "The deal is to be signed this Friday, he said."},
    ],
}  # fmt: skip
_WHEN = Plan(
    r"\b[Tt]his (?:past )?(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
    r"(?P<part> (?:morning|afternoon|evening|night))?\b(?!'| \()",
    clauses=((("this past ", *(f"this {day}" for day in WEEKDAYS)), 0, 0),),
    width=40,
)
_PAST = re.compile(
    expand(
        r"\b(?:{{said_past}}|{{event_past}}|took place|came into|sank|went|came|saw|spoke|ran|drove|flew|brought|bought|sold|built|caught|chose|drew|fought|heard|kept|knew|led|paid|put|read|sang|set|showed|shut|stole|stood|taught|thought|threw|wore|[a-z]{3,}ed)\b",
        "en",
    )
)
_AHEAD = re.compile(
    r"\b(?:will|would|shall|should|could|may|might|must|going to|(?:is|are|was|were) (?:to|due|set|"
    r"expected|scheduled|planned|supposed|slated|about)|plans?|planned to|expects?|scheduled|due|"
    r"wants?|hopes?|until|before|starting|from|for|by|takes?|begins?|starts?|opens?|plays?|meets?|"
    r"faces?|host|hosts|returns?|airs?|arrives?|leaves?|tomorrow|next|invited|ahead of)\b|'ll\b|'d\b"
)
# Behind the day of a past event these give its cause or author, not a time to come.
_CAUSE = re.compile(r"for|by|from")
# Of those, what says that the clause's own verb looks ahead, wherever it stands in the clause.
_MODAL = re.compile(
    r"\b(?:will|would|shall|should|could|may|might|must|going to|(?:is|are) (?:to|due|set|expected|"
    r"scheduled|planned|supposed|slated|about))\b|'ll\b|'d\b"
)


def check(view: View) -> Iterator[Hit]:
    """Yield "this <weekday>" in a clause whose nearest verb is past and that looks at no future."""
    flat = view.flat
    for match in view.haystack.matches(_WHEN):
        if not _is_past(flat.text, match):
            continue
        start, end = flat.to_text(*match.span())
        on = "On" if match[0][0] == "T" else "on"
        yield Hit(start, end, suggestion=f"{on} {match['weekday']}{match['part'] or ''}")


def _past_first(clause: str) -> bool:
    """Tell whether the first verb of a clause is past, and none of its verbs looks ahead."""
    past, ahead = _PAST.search(clause), _AHEAD.search(clause)
    if past is None or _MODAL.search(clause):
        return False
    return ahead is None or past.start() < ahead.start()


def _is_past(text: str, match: re.Match[str]) -> bool:
    before = re.split(r"[.!?;\n]", text[max(0, match.start() - 160) : match.start()])[-1]
    after = re.split(r"[.!?;\n]", text[match.end() : match.end() + 120])[0]
    if not before.strip() and re.match(r"\.|\n|$", text[match.end() : match.end() + 2]):
        return True  # a fragment of its own: "… the army said. this Saturday."
    if not before.strip(' "“'):
        clause = re.split(r"\b(?:that|which|who|because)\b", after)[0]
        return (
            after.startswith((",", " "))
            and bool(re.match(r",", after) or not re.match(r" (?:is|will|was|has|marks)\b", after))
            and _past_first(clause)
        )
    # The clause that the phrase belongs to begins after the last conjunction or comma.
    clause = re.split(r"\b(?:that|which|who|when|what|if|and|but|where)\b|,(?= )", before)[-1]
    past = bool(_PAST.search(clause))
    ahead = _AHEAD.match(after.strip())
    if _AHEAD.search(clause) or (ahead and not (past and _CAUSE.match(ahead[0]))):
        return False
    return past
