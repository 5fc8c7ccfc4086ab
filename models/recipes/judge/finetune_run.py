"""A run of fine-tuning: what it depends on, what it minimises, its state, a step of it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from marian.checkpoint import write
from torch import Tensor
from torch.nn import functional

from judge.encoder import Weights
from judge.finetune_batches import Batch, Batches
from judge.finetune_data import Corpus
from judge.finetune_network import Network
from judge.finetune_workers import Team


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
    minutes: float = 0.0
    """Training time after which a run ends, decaying over its second half; 0 for a run by steps."""
    tokens: int = 4096
    """Padded positions in a batch."""
    turns: str = "qqqqfqqqqfqqqqoqqqqf"
    """Tasks in turn: quality, fluency, origin."""
    draws: int = 2
    """Translations of a source that an epoch shows."""
    within: float = 0.5
    """Weight of the differences between translations of one source."""
    weight_decay: float = 0.01
    average: float = 0.95
    """Decay of the moving average of weights, for each `average_every` steps."""
    average_every: int = 5
    meet_every: int = 10
    """Steps between two means over all workers."""
    seed: int = 1
    checkpoint_every: float = 300.0
    """Seconds."""
    dev_every: float = 600.0
    """Seconds."""

    def rate_at(self, step: int, seconds: float = 0.0) -> float:
        """Return the rate as a share of the highest: warm-up, constant, 1 − √ decay."""
        warm = min(1.0, (step + 1) / self.warmup)
        if self.minutes:
            gone = 2 * seconds / (60 * self.minutes) - 1
        else:
            gone = (step - self.decay_at) / max(1, self.steps - self.decay_at)
        return warm if gone < 0 else warm * max(0.01, 1.0 - math.sqrt(min(1.0, gone)))

    def ended(self, seconds: float) -> bool:
        """Tell whether the time of the run is over."""
        return 0 < 60 * self.minutes <= seconds


def loss_of(out: Tensor, batch: Batch, within: float = 0.0) -> Tensor:
    """Return the weighted squared error, or cross-entropy for origin.

    With ``within`` the squared errors of the differences between translations of the same source
    are added, with that weight: what people say of a source's translations is told apart from what
    they say of the source.
    """
    weight, goal = torch.from_numpy(batch.weight), torch.from_numpy(batch.goal)
    if batch.task == "origin":
        each = functional.cross_entropy(out, goal.long(), reduction="none")
        return (each * weight).sum() / weight.sum()
    error = out[:, 0] - goal
    total = (error**2 * weight).sum()
    source = torch.from_numpy(batch.source)
    same = (source[:, None] == source) & (source >= 0)
    # Each row counts once however many it is compared with.
    partners = (same.sum(1) - 1).clamp(min=1)
    both = torch.minimum(weight[:, None], weight) * same / partners[:, None]
    total = total + within * ((error[:, None] - error) ** 2 * both).sum() / 2
    return total / weight.sum()


class Run:
    """State of a worker's run: network, optimiser, average of weights, place in the data."""

    def __init__(
        self, weights: Weights, corpus: Corpus, options: Options, team: Team | None = None
    ) -> None:
        self.options = options
        self.team = team or Team()
        self.network = Network(
            weights.tensors, layers=options.layers, heads=weights.heads, epsilon=weights.epsilon,
            frozen=options.frozen, seed=options.seed,
        )  # fmt: skip
        self.batches = Batches(
            corpus, options.turns, options.tokens, options.seed, options.draws,
            self.team.rank, self.team.size,
        )  # fmt: skip
        self.trained = {n: p for n, p in self.network.named_parameters() if p.requires_grad}
        self.optimiser = torch.optim.AdamW(
            [{"params": [p], "highest": self.highest(name)} for name, p in self.trained.items()],
            lr=options.rate, betas=(0.9, 0.98), eps=1e-8,
            weight_decay=options.weight_decay, fused=True,
        )  # fmt: skip
        self.average = {name: p.detach().clone() for name, p in self.trained.items()}
        self.step = self.rows = 0
        self.seconds = 0.0
        self.best = -1.0
        self.half = bool(torch.cpu.get_capabilities().get("avx512_bf16"))

    def highest(self, name: str) -> float:
        """Return the highest learning rate of a parameter."""
        options = self.options
        if name.startswith("heads."):
            return options.head_rate
        layer = int(name.split(".")[1]) if name.startswith("layers.") else -1
        return options.rate * options.layer_rate ** (options.layers - 1 - layer)

    def counts(self) -> dict[str, float]:
        """Return how far the run has come."""
        return {name: getattr(self, name) for name in ("step", "rows", "seconds", "best")}

    def save(self, path: Path) -> None:
        """Write a checkpoint."""
        self.team.mean(list(self.average.values()))
        write(
            path,
            {
                "weights": {name: p.detach() for name, p in self.trained.items()},
                "average": self.average,
                "optimiser": self.optimiser.state_dict(),
                "places": self.batches.places,
                "counts": self.counts(),
                "options": asdict(self.options),
                "workers": self.team.size,
            },
        )

    def keep_best(self, path: Path, reached: float) -> None:
        """Write the averaged weights if dev says that none were better."""
        if reached <= self.best:
            return
        self.best = reached
        if self.team.rank == 0:  # all workers have the same average
            write(
                path,
                {
                    "average": self.average, "counts": self.counts(),
                    "options": asdict(self.options), "workers": self.team.size,
                },
            )  # fmt: skip

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
        share = self.options.rate_at(self.step, self.seconds)
        for group in self.optimiser.param_groups:
            group["lr"] = group["highest"] * share
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.half):
            out = self.network(torch.from_numpy(batch.ids), torch.from_numpy(batch.kinds),
                               batch.task)  # fmt: skip
        loss = loss_of(out, batch, self.options.within)
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

    def meet(self) -> None:
        """Go on from the mean of all workers' weights."""
        self.team.mean(list(self.trained.values()))

    def swap(self) -> None:
        """Exchange weights and their average."""
        with torch.no_grad():
            for name, parameter in self.trained.items():
                kept = parameter.clone()
                parameter.copy_(self.average[name])
                self.average[name].copy_(kept)
