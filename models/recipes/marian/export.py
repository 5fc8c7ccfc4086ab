"""Write a model folder from a checkpoint: Hugging Face layout and CTranslate2 int8.

    python -m marian.export --model INITIAL --checkpoint checkpoint.pt --out FOLDER

Of several checkpoints, the ends of runs that began alike, the mean of the weights is written.

`INITIAL` is the folder that training started from (config, vocabulary). Without `--checkpoint`
its own weights are exported. `FOLDER` gets the files that `transformers` reads, and `ct2/`, made
by the ordinary `ct2-transformers-converter`. Other files there, such as the card, are kept.
"""

from __future__ import annotations

import argparse
import json
import shutil
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from ctranslate2.converters import TransformersConverter
from transformers import MarianTokenizer

from .checkpoint import kind
from .network import Network, load, save
from .seal import seal
from .vocabulary import TOKENS

VOCABULARY = ("source.spm", "target.spm", "vocab.json")
BEAM = 4
LONGEST = 256
"""Pieces that generation stops at unless told otherwise."""
NO_REPEAT = 4
"""No sequence of so many pieces comes twice in an output.

Of 0, 3 and 4, on 100 held-out news sentences in each direction, 4 had the best mean chrF (46.5) and
a third of the loops that 0 had; 3 would forbid a name of three pieces to come twice.
"""


def trained_model(
    initial: Path, checkpoints: Sequence[Path], values: str, share: str = "none"
) -> Any:
    """Model with the mean of checkpoints' `average` (moving average) or `weights` (last).

    Without checkpoints it is the initial model, with one embedding if `share` says so. With
    checkpoints, they say it.

    Raises:
        ValueError: the checkpoints do not hold the same parameters.
    """
    found = [torch.load(path, weights_only=True, mmap=True) for path in checkpoints]
    if any(kind(state) != kind(found[0]) for state in found):
        raise ValueError("the checkpoints train other parameters: --frozen-layers, --share")
    network = Network(load(initial, share=kind(found[0])[1] if found else share))
    if found:
        with torch.no_grad():
            for name, parameter in network.named_parameters():
                if name in found[0][values]:  # others were not trained
                    parameter.copy_(sum(state[values][name] for state in found) / len(found))
            network.model.final_logits_bias.copy_(network.bias[None])
    return network.model


def write(model: Any, initial: Path, out: Path) -> None:
    """Write weights, vocabulary, tokenizer and generation defaults."""
    model.generation_config.num_beams = BEAM
    model.generation_config.no_repeat_ngram_size = NO_REPEAT
    model.generation_config.max_length = LONGEST
    model.generation_config.bad_words_ids = [[model.config.pad_token_id]]
    model.generation_config.forced_eos_token_id = model.config.eos_token_id
    save(model, out)
    for name in VOCABULARY:
        shutil.copyfile(initial / name, out / name)
    write_tokenizer(out)


def write_tokenizer(folder: Path) -> None:
    """Write `tokenizer_config.json` for a folder's vocabulary files, which stay as they are."""
    files = {name: (folder / name).read_bytes() for name in VOCABULARY}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Recommended: pip install sacremoses")
        tokenizer = MarianTokenizer(
            source_spm=str(folder / "source.spm"),
            target_spm=str(folder / "target.spm"),
            vocab=str(folder / "vocab.json"),
            source_lang="mul",
            target_lang="mul",
        )
    tokenizer.save_pretrained(folder)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def convert(folder: Path, out: Path, quantization: str = "int8") -> None:
    """Convert to CTranslate2; fails if the language tokens are lost on the way."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Recommended: pip install sacremoses")
        TransformersConverter(str(folder)).convert(str(out), quantization=quantization, force=True)
    pieces = json.loads((out / "shared_vocabulary.json").read_text("utf-8"))
    missing = sorted(set(TOKENS.values()) - set(pieces))
    if missing:
        raise ValueError(f"not in the converted vocabulary: {' '.join(missing)}")


def main() -> None:
    """Command line: see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--checkpoint", type=Path, nargs="*", default=[])
    parser.add_argument("--kind", choices=("average", "weights"), default="average")
    parser.add_argument("--out", required=True, type=Path)
    args = parser.parse_args()
    write(trained_model(args.model, args.checkpoint, args.kind), args.model, args.out)
    convert(args.out, args.out / "ct2")
    seal(args.out)


if __name__ == "__main__":
    main()
