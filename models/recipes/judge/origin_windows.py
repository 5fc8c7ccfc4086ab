"""Windows of documents for the encoder that reads origin: in pairs where the data allow it.

What differs between a human and a machine translation of the same sentences is not their topic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from judge.finetune_batches import pad
from judge.finetune_data import pair_row
from judge.origin_fit import HUMAN, MACHINE, ORIGINAL
from mtcheck.engines.judge_encoder import plain_marks
from mtcheck.engines.judge_origin_reader import WINDOW_PIECES, windows

Record = dict[str, Any]
SYSTEMS = 3  # of a human translation's machine translations, drawn anew in each epoch
ORIGINAL_SHARE = 3  # pairs for one window of an original
ALONE_SHARE = 6  # pairs for one window of a human translation that has no machine's beside it
POOL = 512  # pairs that are sorted by length together
UNKNOWN = 3  # the piece that stands for one that was dropped


@dataclass(frozen=True, slots=True)
class Document:
    """``lines`` are piece ids; ``source`` is the place of its source language, −1 if none."""

    label: str
    group: str
    source: int
    lines: list[list[int]]

    def window(self, start: int, end: int) -> list[int]:
        """Return the pieces of some lines, no more than the reader takes at once."""
        return [p for line in self.lines[start:end] for p in line][: 2 * WINDOW_PIECES]


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs first: ``pairs`` human translations, as many machine translations.

    Then ``originals`` windows of originals, then human translations alone. ``ids`` and ``kinds``
    have shape (rows, pieces); ``source`` (rows,), −1 where not to be learned.
    """

    pairs: int
    originals: int
    ids: NDArray[np.int64]
    kinds: NDArray[np.int64]
    source: NDArray[np.int64]


def encode(records: Sequence[Record], pieces: Any, langs: Sequence[str]) -> list[Document]:
    """Return records as documents; languages that are not in ``langs`` have no place."""
    place = {lang: i for i, lang in enumerate(langs)}
    out = []
    for r in records:
        lines = pieces.encode([plain_marks(x) for x in r["text"].split("\n") if x.strip()])
        source = -1 if r["label"] == ORIGINAL else place.get(r["source_lang"], -1)
        out.append(Document(r["label"], r["group"], source, lines))
    return out


class Windows:
    """Draws the batches of an epoch.

    Args:
        documents: what to train on.
        budget: padded positions of a batch's pairs.
        seed: of every choice.
        drop: share of pieces that are made unknown, so that no window is seen twice alike.
    """

    def __init__(
        self, documents: Sequence[Document], *, budget: int, seed: int, drop: float = 0.0
    ) -> None:
        self.budget, self.seed, self.drop = budget, seed, drop
        self.originals = [d for d in documents if d.label == ORIGINAL]
        groups: dict[str, dict[str, list[Document]]] = defaultdict(lambda: defaultdict(list))
        for d in documents:
            groups[d.group][d.label].append(d)
        self.groups = [g for g in groups.values() if g[HUMAN] and g[MACHINE]]
        self.alone = [d for g in groups.values() if not g[MACHINE] for d in g[HUMAN]]

    def epoch(self, number: int) -> Iterator[Batch]:
        """Yield the batches of an epoch, the same each time."""
        rng = np.random.default_rng([self.seed, number])
        pairs = [p for g in self.groups for h in g[HUMAN] for p in _pairs(h, g[MACHINE], rng)]
        order = rng.permutation(len(pairs))
        batches: list[list[tuple[list[int], list[int], int]]] = []
        for start in range(0, len(order), POOL):
            part = sorted((pairs[i] for i in order[start : start + POOL]), key=_longest)
            batches += _within(part, self.budget)
        for i in rng.permutation(len(batches)):
            yield self._batch(batches[i], rng)

    def _batch(
        self, pairs: list[tuple[list[int], list[int], int]], rng: np.random.Generator
    ) -> Batch:
        size, n = max(map(_longest, pairs)), len(pairs)
        originals = [
            self._window(self.originals, size, rng) for _ in range(-(-n // ORIGINAL_SHARE))
        ]
        alone = n // ALONE_SHARE + int(rng.random() < n % ALONE_SHARE / ALONE_SHARE)
        others = [self._window(self.alone, size, rng) for _ in range(alone if self.alone else 0)]
        rows = [h for h, _, _ in pairs] + [m for _, m, _ in pairs]
        rows += [row for row, _ in originals + others]
        ids, kinds = pad([pair_row(None, row) for row in rows])
        if self.drop:
            ids[(ids > UNKNOWN) & (rng.random(ids.shape) < self.drop)] = UNKNOWN
        source = [s for _, _, s in pairs] * 2 + [s for _, s in originals + others]
        return Batch(n, len(originals), ids, kinds, np.array(source, np.int64))

    @staticmethod
    def _window(
        documents: Sequence[Document], size: int, rng: np.random.Generator
    ) -> tuple[list[int], int]:
        """Return a window of one of the documents, about as long as ``size``, and its source."""
        while True:
            d = documents[rng.integers(len(documents))]
            cuts = windows([len(x) for x in d.lines], max(24, size))
            row = d.window(*cuts[rng.integers(len(cuts))]) if cuts else []
            if row:
                return row, d.source


def _pairs(
    human: Document, machines: Sequence[Document], rng: np.random.Generator
) -> Iterator[tuple[list[int], list[int], int]]:
    """Yield windows of a human translation, each with that of a machine, and the source."""
    some = [machines[i] for i in rng.permutation(len(machines))[:SYSTEMS]]
    size = int(rng.integers(WINDOW_PIECES // 2, WINDOW_PIECES + 1))
    for k, (start, end) in enumerate(windows([len(x) for x in human.lines], size)):
        machine = some[k % len(some)]
        if len(machine.lines) != len(human.lines):  # lines are aligned in nearly all
            cuts = windows([len(x) for x in machine.lines], size)
            start_, end_ = cuts[rng.integers(len(cuts))]
        else:
            start_, end_ = start, end
        pair = human.window(start, end), machine.window(start_, end_), human.source
        if min(map(len, pair[:2])) > 4:
            yield pair


def _longest(pair: tuple[list[int], list[int], int]) -> int:
    return max(len(pair[0]), len(pair[1])) + 2


def _within(pairs: Sequence[Any], budget: int) -> Iterator[list[Any]]:
    """Yield batches of pairs, sorted by length, of at most ``budget`` padded positions."""
    batch: list[Any] = []
    for pair in pairs:
        if batch and 2 * (len(batch) + 1) * _longest(pair) > budget:
            yield batch
            batch = []
        batch.append(pair)
    if batch:
        yield batch
