"""The judge's encoder: a text or a pair as pieces in, states out (CTranslate2, int8)."""

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
# Longer texts and pairs are cut and their parts pooled by length. The encoder has 512 positions,
# and was trained on up to 250.
MAX_PIECES = 250
MAX_PAIR_PIECES = 500
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
class Part:
    """What the encoder reads at once: a text or a pair, or a stretch of a long one.

    ``text`` says which text it is of. ``ids`` are its pieces with marks, of which the first
    ``source`` are of the source; ``size`` counts the target's without marks, ``unknown`` those of
    them that are outside the vocabulary.
    """

    text: int
    ids: list[int]
    source: int
    size: int
    unknown: int


def make_part(text: int, source: Sequence[int] | None, target: Sequence[int]) -> Part:
    """Return ``<s> source </s> </s> target </s>``, or ``<s> target </s>`` without a source."""
    unknown = sum(i == UNKNOWN for i in target)
    if source is None:
        return Part(text, [START, *target, END], 0, len(target), unknown)
    first = [START, *source, END]
    return Part(text, [*first, END, *target, END], len(first), len(target), unknown)


def cut(text: int, source: Sequence[int] | None, target: Sequence[int]) -> list[Part]:
    """Return a text or a pair in equal parts that the encoder can read.

    Both sides of a pair are cut in the same proportion: translations keep the order of things.
    """
    length = len(target) + len(source or ())
    most = MAX_PIECES if source is None else MAX_PAIR_PIECES
    parts = -(-max(1, length) // most)

    def piece(ids: Sequence[int], i: int) -> Sequence[int]:
        return ids[len(ids) * i // parts : len(ids) * (i + 1) // parts]

    return [
        make_part(text, None if source is None else piece(source, i), piece(target, i))
        for i in range(parts)
    ]


class Encoder:
    """Reads parts in batches of like length."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        """Open the model.

        Args:
            folder: holds model.bin, config.json, vocabulary.json and pieces.model.
            threads: 0 lets CTranslate2 choose.

        Raises:
            ModelError: ``damaged-model`` if a part is missing or unreadable.
        """
        import ctranslate2
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

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the piece ids of texts, without marks."""
        made: list[list[int]] = self._pieces.encode(list(texts))
        return made

    def parts(self, sources: Sequence[str] | None, targets: Sequence[str]) -> list[Part]:
        """Return the parts of targets or of pairs, in order."""
        made = self._pieces.encode(list(targets))
        read = None if sources is None else self._pieces.encode(list(sources))
        return [
            part
            for i, target in enumerate(made)
            for part in cut(i, None if read is None else read[i], target)
        ]

    def states(self, parts: Sequence[Part]) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Yield the place of each part and its states, shape (pieces, width), in any order."""
        import numpy as np

        for batch in _batches(parts):
            rows = [parts[i].ids for i in batch]
            lengths = np.array([len(r) for r in rows], np.int32)
            width = int(lengths.max())
            ids = np.full((len(rows), width), PAD, np.int32)
            kinds = np.zeros((len(rows), width), np.int32)
            for line, (i, row) in enumerate(zip(batch, rows, strict=True)):
                ids[line, : len(row)] = row
                kinds[line, parts[i].source : len(row)] = 1
            out = self._model.forward_batch(
                self._view.from_array(ids),
                self._view.from_array(lengths),
                token_type_ids=kinds.tolist(),
            )
            hidden = np.array(out.last_hidden_state)
            for i, size, states in zip(batch, lengths, hidden, strict=True):
                yield i, states[:size]


def _batches(parts: Sequence[Part]) -> Iterator[list[int]]:
    batch: list[int] = []
    for i in sorted(range(len(parts)), key=lambda k: len(parts[k].ids)):
        # Sorted by length: the newest is the longest and sets the padded width.
        if batch and (len(batch) + 1) * len(parts[i].ids) > BATCH_PIECES:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch
