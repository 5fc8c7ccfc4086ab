"""Piece ids of the model: SentencePiece pieces mapped to the rows of `vocab.json`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import sentencepiece

Ids = npt.NDArray[np.uint16]

LANGUAGES = ("pt", "es", "fr", "de")
"""Languages other than English, in the order that the corpus file numbers them."""

TOKENS = {"en": ">>eng<<", "pt": ">>por<<", "es": ">>spa<<", "fr": ">>fra<<", "de": ">>deu<<"}
"""Target-language token that starts a source, by ISO 639-1 code."""

DIRECTIONS = tuple(pair for other in LANGUAGES for pair in (("en", other), (other, "en")))


class Vocabulary:
    """Encodes text to ids of the model, without language token or end of sentence."""

    def __init__(self, folder: Path) -> None:
        """Read `source.spm` and `vocab.json` of a model folder in Hugging Face layout."""
        self.pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
        self.ids: dict[str, int] = json.loads((folder / "vocab.json").read_text("utf-8"))
        self.size = len(self.ids)
        self.end = self.ids["</s>"]
        self.unknown = self.ids["<unk>"]
        self.pad = self.ids["<pad>"]
        self.language = {code: self.ids[token] for code, token in TOKENS.items()}
        count = self.pieces.get_piece_size()
        self._row = np.array(
            [self.ids.get(self.pieces.id_to_piece(i), self.unknown) for i in range(count)],
            dtype=np.uint16,
        )

    def encode(self, texts: Sequence[str], threads: int = 1) -> list[Ids]:
        """One array of ids for each text."""
        encoded = self.pieces.encode(list(texts), num_threads=threads)
        return [self._row[np.array(ids, dtype=np.int64)] for ids in encoded]
