"""Flags for translations that a neural model got wrong in a way that can be seen from outside.

======================  =========================================================================
``loop``                words or syllables repeat where the source has no such repetition
``copy``                the output is the input: nothing was translated
``overlong``            the output is far longer than the input, or never came to an end
``off-target``          the output is in another language than the one asked for
``empty``               nothing came out
``low-confidence``      the model itself gave its output a low probability
``repaired``            the back-translation lacks an evident slip that the segment has
``retried``             the first translation looped, this one was made with repetition forbidden
``split``               the text was longer than the model reads and was translated in parts
======================  =========================================================================

Flags in `EXCLUDING` say that the translation is no evidence about the text: the segment is left out
of every score. Thresholds were set on 12,953 human news sentences in five languages, of which
nearly none may be flagged even without a look at the source, and on 400 translations by an early,
weak state of the embedded model, a third of them loops; they are neutral as to the language pair.
``off-target`` needs language identification and is set by the round trip.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

VERSION = "2"
EXCLUDING = frozenset({"loop", "copy", "overlong", "empty", "off-target", "low-confidence"})

# A phrase of n words is a loop if this many words in a row equal the word n places before them,
# such as "no no no" (2 for n = 1) or "a day, a day, a" (3 for n = 2). For longer phrases it is 5.
# Human sentences: 20 of 12,953 with all of them together.
_EQUAL_IN_A_ROW = {1: 2, 2: 3, 3: 3, 4: 4, 5: 4}
_EQUAL_IN_A_ROW_LONG = 5
_LONGEST_PHRASE = 12
# The same three words this often anywhere in a segment, and three times as often as in the source:
# 9 human sentences.
_TRIGRAMS = 3
# Of this many words or more, under this share are different ones: 4 human sentences.
_MANY_WORDS = 12
_FEW_DIFFERENT = 0.55
# Output above 2.5 times the input and 40 characters more: 2 of 80,000 human translations between
# English and four languages, both of them misaligned. Short inputs vary more, hence the slack.
_LENGTH_RATIO = 2.5
_LENGTH_SLACK = 40
# Fewer words than this may be names, which translate to themselves.
_COPY_WORDS = 4

_WORD = re.compile(r"\w+")
_SYLLABLES = re.compile(r"(\w{1,6}?)\1{4,}")
_UNSPACED = re.compile(r"(.{2,20}?)\1{3,}")
_DOUBLED = re.compile(r"\b(\w{2,})[ \t\n]+\1\b", re.IGNORECASE)


def inspect(source: str, output: str, *, complete: bool = True) -> tuple[str, ...]:
    """Return the excluding flags that can be read from a text and its translation.

    Args:
        source: what was translated.
        output: what came out.
        complete: False if decoding ended at the length limit rather than with an end token.

    Returns:
        Flags among ``empty``, ``copy``, ``loop`` and ``overlong``, in this order; none for a
        source of white space only.
    """
    if not source.strip():
        return ()
    if not output.strip():
        return ("empty",)
    flags = []
    if is_copy(source, output):
        flags.append("copy")
    if is_loop(source, output):
        flags.append("loop")
    if not complete or is_overlong(source, output):
        flags.append("overlong")
    return tuple(flags)


def is_copy(source: str, output: str) -> bool:
    """Tell whether the output is the input apart from case, punctuation and spacing.

    Texts of fewer than four words are not judged, since names and figures translate to
    themselves, unless they hold no letter at all: there is nothing to translate in those, and a
    perfect score for them would say nothing about the text.
    """
    if not any(c.isalpha() for c in source):
        return True
    before, after = _words(source), _words(output)
    return len(before) >= _COPY_WORDS and before == after


def is_overlong(source: str, output: str) -> bool:
    """Tell whether the output is longer than any translation of the input would be.

    Lengths are in characters, with ideographs and syllabic scripts counted threefold, so that the
    ratio is the same in either direction between such a script and an alphabet.
    """
    return _size(output) > _LENGTH_RATIO * _size(source) + _LENGTH_SLACK


@lru_cache(maxsize=1024)  # asked for when a batch arrives, for the text and for the round trip
def is_loop(source: str, output: str) -> bool:
    """Tell whether the output repeats itself in a way that the source does not.

    Looks for a phrase of up to twelve words several times in a row, the same three words again and
    again, a long output made of few different words, and repeated syllables inside of a word.
    """
    if _stutters(output) and not _stutters(source):
        return True
    words, source_words = _words(output), _words(source)
    if _repeats_more(words, source_words):
        return True
    count, source_count = _most_common_trigram(words), _most_common_trigram(source_words)
    if count >= _TRIGRAMS and count >= 3 * source_count:
        return True
    return _monotonous(words) and not _monotonous(source_words)


def is_repaired(segment: str, back: str) -> bool:
    """Tell whether the way there and back has silently put an evident slip right.

    Only one kind is recognised, a doubled word ("of the the house") that stands once in ``back``:
    other slips can't be told from ordinary changes of a round trip.
    """
    words = Counter(_words(back))
    return any(
        words[m.group(1).casefold()] == 1 and not _DOUBLED.search(back)
        for m in _DOUBLED.finditer(segment)
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _size(text: str) -> int:
    return sum(3 if "\u2e80" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" else 1 for c in text)


def _repeats_more(words: list[str], source_words: list[str]) -> bool:
    """Tell whether a phrase repeats in a row, and twice as long as any does in the source."""
    runs = _runs(words)
    if all(run < _EQUAL_IN_A_ROW.get(n, _EQUAL_IN_A_ROW_LONG) for n, run in runs.items()):
        return False
    allowed = 2 * max(_runs(source_words).values(), default=0)
    return any(
        run > allowed and run >= _EQUAL_IN_A_ROW.get(n, _EQUAL_IN_A_ROW_LONG)
        for n, run in runs.items()
    )


def _runs(words: list[str]) -> dict[int, int]:
    """Return, by phrase length n, how many words in a row at most equal the word n before."""
    longest = {}
    for n in range(1, min(_LONGEST_PHRASE, len(words) - 1) + 1):
        run = best = 0
        for i in range(len(words) - n):
            run = run + 1 if words[i] == words[i + n] else 0
            best = max(best, run)
        longest[n] = best
    return longest


def _most_common_trigram(words: list[str]) -> int:
    grams = Counter(zip(words, words[1:], words[2:], strict=False))
    return max(grams.values(), default=0)


def _monotonous(words: list[str]) -> bool:
    return len(words) >= _MANY_WORDS and len(set(words)) < _FEW_DIFFERENT * len(words)


def _stutters(text: str) -> bool:
    # Figures and rulings ("1000000", "_____") repeat by nature.
    return any(
        any(c.isalpha() for c in m.group(1))
        for pattern in (_SYLLABLES, _UNSPACED)
        for m in pattern.finditer(text)
    )
