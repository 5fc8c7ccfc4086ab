"""Which column of a table, or field of a record, holds what."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mtcheck.core.errors import InputError

# Names that files in the wild use, most telling first. "text" is last: beside a target it is
# the source's name in some exports.
TARGET = ("target", "translation", "mt", "hypothesis", "hyp", "tgt", "translated", "output", "text",
          "content", "body")  # fmt: skip
SOURCE = ("source", "src", "original", "source_text", "input", "msgid")
IDENTIFIER = ("id", "key", "name", "segment_id", "seg_id", "unit", "context")
_NAMES = {"target": TARGET, "source": SOURCE, "id": IDENTIFIER}
# What people call the roles in ``--column``.
_ROLE_NAMES = {"text": "target", "translation": "target", "src": "source", "key": "id"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Indices from 0 of the columns that are read; None = there is none."""

    target: int
    source: int | None = None
    identifier: int | None = None


def choose(
    names: Sequence[str], wanted: Mapping[str, str], *, where: str, has_header: bool = True
) -> Columns | None:
    """Return the columns for a header, or None if neither it nor ``wanted`` names a text.

    Args:
        names: the header, or any row of a table without one.
        wanted: role (target, source, id) → column name or number from 1.
        where: file name for messages.
        has_header: whether ``names`` are names.

    Raises:
        InputError: ``no-such-column`` with the nearest name, or ``unknown-role``.
    """
    roles = {}
    for role, column in wanted.items():
        role = _ROLE_NAMES.get(role, role)
        if role not in _NAMES:
            raise InputError(
                "unknown-role", f"{role!r} is no role of a column", where=where,
                try_="target, source or id",
            )  # fmt: skip
        roles[role] = _find(names, str(column), where, has_header)
    if has_header:
        lower = [name.strip().lower() for name in names]
        for role, known in _NAMES.items():
            if role not in roles:
                found = next((lower.index(name) for name in known if name in lower), None)
                if found is not None and found not in roles.values():
                    roles[role] = found
    if "target" not in roles:
        return None
    return Columns(roles["target"], roles.get("source"), roles.get("id"))


def _find(names: Sequence[str], column: str, where: str, has_header: bool) -> int:
    if has_header and column in names:
        return names.index(column)
    lower = [name.strip().lower() for name in names]
    if has_header and column.strip().lower() in lower:
        return lower.index(column.strip().lower())
    if column.isdecimal() and 1 <= int(column) <= len(names):
        return int(column) - 1
    near = difflib.get_close_matches(column, names, n=1) if has_header else []
    listed = ", ".join(names) if has_header else f"1 to {len(names)}"
    raise InputError(
        "no-such-column",
        f"there is no column {column!r}",
        where=where,
        try_=near[0] if near else f"one of: {listed}",
    )
