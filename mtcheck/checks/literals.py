"""Finds words that any match of a pattern must contain, so that most texts need no search at all.

The parse tree is that of Python's own `re`; where it can't be read (another Python version, an
unusual construct) the answer is "no literal known", which costs time and never a match.
"""

from __future__ import annotations

import re
from typing import Any

_MAX_CHOICES = 80


def required_literals(pattern: str) -> tuple[str, ...]:
    """Return lower-case strings of which every match contains at least one; empty = unknown."""
    try:
        from re import _parser  # type: ignore[attr-defined]

        tree = _parser.parse(pattern)
    except (ImportError, re.error):  # pragma: no cover - other Python
        return ()
    found = _choices(tree)
    return tuple(sorted(found)) if found else ()


def _choices(items: Any) -> frozenset[str] | None:
    """Return the best set of alternatives that a sequence of parse nodes requires."""
    best: frozenset[str] | None = None
    run = ""
    for op, arg in [*items, (None, None)]:
        name = str(op)
        char = _single(name, arg)
        if char is not None:
            run += char
            continue
        best = _better(best, frozenset((run,)) if run else None)
        run = ""
        best = _better(best, _of_node(name, arg))
    return best


def _of_node(name: str, arg: Any) -> frozenset[str] | None:
    if name == "SUBPATTERN":
        return _choices(arg[3])
    if name == "ATOMIC_GROUP":
        return _choices(arg)
    if name == "BRANCH":
        union: set[str] = set()
        for branch in arg[1]:
            found = _choices(branch)
            if not found:
                return None
            union |= found
        return frozenset(union) if len(union) <= _MAX_CHOICES else None
    if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"} and arg[0] >= 1:
        return _choices(arg[2])
    return None


def _single(name: str, arg: Any) -> str | None:
    """Return the lower-case character that a node stands for, if it is only one."""
    if name == "LITERAL":
        chars = {chr(arg).lower()}
    elif name == "IN" and all(str(op) == "LITERAL" for op, _ in arg):
        chars = {chr(code).lower() for _, code in arg}
    else:
        return None
    only = chars.pop()
    return only if not chars and len(only) == 1 else None


def _better(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if not one or not other:
        return one or other
    return max(one, other, key=_selectivity)


def _selectivity(choices: frozenset[str]) -> float:
    # A literal's rarity grows with its length, up to a point; more alternatives, more hits.
    shortest = min(len(c.strip()) for c in choices)
    return min(shortest, 8) - 0.05 * len(choices)
