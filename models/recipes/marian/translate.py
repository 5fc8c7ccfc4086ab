"""Translate with an exported model folder through CTranslate2, as the engine does, bare."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import ctranslate2
import sentencepiece

from mtcheck.engines import shortlist

from .vocabulary import TOKENS


class Translator:
    """Translates sentences with `folder/ct2` and `folder/source.spm`."""

    def __init__(
        self,
        folder: Path,
        threads: int = 2,
        no_repeat: int | None = None,
        use_shortlist: bool = True,
    ) -> None:
        """With `no_repeat` above 0, no sequence of so many pieces comes twice in an output.

        None: as the model's `generation_config.json` says. `use_shortlist`: if the model has one.
        """
        if no_repeat is None:
            defaults = json.loads((folder / "generation_config.json").read_bytes())
            no_repeat = defaults.get("no_repeat_ngram_size") or 0
        self._model = ctranslate2.Translator(str(folder / "ct2"), intra_threads=threads)
        self._no_repeat = no_repeat
        self._listed = shortlist.read(folder / "ct2").tokens if use_shortlist else frozenset()
        self._pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))

    def translate(
        self, sentences: Sequence[str], target: str, beam: int = 4, longest: int = 256
    ) -> list[str]:
        """One translation for each sentence into `target` (ISO 639-1); no guards."""
        pieces = self._pieces.encode(list(sentences), out_type=str)
        results = self._model.translate_batch(
            [[TOKENS[target], *row, "</s>"] for row in pieces],
            beam_size=beam,
            max_batch_size=1024,
            batch_type="tokens",
            max_decoding_length=longest,
            no_repeat_ngram_size=self._no_repeat,
            use_vmap=TOKENS[target] in self._listed,
        )
        return [self._pieces.decode(result.hypotheses[0]) for result in results]
