"""A text to search, with quick answers to "where does it hold any of these words?"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

from mtcheck.checks.scan import Scanner

DIGIT = r"\d"  # stands for any digit among literals
_AHEAD = 80  # code points behind a window that look-aheads may see
_MOST_REACH = 400  # code points around a literal in which a match may begin and end
_DENSE = 0.6  # windows that cover more of the text than this: search it all
# An attempt to match at a known place costs as much as that many code points of a search.
_ATTEMPT = 8
# Sets of literals with so many times the places of the rarest, and these many more, tell little.
_DENSER = 10
_FEW = 300
_MARKED = re.compile(r"[^a-z\s]")


class Haystack:
    """Text, its lower-case form and where the literals of a scanner stand in it."""

    def __init__(self, text: str, scanner: Scanner | None = None) -> None:
        self.text = text
        self._scanner = scanner or Scanner(())
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
    def _scanned(self) -> Mapping[str, list[int]]:
        return self._scanner.scan(self.lower)

    @cached_property
    def _digits(self) -> list[int]:
        # Every digit, not every number: a match may begin in the middle of a long one.
        return [m.start() for m in re.finditer(r"\d", self.text)]

    def places(self, literal: str) -> list[int]:
        """Return where a lower-case literal occurs, in order."""
        if literal == DIGIT:
            return self._digits
        if len(literal) == 1 and not literal.isalpha():
            return self._marked.get(literal, [])
        if literal not in self._known:
            ends = self._scanned.get(literal)
            back = len(literal) - 1
            self._known[literal] = (
                self._occurrences(literal) if ends is None else [end - back for end in ends]
            )
        return self._known[literal]

    def _occurrences(self, literal: str) -> list[int]:
        found: list[int] = []
        at = self.lower.find(literal)
        while at >= 0:
            found.append(at)
            at = self.lower.find(literal, at + 1)
        return found

    def count(self, literals: Sequence[str]) -> int:
        """Return at how many places any of the literals occurs."""
        ends = self._scanned
        return sum(
            len(ends[literal] if literal in ends else self.places(literal)) for literal in literals
        )

    def candidates(self, choices: Sequence[Sequence[str]], width: int) -> list[int] | None:
        """Return places, in order, one of which every match holds; None: could be anywhere.

        These are places of the rarest set of literals, near which all other sets occur too.

        Args:
            choices: every match holds a literal of each set.
            width: no match is longer; more than the most reach counts as that.
        """
        if not choices:
            return None
        counts = sorted((self.count(literals), i) for i, literals in enumerate(choices))
        least, rarest = counts[0]
        places = sorted(at for literal in choices[rarest] for at in self.places(literal))
        reach = min(width, _MOST_REACH)
        for count, i in counts[1:]:
            if not places or count > _DENSER * least + _FEW:
                break
            others = sorted(at for literal in choices[i] for at in self.places(literal))
            places = _near(places, others, reach)
        return places

    @cached_property
    def _marked(self) -> dict[str, list[int]]:
        """Places, in order, of each character that is neither a space nor a small ASCII letter."""
        found: dict[str, list[int]] = {}
        for match in _MARKED.finditer(self.text):
            found.setdefault(match[0], []).append(match.start())
        return found

    def starts(self, characters: str) -> list[int]:
        """Return where a character of the class ``[…]`` stands, in order.

        The class has no white space and no small ASCII letters.
        """
        if characters not in self._starts:
            is_one = re.compile(characters).match
            lists = [places for character, places in self._marked.items() if is_one(character)]
            self._starts[characters] = sorted(chain.from_iterable(lists))
        return self._starts[characters]

    def windows(self, places: Sequence[int] | None, width: int) -> list[tuple[int, int]]:
        """Return ranges, in order and apart, that hold every match around ``places``.

        Args:
            places: in order, every match holds one of them; None: unknown.
            width: see `candidates`.
        """
        size = len(self.text)
        reach = min(width, _MOST_REACH)
        if places is None or (places and size <= 4 * reach):
            return [(0, size)]
        if not places:
            return []
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
        places: Sequence[int] | None = None,
        width: int = _MOST_REACH,
        first: str | None = None,
    ) -> Iterator[re.Match[str]]:
        """Yield the matches of ``pattern`` that hold one of ``places`` (None: all matches).

        Args:
            pattern: matches no empty text.
            places: see `windows`.
            width: see `windows`.
            first: a class ``[…]`` of characters that every match begins with; None: unknown.
        """
        size = len(self.text)
        windows = self.windows(places, width)
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


def _near(places: Sequence[int], others: Sequence[int], reach: int) -> list[int]:
    """Return those places that have one of ``others`` within ``reach``; both are in order."""
    found: list[int] = []
    count, i = len(others), 0
    for at in places:
        i = bisect_left(others, at - reach, i)
        if i == count:
            break
        if others[i] <= at + reach:
            found.append(at)
    return found
