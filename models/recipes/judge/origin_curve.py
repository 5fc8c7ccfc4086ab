"""The learning curve of a reader that was trained without a year, on windows of that year.

    python -m judge.origin_curve --data DATA/origin --qe DATA/qe --run WORK/reader-2022

prints a table of the averages that `judge.origin_reader --keep-every` kept: of a human and a
machine translation of the same lines, how often the machine's has the higher logit, and how well
single windows are told.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from marian import training

from judge.finetune import start_weights
from judge.finetune_network import Network
from judge.origin_more import read_english
from judge.origin_reader import Options, network_of
from judge.origin_windows import Batch, Windows, encode
from mtcheck.engines.judge_origin_reader import MACHINE, SOURCES, TRANSLATED
from mtcheck.scoring.statistics import auc

HEAD = (
    "| step | pairs seen | pairs told | translation vs mt | original vs translation | source |",
    "|---|---|---|---|---|---|",
)


def figures(network: Network, batches: Iterable[Batch]) -> dict[str, float | None]:
    """Return what a network reaches on windows; ``source`` is None if no language is known."""
    machine: list[float] = []
    human: list[float] = []
    translated: list[tuple[float, bool]] = []
    right: list[bool] = []
    for batch in batches:
        with torch.no_grad():
            out = network(torch.from_numpy(batch.ids), torch.from_numpy(batch.kinds), "origin")
        n, originals = batch.pairs, batch.originals
        human += out[:n, MACHINE].tolist()
        machine += out[n : 2 * n, MACHINE].tolist()
        logits = out[: 2 * n + originals, TRANSLATED].tolist()
        translated += [(v, i < 2 * n) for i, v in enumerate(logits)]
        known = batch.source >= 0
        best = out[:, SOURCES:].argmax(1).numpy()
        right += (best[known] == batch.source[known]).tolist()
    return {
        "pairs": float(np.mean(np.array(machine) > np.array(human))),
        "machine": auc(human + machine, [False] * len(human) + [True] * len(machine)),
        "translated": auc([v for v, _ in translated], [y for _, y in translated]),
        "source": float(np.mean(right)) if right else None,
    }


def rows(run: Path, network: Network, batches: Sequence[Batch]) -> Iterator[str]:
    """Yield a row of the table for each average that was kept, in order."""
    trained = {n: p for n, p in network.named_parameters() if p.requires_grad}
    kept = sorted(run.glob("kept-*.pt"), key=lambda p: int(p.stem.split("-")[1]))
    for path in kept:
        state = torch.load(path, weights_only=True)
        training.take(trained, state["average"])
        values = figures(network, batches).values()
        cells = ["–" if v is None else f"{v:.3f}".removeprefix("0") for v in values]
        counts = state["counts"]
        yield f"| {counts['step']:,} | {counts['pairs']:,} | {' | '.join(cells)} |"


def main() -> None:
    """Run the step from the command line."""
    import sentencepiece

    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("data", "encoder", "run"):
        parser.add_argument(f"--{name}", required=True, type=Path)
    parser.add_argument("--qe", type=Path, help="judged segments, for more documents")
    parser.add_argument("--suffix", default=".jsonl.xz")
    parser.add_argument("--batches", type=int, default=80)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    card: dict[str, Any] = json.loads((args.run / "reader.json").read_text("utf-8"))
    options = Options(**card["options"])
    train_set, _ = read_english(args.data, args.qe, args.suffix)
    records = [r for r in train_set if r["year"] in card["held_out"]]
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(args.encoder / "pieces.model"))
    windows = Windows(encode(records, pieces, card["langs"]), budget=options.budget, seed=7)
    network = network_of(start_weights(args.encoder), len(card["langs"]), options)
    for row in (*HEAD, *rows(args.run, network, list(islice(windows.epoch(0), args.batches)))):
        print(row, flush=True)


if __name__ == "__main__":
    main()
