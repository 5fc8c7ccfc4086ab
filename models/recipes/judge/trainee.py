"""An encoder with heads in training: its optimiser, its averaged weights, a step of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import torch
from marian import training
from torch import Tensor

from judge.finetune_batches import Batch as PairBatch
from judge.finetune_network import Network
from judge.origin_windows import Batch as WindowBatch


@dataclass(frozen=True)
class TraineeOptions:
    """What a trainee depends on; ``rate`` is that of the top layer."""

    rate: float = 1e-4
    layer_rate: float = 0.9
    """Rate of a layer as a share of the one above."""
    head_rate: float = 5e-4
    layers: int = 6
    frozen: int = 1
    """Lowest layers that are not trained."""
    warmup: int = 60
    weight_decay: float = 0.01
    average: float = 0.97
    """Decay of the moving average of weights, for each `average_every` steps."""
    average_every: int = 5
    seed: int = 1


class Trainee:
    """A network and what its training has to remember of it.

    Args:
        network: is trained in place.
        options: see `TraineeOptions`.

    ``COUNTS`` names the attributes that say how far a run has come.
    """

    COUNTS: ClassVar[tuple[str, ...]] = ()

    def __init__(self, network: Network, options: TraineeOptions) -> None:
        self.network, self.options = network, options
        self.trained = {n: p for n, p in network.named_parameters() if p.requires_grad}
        self.optimiser = torch.optim.AdamW(
            [{"params": [p], "highest": self.highest(name)} for name, p in self.trained.items()],
            lr=options.rate, betas=(0.9, 0.98), eps=1e-8, weight_decay=options.weight_decay,
            fused=True,
        )  # fmt: skip
        self.average = training.copies(self.trained)
        self.half = training.fast_bfloat16()

    def highest(self, name: str) -> float:
        """Return the highest learning rate of a parameter."""
        options = self.options
        if name.startswith("heads."):
            return options.head_rate
        layer = int(name.split(".")[1]) if name.startswith("layers.") else -1
        return options.rate * options.layer_rate ** (options.layers - 1 - layer)

    def outputs(self, batch: PairBatch | WindowBatch, head: str) -> Tensor:
        """Return a head's outputs of a batch."""
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.half):
            out: Tensor = self.network(
                torch.from_numpy(batch.ids), torch.from_numpy(batch.kinds), head
            )
        return out

    def descend(self, losses: Iterable[Tensor], share: float, step: int) -> None:
        """Take a step down the sum of losses.

        Args:
            losses: scalars.
            share: the rate, as a share of the highest.
            step: number of this step, the first is 1.
        """
        for group in self.optimiser.param_groups:
            group["lr"] = group["highest"] * share
        torch.stack(list(losses)).sum().backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.trained.values(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        training.update_average(
            self.average, self.trained, step=step,
            keep=self.options.average, every=self.options.average_every,
        )  # fmt: skip

    def counts(self) -> dict[str, Any]:
        """Return how far the run has come."""
        return {name: getattr(self, name) for name in self.COUNTS}

    def state(self) -> dict[str, Any]:
        """Return what `restore` needs."""
        return {
            "weights": {name: p.detach() for name, p in self.trained.items()},
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "counts": self.counts(),
        }

    def restore(self, path: Path) -> dict[str, Any]:
        """Go back to a checkpoint that holds `state`; return the whole of it."""
        found: dict[str, Any] = torch.load(path, weights_only=True)
        training.take(self.trained, found["weights"])
        self.average = found["average"]
        self.optimiser.load_state_dict(found["optimiser"])
        for name, value in found["counts"].items():
            setattr(self, name, value)
        return found
