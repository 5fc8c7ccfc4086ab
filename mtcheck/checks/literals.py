"""Finds words that any match of a pattern must contain: most texts need no search at all."""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

from mtcheck.checks.parsetree import REPEATS, UNLIMITED, ZERO_WIDTH, least_width_of, parse, width_of
from mtcheck.checks.scan import DIGIT

_MAX_CHOICES = 400
_MAX_STRINGS = 16
_SELECTIVE, _COMMON = 2.5, 2.0


class Clause(NamedTuple):
    r"""Lower-case strings of which every match holds one, and where in the match it begins.

    ``low`` and ``high`` are the least and greatest offset from the beginning of the match. Among
    the strings ``\d`` stands for any digit.
    """

    strings: frozenset[str]
    low: int
    high: int


def required_literals(pattern: str) -> list[Clause]:
    """Return what every match contains: a string of each clause; no clauses: unknown.

    The clause that is rarest by guess comes first.
    """
    tree = parse(pattern)
    found: dict[frozenset[str], Clause] = {}
    for clause in _clauses(tree) if tree is not None else ():
        known = found.setdefault(clause.strings, clause)
        if clause.high - clause.low < known.high - known.low:
            found[clause.strings] = clause
    ranked = sorted(
        (c for c in found.values() if _usable(c.strings)),
        key=lambda c: (-_selectivity(c), c.low, c.high, sorted(c.strings)),
    )
    if ranked and _selectivity(ranked[0]) >= _SELECTIVE:  # looking for the others costs more
        ranked = [c for c in ranked if _selectivity(c) > _COMMON or c.low == c.high]
    return ranked


def _clauses(items: Any) -> list[Clause]:
    """Return every clause that a sequence of parse nodes requires."""
    found: list[Clause] = []
    strings: list[str] = [""]  # what the nodes since ``start`` may have matched
    low = high = 0
    start = (0, 0)
    for op, arg in items:
        name = str(op)
        if name in ZERO_WIDTH:
            continue
        choices = _strings(name, arg)
        if choices and len(choices) * len(strings) <= _MAX_STRINGS:
            strings = [a + b for a, b in product(strings, choices)]
        else:
            found += _run(strings, start)
            found += [
                Clause(c.strings, c.low + low, min(c.high + high, UNLIMITED))
                for c in _of_node(name, arg)
            ]
            strings = [""]
        low += least_width_of(name, arg)
        high = min(high + width_of(name, arg), UNLIMITED)
        if strings == [""]:
            start = low, high
            if name in REPEATS and arg[0] >= 1 and len(arg[2]) == 1:
                # The last of the characters that are repeated stands right before what follows.
                last = _strings(str(arg[2][0][0]), arg[2][0][1])
                if last and all(len(one) == 1 for one in last):
                    strings = list(last)
                    start = max(low - 1, 0), max(high - 1, 0)
    return found + _run(strings, start)


def _run(strings: list[str], start: tuple[int, int]) -> list[Clause]:
    return [Clause(frozenset(strings), *start)] if "" not in strings else []


def _strings(name: str, arg: Any) -> list[str] | None:
    """Return the few lower-case strings that a node matches, perhaps ""; None: many, unknown."""
    if name == "LITERAL":
        return _lower([arg])
    if name == "IN" and len(arg) <= 2 * _MAX_STRINGS and all(str(op) == "LITERAL" for op, _ in arg):
        return _lower([code for _, code in arg])
    if name == "SUBPATTERN":
        return _joined(arg[3])
    if name == "ATOMIC_GROUP":
        return _joined(arg)
    if name in {"MAX_REPEAT", "MIN_REPEAT"} and tuple(arg[:2]) == (0, 1):
        optional = _joined(arg[2])
        return ["", *optional] if optional else None
    if name == "BRANCH" and len(arg[1]) <= _MAX_STRINGS:
        lists = [_joined(branch) for branch in arg[1]]
        return list(dict.fromkeys(s for one in lists if one for s in one)) if all(lists) else None
    return None


def _joined(items: Any) -> list[str] | None:
    strings = [""]
    for op, arg in items:
        choices = _strings(str(op), arg)
        if not choices or len(choices) * len(strings) > _MAX_STRINGS:
            return None
        strings = [a + b for a, b in product(strings, choices)]
    return strings if "" not in strings else None


def _lower(codes: list[int]) -> list[str] | None:
    """Return the characters in lower case; None where that is not one character each."""
    low = list(dict.fromkeys(chr(code).lower() for code in codes))
    return low if all(len(one) == 1 for one in low) else None


def _of_node(name: str, arg: Any) -> list[Clause]:
    if name == "SUBPATTERN":
        return _clauses(arg[3])
    if name == "ATOMIC_GROUP":
        return _clauses(arg)
    if name in REPEATS:
        return _clauses(arg[2]) if arg[0] >= 1 else []
    if name == "BRANCH":
        return _of_branches(arg[1])
    if name == "IN" and all(
        (str(op) == "CATEGORY" and str(value) == "CATEGORY_DIGIT")
        or (str(op) == "RANGE" and 48 <= value[0] <= value[1] <= 57)
        or (str(op) == "LITERAL" and 48 <= value <= 57)
        for op, value in arg
    ):
        return [Clause(frozenset((DIGIT,)), 0, 0)]
    if name == "IN" and len(arg) <= _MAX_CHOICES and all(str(op) == "LITERAL" for op, _ in arg):
        low = _lower([code for _, code in arg])
        return [Clause(frozenset(low), 0, 0)] if low else []
    return []


def _of_branches(branches: Any) -> list[Clause]:
    """Return the union of the branches' best clauses, and of those with which they begin."""
    each = [_clauses(branch) for branch in branches]
    if not all(each):
        return []
    best = [max(clauses, key=_selectivity) for clauses in each]
    heads = [[c for c in clauses if c.low == c.high == 0] for clauses in each]
    unions = [best]
    if all(heads):
        unions.append([max(clauses, key=_selectivity) for clauses in heads])
    out = []
    for union in unions:
        strings = frozenset().union(*(c.strings for c in union))
        if len(strings) <= _MAX_CHOICES:
            out.append(Clause(strings, min(c.low for c in union), max(c.high for c in union)))
    return list(dict.fromkeys(out))


def _usable(strings: frozenset[str]) -> bool:
    """Tell whether it pays to look for the strings: none is a lone ASCII letter or white space."""
    bare = [literal.strip() for literal in strings]
    return all(b and (len(b) > 1 or not (b.isascii() and b.isalnum())) for b in bare)


def _selectivity(clause: Clause) -> float:
    """Return how rare the strings are by guess; 0 or less: as good as no condition."""
    return min(map(_rarity, clause.strings)) - 0.05 * min(len(clause.strings), 40)


def _rarity(literal: str) -> float:
    if literal == DIGIT:
        return 1.5
    bare = literal.strip()
    if not any(c.isalnum() for c in bare):
        return 2.0 if bare and not set(bare) <= set(".,'-") else 0.5 if bare else 0.0
    # A literal's rarity grows with its length, up to a point.
    return min(len(bare), 8) if len(bare) > 1 else 0.0
