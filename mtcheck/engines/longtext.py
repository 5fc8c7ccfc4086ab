"""Splits texts that are longer than a model reads, at the least harmful places, and rejoins them.

Sequence-to-sequence models cut what lies behind their last position without a word; here nothing
is ever dropped: the chunks of a text, put together again, are the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# From the best place to the worst. A chunk ends where the match ends, except for conjunctions,
# which belong to what follows them. Conjunctions: en, de, fr, es, pt.
_BOUNDARIES: tuple[re.Pattern[str], ...] = (
    re.compile(r"[.!?…]+[\"'”’»)\]]*\s+|[。！？]+[”’」]*"),
    re.compile(r"[;；]\s*"),
    re.compile(r":\s+|："),
    re.compile(r"\s+[—–-]\s+|—"),
    re.compile(r"[,，、،](?!\d)\s*"),
    re.compile(
        r"\s+(?=(?:and|but|or|because|while|which|und|aber|oder|weil|während|et|mais|ou|car|parce|"
        r"y|pero|o|porque|mientras|e|mas|enquanto|pois)\s)",
        re.IGNORECASE,
    ),
    re.compile(r"\s+"),
)

# Where a boundary is looked for: the middle part, so that no chunk is a mere scrap.
_MARGIN = 0.2
# Text with more characters than this for each token allowed is too long without being counted.
_MOST_PER_TOKEN = 50
# In very long texts only this many characters around the middle are searched.
_WINDOW = 4000


@dataclass(frozen=True, slots=True)
class Chunk:
    """Part of a text. ``text`` has no outer white space; ``gap`` is the space that follows it."""

    text: str
    gap: str


def split_long(text: str, count: Callable[[str], int], limit: int) -> list[Chunk]:
    """Split ``text`` into chunks of at most ``limit`` tokens.

    Halves the text again and again at the best boundary near its middle: sentence end, semicolon,
    colon, dash, comma, conjunction, space, and between two characters only if there is nothing
    else (scripts without spaces, a kilobyte of base64).

    Args:
        text: any text.
        count: number of model tokens of a text.
        limit: most tokens of a chunk.

    Returns:
        The chunks in order; leading white space apart, ``text + gap`` of all of them joined is
        ``text``. One chunk if it is short enough; none if there is only white space.

    Raises:
        ValueError: if ``limit`` is below one.
    """
    if limit < 1:
        raise ValueError(f"limit must be positive: {limit}")
    parts: list[str] = []
    stack = [text.lstrip()]
    while stack:
        part = stack.pop()
        bare = part.strip()
        if len(bare) <= 1 or (len(bare) <= _MOST_PER_TOKEN * limit and count(bare) <= limit):
            parts.append(part)
            continue
        at = _cut(part)
        stack += [part[at:], part[:at]]
    chunks: list[Chunk] = []
    for part in parts:
        bare = part.strip()
        before = part[: len(part) - len(part.lstrip())]
        if chunks and before:  # white space belongs to the chunk that it follows
            last = chunks[-1]
            chunks[-1] = Chunk(last.text, last.gap + before)
        if bare:
            chunks.append(Chunk(bare, part[len(part.rstrip()) :]))
    return chunks


def join_chunks(chunks: Sequence[Chunk], translations: Sequence[str]) -> str:
    """Put translated chunks together, with a space where the source had white space.

    Raises:
        ValueError: if the two sequences differ in length.
    """
    out = ""
    for chunk, translation in zip(chunks, translations, strict=True):
        out += translation.strip() + (" " if chunk.gap else "")
    return out.strip()


def _cut(text: str) -> int:
    """Return a position strictly inside ``text`` that divides it at the best boundary."""
    middle = len(text) // 2
    low = max(1, int(len(text) * _MARGIN), middle - _WINDOW)
    high = min(len(text) - 1, int(len(text) * (1 - _MARGIN)) + 1, middle + _WINDOW)
    searches = [(pattern, low, high) for pattern in _BOUNDARIES]
    # A space near an end is still better than no space.
    searches.append((_BOUNDARIES[-1], max(0, middle - _WINDOW), middle + _WINDOW))
    for pattern, start, stop in searches:
        found = (m.end() for m in pattern.finditer(text, start, stop))
        ends = [end for end in found if max(1, start) <= end < len(text)]
        if ends:
            return min(ends, key=lambda end: abs(end - middle))
    at = middle
    # A combining mark or joiner stays with its base.
    while at < len(text) - 1 and (
        unicodedata.combining(text[at]) or text[at] in "\u200d\ufe0f" or text[at - 1] == "\u200d"
    ):
        at += 1
    return at
