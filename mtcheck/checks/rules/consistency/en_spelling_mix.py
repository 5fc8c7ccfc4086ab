"""British and American spelling in one text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtcheck.checks.rule import Hit
from mtcheck.checks.view import View

INFO = {
    "title": "British and American spelling mixed",
    "why": "The spelling changes inside the text, as it does when several hands or engines took"
    " part.",
    "langs": ["en"],
    "source_langs": [],
    "severity": "neutral",
    "confidence": "medium",
    "mqm": "Style > Inconsistent style",
    "speaks_to": ["machine"],
    "rewrite": "one variety throughout",
    "evidence": "several hands, or a pivot language",
    "fixable": True,
    "examples": [
        {"text": "The harbour lies near the city centre. Its ⟦color⟧ is grey.",
         "fixed": "The harbour lies near the city centre. Its colour is grey."},
        {"text": "Our neighbor likes the color. The ⟦theatre⟧ is shut."},
        {"text": "The travelling fair was cancelled; ⟦labor⟧ costs rose."},
        {"text": "The harbour has a colour scheme."},
        {"text": "The World Trade Center is far from our theatre."},
        {"text": "The neighbor likes the color."},
    ],
}  # fmt: skip
# British → American; only spellings that the other side does not use.
_PAIRS = dict(
    pair.split("/")
    for pair in [
        "centre/center",
        "centres/centers",
        "theatre/theater",
        "theatres/theaters",
        "metre/meter",
        "metres/meters",
        "kilometre/kilometer",
        "kilometres/kilometers",
        "litre/liter",
        "litres/liters",
        "fibre/fiber",
        "colour/color",
        "colours/colors",
        "coloured/colored",
        "colourful/colorful",
        "favour/favor",
        "favours/favors",
        "favoured/favored",
        "favourite/favorite",
        "favourites/favorites",
        "favourable/favorable",
        "honour/honor",
        "honours/honors",
        "honoured/honored",
        "labour/labor",
        "labourers/laborers",
        "neighbour/neighbor",
        "neighbours/neighbors",
        "neighbouring/neighboring",
        "neighbourhood/neighborhood",
        "neighbourhoods/neighborhoods",
        "behaviour/behavior",
        "behaviours/behaviors",
        "harbour/harbor",
        "harbours/harbors",
        "humour/humor",
        "rumour/rumor",
        "rumours/rumors",
        "vapour/vapor",
        "armour/armor",
        "armoured/armored",
        "endeavour/endeavor",
        "defence/defense",
        "offence/offense",
        "offences/offenses",
        "licence/license",
        "catalogue/catalog",
        "dialogue/dialog",
        "programme/program",
        "programmes/programs",
        "travelled/traveled",
        "travelling/traveling",
        "traveller/traveler",
        "travellers/travelers",
        "cancelled/canceled",
        "cancelling/canceling",
        "modelling/modeling",
        "labelled/labeled",
        "signalled/signaled",
        "fuelled/fueled",
        "jewellery/jewelry",
        "grey/gray",
        "tyre/tire",
        "tyres/tires",
        "plough/plow",
        "manoeuvre/maneuver",
        "manoeuvres/maneuvers",
        "sceptical/skeptical",
        "aluminium/aluminum",
        "organise/organize",
        "organised/organized",
        "organising/organizing",
        "organisation/organization",
        "organisations/organizations",
        "realise/realize",
        "realised/realized",
        "recognise/recognize",
        "recognised/recognized",
        "criticise/criticize",
        "criticised/criticized",
        "criticising/criticizing",
        "authorise/authorize",
        "authorised/authorized",
        "analyse/analyze",
        "analysed/analyzed",
        "apologise/apologize",
        "apologised/apologized",
        "emphasise/emphasize",
        "emphasised/emphasized",
        "prioritise/prioritize",
        "privatise/privatize",
        "privatised/privatized",
        "mobilise/mobilize",
        "mobilised/mobilized",
        "mobilisation/mobilization",
        "stabilise/stabilize",
        "civilisation/civilization",
    ]
)
# These American forms are British words too (a meter reads gas, a tire fails): no evidence alone.
_WEAK = {"meter", "meters", "license", "program", "programs", "tire", "tires", "dialog", "catalog"}
_OXFORD = re.compile(r"i[sz](?:e|ed|ing|es|ation|ations)$")
_AMERICAN = {us: gb for gb, us in _PAIRS.items()}
_JOINED = re.compile(r"[\w'@./-]")
_LETTERS = re.compile(r"[a-z]{4,}")
_MAX = 4


def check(view: View) -> Iterator[Hit]:
    """Yield the words of the rarer variety, at most four; -ize alone says nothing about variety."""
    words = set(_LETTERS.findall(" ".join(view.vocabulary).lower()))
    if words.isdisjoint(_PAIRS) or words.isdisjoint(_AMERICAN):
        return
    used = "|".join(word for word in words if word in _PAIRS or word in _AMERICAN)
    british: list[tuple[int, int]] = []
    american: list[tuple[int, int]] = []
    for start, end in _places(view.text, used):
        low = view.text[start:end].lower()
        if _is_name(view.text, start, end):
            continue
        if low in _PAIRS:
            british.append((start, end))
        elif low in _AMERICAN and low not in _WEAK and not _OXFORD.search(low):
            american.append((start, end))
    if not british or not american:
        return
    if len(american) > len(british) or (len(american) == len(british) and american < british):
        minority, table = british, _PAIRS
    else:
        minority, table = american, _AMERICAN
    for start, end in minority[:_MAX]:
        word = view.text[start:end]
        other = table[word.lower()]
        yield Hit(start, end, suggestion=other.title() if word[0].isupper() else other)


def _places(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Yield where any of the words (``a|b``, lower case) stands by itself, in any case."""
    low = text.lower()
    ignore_case = re.IGNORECASE if len(low) != len(text) else 0  # which takes much longer
    pattern = re.compile(rf"(?:{words})(?![\w@-])", ignore_case)
    for match in pattern.finditer(text if ignore_case else low):
        if not _JOINED.match(text, match.start() - 1) or match.start() == 0:
            yield match.span()


def _is_name(text: str, start: int, end: int) -> bool:
    """Tell whether a word is part of a name: a capital that no sentence start explains."""
    if text[start:end].islower():
        return False
    before = text[max(0, start - 3) : start]
    return not re.search(r"(?:^|[.!?]\s|\n|[“\"])\Z", before) or bool(
        re.match(r" [A-Z]", text[end : end + 2])
    )
