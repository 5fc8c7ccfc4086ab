"""What one sentence has that another has not, in words."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from mtcheck.text.words import normalise_sentence, words

Op = Literal["equal", "delete", "insert", "replace"]

# difflib is quadratic in the worst case; past this many words its popularity heuristic is on.
_LONG = 2000


@dataclass(frozen=True, slots=True)
class WordDiff:
    """A word-level difference between texts a and b.

    ``lost`` are words only in a, ``gained`` words only in b, in order and as written. ``ops`` are
    (operation, parts of a, parts of b); a part is a word with the punctuation and space behind it,
    so that the parts of one side, joined with nothing between them, are that side's whole text.
    """

    lost: tuple[str, ...]
    gained: tuple[str, ...]
    ops: tuple[tuple[Op, tuple[str, ...], tuple[str, ...]], ...]


def word_diff(a: str, b: str, lang: str | None = None) -> WordDiff:
    """Compare two texts word by word; case and kinds of apostrophes and hyphens do not matter."""
    words_a, parts_a = _split(a, lang)
    words_b, parts_b = _split(b, lang)
    keys_a = [normalise_sentence(word) for word in words_a]
    keys_b = [normalise_sentence(word) for word in words_b]
    long = len(keys_a) + len(keys_b) > _LONG
    lost: list[str] = []
    gained: list[str] = []
    ops: list[tuple[Op, tuple[str, ...], tuple[str, ...]]] = []
    matcher = SequenceMatcher(None, keys_a, keys_b, autojunk=long)
    for op, a0, a1, b0, b1 in matcher.get_opcodes():
        if op != "equal":
            lost += words_a[a0:a1]
            gained += words_b[b0:b1]
        ops.append((op, tuple(parts_a[a0:a1]), tuple(parts_b[b0:b1])))
    return WordDiff(tuple(lost), tuple(gained), tuple(ops))


def _split(text: str, lang: str | None) -> tuple[list[str], list[str]]:
    """Return the words, and the text cut before each word but the first."""
    spans = words(text, lang)
    if not spans:
        return ([text], [text]) if text.strip() else ([], [])
    cuts = [0, *(span.start for span in spans[1:]), len(text)]
    parts = [text[cuts[i] : cuts[i + 1]] for i in range(len(spans))]
    return [span.of(text) for span in spans], parts
