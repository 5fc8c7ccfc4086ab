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
_SELECTIVE, _COMMON = 4.0, 2.0


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


def required_literals(pattern: str) -> tuple[tuple[str, ...], ...]:
    r"""Return sets of lower-case strings; every match contains at least one string of each set.

    The set that is rarest by guess comes first; no sets: unknown. Among the strings ``\d`` stands
    for any digit.
    """
    tree = parse(pattern)
    found = {clause for clause in _clauses(tree) if _usable(clause)} if tree is not None else ()
    ranked = sorted(found, key=lambda c: (-_selectivity(c), sorted(c)))
    if ranked and _selectivity(ranked[0]) >= _SELECTIVE:  # looking for the others costs more
        ranked = [clause for clause in ranked if _selectivity(clause) > _COMMON]
    return tuple(tuple(sorted(clause)) for clause in ranked)


def first_characters(pattern: str) -> str | None:
    """Return a character class that every match begins with; None: unknown, or too common.

    Only what zero-width conditions precede is worth knowing: `re` itself skips to a first character
    that nothing precedes.
    """
    tree = parse(pattern)
    if tree is None or not tree.data or str(tree.data[0][0]) in {"LITERAL", "IN"}:
        return None
    atoms, empty = _first(tree)
    return None if empty or atoms is None else f"[{''.join(sorted(atoms))}]"


_ZERO_WIDTH = {"AT", "ASSERT", "ASSERT_NOT"}
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}
_CATEGORIES = {"CATEGORY_DIGIT": r"\d"}


def _first(items: Any) -> tuple[set[str] | None, bool]:
    """Return the atoms of the class that a sequence begins with, and whether it may be empty."""
    atoms: set[str] = set()
    for op, arg in items:
        name = str(op)
        if name in _ZERO_WIDTH:
            continue
        found, empty = _first_of(name, arg)
        if found is None:
            return None, False
        atoms |= found
        if not empty:
            return atoms, False
    return atoms, True


def _first_of(name: str, arg: Any) -> tuple[set[str] | None, bool]:
    if name == "LITERAL":
        return _atoms([("LITERAL", arg)]), False
    if name == "IN":
        return _atoms(arg), False
    if name == "SUBPATTERN":
        return _first(arg[3]) if not arg[1] else (None, False)
    if name == "ATOMIC_GROUP":
        return _first(arg)
    if name in _REPEATS:
        found, empty = _first(arg[2])
        return found, empty or arg[0] == 0
    if name == "BRANCH":
        union: set[str] = set()
        any_empty = False
        for branch in arg[1]:
            found, empty = _first(branch)
            if found is None:
                return None, False
            union |= found
            any_empty |= empty
        return union, any_empty
    return None, False


def _atoms(members: Any) -> set[str] | None:
    """Return the members of a class as parts of one; None where they are too common."""
    out: set[str] = set()
    for op, value in members:
        name = str(op)
        if name == "CATEGORY" and str(value) in _CATEGORIES:
            out.add(_CATEGORIES[str(value)])
        elif name == "LITERAL" and not _common(value, value):
            out.add(re.escape(chr(value)))
        elif name == "RANGE" and not _common(*value):
            out.add(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        else:
            return None
    return out


def _common(low: int, high: int) -> bool:
    """Tell whether a range holds white space or small ASCII letters."""
    return high - low > 1000 or any(
        chr(code).isspace() or "a" <= chr(code) <= "z" for code in range(low, high + 1)
    )


def search_plan(pattern: str) -> dict[str, Any]:
    """Return a pattern with what `Haystack` needs to find its matches fast, ready for JSON.

    Keys: ``pattern``, ``literals`` (see `required_literals`), ``width`` (see `greatest_width`) and,
    where there is one, ``first`` (see `first_characters`).
    """
    plan: dict[str, Any] = {
        "pattern": pattern,
        "literals": [list(choices) for choices in required_literals(pattern)],
        "width": greatest_width(pattern),
    }
    if first := first_characters(pattern):
        plan["first"] = first
    return plan


LONGEST_RUN = 64
"""Characters that a word, a number or a run of white space without limit is taken to have."""
UNLIMITED = 1 << 16


def greatest_width(pattern: str) -> int:
    """Return the length of the longest match, look-arounds not counted, at most `UNLIMITED`."""
    tree = parse(pattern)
    return min(_width(tree), UNLIMITED) if tree is not None else UNLIMITED


def _width(items: Any) -> int:
    total = 0
    for op, arg in items:
        name = str(op)
        if name in _ZERO_WIDTH:
            continue
        if name == "SUBPATTERN":
            total += _width(arg[3])
        elif name == "ATOMIC_GROUP":
            total += _width(arg)
        elif name == "BRANCH":
            total += max(map(_width, arg[1]))
        elif name in _REPEATS:
            total += _repeated_width(arg)
        elif name in {"LITERAL", "NOT_LITERAL", "ANY", "IN", "CATEGORY"}:
            total += 1
        else:  # references to groups, conditions
            return UNLIMITED
        if total >= UNLIMITED:
            return UNLIMITED
    return total


def _repeated_width(arg: Any) -> int:
    _, most, inner = arg
    one = _width(inner)
    if int(most) < LONGEST_RUN:
        return one * int(most)
    short = one == 1 and len(inner) == 1 and _of_words_or_spaces(*inner[0])
    return min(int(most), LONGEST_RUN) if short else UNLIMITED


def _of_words_or_spaces(op: Any, arg: Any) -> bool:
    """Tell whether a class has no white space, or nothing else: its runs are short."""
    if str(op) == "LITERAL":
        return True
    if str(op) != "IN" or any(str(kind) == "NEGATE" for kind, _ in arg):
        return False
    blank = [_blank(str(kind), value) for kind, value in arg]
    return all(blank) or not any(blank)


def _blank(kind: str, value: Any) -> bool:
    if kind == "CATEGORY":
        return str(value) in {"CATEGORY_SPACE", "CATEGORY_NOT_WORD", "CATEGORY_NOT_DIGIT"}
    if kind == "RANGE":
        return any(chr(code).isspace() for code in range(value[0], min(value[1], 0x3000) + 1))
    return chr(value).isspace()


def group_names(pattern: str) -> frozenset[str]:
    """Return the names of a pattern's groups."""
    tree = parse(pattern)
    return frozenset(re.compile(pattern).groupindex if tree is None else tree.state.groupdict)


def _clauses(items: Any) -> list[frozenset[str]]:
    """Return every set of alternatives that a sequence of parse nodes requires."""
    found: list[frozenset[str]] = []
    run = ""
    for op, arg in [*items, (None, None)]:
        name = str(op)
        char = _single(name, arg)
        if char is not None:
            run += char
            continue
        if run:
            found.append(frozenset((run,)))
        run = ""
        if name == "SUBPATTERN":
            found += _clauses(arg[3])
        elif name == "ATOMIC_GROUP":
            found += _clauses(arg)
        elif name in _REPEATS and arg[0] >= 1:
            found += _clauses(arg[2])
        elif clause := _of_node(name, arg):
            found.append(clause)
    return found


def _choices(items: Any) -> frozenset[str] | None:
    """Return the best set of alternatives that a sequence of parse nodes requires."""
    return max(_clauses(items), key=_selectivity, default=None)


def _of_node(name: str, arg: Any) -> frozenset[str] | None:
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
    if name == "IN" and len(arg) <= _MAX_CHOICES and all(str(op) == "LITERAL" for op, _ in arg):
        return frozenset(chr(code).lower() for _, code in arg)
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


def _usable(clause: frozenset[str]) -> bool:
    """Tell whether it pays to look for the strings: none is a lone ASCII letter or white space."""
    bare = [literal.strip() for literal in clause]
    return all(b and (len(b) > 1 or not (b.isascii() and b.isalnum())) for b in bare)


def _selectivity(choices: frozenset[str]) -> float:
    """Return how rare the choices are by guess; 0 or less: as good as no condition."""
    return min(_rarity(c) for c in choices) - 0.05 * len(choices)


def _rarity(literal: str) -> float:
    if literal == DIGIT:
        return 1.5
    bare = literal.strip()
    if not any(c.isalnum() for c in bare):
        return 2.0 if bare and not set(bare) <= set(".,'-") else 0.5 if bare else 0.0
    # A literal's rarity grows with its length, up to a point.
    return min(len(bare), 8) if len(bare) > 1 else 0.0
