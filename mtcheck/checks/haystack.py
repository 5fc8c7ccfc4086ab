"""A text to search, with quick answers to "where does it hold any of these words?"."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, KeysView, Sequence
from functools import cached_property
from itertools import chain

from mtcheck.checks.plan import Plan
from mtcheck.checks.scan import DIGIT, Key, Scanner

_AHEAD = 80  # code points behind a window that look-aheads may see
_MOST_REACH = 400  # code points around a literal in which a match may begin and end
_DENSE = 0.6  # windows that cover more of the text than this: search it all
# An attempt to match at a known place costs as much as that many code points of a search.
_ATTEMPT = 8
_FEW_STARTS = 8  # so many places are tried one by one
# Sets of strings with so many times the places of the rarest, and these many more, tell little.
_DENSER = 10
_FEW = 300
_DIGIT = re.compile(r"\d")
_MARKED = re.compile(r"[^a-z \n]")


class Haystack:
    """Text, its lower-case form and where the literals of a scanner stand in it."""

    def __init__(self, text: str, scanner: Scanner | None = None) -> None:
        self.text = text
        self._scanner = scanner or Scanner()
        self._places: dict[Key, list[int]] = {}
        self._starts: dict[str, list[int]] = {}

    @cached_property
    def lower(self) -> str:
        """The text in lower case, of the same length."""
        low = self.text.lower()
        if len(low) != len(self.text):  # İ becomes two characters
            low = "".join(c.lower() if len(c.lower()) == 1 else c for c in self.text)
        return low

    @cached_property
    def _ends(self) -> dict[str, list[int]]:
        """Offsets of the last characters of strings, marks and digits that occur, in order."""
        ends = self._scanner.scan(self.lower)
        # Every digit, not every number: a match may begin in the middle of a long one.
        if digits := [m.start() for m in _DIGIT.finditer(self.text)]:
            ends[DIGIT] = digits
        for mark, places in self._marked.items():
            if not mark.isalpha():
                ends[mark] = places
        return ends

    @cached_property
    def _held(self) -> defaultdict[Key, list[tuple[int, list[int]]]]:
        """For each clause that the text may satisfy: its strings' lengths and ends."""
        held: defaultdict[Key, list[tuple[int, list[int]]]] = defaultdict(list)
        clauses_with = self._scanner.clauses_with
        for string, ends in self._ends.items():
            length = 1 if string == DIGIT else len(string)
            for number in clauses_with.get(string, ()):
                held[number].append((length, ends))
        return held

    def present(self, strings: frozenset[str]) -> frozenset[str]:
        """Return those of some lower-case strings that occur."""
        if not self._scanner.literals.issuperset(strings):
            return frozenset(one for one in strings if self.places(one))
        return strings.intersection(self._ends)

    def places(self, string: str) -> list[int]:
        """Return where a lower-case string occurs, in order."""
        key = (string,)
        self._look_up(key)
        return self._places_of(key)

    def _look_up(self, strings: tuple[str, ...]) -> None:
        """Search for strings that are no clause of the scanner's."""
        if strings in self._places:
            return
        for one in strings:
            ends = self._ends.get(one)
            if ends is None and one != DIGIT and one not in self._scanner.literals:
                ends = self._occurrences(one)
            if ends:
                self._held[strings].append((1 if one == DIGIT else len(one), ends))
        self._places_of(strings)

    def _occurrences(self, string: str) -> list[int]:
        found: list[int] = []
        at = self.lower.find(string)
        while at >= 0:
            found.append(at + len(string) - 1)
            at = self.lower.find(string, at + 1)
        return found

    def _places_of(self, key: Key) -> list[int]:
        """Return where the strings of a clause begin, in order."""
        places = self._places.get(key)
        if places is None:
            lists = [
                ends if length == 1 else [end - length + 1 for end in ends]
                for length, ends in self._held.get(key, ())
            ]
            places = lists[0] if len(lists) == 1 else sorted(set(chain.from_iterable(lists)))
            self._places[key] = places
        return places

    def _count(self, key: Key) -> int:
        """Return at how many places the strings occur; overlaps may count more than once."""
        places = self._places.get(key)
        return (
            sum([len(ends) for _, ends in self._held.get(key, ())])
            if places is None
            else len(places)
        )

    @cached_property
    def _marked(self) -> dict[str, list[int]]:
        """Places, in order, of each character but spaces, line feeds and small ASCII letters."""
        found: dict[str, list[int]] = defaultdict(list)
        for match in _MARKED.finditer(self.text):
            found[match[0]].append(match.start())
        return found

    def _starts_with(self, characters: str) -> list[int]:
        """Return where a character of the class ``[…]`` stands, in order.

        The class has no space, line feed or small ASCII letter.
        """
        if characters not in self._starts:
            marked = self._marked
            lists = [marked[one] for one in _members(characters, marked.keys())]
            self._starts[characters] = (
                lists[0] if len(lists) == 1 else sorted(chain.from_iterable(lists))
            )
        return self._starts[characters]

    def possible(self, plans: Sequence[Plan]) -> list[int]:
        """Return the numbers of those plans for which the text has all that a match holds."""
        needs = self._scanner.needs_of(plans)
        for one in needs:
            for strings in one.unknown:
                self._look_up(strings)
        held = self._held.keys()
        return [i for i, one in enumerate(needs) if held >= one.keys]

    def matches(self, plan: Plan) -> Iterator[re.Match[str]]:
        """Return the matches of a plan's pattern, in order, as `re.finditer` gives them.

        Look-aheads longer than 80 code points, and matches that go on for more than 400 code points
        around what they must hold, may be cut.
        """
        everything = [(0, len(self.text), len(self.text))]
        if not plan.clauses:
            return self._search(plan, everything)
        places, low, high = self._near_all(plan)
        if not places:
            return iter(())
        if low != high:
            return self._search(plan, self._windows(places, low, high, plan.width))
        if len(places) * _ATTEMPT < len(self.text):
            return self._attempt(plan, [at - low for at in places if at >= low])
        return self._search(plan, everything)

    def _near_all(self, plan: Plan) -> tuple[list[int], int, int]:
        """Return places one of which every match holds, and their offsets in the match.

        These are places of one clause, near which strings of all others occur too.
        """
        needs = self._scanner.needs(plan)
        for strings in needs.unknown:
            self._look_up(strings)
        ranked = sorted(
            [
                (self._count(key), high - low, i, key, low, high)
                for i, (key, low, high) in enumerate(needs.offsets)
            ]
        )
        if not ranked[0][0]:
            return [], 0, 0
        for i, (count, spread, *_) in enumerate(ranked):
            if spread == 0 and count <= 2 * ranked[0][0] + _FEW_STARTS:
                ranked.insert(0, ranked.pop(i))
                break
        least, _, _, key, low, high = ranked[0]
        places = self._places_of(key)
        for count, _, _, key, other_low, other_high in ranked[1:]:
            if not places or count > _DENSER * least + _FEW:
                break
            others = self._places_of(key)
            places = _near(places, others, other_low - high, other_high - low)
        return places, low, high

    def _windows(
        self, places: Sequence[int], low: int, high: int, width: int
    ) -> list[tuple[int, int, int]]:
        """Return for each range, in order and apart, of starts of matches: first, last and end.

        ``end`` is where the text that the matches and their look-aheads may need ends.
        """
        size = len(self.text)
        reach = min(width, _MOST_REACH)
        if width > _MOST_REACH and size <= 4 * _MOST_REACH:
            return [(0, size, size)]
        back = min(high, _MOST_REACH)
        ahead = (width - low if width <= _MOST_REACH else reach) + _AHEAD
        out: list[tuple[int, int, int]] = []
        covered = 0
        start, last = max(places[0] - back, 0), places[0] - low
        at = places[0]
        for place in places:
            if place - back <= last:
                last, at = place - low, place
                continue
            out.append((start, last, min(at + ahead, size)))
            covered += at + ahead - start
            start, last, at = max(place - back, 0), place - low, place
        out.append((start, last, min(at + ahead, size)))
        covered += at + ahead - start
        return out if covered <= _DENSE * size else [(0, size, size)]

    def _search(self, plan: Plan, windows: list[tuple[int, int, int]]) -> Iterator[re.Match[str]]:
        if plan.first is not None and windows:
            yield from self._attempt(plan, _within(self._starts_with(plan.first), windows))
            return
        text, size = self.text, len(self.text)
        attempt, search = plan.regex.match, plan.regex.finditer
        done = 0
        for start, last, end in windows:
            if last - start < _FEW_STARTS:
                for at in range(max(start, done), last + 1):
                    if at >= done and (match := attempt(text, at)):
                        done = match.end()
                        yield match
                continue
            for match in search(text, max(start, done), end):
                if end < size and match.end() > end - _AHEAD:
                    # The window's edge may have cut it, or what its look-aheads should see.
                    again = attempt(text, match.start())
                    if again is None:
                        continue
                    match = again
                done = max(done, match.end())
                yield match

    def _attempt(self, plan: Plan, starts: Iterable[int]) -> Iterator[re.Match[str]]:
        text, attempt = self.text, plan.regex.match
        done = 0
        for at in starts:
            if at >= done and (match := attempt(text, at)):
                done = match.end()
                yield match


def _near(places: Sequence[int], others: Sequence[int], left: int, right: int) -> list[int]:
    """Return those places that have one of ``others`` between ``left`` and ``right`` of them."""
    found: list[int] = []
    count, i = len(others), 0
    for at in places:
        i = bisect_left(others, at + left, i)
        if i == count:
            break
        if others[i] <= at + right:
            found.append(at)
    return found


def _within(starts: list[int], windows: list[tuple[int, int, int]]) -> list[int]:
    """Return those starts that lie in a window; both are in order."""
    found: list[int] = []
    i = 0
    for first, last, _ in windows:
        i = bisect_left(starts, first, i)
        j = bisect_right(starts, last, i)
        found += starts[i:j]
        i = j
    return found


_CLASSES: dict[str, tuple[set[str], set[str]]] = {}


def _members(characters: str, among: KeysView[str]) -> set[str]:
    """Return those of single characters that belong to the class ``[…]``."""
    seen, members = _CLASSES.setdefault(characters, (set(), set()))
    if new := among - seen:
        seen |= new
        is_one = re.compile(characters).match
        members.update(one for one in new if is_one(one))
    return among & members
