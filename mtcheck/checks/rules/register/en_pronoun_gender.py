"""A pronoun with the gender of the source noun."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtcheck.checks.plan import Plan
from mtcheck.checks.rule import Hit
from mtcheck.checks.view import View

_THINGS = [
    "government",
    "parliament",
    "council",
    "agency",
    "court",
    "team",
    "club",
    "band",
    "union",
    "party",
    "region",
    "country",
    "army",
    "airline",
    "exhibition",
    "gun",
    "drone",
    "camera",
    "pipe",
    "wire",
    "railway",
    "factory",
    "plant",
    "company",
    "firm",
    "bank",
    "school",
    "university",
    "house",
    "building",
    "bridge",
    "road",
    "street",
    "city",
    "town",
    "village",
    "car",
    "truck",
    "bus",
    "train",
    "plane",
    "aircraft",
    "machine",
    "engine",
    "computer",
    "phone",
    "law",
    "treaty",
    "agreement",
    "bill",
    "reform",
    "rule",
    "plan",
    "project",
    "programme",
    "program",
    "report",
    "study",
    "survey",
    "decision",
    "measure",
    "idea",
    "theory",
    "book",
    "novel",
    "film",
    "movie",
    "song",
    "painting",
    "letter",
    "document",
    "contract",
    "economy",
    "market",
    "price",
    "currency",
    "crisis",
    "war",
    "pandemic",
    "epidemic",
    "disease",
    "virus",
    "vaccine",
    "drug",
    "medicine",
    "storm",
    "hurricane",
    "earthquake",
    "flood",
    "fire",
    "river",
    "lake",
    "sea",
    "mountain",
    "island",
    "tree",
    "flower",
    "fruit",
    "bread",
    "water",
    "table",
    "door",
    "window",
    "wall",
    "roof",
    "room",
    "kitchen",
    "church",
    "museum",
    "theatre",
    "theater",
    "hospital",
    "airport",
    "station",
    "port",
    "harbour",
    "harbor",
    "tower",
    "castle",
    "dam",
    "tunnel",
    "road",
    "motorway",
    "highway",
    "election",
    "vote",
    "campaign",
    "tax",
    "budget",
    "strike",
    "protest",
    "festival",
    "match",
    "game",
    "season",
    "tournament",
    "stadium",
    "weapon",
    "rocket",
    "missile",
    "bomb",
    "tank",
    "satellite",
    "battery",
    "lamp",
    "app",
    "website",
    "platform",
    "network",
    "file",
    "algorithm",
    "model",
    "technology",
    "industry",
    "sector",
    "institution",
    "organisation",
    "organization",
    "committee",
    "commission",
    "ministry",
    "newspaper",
    "magazine",
    "magazine",
    "chair",
    "desk",
    "shirt",
    "dress",
    "hat",
    "shoe",
    "knife",
    "cup",
    "bottle",
    "bag",
    "box",
    "key",
    "watch",
    "clock",
    "picture",
    "statue",
    "monument",
    "square",
    "garden",
    "park",
    "forest",
    "beach",
    "sun",
    "moon",
    "planet",
    "star",
    "soup",
    "wine",
    "beer",
    "cake",
    "apartment",
    "flat",
    "shop",
    "store",
    "restaurant",
    "hotel",
    "office",
    "warehouse",
    "mill",
    "mine",
    "farm",
    "field",
    "crop",
    "harvest",
]
INFO = {
    "title": "Pronoun with the gender of the source noun",
    "why": "Grammatical gender of the source leaked into the pronoun.",
    "langs": ["en"],
    "source_langs": ["fr", "es", "pt", "de", "ru"],
    "severity": "major",
    "confidence": "medium",
    "mqm": "Linguistic conventions > Grammar",
    "speaks_to": ["machine"],
    "rewrite": "it / its (or the right gender)",
    "evidence": "fr, es, pt, de, ru nouns carry gender",
    "fixable": True,
    "examples": [
        {"text": "The mill closed because ⟦she⟧ was too old.",
         "fixed": "The mill closed because it was too old."},
        {"text": "The contract is weak, but ⟦he⟧ will be signed."},
        {"text": "The bridge lost two of ⟦his⟧ pillars."},
        {"text": "Mrs. Vera Holm left; ⟦his⟧ pupils wept."},
        {"text": "Maria Prado won the race on Sunday. ⟦He⟧ thanked her parents."},
        {"text": "Maria Prado met the coach. He thanked her."},
        {"text": "The nurse left because she was tired."},
        {"text": "The ship sank with her crew."},
        {"text": "The mayor visited the school because she was invited."},
        {"text": "The company sacked the manager because he was late."},
    ],
}  # fmt: skip
# First names that one sex bears nearly everywhere.
_WOMEN = (
    "Anna|Maria|Elena|Olga|Svetlana|Natalia|Ekaterina|Tatiana|Sofia|Laura|Julia|Isabel|Carmen|Lucia|"
    "Teresa|Marta|Claudia|Monica|Patricia|Susan|Linda|Barbara|Elizabeth|Jennifer|Jessica|Sarah|Emma|"
    "Angela|Ursula|Christine|Sophie|Marie|Camille|Brigitte|Yoko|Keiko|Fatima|Aisha|Mary|Kate|Alice"
)
_MEN = (
    "John|Peter|Paul|Michael|David|James|Robert|William|Thomas|Carlos|Jorge|Luis|Juan|Pedro|Miguel|"
    "Antonio|Fernando|Ricardo|Paulo|Hans|Karl|Heinz|Jürgen|Wolfgang|Pierre|Jacques|François|Vladimir|"
    "Sergei|Dmitry|Ivan|Mikhail|Viktor|Oleg|Igor|Yuri|Mohammed|Ahmed|Ali|Hassan|Takeshi|Kenji|Hiroshi"
)
_LIST = "|".join(sorted(set(_THINGS), key=len, reverse=True))
_THING = (tuple(sorted({f" {thing} " for thing in _THINGS})), 3, 12)
_BECAUSE = Plan(
    rf"(?:^|(?<=[.!?] ))(?:The|This|That|Our|Its) (?:(?:new|old|small|large|big) )?(?:{_LIST}) "
    r"(?:[a-z]+ ){1,6}?(?:because|but|and|when|although|since|so|after|before|as|until|if|though|,"
    r" but|, and|, because|, so|, although),? ?(?P<p>[Ss]he|[Hh]e) "
    r"(?:was|is|will|would|has|had|needs?|can|could|must|may|might|does|did|remains?|became|becomes|"
    r"collapsed|opened|closed|broke|fell|caused)\b",
    clauses=(_THING, (("he ",), 8, 500)),
    first="[A-Z]",
)
_COMMA = Plan(
    rf"(?:^|(?<=[.!?] ))(?:The|This|That) (?:(?:new|old|small|large) )?(?:{_LIST}) [a-z]+(?: [a-z]+){{0,4}},"
    r" (?:but|and|because|so|although) (?P<p>she|he) (?:was|is|will|would|has|had|can|could|must)\b",
    clauses=(_THING, (("he ",), 8, 500)),
    first="[A-Z]",
)
_OWN = Plan(
    rf"(?:^|(?<=[.!?] ))The (?:(?:new|old|small|large) )?(?:{_LIST}) "
    r"(?:lost|has|had|opened|closed|raised|cut|doubled|keeps|kept|celebrates|celebrated|"
    r"reopened|increased|reduced|shows|showed|will open|will close) (?:\w+ ){0,3}?(?P<p>his|her) [a-z]+",
    clauses=(_THING, (("his ", "her "), 8, 300)),
    first="[A-Z]",
)
_PRONOUNS = ("his", "he", "she")  # as "her" begins with "he"
_TITLE = Plan(
    r"\b(?:(?P<f>Mrs\.?|Ms\.?|Miss|Madam|Queen|Princess|Sister|Lady|Actress|(?:Dr\.? |Professor )?(?:"
    rf"{_WOMEN}))|(?P<m>Mr\.?|Sir|King|Prince|Father|Brother|Lord|Actor|(?:Dr\.? |Professor )?(?:{_MEN})))"
    r" [A-Z]\w+(?: [A-Z]\w+)?(?P<mid>[^.!?\n]{1,30}?"
    r"[;,] (?:and |but )?)(?P<p>his|her|he|she)\b",
    clauses=(
        (
            tuple(f"{a} {b}{c}" for a in ",;" for b in ("", "and ", "but ") for c in _PRONOUNS),
            6,
            300,
        ),
    ),
    first="[A-Z]",
)
# "Maria Santos won a prize. He thanked his …": the first sentence of a text names one person only.
_NEXT = re.compile(
    rf"\A\W?(?:(?P<f>{_WOMEN})|(?P<m>{_MEN})) [A-ZÀ-Ý][\w'-]+(?P<mid>[^.!?\n]{{1,120}}\. )"
    r"(?P<p>He|She|His|Her)\b"
)
_CALENDAR = re.compile(
    r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|\b(?:January|February|March|April|May|June|July"
    r"|August|September|October|November|December)\b"
)
_PERSON = re.compile(
    r"\b(?:man|woman|boy|girl|who|him|he|she|mayor|minister|president|manager|director|owner|driver|"
    r"worker|teacher|doctor|nurse|pilot|captain|coach|player|husband|wife|son|daughter|father|mother|"
    r"brother|sister|friend|king|queen|author|founder|boss|leader|suspect|[A-Z][a-z]+)\b"
)
_NEUTER = {"she": "it", "he": "it", "his": "its", "her": "its"}


def check(view: View) -> Iterator[Hit]:
    """Yield he, she, his and her whose only antecedent is a thing, or a person of the other sex."""
    flat = view.flat
    hay = view.haystack
    taken: set[int] = set()
    for pattern in (_BECAUSE, _COMMA, _OWN):
        for match in hay.matches(pattern):
            middle = flat.text[match.start() + 4 : match.start("p")]
            if _PERSON.search(middle) or match.start("p") in taken:
                continue
            taken.add(match.start("p"))
            word = match["p"]
            yield Hit(*flat.to_text(*match.span("p")), suggestion=_NEUTER[word.lower()])
    first = _NEXT.match(flat.text)
    for match in [*hay.matches(_TITLE), *([first] if first else [])]:
        word = match["p"]
        wrong = word.lower() in ({"his", "he"} if match["f"] else {"her", "she"})
        if wrong and not _PERSON.search(_CALENDAR.sub("", match["mid"])):
            right = {"his": "her", "he": "she", "her": "his", "she": "he"}[word.lower()]
            right = right.title() if word[0].isupper() else right
            yield Hit(*flat.to_text(*match.span("p")), suggestion=right)
