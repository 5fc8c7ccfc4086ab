"""Fine-tunes an encoder that reads origin from windows of English documents.

    python -m judge.origin_reader --data DATA/origin --qe DATA/qe --encoder WORK/english \
        --out WORK/reader --steps 2300 [--hold 2022]

writes the reader (``encoder/``, ``head.npz``, ``reader.json``) when it is done, and
``checkpoint.pt`` every few minutes; run it again to resume, with the result of an undisturbed run.
Years that are held out are not trained on: such readers show what to expect of years to come, and
calibration rests on them.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from marian import training
from marian.checkpoint import write
from torch import Tensor
from torch.nn import functional

from judge.encoder import Weights, convert
from judge.finetune import start_weights
from judge.finetune_network import Network
from judge.origin_fit import ORIGINAL
from judge.origin_more import read_english
from judge.origin_windows import Batch, Document, Windows, encode
from judge.trainee import Trainee, TraineeOptions
from mtcheck.engines.judge_origin_reader import MACHINE, SOURCES, TRANSLATED

Record = dict[str, Any]
MIN_SOURCE_DOCS = 100


@dataclass(frozen=True)
class Options(TraineeOptions):
    """What a run depends on."""

    steps: int = 2300
    decay: float = 0.6
    """Share of the steps, at the end, over which the rate falls (1 − √)."""
    budget: int = 1600
    """Padded positions of a batch's pairs."""
    source: float = 0.4
    """Weight of the source language's loss."""
    drop: float = 0.06
    """Share of pieces that are made unknown."""

    def rate_at(self, step: int) -> float:
        """Return the rate as a share of the highest."""
        gone = (step - (1 - self.decay) * self.steps) / (self.decay * self.steps)
        return training.rate_at(step, self.warmup, gone)


def loss_of(out: Tensor, batch: Batch, source: float) -> dict[str, Tensor]:
    """Return the losses: translated?, by a machine?, which of a pair, from what language?"""
    n = batch.pairs
    is_translation = torch.ones(len(out))
    is_translation[2 * n : 2 * n + batch.originals] = 0
    each = functional.binary_cross_entropy_with_logits(
        out[:, TRANSLATED], is_translation, reduction="none"
    )
    machine = out[: 2 * n, MACHINE]
    truth = torch.cat([torch.zeros(n), torch.ones(n)])
    losses = {
        "translated": (each[is_translation == 1].mean() + each[is_translation == 0].mean()) / 2,
        "machine": functional.binary_cross_entropy_with_logits(machine, truth),
        "pair": functional.softplus(machine[:n] - machine[n:]).mean(),
    }
    known = torch.from_numpy(batch.source)
    if source and bool((known >= 0).any()):
        losses["source"] = source * functional.cross_entropy(
            out[:, SOURCES:], known, ignore_index=-1
        )
    return losses


def network_of(weights: Weights, langs: int, options: Options) -> Network:
    """Return the network of a reader that knows so many source languages."""
    return Network(
        weights.tensors, layers=options.layers, heads=weights.heads, epsilon=weights.epsilon,
        frozen=options.frozen, seed=options.seed, spec={"origin": (2, SOURCES + langs)},
    )  # fmt: skip


class Run(Trainee):
    """State of a run: network, optimiser, average of weights, place in the data."""

    COUNTS = ("step", "epoch", "place", "pairs")
    options: Options

    def __init__(self, weights: Weights, windows: Windows, langs: int, options: Options) -> None:
        super().__init__(network_of(weights, langs, options), options)
        self.windows = windows
        self.step = self.epoch = self.place = self.pairs = 0

    def batches(self) -> Iterator[Batch]:
        """Yield batches from the current place on, without end."""
        while True:
            for i, batch in enumerate(self.windows.epoch(self.epoch)):
                if i >= self.place:
                    self.place = i + 1
                    yield batch
            self.epoch, self.place = self.epoch + 1, 0

    def learn(self, batch: Batch) -> dict[str, float]:
        """Take one step; return the losses."""
        share = self.options.rate_at(self.step)
        losses = loss_of(self.outputs(batch, "origin"), batch, self.options.source)
        self.step += 1
        self.pairs += batch.pairs
        self.descend(losses.values(), share, self.step)
        return {name: float(loss.detach()) for name, loss in losses.items()}


def train(run: Run, out: Path, *, save_every: float = 180.0, keep_every: int = 0) -> None:
    """Train to the last step; a line a minute goes to ``out/log.jsonl``.

    The average of each ``keep_every``-th step stays as ``kept-<step>.pt``, for a learning curve.
    """
    out.mkdir(parents=True, exist_ok=True)
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists():
        run.restore(checkpoint)
    recent: list[dict[str, float]] = []
    saved = logged = time.monotonic()
    if run.step < run.options.steps:
        for batch in run.batches():
            recent.append(run.learn(batch))
            if keep_every and run.step % keep_every == 0:
                write(out / f"kept-{run.step}.pt", {"average": run.average, "counts": run.counts()})
            now = time.monotonic()
            done = run.step >= run.options.steps
            if done or now - logged > 60:
                names = sorted({name for losses in recent for name in losses})
                means = {n: round(float(np.mean([x.get(n, np.nan) for x in recent])), 4)
                         for n in names}  # fmt: skip
                line = {"time": time.strftime("%H:%M:%S"), "step": run.step, "epoch": run.epoch,
                        "pairs": run.pairs, "loss": means}  # fmt: skip
                with (out / "log.jsonl").open("a", encoding="utf-8") as log:
                    log.write(json.dumps(line) + "\n")
                recent, logged = [], now
            if done or now - saved > save_every:
                write(checkpoint, run.state())
                saved = now
            if done:
                break


def write_reader(run: Run, weights: Weights, langs: Sequence[str], out: Path, card: Record) -> None:
    """Write the averaged network as the engine reads it."""
    training.take(run.trained, run.average)
    weights.tensors.update(run.network.write())
    convert(weights, np.arange(len(weights.pieces)), out / "encoder",
            layers=run.options.layers, types=True)  # fmt: skip
    head = run.network.head_arrays()
    np.savez(out / "head.npz", **{x: head[f"origin_{x}"].astype(np.float16)
                                  for x in ("w1", "b1", "w2", "b2")})  # fmt: skip
    card = {"langs": list(langs), "pairs": run.pairs, **card, "options": asdict(run.options)}
    (out / "reader.json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")


def source_languages(records: Sequence[Record]) -> list[str]:
    """Return the source languages with enough translations, the most frequent first."""
    counts = Counter(r["source_lang"] for r in records if r["label"] != ORIGINAL)
    return [lang for lang, n in counts.most_common() if n >= MIN_SOURCE_DOCS]


def main() -> None:
    """Run the step from the command line."""
    import sentencepiece

    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("data", "encoder", "out"):
        parser.add_argument(f"--{name}", required=True, type=Path)
    parser.add_argument("--qe", type=Path, help="judged segments, for more documents")
    parser.add_argument("--hold", type=int, nargs="*", default=[], help="years left out")
    parser.add_argument("--suffix", default=".jsonl.xz")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--keep-every", type=int, default=0, help="steps, for `origin_curve`")
    for name, value in asdict(Options()).items():
        parser.add_argument("--" + name.replace("_", "-"), type=type(value), default=value)
    args = parser.parse_args()
    torch.set_flush_denormal(True)
    torch.set_num_threads(args.threads)
    options = Options(**{name: getattr(args, name) for name in asdict(Options())})
    train_set, _ = read_english(args.data, args.qe, args.suffix)
    records = [r for r in train_set if r["year"] not in args.hold]
    langs = source_languages(records)
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(args.encoder / "pieces.model"))
    documents: list[Document] = encode(records, pieces, langs)
    weights = start_weights(args.encoder)
    windows = Windows(documents, budget=options.budget, seed=options.seed, drop=options.drop)
    run = Run(weights, windows, len(langs), options)
    train(run, args.out, keep_every=args.keep_every)
    write_reader(run, weights, langs, args.out, {"held_out": args.hold, "documents": len(records)})


if __name__ == "__main__":
    main()
