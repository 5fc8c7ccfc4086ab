"""The judge's sentence encoder: sentencepiece pieces in, hidden states out (CTranslate2, int8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtcheck.core.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

START, PAD, END, UNKNOWN = 0, 1, 2, 3
PREFIX = "query: "  # what the encoder was trained with for symmetric tasks
MAX_PIECES = 200  # longer texts are split and their parts pooled by length
BATCH_PIECES = 4096

# House style: it tells the publisher, and a head for origin must not learn it.
_MARKS = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»「」『』〝〞＂", '"'),
        **dict.fromkeys("‘’‚‛‹›`´", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2009\u202f\u3000\t\n\r", " "),
        "…": "...",
    }
)


def plain_marks(text: str) -> str:
    """Return ``text`` with one form of quotation marks, dashes and spaces."""
    return " ".join(text.translate(_MARKS).replace("--", "-").split())


@dataclass(frozen=True, slots=True)
class Encoded:
    """One encoded text.

    ``states`` has shape (pieces, dimensions), without prefix and end marks; ``mean`` is the mean
    over all positions, marks included. ``pieces`` counts pieces, ``unknown`` those outside the
    vocabulary; ``logprob`` is the unigram model's mean log-probability of a piece. ``split`` says
    that the text was longer than the encoder takes at once.
    """

    mean: NDArray[np.float32]
    states: NDArray[np.float32]
    pieces: int
    unknown: int
    logprob: float
    split: bool


class Encoder:
    """Encodes texts in batches of like length."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        """Open the model.

        Args:
            folder: holds model.bin, config.json, vocabulary.json and pieces.model.
            threads: 0 lets CTranslate2 choose.

        Raises:
            ModelError: ``damaged-model`` if a part is missing or unreadable.
        """
        import ctranslate2
        import numpy as np
        import sentencepiece

        try:
            self._pieces = sentencepiece.SentencePieceProcessor(
                model_file=str(folder / "pieces.model")
            )
            self._model: Any = ctranslate2.Encoder(
                str(folder), device="cpu", compute_type="int8", intra_threads=threads
            )
        except (RuntimeError, OSError) as error:
            raise ModelError(
                "damaged-model",
                f"the judge's encoder can't be opened: {error}",
                where=str(folder),
                try_="mtcheck models verify",
            ) from error
        self._view = ctranslate2.StorageView
        self._prefix: list[int] = self._pieces.encode(PREFIX)
        self._scores = np.array(
            [self._pieces.get_score(i) for i in range(len(self._pieces))], dtype=np.float32
        )

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode ``texts``; one result for each, in the same order."""
        import numpy as np

        parts: list[list[int]] = []
        owner: list[int] = []
        for i, ids in enumerate(self._pieces.encode(list(texts))):
            for start in range(0, max(1, len(ids)), MAX_PIECES):
                parts.append(ids[start : start + MAX_PIECES])
                owner.append(i)
        states: list[Any] = [None] * len(parts)
        means: list[Any] = [None] * len(parts)
        skip = 1 + len(self._prefix)
        for batch in self._batches(parts):
            rows = [[START, *self._prefix, *parts[j], END] for j in batch]
            width = max(map(len, rows))
            ids_array = np.full((len(rows), width), PAD, np.int32)
            for line, row in zip(ids_array, rows, strict=True):
                line[: len(row)] = row
            lengths = np.array([len(r) for r in rows], np.int32)
            out = self._model.forward_batch(
                self._view.from_array(ids_array), self._view.from_array(lengths)
            )
            hidden = np.array(out.last_hidden_state)
            for j, size, h in zip(batch, lengths, hidden, strict=True):
                means[j] = h[:size].mean(axis=0)
                states[j] = h[skip : size - 1].astype(np.float32)
        done: list[Encoded] = []
        at = 0
        for i in range(len(texts)):
            end = at
            while end < len(parts) and owner[end] == i:
                end += 1
            ids = [p for part in parts[at:end] for p in part]
            sizes = np.array([len(p) + skip + 1 for p in parts[at:end]], np.float32)
            done.append(
                Encoded(
                    mean=np.average(np.stack(means[at:end]), axis=0, weights=sizes),
                    states=np.concatenate(states[at:end]),
                    pieces=len(ids),
                    unknown=ids.count(UNKNOWN),
                    logprob=float(self._scores[ids].mean()) if ids else 0.0,
                    split=end - at > 1,
                )
            )
            at = end
        return done

    @staticmethod
    def _batches(parts: list[list[int]]) -> Iterator[list[int]]:
        batch: list[int] = []
        for j in sorted(range(len(parts)), key=lambda k: len(parts[k])):
            # Sorted by length: the newest is the longest and sets the padded width.
            if batch and (len(batch) + 1) * (len(parts[j]) + 8) > BATCH_PIECES:
                yield batch
                batch = []
            batch.append(j)
        if batch:
            yield batch
