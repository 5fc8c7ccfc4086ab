"""Which of the 250,002 pieces of multilingual-e5-small the judge keeps."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from judge.encoder import Weights

# Scripts of the languages on the card; a piece in any other script is never kept unasked.
SCRIPTS = ("LATIN", "CYRILLIC", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "ARABIC",
           "DEVANAGARI", "GUJARATI", "SINHALA", "KHMER", "TAMIL")  # fmt: skip

# Pieces that `widen` adds, by script: those of languages that the training text has little or
# nothing of. Together with 56,000 they stay below 65,536, so that ids fit into 16 bits.
QUOTAS = {"ARABIC": 3400, "HEBREW": 1700, "TELUGU": 1300, "TAMIL": 1250, "KHMER": 1250}


def choose_pieces(
    weights: Weights,
    lines: Iterable[str],
    *,
    size: int,
    at_least: int = 3,
    scripts: Collection[str] = SCRIPTS,
) -> NDArray[np.int64]:
    """Return the ids of the pieces to keep, ascending; specials first, as in the original.

    First the pieces that ``lines`` use ``at_least`` times, most frequent first; the rest of
    ``size`` is filled by the unigram model's own probabilities within the wanted scripts, which
    serves the languages that ``lines`` don't have.
    """
    import sentencepiece

    from judge.encoder import PREFIX, SPECIAL, sentencepiece_model

    processor = sentencepiece.SentencePieceProcessor()
    processor.LoadFromSerializedProto(sentencepiece_model(weights.pieces, weights.scores))
    counts: Counter[int] = Counter()
    for line in lines:
        counts.update(processor.EncodeAsIds(line))
    chosen = set(range(len(SPECIAL))) | set(processor.EncodeAsIds(PREFIX))
    # Single letters of the wanted scripts always stay: without them a word becomes <unk>.
    chosen |= {
        i for i, p in enumerate(weights.pieces) if len(p.strip("▁")) == 1 and _wanted(p, scripts)
    }
    for i, n in counts.most_common():
        if n < at_least or len(chosen) >= size:
            break
        chosen.add(i)
    for i in np.argsort(-weights.scores, kind="stable"):
        if len(chosen) >= size:
            break
        if weights.scores[i] < 0 and _wanted(weights.pieces[i], scripts):
            chosen.add(int(i))
    return np.array(sorted(chosen))


def _wanted(piece: str, scripts: Collection[str]) -> bool:
    letters = [c for c in piece if c.isalpha()]
    return all(_script(c) in scripts for c in letters)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split(" ")[0]


def pieces_of(weights: Weights, model: Path) -> NDArray[np.int64]:
    """Return the ids of the pieces that a sentencepiece model has, ascending.

    Raises:
        KeyError: if it has a piece that the weights don't have.
    """
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(model_file=str(model))
    place = {piece: i for i, piece in enumerate(weights.pieces)}
    return np.array(sorted(place[processor.id_to_piece(i)] for i in range(len(processor))))


def widen(weights: Weights, ids: NDArray[np.int64], quotas: Mapping[str, int]) -> NDArray[np.int64]:
    """Return ``ids`` and the likeliest further pieces of each script in ``quotas``, ascending.

    Single letters come first whatever their probability.
    """
    chosen = {int(i) for i in ids}
    left = dict(quotas)
    letters = np.array([len(p.strip("▁")) == 1 for p in weights.pieces])
    for i in np.lexsort((-weights.scores, ~letters)):
        found = {_script(c) for c in weights.pieces[i] if c.isalpha()}
        if len(found) != 1 or weights.scores[i] >= 0 or int(i) in chosen:
            continue
        script = found.pop()
        if left.get(script, 0) > 0:
            left[script] -= 1
            chosen.add(int(i))
    return np.array(sorted(chosen))
