"""Models to measure with, and what a token costs in them.

Speed depends on a model's shape, not on what it has learnt: a random model of the shape of the
OPUS-MT models stands for those. Its end token can't be generated, so that every output has the
length that is asked for.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tests.engines.tiny_marian import CONFIG, random_weights, write_safetensors

MODELS = Path(__file__).parents[2] / "models"
EMBEDDED = MODELS / "marian-mul-small"
OPUS = {
    "d_model": 512,
    "encoder_layers": 6,
    "decoder_layers": 6,
    "encoder_attention_heads": 8,
    "decoder_attention_heads": 8,
    "encoder_ffn_dim": 2048,
    "decoder_ffn_dim": 2048,
    "max_position_embeddings": 512,
}
OPUS_VOCABULARY = 58_101


def write_opus(folder: Path) -> Path:
    """Write a random model of OPUS-MT's shape for transformers, CTranslate2 and Marian."""
    from mtcheck.engines.convert import convert

    folder.mkdir(parents=True)
    for name in ("source.spm", "target.spm"):
        shutil.copy(EMBEDDED / name, folder)
    # The embedded model's pieces split the text; what is missing to 58,101 is never used.
    known = json.loads((EMBEDDED / "vocab.json").read_text(encoding="utf-8"))
    pieces = [piece for piece in known if piece != "<pad>"]
    pieces += [f"unused{i}" for i in range(OPUS_VOCABULARY - 1 - len(pieces))]
    vocabulary = {piece: i for i, piece in enumerate([*pieces, "<pad>"])}
    size = len(vocabulary)
    config = CONFIG | OPUS | {
        "vocab_size": size, "decoder_vocab_size": size, "pad_token_id": size - 1,
        "decoder_start_token_id": size - 1,
    }  # fmt: skip
    weights = random_weights(config, seed=1)
    for name, array in weights.items():
        if not name.endswith(("norm.weight", "norm.bias")):
            array *= 0.1
    weights["final_logits_bias"][0, vocabulary["</s>"]] = -1e4
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "tokenizer_config.json").write_text(
        json.dumps(
            {"tokenizer_class": "MarianTokenizer", "model_max_length": 512, "eos_token": "</s>",
             "unk_token": "<unk>", "pad_token": "<pad>", "separate_vocabs": False}
        )
    )  # fmt: skip
    write_safetensors(folder / "model.safetensors", weights)
    convert(folder, folder / "ct2")
    _write_marian_cpp(folder, config, weights, pieces)
    return folder


def _write_marian_cpp(
    folder: Path, config: Mapping[str, Any], weights: Mapping[str, Any], pieces: list[str]
) -> None:
    """Write ``marian.npz`` and ``marian.yml``, which Marian itself reads."""
    out = {
        "Wemb": weights["model.shared.weight"][: len(pieces)],
        "decoder_ff_logit_out_b": weights["final_logits_bias"][:, : len(pieces)],
    }
    parts = {"self_attn": "self", "encoder_attn": "context"}
    letters = {"q_proj": "q", "k_proj": "k", "v_proj": "v", "out_proj": "o"}
    for name, array in weights.items():
        if ".layers." not in name:
            continue
        _, side, _, number, *rest = name.split(".")
        layer = f"{side}_l{int(number) + 1}"
        is_weight = rest[-1] == "weight"
        value = np.ascontiguousarray(array.T) if array.ndim == 2 else array[None, :]
        if rest[0].endswith("attn_layer_norm"):
            part = parts[rest[0].removesuffix("_layer_norm")]
            out[f"{layer}_{part}_Wo_ln_{'scale' if is_weight else 'bias'}"] = value
        elif rest[0] == "final_layer_norm":
            out[f"{layer}_ffn_ffn_ln_{'scale' if is_weight else 'bias'}"] = value
        elif rest[0] in parts:
            letter = letters[rest[1]]
            out[f"{layer}_{parts[rest[0]]}_{'W' if is_weight else 'b'}{letter}"] = value
        else:
            out[f"{layer}_ffn_{'W' if is_weight else 'b'}{rest[0][-1]}"] = value
    size = len(pieces)
    settings = {
        "type": "transformer", "dim-emb": config["d_model"], "dim-vocabs": [size, size],
        "enc-depth": config["encoder_layers"], "dec-depth": config["decoder_layers"],
        "transformer-heads": config["encoder_attention_heads"],
        "transformer-dim-ffn": config["encoder_ffn_dim"], "transformer-ffn-depth": 2,
        "transformer-decoder-dim-ffn": 0, "transformer-decoder-ffn-depth": 0,
        "transformer-ffn-activation": "swish", "transformer-preprocess": "",
        "transformer-postprocess": "dan", "transformer-postprocess-emb": "d",
        "transformer-postprocess-top": "", "transformer-decoder-autoreg": "self-attention",
        "transformer-dim-aan": 2048, "transformer-aan-depth": 2,
        "transformer-aan-activation": "swish", "transformer-no-projection": False,
        "transformer-no-bias": False, "transformer-no-affine": False,
        "transformer-rnn-projection": False, "transformer-tied-layers": [],
        "transformer-guided-alignment-layer": "last",
        "transformer-train-position-embeddings": False,
        "transformer-depth-scaling": False, "transformer-pool": False,
        "tied-embeddings": False, "tied-embeddings-src": False, "tied-embeddings-all": True,
        "skip": False, "layer-normalization": False, "right-left": False, "input-types": [],
        "ulr": False, "ulr-dim-emb": 0, "ulr-trainable-transformation": False,
        "lemma-dim-emb": 0, "lemma-dependency": "", "factors-combine": "sum",
        "factors-dim-emb": 0, "output-omit-bias": False, "bert-train-type-embeddings": True,
        "bert-type-vocab-size": 2, "enc-cell": "gru", "enc-cell-depth": 1,
        "enc-type": "bidirectional",
        "dec-cell": "gru", "dec-cell-base-depth": 2, "dec-cell-high-depth": 1, "dim-rnn": 1024,
        "char-conv": False, "version": "v1.12.0",
    }  # fmt: skip
    text = "\n".join(f"{key}: {json.dumps(value)}" for key, value in settings.items()) + "\n"
    out["special:model.yml"] = np.frombuffer(text.encode() + b"\0", dtype=np.int8)
    np.savez(folder / "marian.npz", **out)
    lines = (f"{json.dumps(piece, ensure_ascii=False)}: {i}" for i, piece in enumerate(pieces))
    (folder / "marian.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def macs_per_token(config: Mapping[str, Any], source: float, target: float) -> float:
    """Return the multiplications and additions of matrix products for a target token, greedy.

    Args:
        config: of the model, as transformers has it.
        source: mean number of source tokens of a sentence.
        target: mean number of target tokens of a sentence.
    """
    d = config["d_model"]
    encoder = config["encoder_layers"] * (4 * d * d + 2 * d * config["encoder_ffn_dim"])
    encoder += config["encoder_layers"] * 2 * d * source  # attention: scores and weighted sums
    decoder = config["decoder_layers"] * (6 * d * d + 2 * d * config["decoder_ffn_dim"])
    decoder += config["decoder_layers"] * 2 * d * (source + target / 2)
    # Keys and values of the source are made once for each layer of the decoder.
    encoder += config["decoder_layers"] * 2 * d * d
    return encoder * source / target + decoder + d * config["vocab_size"]
