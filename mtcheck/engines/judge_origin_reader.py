"""The encoder that reads origin: windows of a text in, logits of both questions out.

It hears what n-grams do not: how a sentence is built. It was fine-tuned on windows of human and of
machine translations of the same sentences.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mtcheck.core.errors import ModelError
from mtcheck.engines.judge_encoder import Encoder, make_part, plain_marks
from mtcheck.engines.judge_quality import Head, pool

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WINDOW_PIECES = 96  # lines are joined up to this many; one line alone may have twice as many
MOST_WINDOWS = 64  # of a long text; its other windows are not read
TRANSLATED, MACHINE, SOURCES = 0, 1, 2  # outputs; those of source languages come last


def windows(lengths: Sequence[int], size: int) -> list[tuple[int, int]]:
    """Return (first, end) of runs of lines of about ``size`` pieces, in order.

    A line that does not fit begins a new window; a longer one is a window by itself.
    """
    out: list[tuple[int, int]] = []
    first = total = 0
    for i, length in enumerate(lengths):
        if i > first and total + length > size:
            out.append((first, i))
            first, total = i, 0
        total += length
    if len(lengths) > first:
        out.append((first, len(lengths)))
    return out


@dataclass(frozen=True, slots=True)
class Windowed:
    """What the reader says of a text's windows.

    ``logits`` has shape (windows, 2 + languages), ``size`` their pieces, ``share`` (windows,
    segments) is 1 where a window has the segment.
    """

    logits: NDArray[np.float32]
    size: NDArray[np.float32]
    share: NDArray[np.float32]

    def mean(self, draws: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the logits of the whole text, windows weighed by length, one row a draw.

        Args:
            draws: how often each segment counts, shape (draws, segments).
        """
        import numpy as np

        weight = draws @ self.share.T / self.share.sum(axis=1) * self.size
        total = weight.sum(axis=1, keepdims=True)
        # A draw may have none of the windows that were read; then all count.
        weight = np.where(total > 0, weight, self.size)
        return np.asarray(weight @ self.logits / weight.sum(axis=1, keepdims=True), np.float32)


class OriginReader:
    """Reads texts with an encoder of its own.

    Args:
        folder: holds encoder/, head.npz and reader.json (``langs``: source languages).
        threads: of the encoder; 0 lets it choose.

    Raises:
        ModelError: ``damaged-model`` if a part is missing or unreadable.
    """

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        import numpy as np

        self._encoder = Encoder(folder / "encoder", threads=threads)
        try:
            self.langs: list[str] = json.loads((folder / "reader.json").read_text("utf-8"))["langs"]
            with np.load(folder / "head.npz", allow_pickle=False) as data:
                self._head = Head.of(data)
        except (KeyError, ValueError, OSError) as error:
            raise ModelError(
                "damaged-model",
                f"the judge's reader of origin can't be read: {error}",
                where=str(folder),
                try_="mtcheck models verify",
            ) from error

    def read(self, segments: Sequence[str]) -> Windowed:
        """Return the logits of a text's windows; at most `MOST_WINDOWS`, spread evenly."""
        import numpy as np

        lines = self._encoder.pieces([plain_marks(s) for s in segments])
        cuts = windows([len(x) for x in lines], WINDOW_PIECES)
        if len(cuts) > MOST_WINDOWS:
            cuts = [cuts[i * len(cuts) // MOST_WINDOWS] for i in range(MOST_WINDOWS)]
        parts = []
        share = np.zeros((len(cuts), len(segments)), np.float32)
        for i, (first, end) in enumerate(cuts):
            row = [p for line in lines[first:end] for p in line][: 2 * WINDOW_PIECES]
            parts.append(make_part(i, None, row))
            share[i, first:end] = 1
        rows = np.zeros((len(parts), len(self._head.w1)), np.float32)
        for i, states in self._encoder.states(parts):
            rows[i] = pool(states, parts[i])
        size = np.array([max(1, p.size) for p in parts], np.float32)
        return Windowed(self._head.outputs(rows), size, share)
