"""A run of words in another language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from mtcheck.checks.rule import Hit
from mtcheck.checks.view import View
from mtcheck.core.languages import name
from mtcheck.text.function_words import BORROWED, FUNCTION_WORDS, foreign_to

INFO = {
    "title": "Run of words in another language",
    "why": "A stretch of the source was not translated.",
    "langs": [],
    "source_langs": ["es", "pt", "fr", "de", "it"],
    "severity": "major",
    "confidence": "high",
    "mqm": "Accuracy > Untranslated",
    "speaks_to": ["machine"],
    "rewrite": "translate",
    "evidence": "function words of one other language in a row",
    "examples": [
        {"text": "The clerk said that ⟦el precio de la leche⟧ had doubled."},
        {"text": "She answered ⟦avec un sourire dans la voix⟧ and hung up."},
        {"text": "They had lived in ⟦der Stadt und auf dem Land⟧ for years."},
        {"text": "The union wants ⟦que os salários sejam pagos até o fim do mês⟧, it said."},
        {"text": "El alcalde dijo que ⟦the price of the tickets would be⟧ más bajo.", "lang": "es"},
        {"text": "He ordered pollo a la plancha at the bar of the Plaza de la Reina."},
        {"text": "Ostrzeżenie: nie jest użyty jako domyślny klucz.", "lang": "pl",
         "source": "Warning: not used as the default key.", "source_lang": "en"},
        {"text": "The Tour de France passes through La Roche-sur-Yon."},
        {"text": "They danced to La vida es un carnaval all night."},
        {"text": "He had that je ne sais quoi, she said."},
        {"text": "Angela van der Berg and Luis de la Cruz signed."},
    ],
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:[''’-][^\W\d_]+)*")
_PART = re.compile(r"[^\W\d_]+")
_GAP = 2  # words between two function words of a run
_MIN_FUNCTION = 2
_MIN_WORDS = 4


def check(view: View) -> Iterator[Hit]:
    """Yield runs with at least two function words of one foreign language and none of the text's."""
    target = view.lang
    if target is None or target not in FUNCTION_WORDS:
        return
    foreign = foreign_to(target)
    own = FUNCTION_WORDS[target]
    every = _every(target)
    for segment, words in zip(view.segments, view.segment_words, strict=True):
        if every.isdisjoint(words) and all(w.isalpha() or w.isdecimal() for w in words):
            continue  # no word has other parts than itself
        text = segment.span.of(view.text)
        if every.isdisjoint(_PART.findall(text.lower())):
            continue
        tokens = list(_WORD.finditer(text))
        low = [t[0].lower().replace("’", "'") for t in tokens]
        if sum(word in every for word in low) < _MIN_FUNCTION:
            continue
        for lang, first, last in _runs(low, foreign, own, target):
            if text[tokens[last - 1].end() : tokens[last].start()].strip():
                last -= 1  # the word taken in stands behind a comma or bracket
            start, end = tokens[first].start(), tokens[last].end()
            if segment.source and view.source_lang and lang != view.source_lang:
                continue  # what was left untranslated is in the language of the source
            if _is_usage(text, [t[0] for t in tokens[first : last + 1]], start, end, lang):
                continue
            yield Hit(
                segment.span.start + start,
                segment.span.start + end,
                message=f"A stretch of {name(lang)} was not translated.",
                source_langs=(lang,),
            )


@lru_cache(maxsize=32)
def _every(target: str) -> frozenset[str]:
    return frozenset().union(*foreign_to(target).values())


def _runs(
    low: list[str], foreign: dict[str, frozenset[str]], own: frozenset[str], target: str
) -> Iterator[tuple[str, int, int]]:
    """Yield ``(lang, first, last)`` token ranges, the best language of those that overlap."""
    found: list[tuple[int, int, str, int, int]] = []
    for lang, strong in foreign.items():
        # Words that both languages have, and words with letters that English lacks, carry a run
        # on but do not make one.
        weak = FUNCTION_WORDS[lang] - strong
        places = [
            i
            for i, word in enumerate(low)
            if word in strong or word in weak or (target == "en" and not word.isascii())
        ]
        i = 0
        while i < len(places):
            j = i
            while j + 1 < len(places) and places[j + 1] - places[j] <= _GAP + 1:
                between = low[places[j] + 1 : places[j + 1]]
                if any(word in own for word in between):
                    break
                j += 1
            a, b = i, j
            while a <= b and low[places[a]] not in strong:
                a += 1
            while b >= a and low[places[b]] in own:
                b -= 1
            if a < b:
                first, last = places[a], _grown(low, places[b], own)
                kinds = {low[p] for p in places[a : b + 1]} & strong
                if len(kinds) >= _MIN_FUNCTION and last - first + 1 >= _MIN_WORDS:
                    count = sum(low[p] in strong for p in places[a : b + 1])
                    found.append((count, last - first, lang, first, last))
            i = j + 1
    taken: set[int] = set()
    for _, _, lang, first, last in sorted(found, key=lambda f: (-f[0], -f[1], f[2])):
        if not taken.intersection(range(first, last + 1)):
            taken.update(range(first, last + 1))
            yield lang, first, last


def _grown(low: list[str], last: int, own: frozenset[str]) -> int:
    """Take in one content word behind the last function word."""
    return last + 1 if last + 1 < len(low) and low[last + 1] not in own else last


def _is_usage(text: str, words: list[str], start: int, end: int, lang: str) -> bool:
    """Tell whether a run is a name, a title or a phrase that the language has borrowed."""
    low = text[max(0, start - 12) : end + 12].lower().replace("-", " ")
    if any(phrase.replace("-", " ") in low for phrase in BORROWED):
        return True
    content = [w for w in words if len(w) > 3]
    if lang != "de" and content and sum(w[:1].isupper() for w in content) >= len(content) / 2:
        return True  # Rio de la Plata, Luis de la Cruz
    before = text[max(0, start - 2) : start]
    if words[0][:1].isupper() and start > 0 and not re.match(r"[.!?:] ", before):
        return True  # a title in the middle of a sentence: La vida es …
    previous = re.findall(r"[\w'’-]+(?=\W*$)", text[max(0, start - 80) : start])
    if previous and previous[-1][:1].isupper() and start > len(previous[-1]) + 3:
        capital = sum(w[:1].isupper() for w in words)
        return capital > 0 or len(words) <= 4
    return before.endswith(("“", '"', "«", "‘")) and text[end : end + 1] in '”"»’'
