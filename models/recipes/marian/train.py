"""Train on piece ids; resumable at any step, with the same result as an undisturbed run.

    python -m marian.train --model MODEL --corpus corpus.npz --weights weights.toml --out DIR

writes `DIR/checkpoint.pt` (everything to go on) every few minutes and when stopped by SIGTERM,
and one line a minute to `DIR/log.jsonl`. Run it again to resume. The learning rate is constant
after warm-up; a run is ended whenever it suits, by resuming with `--decay-at` (a step, best the
one of the last checkpoint) and `--steps`.
"""

from __future__ import annotations

import argparse
import json
import signal
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from . import training
from .checkpoint import kind, write
from .corpus import Corpus, Mixture
from .idle import IdleThreads
from .network import Network, load
from .share import SHARES
from .vocabulary import Vocabulary

LONGEST_STEP = 30.0
"""Seconds; a longer step was a stopped process and is counted as this much."""


@dataclass(frozen=True)
class Options:
    """What a run depends on. Rates are those of the decoder."""

    rate: float = 8e-4
    encoder_rate: float = 0.35
    """Learning rate of the encoder, as a share of the decoder's."""
    frozen_layers: int = 0
    """Lowest encoder layers that are not trained, nor then the encoder's own embeddings."""
    share: str = "none"
    """Start of one embedding for encoder and decoder, see `share.STARTS`; "none": as loaded."""
    warmup: int = 150
    decay_at: int = 1_000_000
    steps: int = 1_000_000
    tokens: int = 2000
    """Padded positions in a batch, a side."""
    negatives: int = 3000
    """Pieces drawn for the sampled softmax; 0: always all pieces."""
    full_at: int = 1_000_000
    """Step from which the softmax is over all pieces."""
    smoothing: float = 0.1
    teacher: str = ""
    """Model folder whose distribution is learned from as well; of the same pieces."""
    distil: float = 0.0
    """Share of the loss that is cross-entropy against the teacher's distribution."""
    dropout: float = 0.0
    average: float = 0.98
    """Decay of the moving average of weights, for each `average_every` steps."""
    average_every: int = 5
    curriculum: tuple[tuple[int, int], ...] = ()
    """(step, longest side in pieces until then), ascending."""
    minutes: float = 1e6
    """Minutes of training after which a run ends, stops not counted."""
    seed: int = 1
    checkpoint_every: float = 300.0
    """Seconds."""

    def rate_at(self, step: int) -> float:
        """Learning rate as a share of the highest: warm-up, constant, 1 - √ decay."""
        gone = (step - self.decay_at) / max(1, self.steps - self.decay_at)
        return training.rate_at(step, self.warmup, gone)

    def longest_at(self, step: int) -> int:
        """Longest side, in pieces, that is shown at a step."""
        return next((length for until, length in self.curriculum if step < until), 10_000)


class Run:
    """State of a training run: network, optimiser, averages, place in the data, counts."""

    def __init__(self, model: Path, corpus: Corpus, mixture: Mixture, options: Options) -> None:
        torch.manual_seed(options.seed)
        self.options, self.corpus, self.mixture = options, corpus, mixture
        self.vocabulary = Vocabulary(model)
        initial = load(model, options.dropout, options.share)
        self.network = Network(initial, options.frozen_layers)
        self.network.train()
        self.trained = self.network.trained()
        self.groups = {True: [], False: []}  # type: dict[bool, list[torch.nn.Parameter]]
        for name, parameter in self.trained.items():
            self.groups[self.network.is_encoder(name)].append(parameter)
        self.optimiser = torch.optim.AdamW(
            [{"params": self.groups[False]}, {"params": self.groups[True]}],
            lr=options.rate,
            betas=(0.9, 0.98),
            eps=1e-9,
            weight_decay=0.0,
            fused=True,
        )
        self.average = training.copies(self.trained)
        self.step = self.epoch = self.place = self.pairs = self.tokens = 0
        self.seconds = 0.0
        self.half = training.fast_bfloat16()
        if bool(options.distil) != bool(options.teacher):
            raise ValueError("--teacher and --distil are given together or not at all")
        self.teacher: Network | None = None
        if options.teacher:
            if Vocabulary(Path(options.teacher)).ids != self.vocabulary.ids:
                raise ValueError(f"{options.teacher} has other pieces than {model}")
            self.teacher = Network(load(Path(options.teacher))).eval().requires_grad_(False)

    @property
    def ended(self) -> bool:
        """Whether the run has had the steps or the minutes that it was given."""
        return self.step >= self.options.steps or self.seconds >= 60 * self.options.minutes

    def state(self) -> dict[str, Any]:
        """Everything that `restore` needs."""
        counts = ("step", "epoch", "place", "pairs", "tokens", "seconds")
        return {
            "weights": {name: p.detach() for name, p in self.trained.items()},
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "counts": {name: getattr(self, name) for name in counts},
            "options": asdict(self.options),
        }

    def save(self, path: Path) -> None:
        """Write a checkpoint; a file that is there is replaced only once the new one is whole."""
        write(path, self.state())

    def restore(self, path: Path) -> None:
        """Go back to a checkpoint.

        Raises:
            ValueError: it is of a run that trained other parameters.
        """
        state = torch.load(path, weights_only=True)
        if kind(state) != (set(self.trained), self.options.share):
            raise ValueError(f"{path} trains other parameters: --frozen-layers, --share")
        training.take(self.trained, state["weights"])
        self.average = state["average"]
        self.optimiser.load_state_dict(state["optimiser"])
        for name, value in state["counts"].items():
            setattr(self, name, value)

    def batches(self) -> Iterator[npt.NDArray[np.int64]]:
        """Batches from the current place on, without end; moves the place before each."""
        found = True
        while found:
            found = False
            rng = np.random.default_rng([self.options.seed, self.epoch])
            plan = self.corpus.plan(self.mixture, self.options.tokens, rng)
            while self.place < len(plan):
                batch = plan[self.place]
                self.place += 1
                if self.corpus.longest(batch) <= self.options.longest_at(self.step):
                    found = True
                    yield batch
            self.epoch, self.place = self.epoch + 1, 0
        raise ValueError("no batch is as short as the curriculum wants")

    def candidates(self) -> torch.Tensor | None:
        """Pieces for the sampled softmax of this step, or None for all."""
        if not self.options.negatives or self.step >= self.options.full_at:
            return None
        generator = torch.Generator().manual_seed(self.options.seed * 1_000_003 + self.step)
        size = self.vocabulary.size - 1
        return torch.randperm(size, generator=generator)[: self.options.negatives]

    def learn(self, batch: npt.NDArray[np.int64]) -> float:
        """One step; returns cross-entropy per target token (nats)."""
        options = self.options
        source, target = map(torch.from_numpy, self.corpus.arrays(batch, self.vocabulary))
        for group, share in zip(
            self.optimiser.param_groups, (1.0, options.encoder_rate), strict=True
        ):
            group["lr"] = options.rate * share * options.rate_at(self.step)
        if options.dropout:
            torch.manual_seed(options.seed * 1_000_003 + self.step)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.half):
            loss, entropy = self.network.loss(
                source,
                target,
                self.vocabulary.pad,
                options.smoothing,
                self.candidates(),
                self.teacher,
                options.distil,
            )
        loss.backward()  # type: ignore[no-untyped-call]
        self.network.keep_pad_zero(self.vocabulary.pad)
        for parameters in self.groups.values():
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        self.pairs += len(source)
        self.tokens += int((target != self.vocabulary.pad).sum())
        training.update_average(
            self.average, self.trained, step=self.step,
            keep=options.average, every=options.average_every,
        )  # fmt: skip
        return entropy


def run(state: Run, out: Path, threads: int = 1) -> None:
    """Train until the run's end or SIGTERM, resuming from `out/checkpoint.pt` if there is one."""
    idle = IdleThreads(threads)
    out.mkdir(parents=True, exist_ok=True)
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists():
        state.restore(checkpoint)
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopping.append(number))
    saved = logged = last = time.monotonic()
    recent: list[float] = []
    since = (state.pairs, state.tokens, state.seconds)
    for batch in state.batches():
        if state.ended or stopping:
            state.place -= 1
            break
        recent.append(state.learn(batch))
        idle.adapt()
        now = time.monotonic()
        state.seconds += min(now - last, LONGEST_STEP)
        last = now
        if now - logged > 60.0 or state.step == 20:
            active = max(1e-9, state.seconds - since[2])
            line = {
                "time": time.strftime("%H:%M:%S"),
                "step": state.step,
                "minutes": round(state.seconds / 60, 1),
                "pairs": state.pairs,
                "loss": round(float(np.mean(recent)), 4),
                "rate": state.options.rate * state.options.rate_at(state.step),
                "pairs_per_second": round((state.pairs - since[0]) / active, 1),
                "tokens_per_second": round((state.tokens - since[1]) / active),
                "threads": idle.threads,
            }
            with (out / "log.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")
            recent, since, logged = [], (state.pairs, state.tokens, state.seconds), now
        if now - saved > state.options.checkpoint_every:
            state.save(checkpoint)
            saved = time.monotonic()
    state.save(checkpoint)


def parse_curriculum(text: str) -> tuple[tuple[int, int], ...]:
    """`"300:40,900:60"` as ((300, 40), (900, 60))."""
    steps = (part.split(":") for part in text.split(",") if part)
    return tuple((int(step), int(length)) for step, length in steps)


def main() -> None:
    """Command line: see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("model", "corpus", "weights", "out"):
        parser.add_argument(f"--{name}", required=True, type=Path)
    parser.add_argument("--threads", type=int, default=2)
    for name, value in asdict(Options()).items():
        convert = parse_curriculum if name == "curriculum" else type(value)
        choices = SHARES if name == "share" else None
        parser.add_argument(
            "--" + name.replace("_", "-"), type=convert, default=value, choices=choices
        )
    args = vars(parser.parse_args())
    torch.set_flush_denormal(True)
    options = Options(**{name: args[name] for name in asdict(Options())})
    corpus = Corpus.load(args["corpus"])
    run(
        Run(args["model"], corpus, Mixture.read(args["weights"]), options),
        args["out"],
        args["threads"],
    )


if __name__ == "__main__":
    main()
