"""The machine's limit: matrix products alone, and the share of them that the engine reaches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.benchmarks.common import CORES, Bench, table, why
from tests.benchmarks.shapes import EMBEDDED, macs_per_token
from tests.benchmarks.texts import sentences
from tests.benchmarks.translation import LENGTH, decoding

# rows of a batch × inputs × outputs: a decoder's step, an encoder's layer, an output layer
SHAPES = ((64, 512, 2048), (1024, 512, 2048), (64, 512, 58101))
KINDS = {
    "int8": "int8 × int8 (torch._int_mm)",
    "int8-linear": "int8 (torch, quantised on the fly)",
    "bfloat16": "bfloat16",
    "float32": "float32",
}


def measure(bench: Bench) -> str:
    """Return rates of products and the engine's share of the best int8 rate."""
    rows, best_int8 = [], 0.0
    for kind, name in KINDS.items():
        r = bench.peer("gemm", threads=CORES, shapes=SHAPES, type=kind)
        if "seconds" not in r:
            rows.append((name, why(r), "", ""))
            continue
        rates = [m * k * n / s / 1e9 for (m, k, n), s in zip(SHAPES, r["seconds"], strict=True)]
        rows.append((name, *(f"{rate:,.0f}" for rate in rates)))
        if kind.startswith("int8"):
            best_int8 = max(best_int8, *rates)
    header = ("10⁹ multiply-adds/s", *(f"{m} × {k} × {n:,}" for m, k, n in SHAPES))
    parts = [table(header, rows)]
    if best_int8:
        parts.append(_share(bench, best_int8))
    return "\n\n".join(parts)


def _share(bench: Bench, best_int8: float) -> str:
    rows = []
    for title, folder, number, length in (
        ("embedded model, beam 1", EMBEDDED, 320, None),
        ("OPUS-MT's shape, beam 1", bench.opus, 64, LENGTH),
    ):
        texts = sentences(bench.amount(number), bench.text)
        config: dict[str, Any] = json.loads(Path(folder / "config.json").read_text())
        source = _source_tokens(folder, texts, extra=1 if length else 2)
        r = decoding(folder, texts, 1, length)
        target = r["tokens"] / len(texts)
        macs = macs_per_token(config, source, target)
        rate = r["tokens"] / r["seconds"]
        reached = macs * rate / 1e9
        output_layer = config["d_model"] * config["vocab_size"] / macs
        rows.append((
            title, f"{source:.1f}", f"{target:.1f}", f"{macs / 1e6:.1f}", f"{output_layer:.0%}",
            f"{rate:,.0f}", f"{reached:,.0f}", f"{reached / best_int8:.0%}",
        ))  # fmt: skip
    header = (
        "", "source tokens", "target tokens", "10⁶ multiply-adds a token", "of it output layer",
        "tokens/s", "10⁹ multiply-adds/s", "share of the best int8 rate",
    )  # fmt: skip
    return table(header, rows)


def _source_tokens(folder: Path, texts: list[str], extra: int) -> float:
    import sentencepiece

    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    return sum(len(pieces.encode(t)) + extra for t in texts) / len(texts)
