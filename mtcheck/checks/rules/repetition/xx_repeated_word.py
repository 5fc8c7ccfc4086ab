"""A word set twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import eq

from mtcheck.checks.rule import Hit
from mtcheck.checks.view import View

INFO = {
    "title": "Doubled word",
    "why": "The same word stands twice in a row.",
    "langs": [],
    "source_langs": [],
    "severity": "minor",
    "confidence": "high",
    "mqm": "Linguistic conventions > Grammar",
    "speaks_to": ["machine"],
    "safe": True,
    "fixable": True,
    "rewrite": "once",
    "examples": [
        {"text": "She drove to ⟦the the⟧ harbour.", "fixed": "She drove to the harbour."},
        {"text": "El barco ⟦de de⟧ Ana se hundió.", "fixed": "El barco de Ana se hundió.",
         "lang": "es"},
        {"text": "Wir ⟦haben haben⟧ keine Zeit.", "fixed": "Wir haben keine Zeit.", "lang": "de"},
        {"text": "⟦The the⟧ harbour is shut.", "fixed": "The harbour is shut."},
        {"text": "He said that that was fine; he had had enough."},
        {"text": "Duran Duran played; it was very very loud."},
        {"text": "O prefeito disse ⟦que que⟧ vai sair.", "fixed": "O prefeito disse que vai sair.",
         "lang": "pt"},
        {"text": "O que que houve? Ela veio para ficar.", "lang": "pt"},
        {"text": "They met ⟦in in⟧ Basel; she came in in third place.",
         "fixed": "They met in Basel; she came in in third place."},
        {"text": "Nous nous levons tôt.", "lang": "fr"},
        {"text": "Sie zog in ⟦das das⟧ Haus.", "fixed": "Sie zog in das Haus.", "lang": "de"},
        {"text": "Die, die kommen, sind da.", "lang": "de"},
        {"text": "What it is is a mess."},
        {"text": "# Prioridad\ndebconf debconf/priority select", "lang": "es",
         "source": "# Priority\ndebconf debconf/priority select", "source_lang": "en"},
        {"text": "--crl-file=FICHERO          fichero con los certificados", "lang": "es"},
        {"text": "Một tỷ tỷ là một số rất lớn.", "lang": "vi"},
    ],
}  # fmt: skip
# Words that rightly stand twice in a row, or are doubled for effect.
_ALLOWED = {
    "en": "that had very so no bye ha is do long really many far much more yes now well never go"
    " please night blah knock hear chop her there too same never ever way big old out up it"
    " you win who tut pom choo ta yo hey oh ah aye lah can please girl goody pretty poor dear wait"
    " stop help run boys girls can bang boom tick hush there's was you're what mine more less half",
    "es": "no muy sí se lo bla ja poco ya luego así casi",
    "pt": "se não muito sim bla há já pouco logo quase só",
    "fr": "nous vous très non si bla ça tout ha de",
    "de": "die der das sie sehr so nein ja bla den dem es ihr ist sich wie was wer zu da nun nach",
    "it": "si no molto che bla piano ha ci",
    # A billion billions, and words that Vietnamese doubles as a matter of course.
    "vi": "tỷ tỉ triệu nghìn ngàn vạn luôn thường mãi dần từ ngày đêm đời người nhà nơi nào ai đâu"
    " rất thật cùng song xa xanh khăng chằm hoài",
}
_ALLOWED_SETS = {lang: frozenset(words.split()) for lang, words in _ALLOWED.items()}
# Words that may stand twice only behind some others: "came in in third", "o que que foi".
_BEHIND = {
    ("en", "in"): re.compile(r"(?:\w+(?:ed|ing)|came|come|comes|go|went|goes|gone|move|log|sign|check|"
                             r"live|settle|step|stay|cave|chip|all|get|got|break|broke|built|let) $"),
    ("en", "on"): re.compile(r"(?:\w+(?:ed|ing)|go|went|goes|come|came|move|carry|held|hold|later|so|"
                             r"and|drag|put|stay|get|got|early|kept|switch) $"),
    ("pt", "que"): re.compile(r"(?:\b[oO] |[¿?!“\"—-] ?)$"),
    ("es", "que"): re.compile(r"\b(?:más|mejor|peor|menos|antes|después|mayor|menor) $"),
}  # fmt: skip
# Words that may stand twice, but not behind these: "in das das Haus"; relative ", mit dem dem" may.
_PREPOSITION = re.compile(
    r"(?<!, )(?<!und )(?<!oder )\b(?:in|auf|für|ohne|durch|gegen|um|an|vor|hinter|über|unter|von|bei|aus|seit) $"
)
_NOT_BEHIND = {("de", word): _PREPOSITION for word in ("das", "die", "den", "dem", "der")}
_DOUBLE = re.compile(
    r"(?<![\w'’.-])(?P<w>[^\W\d_]{2,})(?P<rest>\s+(?P=w))(?![\w'’-])", re.IGNORECASE
)


def check(view: View) -> Iterator[Hit]:
    """Yield doubled words that the language does not double."""
    allowed = _ALLOWED_SETS.get(view.lang or "en", frozenset())
    words = [word.lower() for word in view.words]
    if not any(map(eq, words, words[1:])):  # faster than the pattern
        return
    for match in _DOUBLE.finditer(view.text):
        first, second = match["w"], match["rest"].split()[-1]
        word = first.lower()
        around = _NOT_BEHIND.get((view.lang or "en", word))
        wrong = around and around.search(view.text[max(0, match.start() - 20) : match.start()])
        if (word in allowed and not wrong) or not _same(first, second) or "\n\n" in match["rest"]:
            continue
        behind = _BEHIND.get((view.lang or "en", first.lower()))
        if behind and behind.search(view.text[max(0, match.start() - 20) : match.start()]):
            continue
        if "  " in match["rest"] or "\t" in match["rest"] or (first.isupper() and second.islower()):
            continue  # columns: --file=FILE   file with the keys
        before = view.text[max(0, match.start() - 40) : match.start()].rstrip()[-1:]
        if (
            first.islower()
            and view.text[match.end() : match.end() + 40].lstrip()[: len(first)].lower() == first
        ):
            continue  # three or more: a loop or a cry, another rule's matter
        if before in '“"«' and view.text[match.end() : match.end() + 1] in ',!”"»':
            continue
        segment = view.sentence_at(match.start())
        if segment and segment.source and match[0].lower() in segment.source.lower():
            continue
        if view.block_at(match.start()) is not view.block_at(match.end() - 1):
            continue
        yield Hit(*match.span(), suggestion=first)


def _same(first: str, second: str) -> bool:
    # Duran Duran, Baden Baden: a name. "The the" at the start of a sentence is a fault.
    return second.islower()
