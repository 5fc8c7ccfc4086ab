"""Converts a Hugging Face Marian checkpoint to CTranslate2, without torch.

CTranslate2's own converter needs torch and loads the model through transformers. Its specification
classes work on numpy arrays as well, so the same layers are filled here straight from the file. For
float32 and float16 weights, one vocabulary and a tied output table the result is the same byte for
byte as with transformers 5 (held by a test). bfloat16, which numpy lacks, is read as float32, and
separate vocabularies are kept separate, which the other converter can't.

The layout follows Vaswani et al. 2017 with Marian's choices: post-norm, a decoder that starts from
a zero embedding, a bias on the logits.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtcheck.core.errors import ModelError
from mtcheck.engines.model_weights import read_weights, weights_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Weights = Mapping[str, NDArray[np.floating[Any]]]

QUANTIZATIONS = ("int8", "int8_float32", "int8_float16", "int16", "float16", "float32")
# transformers' name → name in ctranslate2.specs.common_spec.Activation
_ACTIVATIONS = {
    "swish": "SWISH", "silu": "SWISH", "relu": "RELU", "gelu": "GELU", "gelu_python": "GELU",
    "gelu_new": "GELUTanh", "gelu_fast": "GELUTanh", "gelu_pytorch_tanh": "GELUTanh",
    "quick_gelu": "GELUSigmoid",
}  # fmt: skip


def convert(folder: Path, out: Path, *, quantization: str = "int8") -> Path:
    """Write the CTranslate2 form of a Hugging Face Marian folder.

    Args:
        folder: holds config.json, vocab.json and model.safetensors or pytorch_model.bin.
        out: folder to write model.bin, config.json and the vocabulary into; made if missing.
        quantization: one of `QUANTIZATIONS`. It says how the matrices are stored. Biases, norms and
            positions, which are not quantised, are stored as float16 for ``int8_float16`` and
            ``float16``, as the model's own type for ``int8``, and as float32 otherwise. The
            computation takes whichever type the translator is opened with.

    Returns:
        ``out``.

    Raises:
        ModelError: ``damaged-model`` for missing or malformed files, ``unsupported-model`` for a
            model that is not Marian or uses a variant that CTranslate2 has no layer for.
    """
    config = _read_json(folder / "config.json")
    weights_path = weights_file(folder)
    if weights_path is None:
        raise ModelError(
            "damaged-model",
            "there are no weights",
            where=str(folder),
            try_="a folder with model.safetensors or pytorch_model.bin",
        )
    _check(config, folder)
    vocabularies = _vocabularies(folder, config)
    try:
        spec = _spec(config, _in_one_type(read_weights(weights_path), config), vocabularies)
        spec.validate()
        spec.optimize(quantization=quantization)
    except KeyError as e:
        raise ModelError(
            "damaged-model", f"the weights lack the tensor {e}", where=str(weights_path)
        ) from e
    except ValueError as e:
        raise ModelError("damaged-model", str(e).strip(), where=str(folder)) from e
    out.mkdir(parents=True, exist_ok=True)
    spec.save(str(out))
    return out


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ModelError(
            "damaged-model", f"{path.name} is missing", where=str(path.parent)
        ) from None
    except (OSError, ValueError) as e:
        raise ModelError("damaged-model", f"can't be read: {e}", where=str(path)) from e
    if not isinstance(value, dict):
        raise ModelError("damaged-model", "is not a JSON object", where=str(path))
    return value


def _check(config: Mapping[str, Any], folder: Path) -> None:
    """Refuse what would convert silently into a model that computes something else."""
    wrong = None
    if config.get("model_type") != "marian":
        wrong = f"model_type is {config.get('model_type')!r}, not 'marian'"
    elif config.get("normalize_before"):
        wrong = "it normalises before each sublayer"
    elif config.get("normalize_embedding"):
        wrong = "it normalises its embeddings"
    elif config.get("activation_function") not in _ACTIVATIONS:
        wrong = f"activation {config.get('activation_function')!r}"
    elif config.get("encoder_attention_heads") != config.get("decoder_attention_heads"):
        wrong = "encoder and decoder differ in their number of heads"
    if wrong:
        raise ModelError(
            "unsupported-model",
            f"not a Marian model that can be converted: {wrong}",
            where=str(folder / "config.json"),
            try_="a Helsinki-NLP/opus-mt model, or roundtrip.backend = 'transformers'",
        )


def _vocabularies(folder: Path, config: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    def tokens(name: str, size: int) -> list[str]:
        vocab = _read_json(folder / name)
        ordered = [token for token, _ in sorted(vocab.items(), key=lambda item: item[1])][:size]
        # transformers appends <pad> to start the decoder from a zero embedding; CTranslate2 has a
        # switch for that, and the token must not be generated.
        return ordered[:-1] if ordered and ordered[-1] == "<pad>" else ordered

    size = int(config["vocab_size"])
    source = tokens("vocab.json", size)
    if (folder / "target_vocab.json").is_file():
        target_size = int(config.get("decoder_vocab_size") or size)
        return source, tokens("target_vocab.json", target_size)
    return source, source


def _in_one_type(weights: Weights, config: Mapping[str, Any]) -> Weights:
    """Return the weights in the type that transformers would load them in.

    That is the one that the configuration names, else that of the file. It decides which type
    ``int8`` leaves the rest in, and which tables are equal and so stored once.
    """
    import numpy as np

    named = config.get("dtype") or config.get("torch_dtype")
    if named is None:
        half = all(w.dtype == np.float16 for w in weights.values())
    else:
        half = named == "float16"
    dtype = np.float16 if half else np.float32
    return {name: w.astype(dtype, copy=False) for name, w in weights.items()}


def _spec(config: Mapping[str, Any], weights: Weights, vocabs: tuple[list[str], list[str]]) -> Any:
    from ctranslate2.specs import common_spec, transformer_spec

    spec = transformer_spec.TransformerSpec.from_config(
        (int(config["encoder_layers"]), int(config["decoder_layers"])),
        int(config["encoder_attention_heads"]),
        pre_norm=False,
        activation=getattr(common_spec.Activation, _ACTIVATIONS[config["activation_function"]]),
        layernorm_embedding=False,
    )
    source, target = vocabs
    encoder, decoder, output = _embeddings(weights, config)
    for side, embeddings in (("encoder", encoder), ("decoder", decoder)):
        layer_spec = getattr(spec, side)
        size = len(source) if side == "encoder" else len(target)
        holder = layer_spec.embeddings[0] if side == "encoder" else layer_spec.embeddings
        holder.weight = embeddings[:size]
        layer_spec.scale_embeddings = (
            math.sqrt(config["d_model"]) if config.get("scale_embedding", False) else 1.0
        )
        layer_spec.position_encodings.encodings = _positions(weights, side, config)
        for i, layer in enumerate(layer_spec.layer):
            _layer(layer, weights, f"model.{side}.layers.{i}")
    spec.decoder.start_from_zero_embedding = True
    spec.decoder.projection.weight = output[: len(target)]
    bias = weights.get("final_logits_bias")
    if bias is not None and bias.any():
        spec.decoder.projection.bias = bias.reshape(-1)[: len(target)]

    spec.register_source_vocabulary(source)
    spec.register_target_vocabulary(target)
    spec.config.eos_token = "</s>"  # noqa: S105
    spec.config.unk_token = "<unk>"  # noqa: S105
    # Any token does: the decoder starts from a zero embedding.
    spec.config.decoder_start_token = "</s>"  # noqa: S105
    return spec


def _embeddings(
    weights: Weights, config: Mapping[str, Any]
) -> tuple[NDArray[np.floating[Any]], NDArray[np.floating[Any]], NDArray[np.floating[Any]]]:
    """Return the tables of encoder, decoder and output, each of shape (pieces, width)."""
    shared = weights.get("model.shared.weight")
    encoder = weights.get("model.encoder.embed_tokens.weight", shared)
    decoder = weights.get("model.decoder.embed_tokens.weight", shared)
    if encoder is None or decoder is None:
        raise KeyError("model.shared.weight")
    # Some opus-mt-tc-big checkpoints of 2022 say that they are tied and yet hold an output table of
    # its own, which is noise: transformers from 4.30 on reads it and produces gibberish (its issue
    # 26216, explained in its pull request 30173). What the configuration says is right.
    if config.get("tie_word_embeddings", True):
        return encoder, decoder, decoder
    output = weights.get("lm_head.weight")
    if output is None:
        raise KeyError("lm_head.weight")
    return encoder, decoder, output


def _positions(weights: Weights, side: str, config: Mapping[str, Any]) -> NDArray[np.floating[Any]]:
    """Return the position table: learned where the file has one, else Marian's sinusoids."""
    learned = weights.get(f"model.{side}.embed_positions.weight")
    if learned is not None:
        return learned
    # Computed in single precision, then rounded to what the model is loaded in, as by transformers.
    table = sinusoids(int(config["max_position_embeddings"]), int(config["d_model"]))
    return table.astype(next(iter(weights.values())).dtype)


def sinusoids(length: int, width: int) -> NDArray[np.float32]:
    """Return Marian's position table, shape (length, width).

    Sines in the first half and cosines in the second, with frequencies 10000^(−2i/width): Vaswani
    et al. 2017, section 3.5, without interleaving.
    """
    import numpy as np

    # In double precision and in this order of operations, as transformers computes it.
    period = np.array([np.power(10000, 2 * (j // 2) / width) for j in range(width)])
    angle = np.arange(length)[:, None] / period
    table = np.zeros((length, width), dtype=np.float32)
    middle = (width + 1) // 2
    table[:, :middle] = np.sin(angle[:, 0::2])
    table[:, middle:] = np.cos(angle[:, 1::2])
    return table


def _layer(spec: Any, weights: Weights, prefix: str) -> None:
    _attention(spec.self_attention, weights, f"{prefix}.self_attn", own=True)
    if hasattr(spec, "attention"):
        _attention(spec.attention, weights, f"{prefix}.encoder_attn", own=False)
    _linear(spec.ffn.linear_0, weights, f"{prefix}.fc1")
    _linear(spec.ffn.linear_1, weights, f"{prefix}.fc2")
    _norm(spec.ffn.layer_norm, weights, f"{prefix}.final_layer_norm")


def _attention(spec: Any, weights: Weights, prefix: str, *, own: bool) -> None:
    # CTranslate2 fuses the projections that read the same input.
    groups = [["q_proj", "k_proj", "v_proj"]] if own else [["q_proj"], ["k_proj", "v_proj"]]
    for linear, names in zip(spec.linear, groups, strict=False):
        _linear(linear, weights, *(f"{prefix}.{name}" for name in names))
    _linear(spec.linear[-1], weights, f"{prefix}.out_proj")
    _norm(spec.layer_norm, weights, f"{prefix}_layer_norm")


def _linear(spec: Any, weights: Weights, *names: str) -> None:
    import numpy as np

    spec.weight = np.concatenate([weights[f"{name}.weight"] for name in names])
    spec.bias = np.concatenate([weights[f"{name}.bias"] for name in names])


def _norm(spec: Any, weights: Weights, name: str) -> None:
    spec.gamma = weights[f"{name}.weight"]
    spec.beta = weights[f"{name}.bias"]
