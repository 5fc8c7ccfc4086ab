"""Keeps the highest-ranked items of a stream of any length."""

from __future__ import annotations

import heapq
from typing import Generic, TypeVar

from mtcheck.core.findings import Finding

T = TypeVar("T")
Rank = tuple[float, ...]


class Top(Generic[T]):
    """The ``keep`` items with the highest ranks; earlier items win ties."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._heap: list[tuple[Rank, int, T]] = []
        self.seen = 0

    def wants(self, rank: Rank) -> bool:
        """Count an item, and tell whether it belongs to the highest so far (then `put` it)."""
        self.seen += 1
        return len(self._heap) < self._keep or (bool(self._heap) and rank > self._heap[0][0])

    def put(self, rank: Rank, item: T) -> None:
        """Keep an item that `wants` has asked for."""
        entry = (rank, -self.seen, item)
        if len(self._heap) < self._keep:
            heapq.heappush(self._heap, entry)
        else:
            heapq.heappushpop(self._heap, entry)

    def items(self) -> list[T]:
        """Return what was kept, highest rank first, then in the order of arrival."""
        return [item for _, _, item in sorted(self._heap, key=lambda e: e[:2], reverse=True)]

    @property
    def left_out(self) -> int:
        """Number of items that were seen and not kept."""
        return self.seen - len(self._heap)


def by_severity(finding: Finding) -> Rank:
    """Return a rank that puts severe findings first."""
    return (float(finding.severity.rank),)
