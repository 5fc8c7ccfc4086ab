"""How the matches of a pattern are found fast: what to look for first, and where from there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from mtcheck.checks.literals import required_literals
from mtcheck.checks.parsetree import UNLIMITED, first_characters, greatest_width

PLAN_KEYS = frozenset({"literals", "width", "first", "clauses"})
"""Keys of prepared data that say how to search, not what for."""


@lru_cache(maxsize=4096)
def compiled(pattern: str, ignore_case: bool = False) -> re.Pattern[str]:
    """Compile a pattern as all kinds do: ``^`` and ``$`` at the edges of blocks."""
    return re.compile(pattern, re.MULTILINE | (re.IGNORECASE if ignore_case else 0))


def search_plan(pattern: str) -> dict[str, Any]:
    """Return a pattern with what `Haystack` needs to find its matches fast, ready for JSON.

    Keys: ``pattern``, ``literals`` (see `required_literals`; strings, least and greatest offset),
    ``width`` (see `greatest_width`) and, where there is one, ``first`` (see `first_characters`).
    """
    plan: dict[str, Any] = {
        "pattern": pattern,
        "literals": [[sorted(c.strings), c.low, c.high] for c in required_literals(pattern)],
        "width": greatest_width(pattern),
    }
    if first := first_characters(pattern):
        plan["first"] = first
    return plan


@dataclass(frozen=True)
class Plan:
    """A pattern to look for.

    Attributes:
        pattern: as `compiled` takes it; matches no empty text.
        clauses: lower-case strings of which every match holds one, and the least and greatest
            offset of that string in the match; none: unknown.
        width: no match is longer.
        first: a class ``[…]`` of characters that every match begins with; None: unknown.
    """

    pattern: str
    clauses: tuple[tuple[tuple[str, ...], int, int], ...] = ()
    width: int = UNLIMITED
    first: str | None = None
    ignore_case: bool = False

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> Plan:
        """Return the plan of a prepared record; see `search_plan`."""
        return cls(
            item["pattern"],
            tuple((tuple(strings), low, high) for strings, low, high in item["literals"]),
            item["width"],
            item.get("first"),
            item.get("ignore_case", False),
        )

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return compiled(self.pattern, self.ignore_case)
