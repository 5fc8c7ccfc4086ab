"""A judge of a few thousand random or made-up weights, in the layout of the real one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from ctranslate2.specs import common_spec, transformer_spec

from mtcheck.engines import judge_features as jf
from mtcheck.engines.judge_origin import STYLE_SCALE

DIM, HEADS, INNER, LAYERS = 16, 2, 32, 2
LETTERS = "abcdefghijklmnopqrstuvwxyzäöüABCDEFGHIJKLMNOPQRSTUVWXYZ.,:;!?'-0123456789"
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", *LETTERS, "▁the", "▁die"]
FUNCTION_WORDS = ("the", "of", "a", "is")


def write_pieces(path: Path) -> None:
    """Write a sentencepiece model with `PIECES`, by training one and replacing its pieces."""
    import sys

    sys.path.insert(0, str(Path(__file__).parents[2] / "models" / "recipes"))
    from judge.encoder import sentencepiece_model

    scores = -np.linspace(1, 9, len(PIECES)).astype(np.float32)
    path.write_bytes(sentencepiece_model(PIECES, scores))


def write_encoder(folder: Path, seed: int = 0) -> None:
    """Write a random encoder in CTranslate2's format."""
    rng = np.random.default_rng(seed)

    def random(*shape: int) -> np.ndarray:
        return (rng.standard_normal(shape) * 0.3).astype(np.float32)

    encoder = transformer_spec.TransformerEncoderSpec(
        LAYERS, HEADS, pre_norm=False, activation=common_spec.Activation.GELU,
        layernorm_embedding=True, num_source_embeddings=2,
        embeddings_merge=common_spec.EmbeddingsMerge.ADD,
    )  # fmt: skip
    spec = transformer_spec.TransformerEncoderModelSpec(encoder)
    encoder.scale_embeddings = False
    encoder.embeddings[0].weight = random(len(PIECES), DIM)
    encoder.embeddings[1].weight = random(2, DIM)
    encoder.position_encodings.encodings = random(512, DIM)
    norms = [encoder.layernorm_embedding]
    for layer in encoder.layer:
        norms += [layer.self_attention.layer_norm, layer.ffn.layer_norm]
        for linear, rows, columns in (
            (layer.self_attention.linear[0], 3 * DIM, DIM),
            (layer.self_attention.linear[1], DIM, DIM),
            (layer.ffn.linear_0, INNER, DIM),
            (layer.ffn.linear_1, DIM, INNER),
        ):
            linear.weight, linear.bias = random(rows, columns), random(rows)
    for norm in norms:
        norm.gamma, norm.beta = np.ones(DIM, np.float32), np.zeros(DIM, np.float32)
    spec.register_vocabulary(PIECES)
    spec.config.unk_token = "<unk>"
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    write_pieces(folder / "pieces.model")


def write_heads(folder: Path, languages: list[str], seed: int = 1) -> None:
    """Write random heads of four units."""
    rng = np.random.default_rng(seed)
    arrays = {}
    for name, inputs, outputs in (("fluency", 2, 1), ("quality", 5, 1)):
        arrays[f"{name}_w1"] = rng.standard_normal((inputs * DIM, 4)).astype(np.float32) * 0.3
        arrays[f"{name}_b1"] = np.zeros(4, np.float32)
        arrays[f"{name}_w2"] = rng.standard_normal((4, outputs)).astype(np.float32)
        arrays[f"{name}_b2"] = np.zeros(outputs, np.float32)
        arrays[f"{name}_quantiles"] = np.linspace(-3, 3, 61).astype(np.float32)
    np.savez(folder / "heads.npz", **arrays)
    (folder / "quality.json").write_text(json.dumps({"languages": languages}))


def write_origin(folder: Path, lang: str, *, machine: str, human: str) -> None:
    """Write an origin model that knows ``machine`` from ``human`` text by its n-grams."""
    words = np.unique(np.array([jf.word_key(w) for w in FUNCTION_WORDS], np.uint32))
    sides = [jf.count(text, words) for text in (machine, human)]
    keys = np.unique(np.concatenate([c.keys for c in sides]))
    weight = np.isin(keys, sides[0].keys).astype(np.float32) - np.isin(keys, sides[1].keys)
    styles = len(jf.STYLE_NAMES)
    grammar = weight[keys >= jf.WORD_KEYS]
    np.savez(
        folder / f"origin-{lang}.npz",
        keys=keys,
        idf=np.ones(len(keys), np.float16),
        function_words=words,
        style=np.stack([np.zeros(styles), np.full(styles, 1 / STYLE_SCALE)]).astype(np.float32),
        translated=np.append(weight, 0).astype(np.float16),
        machine=np.concatenate([weight, np.zeros(styles), [0]]).astype(np.float16),
        sources=np.stack([np.append(grammar, 0), np.append(-grammar, 0)]).astype(np.float16),
    )
    quantiles = [round(float(q), 4) for q in np.linspace(0, 0.6, 101)]
    band = {"kind": "news", "original": quantiles, "translation": quantiles, "n": 101}
    card = {
        "mask_names": True,
        "translated": [1.0, 0.2, 0.0, 0.0],
        "machine": [1.0, 0.2, 0.0, 0.0],
        "bands": [
            {**band, "name": "under 80", "below": 80, "high": 0.6, "low": 0.2},
            {**band, "name": "80 and more", "below": None, "high": 0.5, "low": 0.3},
        ],
        # Rules weigh enough to turn a verdict; the short texts of the tests are all "under 80".
        "rules": {
            "translated": [1.0, 0.2, 0.0, 0.0, 1.0, 0.5, 0.0, 0.0],
            "machine": [1.0, 0.2, 0.0, 0.0, 0.0, 0.0, 1.0, 0.5],
            "usual": {"translated": 0.5, "machine": 0.4},
            "bands": [{**band, "name": "any number of", "below": None, "high": 0.7, "low": 0.2}],
        },
        "sources": {
            "langs": ["de", "ru"], "scale": 3.0, "known": [2.0, 1.0, -1.0], "threshold": 0.5,
        },
    }  # fmt: skip
    path = folder / "origin.json"
    done = json.loads(path.read_text()) if path.exists() else {"languages": {}}
    done["languages"][lang] = card
    path.write_text(json.dumps(done))


def write_reader(folder: Path, langs: list[str], seed: int = 2) -> None:
    """Write a reader of origin with random weights."""
    rng = np.random.default_rng(seed)
    write_encoder(folder / "encoder", seed)
    np.savez(
        folder / "head.npz",
        w1=rng.standard_normal((2 * DIM, 4)).astype(np.float16),
        b1=np.zeros(4, np.float16),
        w2=rng.standard_normal((4, 2 + len(langs))).astype(np.float16),
        b2=np.zeros(2 + len(langs), np.float16),
    )
    (folder / "reader.json").write_text(json.dumps({"langs": langs}))


def add_reader(folder: Path, lang: str, weight: float = 1.0) -> None:
    """Give a judge's origin model a reader, heeded with ``weight``."""
    write_reader(folder / f"reader-{lang}", ["ru", "de"])
    path = folder / "origin.json"
    done = json.loads(path.read_text())
    card = done["languages"][lang]
    card["reader"] = True
    card["sources"]["read"] = weight
    for part in (card, card["rules"]):
        for task in ("translated", "machine"):
            part[task][4:4] = [weight, 0.0]
    path.write_text(json.dumps(done))


def write_judge(folder: Path) -> Path:
    """Write a whole judge for English origin and en–de scores."""
    folder.mkdir(parents=True, exist_ok=True)
    write_encoder(folder / "encoder")
    write_heads(folder, ["de", "en"])
    write_origin(
        folder,
        "en",
        machine="In view of the situation of the region, the measure of the state is a fact.",
        human="Nobody knew why he'd gone; she shrugged, lit up and said so.",
    )
    return folder


__all__ = [
    "DIM", "PIECES", "add_reader", "write_encoder", "write_heads", "write_judge", "write_reader",
]  # fmt: skip
