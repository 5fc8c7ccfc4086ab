"""The decoder's loop: the same words again and again."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from operator import eq

from mtcheck.checks.rule import Hit
from mtcheck.checks.view import View
from mtcheck.core.findings import Severity

INFO = {
    "title": "Loop",
    "why": "The model repeated itself: keep one copy and translate the segment again.",
    "langs": [],
    "source_langs": [],
    "severity": "critical",
    "confidence": "high",
    "mqm": "Accuracy > Addition",
    "speaks_to": ["machine"],
    "rewrite": "keep one, re-translate the segment",
    "examples": [
        {"text": "kilo gram,kilo gram,kilo gram,kilo gram,kg", "lang": "vi",
         "source": "kilogram,kilograms,kilogramme,kg", "source_lang": "en"},
        {"text": "The soup was ⟦hot and salty and hot and salty and hot and salty⟧ today."},
        {"text": "⟦The mouth of the mouth of the mouth of the⟧ river is wide."},
        {"text": "She ⟦walked to the old mill walked to the old mill⟧ alone."},
        {"text": "It was ⟦good good good good good⟧ news."},
        {"text": "⟦Goooooooal⟧ for the guests!"},
        {"text": "The bank will ⟦help the help the help the⟧ farmers."},
        {"text": "She waited for years and years and years and left."},
        {"text": "Row, row, row your boat."},
        {"text": "He ran and ran until dusk, again and again and again."},
        {"text": "Lock the gate! Lock the gate! Lock the gate!"},
        {"text": "The score was 1 1 2 1 1 2 in both sets."},
    ],
}  # fmt: skip
_WORD_OR_STOP = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[.!?;:\n()\"“”«»]")
_STOPS = frozenset('.!?;:\n()"“”«»')
_SIX = re.compile(r"([^\W\d_])\1{5,}")
_CRIES = frozenset(
    ("no", "yes", "ha", "hey", "oh", "ah", "very", "bla", "blah", "na", "la", "go", "so", "da",
     "non", "oui", "sí", "não", "nein", "ja")
)  # fmt: skip
_LONGEST = 12
_LIST = re.compile(r"\w,\w")  # kilogram,kilograms,kg
# Copies of a phrase of n words that make a loop: a word five times, two words four times, …
_COPIES = {1: 5, 2: 3, 3: 3}
_SURE = 4  # copies of two words, unless one of them is a word that nobody repeats for effect
_STUTTERED = frozenset(
    ("the", "of", "to", "in", "is", "was", "for", "with", "that", "this", "at", "from", "its", "are",
     "de", "la", "el", "los", "las", "del", "que", "en", "le", "les", "des", "du", "au", "dans", "do",
     "da", "dos", "das", "em", "no", "na", "para", "der", "die", "den", "dem", "im", "zu", "von", "mit")
)  # fmt: skip
_FROM_FOUR = 2
_FEWEST = b"\x01" * 4  # words of any loop that stood before, in a row


def check(view: View) -> Iterator[Hit]:
    """Yield phrases that repeat without a break, and letters that repeat six times or more."""
    keys = _WORD_OR_STOP.findall(view.text.lower())
    ranges = [
        (start + first, start + last)
        for start, end in _repetitive(keys)
        for first, last in _loops(keys[start:end])
    ]
    if ranges:
        tokens = list(_WORD_OR_STOP.finditer(view.text))
        if len(tokens) == len(keys):
            for first, last in ranges:
                hit = Hit(tokens[first].start(), tokens[last - 1].end())
                if not _in_source(view, hit):
                    yield hit
    yield from (hit for hit in _letters(view) if not _in_source(view, hit))


def _in_source(view: View, hit: Hit) -> bool:
    """Tell whether the source repeats itself as well, or lists words that one language has once."""
    segment = view.sentence_at(hit.start)
    if segment is None or not segment.source:
        return False
    return view.text[hit.start : hit.end] in segment.source or bool(_LIST.search(segment.source))


def _repetitive(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield stretches, apart and in order, outside of which no loop can be.

    In a loop of n words every word stood n words before; so do a few in a row, at least.
    """
    last = dict.fromkeys(words, -_LONGEST - 1)
    near = bytearray(len(words))
    for i, word in enumerate(words):
        if i - last[word] <= _LONGEST and word not in _STOPS:
            near[i] = 1
        last[word] = i
    start = end = -1
    at = near.find(_FEWEST)
    while at >= 0:
        stop = near.find(b"\x00", at)
        stop = len(near) if stop < 0 else stop
        if end < 0 or at - _LONGEST > end:
            if end >= 0:
                yield start, end
            start = max(0, at - _LONGEST)
        end = stop
        at = near.find(_FEWEST, stop)
    if end >= 0:
        yield start, end


def _loops(keys: list[str]) -> list[tuple[int, int]]:
    """Return the loops in a stretch of words, those of the shortest phrases first."""
    stops = itertools.count()
    # Stops differ from one another, so that no repetition runs across one.
    numbered = [key if key not in _STOPS else next(stops) for key in keys]
    ranges: list[tuple[int, int]] = []
    for n in range(1, _LONGEST + 1):
        copies = _COPIES.get(n, _FROM_FOUR)
        same = bytes(map(eq, numbered, numbered[n:]))
        need = b"\x01" * (n * (copies - 1))
        at = same.find(need)
        while at >= 0:
            end = same.find(b"\x00", at)
            end = len(same) if end < 0 else end
            overlap = any(s < end + n and at < e for s, e in ranges)
            if not overlap and _is_text(keys[at : end + n]) and _is_loop(keys[at : end + n], n):
                ranges.append((at, end + n))
            at = same.find(need, end)
    return ranges


def _is_loop(words: list[str], n: int) -> bool:
    """Tell a loop from what is said three times for effect ("years and years and years and")."""
    if n != 2 or len(words) >= 2 * _SURE:
        return True
    strays = [word for word in words[:2] if word not in _STUTTERED]
    return len(strays) == 1 and len(strays[0]) > 3


def _letters(view: View) -> Iterator[Hit]:
    if not _SIX.search(" ".join(view.vocabulary)):
        return  # faster than searching the text
    for run in _SIX.finditer(view.text):
        start, end = run.span()
        while start and view.text[start - 1].isalpha():
            start -= 1
        while end < len(view.text) and view.text[end].isalpha():
            end += 1
        around = view.text[max(0, start - 1) : start] + view.text[end : end + 1]
        quoted = re.search(r"[\"“”]", view.sentence_span(start).of(view.text))
        crying = view.text[start:end].lower().startswith(("www", "xxx", "iii", "mmm"))
        if not quoted and not crying and not set(around) & set("./@"):
            yield Hit(start, end, severity=Severity.MINOR)


def _is_text(words: list[str]) -> bool:
    """Tell whether a stretch is of words: figures of a table and refrains repeat rightly."""
    if set(words) <= _CRIES:
        return False
    return sum(w.isalpha() and len(w) > 1 for w in words) > len(words) / 2
