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
_LETTERS = re.compile(r"[a-z]{4,}")
_MAX = 4


def check(view: View) -> Iterator[Hit]:
    """Yield the words of the rarer variety, at most four; -ize alone says nothing about variety."""
    words = set(_LETTERS.findall(" ".join(view.vocabulary).lower()))
    if words.isdisjoint(_PAIRS) or words.isdisjoint(_AMERICAN):
        return
    used = "|".join(word for word in words if word in _PAIRS or word in _AMERICAN)
    wanted = re.compile(rf"(?<![\w'@./-])(?:{used})(?![\w@-])", re.IGNORECASE)
    british: list[re.Match[str]] = []
    american: list[re.Match[str]] = []
    for match in wanted.finditer(view.text):
        low = match[0].lower()
        if _is_name(view, match):
            continue
        if low in _PAIRS:
            british.append(match)
        elif low in _AMERICAN and low not in _WEAK and not _OXFORD.search(low):
            american.append(match)
    if not british or not american:
        return
    if len(american) > len(british) or (
        len(american) == len(british) and american[0].start() < british[0].start()
    ):
        minority, table = british, _PAIRS
    else:
        minority, table = american, _AMERICAN
    for match in minority[:_MAX]:
        other = table[match[0].lower()]
        yield Hit(*match.span(), suggestion=other.title() if match[0][0].isupper() else other)


def _is_name(view: View, match: re.Match[str]) -> bool:
    """Tell whether a word is part of a name: a capital that no sentence start explains."""
    if match[0].islower():
        return False
    before = view.text[max(0, match.start() - 3) : match.start()]
    return not re.search(r"(?:^|[.!?]\s|\n|[“\"])\Z", before) or bool(
        re.match(r" [A-Z]", view.text[match.end() : match.end() + 2])
    )
