"""Makes small Marian checkpoints with random weights, without torch or transformers."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np

SENTENCES = [
    "the minister spoke to the press on friday",
    "o ministro falou com a imprensa na sexta",
    "a small boat came into the harbour at dawn",
    "um barco pequeno entrou no porto de madrugada",
    "der minister sprach am freitag mit der presse",
    "prices of bread and milk rose again in may",
] * 4
CONFIG = {
    "architectures": ["MarianMTModel"],
    "model_type": "marian",
    "d_model": 16,
    "encoder_layers": 2,
    "decoder_layers": 1,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 24,
    "decoder_ffn_dim": 24,
    "activation_function": "swish",
    "max_position_embeddings": 64,
    "scale_embedding": True,
    "static_position_embeddings": True,
    "tie_word_embeddings": True,
    "share_encoder_decoder_embeddings": True,
    "eos_token_id": 0,
    "bos_token_id": 0,
    "forced_eos_token_id": 0,
    "dtype": "float32",
}


def sentencepiece_model() -> bytes:
    import sentencepiece

    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES), model_writer=out, vocab_size=70, hard_vocab_limit=False,
        bos_id=-1, pad_id=-1, minloglevel=2,
    )  # fmt: skip
    return out.getvalue()


_spm: bytes = b""


def write_marian(
    folder: Path, *, tokens: tuple[str, ...] = (), seed: int = 0, dtype: str = "F32", **changes
) -> Path:
    """Write config, vocabularies and ``model.safetensors``; ``changes`` go into config.json."""
    import sentencepiece

    global _spm
    _spm = _spm or sentencepiece_model()
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("source.spm", "target.spm"):
        (folder / name).write_bytes(_spm)
    pieces = sentencepiece.SentencePieceProcessor(model_proto=_spm)
    names = [pieces.id_to_piece(i) for i in range(pieces.get_piece_size())]
    vocab = ["</s>", "<unk>", *tokens, *(n for n in names if n not in ("</s>", "<unk>")), "<pad>"]
    size = len(vocab)
    config = CONFIG | {
        "vocab_size": size, "decoder_vocab_size": size, "pad_token_id": size - 1,
        "decoder_start_token_id": size - 1,
    } | changes  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "vocab.json").write_text(json.dumps({t: i for i, t in enumerate(vocab)}))
    (folder / "tokenizer_config.json").write_text(
        json.dumps(
            {
                "tokenizer_class": "MarianTokenizer",
                "model_max_length": 64,
                "eos_token": "</s>",
                "unk_token": "<unk>",
                "pad_token": "<pad>",
                "separate_vocabs": False,
            }
        )
    )
    write_safetensors(folder / "model.safetensors", random_weights(config, seed), dtype)
    return folder


def random_weights(config: dict, seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    d, size = config["d_model"], config["vocab_size"]

    def some(*shape: int) -> np.ndarray:
        return rng.normal(0, 0.3, shape).astype(np.float32)

    weights = {"final_logits_bias": some(1, size)}
    if config["share_encoder_decoder_embeddings"]:
        weights["model.shared.weight"] = some(size, d)
    else:
        weights["model.encoder.embed_tokens.weight"] = some(size, d)
        weights["model.decoder.embed_tokens.weight"] = some(size, d)
    for table in [k for k in weights if k != "final_logits_bias"]:
        weights[table][-1] = 0  # <pad>
    for side in ("encoder", "decoder"):
        for i in range(config[f"{side}_layers"]):
            prefix = f"model.{side}.layers.{i}"
            for attention in ("self_attn", *(["encoder_attn"] if side == "decoder" else [])):
                for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
                    weights[f"{prefix}.{attention}.{name}.weight"] = some(d, d)
                    weights[f"{prefix}.{attention}.{name}.bias"] = some(d)
                _norm(weights, f"{prefix}.{attention}_layer_norm", some, d)
            ffn = config[f"{side}_ffn_dim"]
            for name, shape in (("fc1", (ffn, d)), ("fc2", (d, ffn))):
                weights[f"{prefix}.{name}.weight"] = some(*shape)
                weights[f"{prefix}.{name}.bias"] = some(shape[0])
            _norm(weights, f"{prefix}.final_layer_norm", some, d)
    return weights


def _norm(weights, name, some, d):
    weights[f"{name}.weight"] = 1 + some(d)
    weights[f"{name}.bias"] = some(d)


def write_safetensors(path: Path, weights: dict[str, np.ndarray], dtype: str = "F32") -> None:
    header, blobs, at = {}, [], 0
    for name, array in weights.items():
        if dtype == "BF16":
            data = (array.astype(np.float32).view(np.uint32) >> 16).astype("<u2").tobytes()
        else:
            data = array.astype({"F32": "<f4", "F16": "<f2"}[dtype]).tobytes()
        header[name] = {
            "dtype": dtype,
            "shape": list(array.shape),
            "data_offsets": [at, at + len(data)],
        }
        blobs.append(data)
        at += len(data)
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(blobs))
