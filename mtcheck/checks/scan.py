"""One pass over a text that finds all the literals which the patterns of the rules need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mtcheck.checks.rule import Rule


class Scanner:
    """An Aho–Corasick automaton of literals (`pyahocorasick`)."""

    def __init__(self, literals: Iterable[str]) -> None:
        # A `Haystack` has the places of single marks without a scan.
        self._literals = sorted(one for one in set(literals) if len(one) > 1 or one.isalpha())
        self._automaton: Any = None

    def scan(self, text: str) -> Mapping[str, list[int]]:
        """Return for each literal the offsets in ``text`` of its last characters, overlaps too."""
        found: list[list[int]] = [[] for _ in self._literals]
        if self._literals and text:
            for last, index in self._made().iter(text):
                found[index].append(last)
        return dict(zip(self._literals, found, strict=True))

    def _made(self) -> Any:
        if self._automaton is None:
            import ahocorasick

            self._automaton = ahocorasick.Automaton()
            for index, literal in enumerate(self._literals):
                self._automaton.add_word(literal, index)
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
        for choices in item["literals"]:
            yield from choices
    for kind in ("terms", "pairs"):
        yield from map(str.lower, data.get(kind, ()))
