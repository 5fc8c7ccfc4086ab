"""A random multilingual-e5-small of two narrow layers whose pieces are letters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from judge import encoder

from tests.engines.tiny_judge import LETTERS

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", *LETTERS, "▁query"]
HIDDEN, INNER, LAYERS = 64, 128, 2


def make_weights() -> encoder.Weights:
    """Return random weights, the same ones every time."""
    rng = np.random.default_rng(0)

    def random(*shape: int) -> np.ndarray:
        return (rng.standard_normal(shape) * 0.1).astype(np.float32)

    tensors = {
        "emb.word": random(len(PIECES), HIDDEN) * 5, "emb.pos": random(512, HIDDEN),
        "emb.type": random(2, HIDDEN), "emb.ln.w": 1 + random(HIDDEN), "emb.ln.b": random(HIDDEN),
    }  # fmt: skip
    shapes = dict.fromkeys(("q", "k", "v", "ao"), (HIDDEN, HIDDEN))
    shapes |= {"fi": (INNER, HIDDEN), "fo": (HIDDEN, INNER)}
    for i in range(LAYERS):
        for name, shape in shapes.items():
            tensors[f"l{i}.{name}.w"], tensors[f"l{i}.{name}.b"] = random(*shape), random(shape[0])
        for name in ("aln", "oln"):
            tensors[f"l{i}.{name}.w"] = 1 + random(HIDDEN)
            tensors[f"l{i}.{name}.b"] = random(HIDDEN)
    scores = -np.linspace(1, 9, len(PIECES)).astype(np.float32)
    return encoder.Weights(HIDDEN, LAYERS, 2, 1e-12, PIECES, scores, tensors)


def write_folder(folder: Path) -> Path:
    """Write what the steps after `judge.encoder` need of its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = make_weights()
    (folder / "pieces.model").write_bytes(encoder.sentencepiece_model(PIECES, weights.scores))
    np.save(folder / "kept.npy", np.arange(len(PIECES), dtype=np.int32))
    return folder
