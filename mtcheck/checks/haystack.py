"""A text to search, with quick answers to "does it hold any of these words, and where?"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

_REACH = 400  # code points around a literal in which a match may begin and end
_DENSE = 0.5  # literals that cover more of the text than this: search it all


class Haystack:
    """Text, its lower-case form and vocabulary; made once for all rules of a check."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def lower(self) -> str:
        """The text in lower case, of the same length."""
        low = self.text.lower()
        if len(low) != len(self.text):  # İ becomes two characters
            low = "".join(c.lower() if len(c.lower()) == 1 else c for c in self.text)
        return low

    @cached_property
    def _vocabulary(self) -> str:
        return "\n".join(set(re.findall(r"\w+", self.lower)))

    @cached_property
    def words(self) -> dict[str, list[int]]:
        """Offsets of every word (run of letters and digits) in lower case."""
        index: dict[str, list[int]] = {}
        for match in re.finditer(r"\w+", self.lower):
            index.setdefault(match[0], []).append(match.start())
        return index

    def present(self, literals: Iterable[str]) -> list[str]:
        """Return those of ``literals`` (lower case) that may occur in the text."""
        if len(self.text) < 20_000:  # not worth a vocabulary
            return [literal for literal in literals if literal in self.lower]
        found = []
        for literal in literals:
            word = max(re.findall(r"\w+", literal), key=len, default="")
            if not word or word in self._vocabulary:
                found.append(literal)
        return found

    def windows(self, literals: tuple[str, ...]) -> Iterator[tuple[int, int]]:
        """Yield ranges, in order and apart, that hold every match which needs a literal."""
        size = len(self.text)
        if not literals:
            yield 0, size
            return
        present = self.present(literals)
        if not present:
            return
        if size <= 4 * _REACH:
            yield 0, size
            return
        places: list[int] = []
        for literal in present:
            at = self.lower.find(literal)
            while at >= 0:
                places.append(at)
                at = self.lower.find(literal, at + _REACH // 4)
            if len(places) * _REACH > _DENSE * size:
                yield 0, size
                return
        places.sort()
        start = end = -1
        for at in places:
            if start >= 0 and at - _REACH <= end:
                end = min(at + 2 * _REACH, size)
                continue
            if start >= 0:
                yield start, end
            start, end = max(at - _REACH, 0), min(at + 2 * _REACH, size)
        if start >= 0:
            yield start, end

    def finditer(
        self, pattern: re.Pattern[str], literals: tuple[str, ...] = ()
    ) -> Iterator[re.Match[str]]:
        """Yield the matches of ``pattern`` that hold one of ``literals`` (empty: all matches)."""
        size = len(self.text)
        last = 0
        for start, end in self.windows(literals):
            for match in pattern.finditer(self.text, max(start, last), end):
                if match.end() == end < size:
                    # The window's edge may have cut it, or have made a false end of the text.
                    again = pattern.match(self.text, match.start())
                    if again is None:
                        continue
                    match = again
                last = max(last, match.end())
                yield match
