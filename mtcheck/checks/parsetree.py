"""What the parse tree of a pattern tells: how long its matches are and how they begin.

The tree is that of Python's own `re`; where it can't be read (another Python version, an unusual
construct) the answer is "unknown", which costs time and never a match.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

ZERO_WIDTH = {"AT", "ASSERT", "ASSERT_NOT"}
REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}
_ONE_CHARACTER = {"LITERAL", "NOT_LITERAL", "ANY", "IN", "CATEGORY"}


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


_CATEGORIES = {"CATEGORY_DIGIT": r"\d"}


def _first(items: Any) -> tuple[set[str] | None, bool]:
    """Return the atoms of the class that a sequence begins with, and whether it may be empty."""
    atoms: set[str] = set()
    for op, arg in items:
        name = str(op)
        if name in ZERO_WIDTH:
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
    if name in REPEATS:
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
    """Tell whether a range holds a space, a line feed or small ASCII letters."""
    return high - low > 1000 or any(
        chr(code) in " \n" or "a" <= chr(code) <= "z" for code in range(low, high + 1)
    )


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
        total += width_of(str(op), arg)
        if total >= UNLIMITED:
            return UNLIMITED
    return total


def width_of(name: str, arg: Any) -> int:
    """Return the greatest length of what one node matches; see `greatest_width`."""
    if name in ZERO_WIDTH:
        return 0
    if name in _ONE_CHARACTER:
        return 1
    if name == "SUBPATTERN":
        return _width(arg[3])
    if name == "ATOMIC_GROUP":
        return _width(arg)
    if name == "BRANCH":
        return max(map(_width, arg[1]))
    if name in REPEATS:
        return _repeated_width(arg)
    return UNLIMITED  # references to groups, conditions


def least_width_of(name: str, arg: Any) -> int:
    """Return the least length of what one node matches."""
    if name in _ONE_CHARACTER:
        return 1
    if name == "SUBPATTERN":
        return int(arg[3].getwidth()[0])
    if name == "ATOMIC_GROUP":
        return int(arg.getwidth()[0])
    if name == "BRANCH":
        return min(int(branch.getwidth()[0]) for branch in arg[1])
    if name in REPEATS:
        return int(arg[0]) * int(arg[2].getwidth()[0])
    return 0


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
