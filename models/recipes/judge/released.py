"""Reads a released encoder back, so that training goes on from it and not from its beginnings.

The eight bits of a weight are off by at most a 254th of the largest weight of its row, which the
first steps of training make good.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from judge.encoder import Weights

_KINDS = ("<f4", "i1", "<i2", "<i4", "<f2")
_ATTENTION = {"linear_1": "ao", "layer_norm": "aln"}
_REST = {"linear_0": "fi", "linear_1": "fo", "layer_norm": "oln"}
_ENDS = {"w": ("weight", "gamma"), "b": ("bias", "beta")}


def read_variables(path: Path) -> dict[str, NDArray]:
    """Return the variables of CTranslate2's ``model.bin`` by name; scales stand beside weights.

    Raises:
        ValueError: if the file is of another version of the format.
    """
    data = path.read_bytes()
    at = 0

    def take(form: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from("<" + form, data, at)
        at += struct.calcsize("<" + form)
        return int(value)

    def text() -> str:
        nonlocal at
        size = take("H")
        at += size
        return data[at - size : at - 1].decode()  # a zero ends it

    version = take("I")
    if version != 6:
        raise ValueError(f"{path}: version {version} of the format, 6 is read")
    text(), take("I")  # name and revision of the kind of model
    out: dict[str, NDArray] = {}
    for _ in range(take("I")):
        name = text()
        shape = [take("I") for _ in range(take("B"))]
        kind, size = take("B"), take("I")
        out[name] = np.frombuffer(data, _KINDS[kind], size // np.dtype(_KINDS[kind]).itemsize, at)
        out[name] = out[name].reshape(shape)
        at += size
    return out


def read_released(encoder: Path) -> Weights:
    """Return the weights of a judge's or a reader's ``encoder/`` and of the heads beside it."""
    import sentencepiece

    variables = read_variables(encoder / "model.bin")
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(encoder / "pieces.model"))
    size = pieces.get_piece_size()

    def weight(name: str, end: str) -> NDArray[np.float32]:
        name = next(n for x in _ENDS[end] if (n := f"{name}/{x}") in variables)
        value = variables[name].astype(np.float32)
        scale = variables.get(f"{name}_scale")
        return value if scale is None else value / scale.reshape(-1, 1)

    t = {
        "emb.word": weight("encoder/embeddings_0", "w"),
        "emb.type": weight("encoder/embeddings_1", "w"),
        "emb.pos": variables["encoder/position_encodings/encodings"].astype(np.float32),
    }
    # A judge has the heads of its encoder there, a reader its only one.
    path, kind = encoder.parent / "heads.npz", ""
    if not path.exists():
        path, kind = encoder.parent / "head.npz", "origin_"
    with np.load(path) as heads:
        t |= {kind + name: heads[name].astype(np.float32) for name in heads.files}
    layers = len({n.split("/")[1] for n in variables if n.startswith("encoder/layer_")})
    for end in "wb":
        t[f"emb.ln.{end}"] = weight("encoder/layernorm_embedding", end)
        for i in range(layers):
            base = f"encoder/layer_{i}"
            attention = f"{base}/self_attention"
            three = np.split(weight(f"{attention}/linear_0", end), 3)
            t |= {f"l{i}.{x}.{end}": part for x, part in zip("qkv", three, strict=True)}
            t |= {f"l{i}.{v}.{end}": weight(f"{attention}/{k}", end) for k, v in _ATTENTION.items()}
            t |= {f"l{i}.{v}.{end}": weight(f"{base}/ffn/{k}", end) for k, v in _REST.items()}
    return Weights(
        hidden=t["emb.word"].shape[1], layers=layers, heads=int(variables["encoder/num_heads"]),
        epsilon=json.loads((encoder / "config.json").read_text("utf-8"))["layer_norm_epsilon"],
        pieces=[pieces.id_to_piece(i) for i in range(size)],
        scores=np.array([pieces.get_score(i) for i in range(size)], np.float32), tensors=t,
    )  # fmt: skip
