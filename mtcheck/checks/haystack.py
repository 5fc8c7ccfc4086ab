"""A text to search, with quick answers to "where does it hold any of these words?"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

DIGIT = r"\d"  # stands for any digit among literals
_AHEAD = 80  # code points behind a window that look-aheads may see
_MOST_REACH = 400  # code points around a literal in which a match may begin and end
_DENSE = 0.6  # windows that cover more of the text than this: search it all
# An attempt to match at a known place costs as much as that many code points of a search.
_ATTEMPT = 8
# Fewer places than one in that many code points are few enough: no rarer literals are looked for.
_FEW = 10_000
# More places than this are not looked at one by one before a pattern is compiled.
_MANY = 100
# In a text shorter than this a word is looked for faster than in the index of its words.
_SHORT = 10_000
_WORD = re.compile(r"\w+")


class Haystack:
    """Text, its lower-case form and an index of its words; made once for all rules of a check."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._known: dict[str, list[int]] = {}
        self._starts: dict[str, list[int]] = {}

    @cached_property
    def lower(self) -> str:
        """The text in lower case, of the same length."""
        low = self.text.lower()
        if len(low) != len(self.text):  # İ becomes two characters
            low = "".join(c.lower() if len(c.lower()) == 1 else c for c in self.text)
        return low

    @cached_property
    def words(self) -> dict[str, list[int]]:
        """Offsets of every word (run of letters, digits and underscores) in lower case."""
        index: dict[str, list[int]] = {}
        for match in _WORD.finditer(self.lower):
            index.setdefault(match[0], []).append(match.start())
        return index

    @cached_property
    def _vocabulary(self) -> str:
        return "\n" + "\n".join(self.words) + "\n"

    @cached_property
    def _digits(self) -> list[int]:
        return [m.start() for m in re.finditer(r"\d+", self.text)]

    def places(self, literal: str) -> list[int]:
        """Return about where a lower-case literal occurs (the start of a word that it touches)."""
        if literal not in self._known:
            self._known[literal] = self._find(literal)
        return self._known[literal]

    def _find(self, literal: str) -> list[int]:
        if literal == DIGIT:
            return self._digits
        parts = list(_WORD.finditer(literal))
        if not parts:
            return self._occurrences(literal)
        found: list[int] | None = None
        for part in parts:
            starts = self._touched(
                part[0], whole_left=part.start() > 0, whole_right=part.end() < len(literal)
            )
            if found is None or len(starts) < len(found):
                found = starts
        found = found or []
        if len(parts) == 1 and len(literal) == len(parts[0][0]):
            return found
        reach = len(literal)
        return [
            at for at in found if literal in self.lower[max(0, at - reach) : at + 2 * reach + 24]
        ]

    def _occurrences(self, literal: str) -> list[int]:
        found: list[int] = []
        at = self.lower.find(literal)
        while at >= 0:
            found.append(at)
            at = self.lower.find(literal, at + len(literal))
        return found

    def count(self, literals: Sequence[str]) -> int:
        """Return at how many places any of the literals occurs."""
        return sum(len(self.places(literal)) for literal in literals)

    def rarest(self, choices: Sequence[Sequence[str]]) -> Sequence[str] | None:
        """Return the set of literals that occurs least, or a rare enough one; None of no sets."""
        best: Sequence[str] | None = None
        least = 0
        for literals in choices:
            count = self.count(literals)
            if best is None or count < least:
                best, least = literals, count
            if count * _FEW <= len(self.text):
                break
        return best

    def may_match(self, choices: Sequence[Sequence[str]], width: int, first: str | None) -> bool:
        """Tell whether a match is possible: somewhere one literal of every set is near the others.

        Saves compiling a pattern, which takes longer than searching a short text with it.

        Args:
            choices: every match holds a literal of each set.
            width: see `windows`.
            first: see `finditer`.
        """
        if len(self.text) < _SHORT and any(self._lacks(literals) for literals in choices):
            return False
        literals = self.rarest(choices)
        if literals is None:
            return first is None or bool(self.starts(first))
        places = [at for literal in literals for at in self.places(literal)]
        if len(places) > _MANY:
            return True
        others = [c for c in choices if c is not literals and DIGIT not in c]
        reach = min(width, _MOST_REACH) + 32
        for at in places:
            around = self.lower[max(0, at - reach) : at + reach]
            if all(any(literal in around for literal in other) for other in others):
                return first is None or bool(self.starts(first))
        return False

    def _lacks(self, literals: Sequence[str]) -> bool:
        """Tell, without an index, whether none of the literals occurs."""
        lower = self.lower
        for literal in literals:
            if literal in lower or (literal == DIGIT and self._digits):
                return False
        return True

    def starts(self, characters: str) -> list[int]:
        """Return where a character of the class ``[…]`` stands."""
        if characters not in self._starts:
            self._starts[characters] = [m.start() for m in re.finditer(characters, self.text)]
        return self._starts[characters]

    def _touched(self, part: str, *, whole_left: bool, whole_right: bool) -> list[int]:
        """Return the offsets of words that hold ``part``, at their edge where it is whole."""
        if whole_left and whole_right:
            return self.words.get(part, [])
        needle = ("\n" if whole_left else "") + part + ("\n" if whole_right else "")
        vocabulary = self._vocabulary
        found: list[int] = []
        at = vocabulary.find(needle)
        while at >= 0:
            inside = at + 1 if whole_left else at
            start = vocabulary.rfind("\n", 0, inside) + 1
            end = vocabulary.find("\n", inside + 1)
            found += self.words[vocabulary[start:end]]
            at = vocabulary.find(needle, end)
        return found

    def windows(self, literals: Sequence[str] | None, width: int) -> list[tuple[int, int]]:
        """Return ranges, in order and apart, that hold every match which needs a literal.

        Args:
            literals: every match holds one of them; None: unknown.
            width: no match is longer; more than the most reach counts as that.
        """
        size = len(self.text)
        if literals is None:
            return [(0, size)]
        places = [at for literal in literals for at in self.places(literal)]
        if not places:
            return []
        reach = min(width, _MOST_REACH) + 32  # a place is the start of the word that is touched
        if size <= 4 * reach:
            return [(0, size)]
        places.sort()
        out: list[tuple[int, int]] = []
        covered = 0
        start, end = max(places[0] - reach, 0), places[0] + reach
        for at in places:
            if at - reach <= end:
                end = at + reach
                continue
            out.append((start, min(end + _AHEAD, size)))
            covered += end - start
            start, end = max(at - reach, 0), at + reach
        out.append((start, min(end + _AHEAD, size)))
        covered += end - start
        return out if covered <= _DENSE * size else [(0, size)]

    def finditer(
        self,
        pattern: re.Pattern[str],
        literals: Sequence[str] | None = None,
        width: int = _MOST_REACH,
        first: str | None = None,
    ) -> Iterator[re.Match[str]]:
        """Yield the matches of ``pattern`` that hold one of ``literals`` (None: all matches).

        Args:
            pattern: matches no empty text.
            literals: see `windows`.
            width: see `windows`.
            first: a class ``[…]`` of characters that every match begins with; None: unknown.
        """
        size = len(self.text)
        windows = self.windows(literals, width)
        if first is not None and windows:
            starts = self.starts(first)
            if len(starts) * _ATTEMPT < sum(end - start for start, end in windows):
                yield from self._match_at(pattern, starts)
                return
        last = 0
        for start, end in windows:
            for match in pattern.finditer(self.text, max(start, last), end):
                if end < size and match.end() > end - _AHEAD:
                    # The window's edge may have cut it, or what its look-aheads should see.
                    again = pattern.match(self.text, match.start())
                    if again is None:
                        continue
                    match = again
                last = max(last, match.end())
                yield match

    def _match_at(self, pattern: re.Pattern[str], starts: list[int]) -> Iterator[re.Match[str]]:
        text, attempt = self.text, pattern.match
        last = 0
        for at in starts:
            if at >= last and (match := attempt(text, at)):
                last = match.end()
                yield match
