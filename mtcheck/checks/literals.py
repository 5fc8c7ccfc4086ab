"""Finds words that any match of a pattern must contain, so that most texts need no search at all.

The parse tree is that of Python's own `re`; where it can't be read (another Python version, an
unusual construct) the answer is "no literal known", which costs time and never a match.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from mtcheck.checks.haystack import DIGIT

_MAX_CHOICES = 120


@lru_cache(maxsize=64)
def parse(pattern: str) -> Any:
    """Return the parse tree of a pattern, None where this Python has no such parser.

    Raises:
        re.error: for a pattern that is no regular expression.
    """
    try:
        from re import _parser  # type: ignore[attr-defined]
    except ImportError:  # pragma: no cover - other Python
        re.compile(pattern)
        return None
    return _parser.parse(pattern, re.MULTILINE)


def required_literals(pattern: str) -> tuple[str, ...]:
    r"""Return lower-case strings of which every match contains at least one; empty = unknown.

    Among them ``\d`` stands for any digit.
    """
    tree = parse(pattern)
    found = _choices(tree) if tree is not None else None
    return tuple(sorted(found)) if found and _selectivity(found) > 0 else ()


def greatest_width(pattern: str) -> int:
    """Return the length of the longest match, look-arounds not counted."""
    tree = parse(pattern)
    return int(tree.getwidth()[1]) if tree is not None else 1 << 16


def group_names(pattern: str) -> frozenset[str]:
    """Return the names of a pattern's groups."""
    tree = parse(pattern)
    return frozenset(re.compile(pattern).groupindex if tree is None else tree.state.groupdict)


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
    if name == "IN" and all(
        (str(op) == "CATEGORY" and str(value) == "CATEGORY_DIGIT")
        or (str(op) == "RANGE" and 48 <= value[0] <= value[1] <= 57)
        or (str(op) == "LITERAL" and 48 <= value <= 57)
        for op, value in arg
    ):
        return frozenset((DIGIT,))
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
    """Return how rare the choices are by guess; 0 or less: as good as no condition."""
    return min(_rarity(c) for c in choices) - 0.05 * len(choices)


def _rarity(literal: str) -> float:
    if literal == DIGIT:
        return 1.5
    bare = literal.strip()
    if not any(c.isalnum() for c in bare):
        return 2.0 if bare and not set(bare) <= set(".,'-") else 0.0
    # A literal's rarity grows with its length, up to a point.
    return min(len(bare), 8) if len(bare) > 1 else 0.0
