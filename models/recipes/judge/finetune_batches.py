"""Batches for fine-tuning: whose turn it is, which rows an epoch shows, and of what length.

An epoch shows every source, but only a few of its translations, drawn anew each time. Translations
of one source stay together in a batch, so that they can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from judge.encoder import SPECIAL
from judge.finetune_data import DAMAGED, ORDINARY, Corpus, pair_row

PAD = SPECIAL.index("<pad>")
TURNS = {"q": "quality", "f": "fluency", "o": "origin"}
POOL = 4096  # sources whose rows are sorted by length together


@dataclass(frozen=True, slots=True)
class Batch:
    """``ids`` and ``kinds`` of shape (rows, pieces); ``goal``, ``weight``, ``source`` (rows,)."""

    task: str
    ids: NDArray[np.int64]
    kinds: NDArray[np.int64]
    goal: NDArray[np.float32]
    weight: NDArray[np.float32]
    source: NDArray[np.int64]


def pad(rows: list[tuple[list[int], list[int]]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return ids and kinds of `pair_row` as two arrays; kinds of padding are 0."""
    width = max(len(ids) for ids, _ in rows)
    ids = np.full((len(rows), width), PAD, np.int64)
    kinds = np.zeros((len(rows), width), np.int64)
    for i, (row, kind) in enumerate(rows):
        ids[i, : len(row)], kinds[i, : len(row)] = row, kind
    return ids, kinds


def drawn(
    rows: NDArray[np.int64], corpus: Corpus, draws: int, rng: np.random.Generator
) -> list[NDArray[np.int64]]:
    """Return the rows that an epoch shows, together by source, in random order.

    Of a source's ordinary translations as many as ``draws``, one reference, and all damaged ones; a
    window is always shown, by itself.
    """
    rows = rng.permutation(rows)
    source, kind = corpus.source[rows], corpus.kind[rows]
    source = np.where(source < 0, corpus.source.max() + 1 + np.arange(len(rows)), source)
    order = np.lexsort((kind, source))
    rows, source, kind = rows[order], source[order], kind[order]
    first = np.r_[True, (np.diff(source) != 0) | (np.diff(kind) != 0)]
    place = np.arange(len(rows)) - np.maximum.accumulate(np.where(first, np.arange(len(rows)), 0))
    shown = (kind == DAMAGED) | (place < np.where(kind == ORDINARY, draws, 1))
    rows, source = rows[shown], source[shown]
    units = np.split(rows, np.flatnonzero(np.diff(source)) + 1)
    return [units[i] for i in rng.permutation(len(units))]


def together(
    units: list[NDArray[np.int64]], lengths: NDArray[np.int64], budget: int
) -> Iterator[NDArray[np.int64]]:
    """Yield batches of whole units of like length, of at most ``budget`` padded positions.

    A unit that is too large by itself is a batch by itself.
    """
    longest = np.array([lengths[u].max() for u in units])
    batch: list[int] = []
    for i in np.argsort(longest, kind="stable"):
        # The newest unit has the longest row and sets the width.
        if batch and (len(batch) + len(units[i])) * longest[i] > budget:
            yield np.array(batch)
            batch = []
        batch += units[i].tolist()
    if batch:
        yield np.array(batch)


def by_length(lengths: NDArray[np.int64], budget: int) -> Iterator[NDArray[np.int64]]:
    """Yield places in ``lengths`` in batches of at most ``budget`` padded positions."""
    batch: list[int] = []
    for i in np.argsort(lengths, kind="stable"):
        # The newest is the longest and sets the width.
        if batch and (len(batch) + 1) * lengths[i] > budget:
            yield np.array(batch)
            batch = []
        batch.append(int(i))
    if batch:
        yield np.array(batch)


@dataclass(slots=True)
class Batches:
    """An endless row of batches; ``places`` says where each task is, for resuming.

    Args:
        corpus: where the rows come from.
        turns: tasks in turn, a letter each.
        budget: padded positions in a batch.
        seed: of the order.
        draws: ordinary translations of a source in an epoch.
        worker: which of several workers asks, that share the batches out among them.
        workers: how many there are.
    """

    corpus: Corpus
    turns: str
    budget: int
    seed: int
    draws: int = 2
    worker: int = 0
    workers: int = 1
    places: dict[str, list[int]] = field(default_factory=dict)
    _plans: dict[str, list[NDArray[np.int64]]] = field(default_factory=dict)

    def at(self, step: int) -> Batch:
        """Return the batch of a step and move its task's place on."""
        task = TURNS[self.turns[step % len(self.turns)]]
        place = self.places.setdefault(task, [0, self.worker])  # epoch, batch within it
        plan = self._plans.get(task)
        while plan is None or place[1] >= len(plan):
            if plan is not None:
                place[:] = [place[0] + 1, place[1] - len(plan)]
            plan = self._plans[task] = self.plan(task, place[0])
        rows = plan[place[1]]
        place[1] += self.workers
        return self.make(task, rows)

    def goals(self, task: str) -> NDArray[np.float32]:
        """Return what a task learns, for all rows; NaN where a row does not serve it."""
        if task == "origin":
            return np.where(self.corpus.label < 0, np.nan, self.corpus.label).astype(np.float32)
        return self.corpus.quality if task == "quality" else self.corpus.fluency

    def plan(self, task: str, epoch: int) -> list[NDArray[np.int64]]:
        """Return the batches of an epoch, in random order."""
        rng = np.random.default_rng([self.seed, list(TURNS.values()).index(task), epoch])
        rows = np.flatnonzero(~np.isnan(self.goals(task)))
        units = drawn(rows, self.corpus, self.draws, rng)
        lengths = self.corpus.length(pair=task == "quality")
        out = []
        for start in range(0, len(units), POOL):
            batches = list(together(units[start : start + POOL], lengths, self.budget))
            out += [batches[i] for i in rng.permutation(len(batches))]
        return out

    def make(self, task: str, rows: NDArray[np.int64]) -> Batch:
        """Return rows as arrays."""
        ids, kinds = pad([self.corpus.row(int(i), pair=task == "quality") for i in rows])
        corpus = self.corpus
        return Batch(
            task, ids, kinds, self.goals(task)[rows], corpus.weight[rows], corpus.source[rows]
        )


def dev_batches(
    sources: list[list[int]] | None, targets: list[list[int]], budget: int, most: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]:
    """Yield (places, ids, kinds) of pairs or targets; rows are cut to ``most`` pieces."""
    rows = []
    for i, target in enumerate(targets):
        ids, kinds = pair_row(None if sources is None else sources[i], target)
        rows.append((ids[:most], kinds[:most]))
    lengths = np.array([len(ids) for ids, _ in rows])
    for places in by_length(lengths, budget):
        yield (places, *pad([rows[i] for i in places]))
