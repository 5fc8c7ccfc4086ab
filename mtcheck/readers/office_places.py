"""Where text stands in a word processor's document: paragraph, table, row and cell."""

from __future__ import annotations

from collections.abc import Mapping

from mtcheck.readers.xml_events import Event


class OfficePlaces:
    """Follows the events of a document and names the place of each paragraph as it ends.

    Args:
        tables: the format's names for ``table``, ``row`` and ``cell``.
        hidden: elements whose content no reader sees.
    """

    def __init__(self, tables: Mapping[str, str], hidden: frozenset[str]) -> None:
        self._roles = {name: role for role, name in tables.items()}
        self._hidden = hidden
        self._depth = 0  # of hidden elements
        self._paragraph = self._table = 0
        self._open: list[list[int]] = []  # of each open table: number, row, cell

    @property
    def in_table(self) -> bool:
        """What comes now is inside of a table."""
        return bool(self._open)

    def take(self, event: Event) -> bool:
        """Follow an event; return whether it is still to be looked at by the reader."""
        if event.kind == "text":
            return not self._depth
        if event.kind == "start":
            if self._depth or event.name in self._hidden:
                self._depth += 1
                return False
        elif self._depth:
            self._depth -= 1
            return False
        return not self._follow(self._roles.get(event.name), start=event.kind == "start")

    def _follow(self, role: str | None, *, start: bool) -> bool:
        if role is None:
            return False
        if role == "table":
            if start:
                self._table += 1
                self._open.append([self._table, 0, 0])
            elif self._open:
                self._open.pop()
        elif start and self._open:
            if role == "row":
                self._open[-1][1:] = [self._open[-1][1] + 1, 0]
            else:
                self._open[-1][2] += 1
        return True

    def paragraph_ends(self) -> str:
        """Count a paragraph and return its place: "paragraph 3", "table 1, row 2, cell 3"."""
        self._paragraph += 1
        if self._open:
            return "table {}, row {}, cell {}".format(*self._open[-1])
        return f"paragraph {self._paragraph}"
