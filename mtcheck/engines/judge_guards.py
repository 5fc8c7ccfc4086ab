"""Segments that are no translation at all, found before the judge's network is asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from mtcheck.text.langid import other_language

_WORD = re.compile(r"\w+")
_NOT_WORD = re.compile(r"[\W_]+")
_SCRIPTS = (
    ("latin", re.compile("[A-Za-z\u00c0-\u024f]")),
    ("cyrillic", re.compile("[\u0400-\u04ff]")),
    ("arabic", re.compile("[\u0600-\u06ff]")),
    ("devanagari", re.compile("[\u0900-\u097f]")),
    ("gujarati", re.compile("[\u0a80-\u0aff]")),
    ("tamil", re.compile("[\u0b80-\u0bff]")),
    ("sinhala", re.compile("[\u0d80-\u0dff]")),
    ("khmer", re.compile("[\u1780-\u17ff]")),
    ("cjk", re.compile("[\u3040-\u30ff\u3400-\u9fff]")),
)  # fmt: skip
SCRIPT_OF = {
    "ru": "cyrillic", "uk": "cyrillic", "ar": "arabic", "ps": "arabic", "hi": "devanagari",
    "ne": "devanagari", "mr": "devanagari", "gu": "gujarati", "ta": "tamil", "si": "sinhala",
    "km": "khmer", "zh": "cjk", "ja": "cjk",
}  # fmt: skip

_LATIN_CODES = (
    "af ca cs da de en es et eu fi fr ga gl ha hr hu id is it lt lv ms nl no pl pt ro sk sl sv sw "
    "tr vi"
)
_LATIN = frozenset(_LATIN_CODES.split())

# A copy, a loop or nothing at all is no translation: it gets the bottom of the scale, which is
# what people give it. A wrong script may be a name or a code, so it is not measured.
BOTTOM = 0.0
_WORTHLESS = {"copied-source", "repetition"}
_WORTHLESS_AS_TRANSLATION = {"empty", "wrong-language"}
COPY_SHARE = 0.9
REPEATED_SHARE = 0.5


def guard(source: str | None, target: str, *, target_lang: str | None) -> tuple[str, ...]:
    """Return the flags that keep a segment from the network.

    ``empty``: no word in it, but in the source, if there is one. ``no-source``: no word in the
    source, so that there was nothing to translate. ``copied-source``: at least 90 % of
    the target's words stand in the source in the same order, in a text of four words or more.
    ``repetition``: half of the text is one phrase again and again. ``wrong-script``: most letters
    are of another script than the target language's.
    """
    words = _WORD.findall(target.lower())
    source_words = _WORD.findall(source.lower()) if source else []
    flags = []
    if source is not None and not source_words:
        flags.append("no-source")
    if not words:
        return tuple(flags) or ("empty",)
    if source and source_words and _copied(source_words, words, source, target):
        flags.append("copied-source")
    if repeated_share(words, target) >= REPEATED_SHARE:
        flags.append("repetition")
    if target_lang is not None and script(target) not in (
        None,
        SCRIPT_OF.get(target_lang, "latin"),
    ):
        flags.append("wrong-script")
    if target_lang is not None and not flags and other_language(target, target_lang):
        flags.append("wrong-language")
    return tuple(flags)


def bottom(flags: tuple[str, ...], *, paired: bool) -> float | None:
    """Return the value of a flagged segment; None is not measured.

    Another language, or nothing where there was something to translate, is the worst translation.
    By itself a text in another language may read well, and an empty line is no text.
    """
    worthless = _WORTHLESS | (_WORTHLESS_AS_TRANSLATION if paired else set())
    return BOTTOM if worthless & set(flags) else None


def _copied(source: list[str], words: list[str], a: str, b: str) -> bool:
    if _NOT_WORD.sub("", a.lower()) == _NOT_WORD.sub("", b.lower()):
        # Names, numbers and codes are rightly the same in both languages.
        return len(words) >= 4 or (len(words) == 1 and len(b.strip()) >= 12)
    if len(words) < 5:
        return False
    triples = Counter(zip(source, source[1:], source[2:], strict=False))
    mine = Counter(zip(words, words[1:], words[2:], strict=False))
    return sum((triples & mine).values()) >= COPY_SHARE * sum(mine.values())


def repeated_share(words: Sequence[str], text: str) -> float:
    """Return the share of the text that its most repeated phrase covers beyond its second use.

    Phrases are runs of one to six words, or of characters where a "word" is a whole sentence
    (scripts without spaces). Two uses are ordinary prose; loops have many.
    """
    units: Sequence[str] = words
    if len(words) and sum(map(len, words)) / len(words) > 12:
        units = [c for c in text if not c.isspace()]
    if len(units) < 8:
        return 0.0
    worst = 0.0
    for n in range(1, 7):
        runs = [tuple(units[i : i + n]) for i in range(len(units) - n + 1)]
        # Only direct neighbours make a loop: "a b a b a b".
        same = sum(runs[i] == runs[i + n] for i in range(len(runs) - n))
        worst = max(worst, same / len(units))
    return worst


def script(text: str) -> str | None:
    """Return the script of most letters, None where fewer than five letters are known."""
    counts = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] >= 5 else None
