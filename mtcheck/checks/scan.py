"""One pass over a text that finds all the literals which the patterns of the rules need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from mtcheck.checks.plan import Plan
    from mtcheck.checks.rule import Rule

DIGIT = r"\d"
"""Stands for any digit among literals."""


Key = int | tuple[str, ...]
"""A clause by its number in a scanner, or its strings if the scanner does not know it."""


class Needs(NamedTuple):
    """The clauses of a plan: all their keys, each with its offsets, and those without a number."""

    keys: frozenset[Key]
    offsets: tuple[tuple[Key, int, int], ...]
    unknown: tuple[tuple[str, ...], ...]
    plan: Plan  # kept, so that no other gets its id


class Scanner:
    """An Aho–Corasick automaton of literals (`pyahocorasick`), and the clauses that they are for.

    Args:
        clauses: strings of which one is needed.
        literals: strings to look for besides.
    """

    def __init__(self, clauses: Iterable[Sequence[str]] = (), literals: Iterable[str] = ()) -> None:
        self._numbers: dict[tuple[str, ...], int] = {}
        self.clauses_with: defaultdict[str, list[int]] = defaultdict(list)
        for strings in map(tuple, clauses):
            if strings not in self._numbers:
                self._numbers[strings] = number = len(self._numbers)
                for one in strings:
                    self.clauses_with[one].append(number)
        self.literals = frozenset(self.clauses_with).union(literals)
        self._automaton: Any = None
        self._needs: dict[int, Needs] = {}
        self._needs_of: dict[int, tuple[Sequence[Plan], list[Needs]]] = {}

    def needs(self, plan: Plan) -> Needs:
        """Return what a plan needs."""
        known = self._needs.get(id(plan))
        if known is None:
            offsets = [(self._numbers.get(s, s), low, high) for s, low, high in plan.clauses]
            keys = [key for key, _, _ in offsets]
            unknown = tuple(key for key in keys if isinstance(key, tuple))
            known = Needs(frozenset(keys), tuple(offsets), unknown, plan)
            self._needs[id(plan)] = known
        return known

    def needs_of(self, plans: Sequence[Plan]) -> list[Needs]:
        """Return what each of some plans needs; for one and the same sequence at once."""
        known = self._needs_of.get(id(plans))
        if known is None:
            known = self._needs_of[id(plans)] = plans, [self.needs(plan) for plan in plans]
        return known[1]

    def scan(self, text: str) -> dict[str, list[int]]:
        """Return for each literal in ``text`` the offsets of its last characters, in order.

        Single marks and digits are left out: a `Haystack` has their places without a scan.
        """
        found: defaultdict[str, list[int]] = defaultdict(list)
        automaton = self._made()
        if len(automaton) and text:
            for last, literal in automaton.iter(text):
                found[literal].append(last)
        return found

    def _made(self) -> Any:
        if self._automaton is None:
            import ahocorasick

            self._automaton = ahocorasick.Automaton()
            for literal in self.literals - {DIGIT}:
                if len(literal) > 1 or literal.isalpha():
                    self._automaton.add_word(literal, literal)
            self._automaton.make_automaton()
        return self._automaton


_MADE: dict[tuple[object, ...], Scanner] = {}
_MOST_MADE = 64


def scanner(rules: Sequence[Rule], *, on: str = "flat") -> Scanner:
    """Return the scanner for the literals of ``rules``, the same for the same rules.

    ``on`` chooses the rules by the text that they search: ``flat`` or ``text``, as in their files.
    """
    key = (on, *((rule.id, rule.digest) for rule in rules))
    if key not in _MADE:
        if len(_MADE) >= _MOST_MADE:
            _MADE.clear()
        data = [rule.data for rule in rules if rule.data.get("on", "flat") == on]
        clauses = (strings for one in data for strings in needed_clauses(one))
        _MADE[key] = Scanner(clauses, (word for one in data for word in needed_words(one)))
    return _MADE[key]


def needed_clauses(data: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    """Yield the strings of each clause of the plans that a rule's prepared data hold."""
    variants = [plan for variant in data.get("variants", ()) for plan in variant["patterns"]]
    for item in (*data.get("patterns", ()), *variants):
        for strings, _, _ in item["literals"]:
            yield strings
    yield from data.get("clauses", ())


def needed_words(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lower-case words that a rule looks up one by one."""
    for kind in ("terms", "pairs"):
        yield from map(str.lower, data.get(kind, ()))
