"""The decoder's loop: the same words again and again."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
        {"text": "The soup was ⟦hot and salty and hot and salty and hot and salty⟧ today."},
        {"text": "⟦The mouth of the mouth of the mouth of the⟧ river is wide."},
        {"text": "She ⟦walked to the old mill walked to the old mill⟧ alone."},
        {"text": "It was ⟦good good good good good⟧ news."},
        {"text": "⟦Goooooooal⟧ for the guests!"},
        {"text": "Row, row, row your boat."},
        {"text": "He ran and ran until dusk, again and again and again."},
        {"text": "Lock the gate! Lock the gate! Lock the gate!"},
        {"text": "The score was 1 1 2 1 1 2 in both sets."},
    ],
}  # fmt: skip
_TOKEN = re.compile(r"(?P<word>[^\W_]+(?:['’-][^\W_]+)*)|(?P<stop>[.!?;:\n()\"“”«»])")
_LETTERS = re.compile(r"(?<![\w./@])[^\W\d_]*?(?P<c>[^\W\d_])(?P=c){5,}[^\W\d_]*(?![\w/@])")
_CRIES = frozenset(
    ["no", "yes", "ha", "hey", "oh", "ah", "very", "bla", "blah", "na", "la", "go", "so", "da", "non", "oui", "sí", "não", "nein", "ja"]
)
_LONGEST = 12
# Copies of a phrase of n words that make a loop: a word five times, two words four times, …
_COPIES = {1: 5, 2: 4, 3: 3}
_FROM_FOUR = 2


def check(view: View) -> Iterator[Hit]:
    """Yield phrases that repeat without a break, and letters that repeat six times or more."""
    tokens = [m for m in _TOKEN.finditer(view.text)]
    keys: list[object] = [
        m["word"].lower() if m["word"] else (i, "stop") for i, m in enumerate(tokens)
    ]
    taken: list[tuple[int, int]] = []
    for n in range(1, _LONGEST + 1):
        copies = _COPIES.get(n, _FROM_FOUR)
        same = bytes(map(eq, keys, keys[n:]))
        need = b"\x01" * (n * (copies - 1))
        at = same.find(need)
        while at >= 0:
            end = same.find(b"\x00", at)
            end = len(same) if end < 0 else end
            if _is_text(tokens[at : end + n]) and not any(s < end + n and at < e for s, e in taken):
                taken.append((at, end + n))
                yield Hit(tokens[at].start(), tokens[end + n - 1].end())
            at = same.find(need, end)
    for match in _LETTERS.finditer(view.text):
        quoted = re.search(r"[\"“”]", view.sentence_span(match.start()).of(view.text))
        if not quoted and not match[0].lower().startswith(("www", "xxx", "iii", "mmm")):
            yield Hit(*match.span(), severity=Severity.MINOR)


def _is_text(tokens: list[re.Match[str]]) -> bool:
    """Tell whether a stretch is of words: figures of a table and refrains repeat rightly."""
    words = [m["word"] for m in tokens if m["word"]]
    if {w.lower() for w in words} <= _CRIES:
        return False
    return sum(w.isalpha() and len(w) > 1 for w in words) > len(words) / 2
