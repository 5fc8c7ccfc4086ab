"""Words in the script of the source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtcheck.checks.rule import Hit
from mtcheck.checks.view import View

INFO = {
    "title": "Word in the script of the source",
    "why": "A word was left in the source script: translate or romanise it.",
    "langs": [],
    "source_langs": ["zh", "ja", "ko", "ru", "uk", "ar", "he", "th", "hi"],
    "severity": "major",
    "confidence": "high",
    "mqm": "Accuracy > Untranslated",
    "speaks_to": ["machine"],
    "rewrite": "translate or romanise",
    "evidence": "the script names the source",
    "examples": [
        {"text": "The ⟦救援⟧ crew reached the valley."},
        {"text": "She quoted the ⟦Известия⟧ daily."},
        {"text": "They wrote to ⟦佐藤さん⟧ in June."},
        {"text": "The word ⟦السلام⟧ was on the wall."},
        {"text": "El equipo ⟦сборная⟧ ganó.", "lang": "es"},
        {"text": "The crew arrived at π o'clock."},
        {"text": "Beijing (北京) is the capital."},
        {"text": "Ångström was a Swede; use the € sign."},
        {"text": "Команда приехала в Париж.", "lang": "ru"},
    ],
}  # fmt: skip
_SCRIPTS = (
    ("cyrillic", r"[\u0400-\u04ff]{2,}(?:[ -][\u0400-\u04ff]+)*", ("ru", "uk")),
    (
        "kana",
        r"[\u3400-\u9fff々]*[\u3041-\u3096\u30a1-\u30fa][\u3041-\u30ff\u3400-\u9fff々ー]*",
        ("ja",),
    ),
    ("han", r"[\u3400-\u4dbf\u4e00-\u9fff]+", ("zh", "ja")),
    ("hangul", r"[\uac00-\ud7af]+(?: [\uac00-\ud7af]+)*", ("ko",)),
    ("arabic", r"[\u0600-\u06ff]{2,}(?: [\u0600-\u06ff]+)*", ("ar", "fa", "ur")),
    ("hebrew", r"[\u0590-\u05ff]{2,}(?: [\u0590-\u05ff]+)*", ("he",)),
    ("thai", r"[\u0e00-\u0e7f]{2,}", ("th",)),
    ("devanagari", r"[\u0900-\u097f]{2,}(?: [\u0900-\u097f]+)*", ("hi", "ne")),
    ("greek", r"[\u0370-\u03ff]{3,}(?: [\u0370-\u03ff]+)*", ("el",)),
    ("georgian", r"[\u10a0-\u10ff]{2,}", ("ka",)),
    ("armenian", r"[\u0530-\u058f]{2,}", ("hy",)),
)
_ANY = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern, _ in _SCRIPTS))
_SOURCES = {name: langs for name, _, langs in _SCRIPTS}
_NOT_ASCII = re.compile(r"[^\x00-\u036f\u2000-\u2bff]")
_LATIN = frozenset(
    [
        "af",
        "az",
        "br",
        "bs",
        "ca",
        "cs",
        "cy",
        "da",
        "de",
        "en",
        "eo",
        "es",
        "et",
        "eu",
        "fi",
        "fr",
        "ga",
        "gl",
        "ha",
        "hr",
        "hu",
        "id",
        "is",
        "it",
        "lt",
        "lv",
        "ms",
        "mt",
        "nl",
        "no",
        "oc",
        "pl",
        "pt",
        "ro",
        "sk",
        "sl",
        "so",
        "sq",
        "sv",
        "sw",
        "tl",
        "tr",
        "uz",
        "vi",
        "xh",
        "yo",
        "zu",
    ]
)


def check(view: View) -> Iterator[Hit]:
    """Yield runs of non-Latin letters in a text of a language that is written in Latin letters."""
    if view.lang not in _LATIN or not _NOT_ASCII.search(view.text):
        return
    for match in _ANY.finditer(view.text):
        start, end = match.span()
        # Letters joined to Latin ones are a matter of encoding; a gloss in brackets is usage.
        if _latin(view.text[start - 1 : start]) or _latin(view.text[end : end + 1]):
            continue
        if view.text[start - 1 : start] in "(（[" and view.text[end : end + 1] in ")）],;":
            continue
        yield Hit(start, end, source_langs=_SOURCES[match.lastgroup or "han"])


def _latin(char: str) -> bool:
    return char.isalpha() and char < "\u0250"
