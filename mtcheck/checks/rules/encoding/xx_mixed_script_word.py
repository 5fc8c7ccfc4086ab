"""Look-alike letters of another script inside a word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtcheck.checks.rule import Hit
from mtcheck.checks.view import View

INFO = {
    "title": "Look-alike letter of another script",
    "why": "A look-alike letter from another script hides in the word; search and spelling fail.",
    "langs": [],
    "source_langs": ["ru", "uk", "bg", "sr", "el"],
    "severity": "minor",
    "confidence": "high",
    "mqm": "Linguistic conventions > Character encoding",
    "speaks_to": [],
    "safe": True,
    "fixable": True,
    "rewrite": "the word in one script",
    "evidence": "a Cyrillic letter points to ru, uk or bg; a Greek one to el",
    "examples": [
        {"text": "The ⟦Рresident⟧ agreed.", "fixed": "The President agreed."},
        {"text": "Prices in ⟦Оdesa⟧ fell.", "fixed": "Prices in Odesa fell."},
        {"text": "A ⟦bоat⟧ hit the pier.", "fixed": "A boat hit the pier."},
        {"text": "Москва and Paris are twinned."},
        {"text": "The α-helix is stable; take 5 μg."},
        {"text": "Vitamin B12 helps."},
        {"text": "Калганы %(days)dкүн.", "lang": "ky"},
        {"text": "Туура эмес URLдар бар.", "lang": "ky"},
        {"text": "Осталось %liч %liмин, верно%%0Aправильно.", "lang": "ru"},
    ],
}  # fmt: skip
# Letters that look the same in common fonts (Unicode's confusables data, single letters only).
_TO_LATIN = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХѴЬаесіјорѕухԁһԛԝӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧανορυϲ",
        "ABESIJKMHOPCTYXVbaecijopsyxdhqwlABEZHIKMNOPTYXavopuc",
        strict=True,
    )
)
_TO_CYRILLIC = dict(zip("ABEKMHOPCTYXaceopxyi", "АВЕКМНОРСТУХасеорхуі", strict=True))
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f]{2,}")
_ACRONYM = re.compile(r"[A-Z]{2,}s?[\u0370-\u03ff\u0400-\u052f]+")
_CONVERSION = re.compile(r".{0,3}?%[0-9$.]*(?:[hl]{0,2}[a-zA-Z]|0A)")
_LATIN = re.compile(r"[A-Za-z]")
_OTHER = re.compile(r"[\u0370-\u03ff\u0400-\u052f]")


def check(view: View) -> Iterator[Hit]:
    """Yield words that mix Latin letters with Cyrillic or Greek ones."""
    if not _OTHER.search(view.text):
        return
    for match in _WORD.finditer(view.text):
        word = match[0]
        other = _OTHER.findall(word)
        latin = len(word) - len(other)
        if not other or not latin or (word[0] in "µμπαβγΔΩΣλ" and len(other) == 1):
            continue
        if latin >= len(other):
            fixed = "".join(_TO_LATIN.get(c, c) for c in word)
            whole = not _OTHER.search(fixed)
        else:
            fixed = "".join(_TO_CYRILLIC.get(c, c) for c in word)
            whole = not re.search(r"[A-Za-z]", fixed)
        # "%(name)s" and "%d" end in a letter of their own; endings touch acronyms: URLга.
        if view.text[match.start() - 1 : match.start()] in ("%", ")") and word[0] in "sdifr":
            continue
        # "%li" and "%%0A" touch the next word, too.
        conversion = _CONVERSION.match(view.text, max(0, match.start() - 4))
        if conversion and not _LATIN.search(view.text[conversion.end() : match.end()]):
            continue
        if _ACRONYM.fullmatch(word):
            continue
        yield Hit(*match.span(), suggestion=fixed if whole else None)
