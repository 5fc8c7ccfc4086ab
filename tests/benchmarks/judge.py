"""The judge beside transformers with an encoder of the same shape."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

from tests.benchmarks.common import CORES, Bench, table, why
from tests.benchmarks.shapes import MODELS
from tests.benchmarks.texts import sentences
from tests.benchmarks.translation import best

FOLDER = MODELS / "judge-small"
SENTENCES = 20  # of a document


def measure(bench: Bench) -> str:
    """Return segments a second."""
    from mtcheck.core.config import JudgeConfig
    from mtcheck.engines.judge import open_judge

    texts = sentences(bench.amount(256), bench.text)
    judge = open_judge(JudgeConfig())
    judge.fluency(texts[:16], lang="en")
    seconds, _ = best(lambda: judge.fluency(texts, lang="en"))
    documents = [texts[i : i + SENTENCES] for i in range(0, len(texts), SENTENCES)]
    judge.origin(documents[0], lang="en")
    origin, _ = best(lambda: [judge.origin(lines, lang="en") for lines in documents])
    encoder = judge._encoder
    parts = encoder.parts(None, texts)
    bare, _ = best(lambda: sum(1 for _ in encoder.states(encoder.parts(None, texts))))
    rows = [
        ("mtcheck, origin, documents of twenty", f"{len(texts) / origin:,.0f}", ""),
        ("mtcheck, fluency", f"{len(texts) / seconds:,.0f}", ""),
        ("mtcheck, its encoder alone, int8", f"{len(texts) / bare:,.0f}", "1.00"),
    ]
    config = shape(FOLDER / "encoder" / "model.bin")
    lengths = [len(part.ids) for part in parts]
    for kind in ("bfloat16", "float32"):
        r = bench.peer(
            "encoder", config=config, lengths=lengths, threads=CORES, batch=32, type=kind
        )
        name = f"transformers, {kind}, random weights of its shape"
        if "seconds" not in r:
            rows.append((name, why(r), ""))
            continue
        rate = f"{len(texts) / r['seconds']:,.0f}"
        rows.append((f"{name}, {r['version']}", rate, f"{r['seconds'] / bare:.2f}"))
    return table(("", "segments/s", "the encoder is × as fast"), rows)


def shape(path: Path) -> dict[str, Any]:
    """Return the BERT configuration of a CTranslate2 encoder, read from its tensors' shapes.

    The layout of ``model.bin`` is CTranslate2's version 6: counted strings, then for each tensor
    its name, rank, dimensions, type and size.
    """
    sizes: dict[str, tuple[int, ...]] = {}
    with path.open("rb") as stream:

        def number(code: str) -> int:
            return int(struct.unpack(f"<{code}", stream.read(struct.calcsize(code)))[0])

        def string() -> str:
            return stream.read(number("H")).rstrip(b"\0").decode()

        number("I")
        string()
        number("I")
        for _ in range(number("I")):
            name = string()
            sizes[name] = tuple(number("I") for _ in range(number("B")))
            number("B")
            stream.seek(number("I"), 1)
    layers = {n.split("/")[1] for n in sizes if n.split("/")[1].startswith("layer_")}
    vocabulary, width = max((s for s in sizes.values() if len(s) == 2), key=lambda s: s[0])
    inner = next(s[0] for n, s in sizes.items() if n.endswith("ffn/linear_0/weight"))
    return {
        "vocab_size": vocabulary, "hidden_size": width, "num_hidden_layers": len(layers),
        "num_attention_heads": width // 32, "intermediate_size": inner,
        "max_position_embeddings": 514,
    }  # fmt: skip
