"""A run of fine-tuning: what it depends on, what it minimises, its state, a step of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from marian import training
from marian.checkpoint import write
from torch import Tensor
from torch.nn import functional

from judge.encoder import Weights
from judge.finetune_batches import Batch, Batches
from judge.finetune_data import Corpus
from judge.finetune_network import Network
from judge.finetune_workers import Team
from judge.trainee import Trainee, TraineeOptions


@dataclass(frozen=True)
class Options(TraineeOptions):
    """What a run depends on."""

    rate: float = 2e-4
    layer_rate: float = 0.85
    average: float = 0.95
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
    meet_every: int = 10
    """Steps between two means over all workers."""
    checkpoint_every: float = 300.0
    """Seconds."""
    dev_every: float = 600.0
    """Seconds."""

    def rate_at(self, step: int, seconds: float = 0.0) -> float:
        """Return the rate as a share of the highest: warm-up, constant, 1 − √ decay."""
        if self.minutes:
            gone = 2 * seconds / (60 * self.minutes) - 1
        else:
            gone = (step - self.decay_at) / max(1, self.steps - self.decay_at)
        return training.rate_at(step, self.warmup, gone)

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


class Run(Trainee):
    """State of a worker's run: network, optimiser, average of weights, place in the data."""

    COUNTS = ("step", "rows", "seconds", "best")
    options: Options

    def __init__(
        self, weights: Weights, corpus: Corpus, options: Options, team: Team | None = None
    ) -> None:
        network = Network(
            weights.tensors, layers=options.layers, heads=weights.heads, epsilon=weights.epsilon,
            frozen=options.frozen, seed=options.seed,
        )  # fmt: skip
        super().__init__(network, options)
        self.team = team or Team()
        self.batches = Batches(
            corpus, options.turns, options.tokens, options.seed, options.draws,
            self.team.rank, self.team.size,
        )  # fmt: skip
        self.step = self.rows = 0
        self.seconds = 0.0
        self.best = -1.0

    def save(self, path: Path) -> None:
        """Write a checkpoint."""
        self.team.mean(list(self.average.values()))
        write(
            path,
            {
                **self.state(),
                "places": self.batches.places,
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

    def restore(self, path: Path) -> dict[str, Any]:
        """Go back to a checkpoint."""
        found = super().restore(path)
        self.batches.places = found["places"]
        return found

    def learn(self) -> tuple[str, float]:
        """Take one step; return the task and its loss."""
        batch = self.batches.at(self.step)
        share = self.options.rate_at(self.step, self.seconds)
        loss = loss_of(self.outputs(batch, batch.task), batch, self.options.within)
        self.step += 1
        self.rows += len(batch.ids)
        self.descend([loss], share, self.step)
        return batch.task, float(loss.detach())

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
