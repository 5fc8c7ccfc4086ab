"""Fine-tunes the shortened encoder: quality of pairs, fluency of targets, origin of windows.

    python -m judge.finetune --corpus WORK/finetune.npz --encoder WORK/encoder \
        --dev DATA/qe/dev.jsonl.xz --out WORK/run

writes ``checkpoint.pt`` (everything to go on) every few minutes and when stopped by SIGTERM, and
``log.jsonl``, with correlations on dev now and then. Run it again to resume: the result is that of
an undisturbed run. The learning rate is constant after warm-up; a run is ended whenever it suits
by resuming with ``--decay-at`` (a step, best that of the last checkpoint) and ``--steps``.
"""

from __future__ import annotations

import argparse
import json
import math
import signal
import time
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from marian.idle import IdleThreads
from torch import Tensor
from torch.nn import functional

from judge import scales
from judge.encoder import Weights, read_e5
from judge.finetune_batches import Batch, Batches, dev_batches
from judge.finetune_data import Corpus
from judge.finetune_network import Network

LONGEST_STEP = 30.0  # seconds; a longer step was a stopped process


@dataclass(frozen=True)
class Options:
    """What a run depends on; ``rate`` is that of the top layer."""

    rate: float = 2e-4
    layer_rate: float = 0.85
    """Rate of a layer as a share of the one above."""
    head_rate: float = 5e-4
    layers: int = 6
    frozen: int = 1
    """Lowest layers that are not trained."""
    warmup: int = 60
    decay_at: int = 1_000_000
    steps: int = 1_000_000
    tokens: int = 4096
    """Padded positions in a batch."""
    turns: str = "qqfqqoqqfq"
    """Tasks in turn: quality, fluency, origin."""
    weight_decay: float = 0.01
    average: float = 0.95
    """Decay of the moving average of weights, for each `average_every` steps."""
    average_every: int = 5
    seed: int = 1
    checkpoint_every: float = 300.0
    """Seconds."""
    dev_every: float = 600.0
    """Seconds."""

    def rate_at(self, step: int) -> float:
        """Return the rate as a share of the highest: warm-up, constant, 1 − √ decay."""
        warm = min(1.0, (step + 1) / self.warmup)
        if step < self.decay_at:
            return warm
        gone = (step - self.decay_at) / max(1, self.steps - self.decay_at)
        return warm * max(0.01, 1.0 - math.sqrt(min(1.0, gone)))


def loss_of(out: Tensor, batch: Batch) -> Tensor:
    """Return the weighted squared error, or cross-entropy for origin."""
    weight, goal = torch.from_numpy(batch.weight), torch.from_numpy(batch.goal)
    if batch.task == "origin":
        each = functional.cross_entropy(out, goal.long(), reduction="none")
    else:
        each = (out[:, 0] - goal) ** 2
    return (each * weight).sum() / weight.sum()


class Run:
    """State of a run: network, optimiser, average of weights, place in the data."""

    def __init__(self, weights: Weights, corpus: Corpus, options: Options) -> None:
        self.options = options
        self.network = Network(
            weights.tensors, layers=options.layers, heads=weights.heads, epsilon=weights.epsilon,
            frozen=options.frozen, seed=options.seed,
        )  # fmt: skip
        self.batches = Batches(corpus, options.turns, options.tokens, options.seed)
        self.trained = {n: p for n, p in self.network.named_parameters() if p.requires_grad}
        self.optimiser = torch.optim.AdamW(
            [{"params": [p], "highest": self.highest(name)} for name, p in self.trained.items()],
            lr=options.rate, betas=(0.9, 0.98), eps=1e-8,
            weight_decay=options.weight_decay, fused=True,
        )  # fmt: skip
        self.average = {name: p.detach().clone() for name, p in self.trained.items()}
        self.step = self.rows = 0
        self.seconds = 0.0
        self.half = bool(torch.cpu.get_capabilities().get("avx512_bf16"))

    def highest(self, name: str) -> float:
        """Return the highest learning rate of a parameter."""
        options = self.options
        if name.startswith("heads."):
            return options.head_rate
        layer = int(name.split(".")[1]) if name.startswith("layers.") else -1
        return options.rate * options.layer_rate ** (options.layers - 1 - layer)

    def save(self, path: Path) -> None:
        """Write a checkpoint; one that is there is replaced only once the new one is whole."""
        part = path.with_suffix(".part")
        torch.save(
            {
                "weights": {name: p.detach() for name, p in self.trained.items()},
                "average": self.average,
                "optimiser": self.optimiser.state_dict(),
                "places": self.batches.places,
                "counts": {name: getattr(self, name) for name in ("step", "rows", "seconds")},
                "options": asdict(self.options),
            },
            part,
        )
        part.replace(path)

    def restore(self, path: Path) -> None:
        """Go back to a checkpoint."""
        state = torch.load(path, weights_only=True)
        with torch.no_grad():
            for name, parameter in self.trained.items():
                parameter.copy_(state["weights"][name])
        self.average = state["average"]
        self.optimiser.load_state_dict(state["optimiser"])
        self.batches.places = state["places"]
        for name, value in state["counts"].items():
            setattr(self, name, value)

    def learn(self) -> tuple[str, float]:
        """Take one step; return the task and its loss."""
        batch = self.batches.at(self.step)
        share = self.options.rate_at(self.step)
        for group in self.optimiser.param_groups:
            group["lr"] = group["highest"] * share
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.half):
            out = self.network(torch.from_numpy(batch.ids), torch.from_numpy(batch.kinds),
                               batch.task)  # fmt: skip
        loss = loss_of(out, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.trained.values(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        self.rows += len(batch.ids)
        if self.step % self.options.average_every == 0:
            self.update_average()
        return batch.task, float(loss.detach())

    def update_average(self) -> None:
        """Move the average towards the weights; fast at first, so that the start is forgotten."""
        updates = self.step / self.options.average_every
        keep = min(self.options.average, (1 + updates) / (10 + updates))
        with torch.no_grad():
            for name, parameter in self.trained.items():
                self.average[name].lerp_(parameter, 1 - keep)

    def swap(self) -> None:
        """Exchange weights and their average."""
        with torch.no_grad():
            for name, parameter in self.trained.items():
                kept = parameter.clone()
                parameter.copy_(self.average[name])
                self.average[name].copy_(kept)


class Dev:
    """Pairs with human scores that the run is watched on."""

    def __init__(self, path: Path, encoder: Path, *, per_group: int, limit: int | None) -> None:
        import sentencepiece

        pieces = sentencepiece.SentencePieceProcessor(model_file=str(encoder / "pieces.model"))
        self.records = scales.sample(path, per_group, seed=2)[:limit]
        self.sources = pieces.encode([r["src"] for r in self.records])
        self.targets = pieces.encode([r["mt"] for r in self.records])

    def figures(self, run: Run) -> dict[str, Any]:
        """Return mean correlations of the averaged weights: of both heads."""
        run.swap()
        out = {}
        for head, sources in (("quality", self.sources), ("fluency", None)):
            found = np.zeros(len(self.targets), np.float32)
            for places, ids, kinds in dev_batches(sources, self.targets, 8192, 512):
                with (
                    torch.inference_mode(),
                    torch.autocast("cpu", dtype=torch.bfloat16, enabled=run.half),
                ):
                    made = run.network(torch.from_numpy(ids), torch.from_numpy(kinds), head)
                found[places] = made[:, 0].numpy()
            out[head] = scales.means(found, self.records)
            if head == "quality":
                out["sets"] = scales.by_group(found, self.records)
        run.swap()
        return out


def train(run: Run, dev: Dev, out: Path, threads: int = 1) -> None:
    """Train until ``steps`` or SIGTERM, resuming from ``out/checkpoint.pt`` if there is one."""
    idle = IdleThreads(threads)
    out.mkdir(parents=True, exist_ok=True)
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists():
        run.restore(checkpoint)
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopping.append(number))
    losses: dict[str, list[float]] = defaultdict(list)

    def note(**more: Any) -> None:
        line = {"time": time.strftime("%H:%M:%S"), "step": run.step, "rows": run.rows,
                "minutes": round(run.seconds / 60, 1), "threads": idle.threads, **more}  # fmt: skip
        with (out / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")

    saved = logged = asked = last = time.monotonic()
    while run.step < run.options.steps and not stopping:
        task, loss = run.learn()
        losses[task].append(loss)
        idle.adapt()
        now = time.monotonic()
        run.seconds += min(now - last, LONGEST_STEP)
        last = now
        if now - logged > 60 or run.step == 20:
            note(loss={k: round(float(np.mean(v)), 4) for k, v in losses.items()})
            losses.clear()
            logged = now
        if now - saved > run.options.checkpoint_every:
            run.save(checkpoint)
            saved = time.monotonic()
        if now - asked > run.options.dev_every:
            note(dev=dev.figures(run))
            asked = last = time.monotonic()
    run.save(checkpoint)
    if not stopping:
        note(dev=dev.figures(run))


def pruned(encoder: Path) -> Weights:
    """Return multilingual-e5-small with the pieces of an encoder that `judge.encoder` made."""
    weights = read_e5()
    kept = np.load(encoder / "kept.npy").astype(np.int64)
    weights.tensors["emb.word"] = weights.tensors["emb.word"][kept]
    weights.pieces, weights.scores = [weights.pieces[i] for i in kept], weights.scores[kept]
    return weights


def main() -> None:
    """Run the step from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("corpus", "encoder", "dev", "out"):
        parser.add_argument(f"--{name}", required=True, type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--per-group-dev", type=int, default=150)
    parser.add_argument("--limit-dev", type=int, default=1000)
    for name, value in asdict(Options()).items():
        parser.add_argument("--" + name.replace("_", "-"), type=type(value), default=value)
    args = vars(parser.parse_args())
    torch.set_flush_denormal(True)
    options = Options(**{name: args[name] for name in asdict(Options())})
    dev = Dev(args["dev"], args["encoder"], per_group=args["per_group_dev"],
              limit=args["limit_dev"])  # fmt: skip
    run = Run(pruned(args["encoder"]), Corpus.load(args["corpus"]), options)
    train(run, dev, args["out"], args["threads"])


if __name__ == "__main__":
    main()
