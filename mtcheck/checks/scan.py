"""One pass over a text that finds all the literals which the patterns of the rules need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mtcheck.checks.rule import Rule

DIGIT = r"\d"
"""Stands for any digit among literals."""


class Scanner:
    """An Aho–Corasick automaton of literals (`pyahocorasick`)."""

    def __init__(self, literals: Iterable[str]) -> None:
        self.literals = frozenset(literals)
        self._automaton: Any = None

    def scan(self, text: str) -> dict[str, list[int]]:
        """Return for each literal that occurs in ``text`` the offsets of its places, in order.

        Single marks and digits are left out: a `Haystack` has their places without a scan.
        """
        found: defaultdict[str, list[int]] = defaultdict(list)
        automaton = self._made()
        if len(automaton) and text:
            for last, literal in automaton.iter(text):
                found[literal].append(last)
        for literal, places in found.items():
            back = len(literal) - 1
            found[literal] = [last - back for last in places]
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
        _MADE[key] = Scanner(literal for one in data for literal in needed_literals(one))
    return _MADE[key]


def needed_literals(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lower-case literals that a rule's prepared data ask a `Haystack` for."""
    variants = [plan for variant in data.get("variants", ()) for plan in variant["patterns"]]
    for item in (*data.get("patterns", ()), *variants):
        for strings, _, _ in item["literals"]:
            yield from strings
    yield from data.get("literals", ())
    for kind in ("terms", "pairs"):
        yield from map(str.lower, data.get(kind, ()))
