"""Several processes that train one network: each its own steps, now and then the mean of all.

On a CPU two processes of one thread do more steps than one of two threads, whose matrices are too
small to share. Workers take steps by themselves on data of their own and replace their weights by
the mean of all every few steps (local SGD, Stich 2019), which costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from typing import Any

import torch
from torch import Tensor, multiprocessing

PATIENCE = 3600.0  # seconds to wait for the others, which may have been stopped for a while


@dataclass(frozen=True, slots=True)
class Team:
    """What one of several workers knows of the others.

    Args:
        rank: which worker this is; 0 gives the orders.
        size: how many there are.
        shared: a row each for what they exchange, shape (workers, numbers), in shared memory.
        order: what worker 0 told all to do, shape (1,).
        barrier: passed when all have come to it.
    """

    rank: int = 0
    size: int = 1
    shared: Tensor | None = None
    order: Tensor | None = None
    barrier: Barrier | None = None

    def meet(self) -> None:
        """Wait until all are here."""
        if self.barrier is not None:
            self.barrier.wait(PATIENCE)

    def mean(self, tensors: Sequence[Tensor]) -> None:
        """Replace tensors by their mean over all workers, in place.

        Raises:
            ValueError: if they have more numbers than the workers share.
        """
        if self.shared is None:
            return
        flat = torch.cat([t.detach().reshape(-1) for t in tensors])
        if len(flat) > self.shared.shape[1]:
            raise ValueError(f"{len(flat)} numbers, room for {self.shared.shape[1]}")
        self.shared[self.rank, : len(flat)] = flat
        self.meet()
        flat = self.shared[:, : len(flat)].mean(0)
        self.meet()  # nobody writes before all have read
        with torch.no_grad():
            for t, part in zip(tensors, flat.split([t.numel() for t in tensors]), strict=True):
                t.copy_(part.view_as(t))

    def agree(self, order: int) -> int:
        """Return worker 0's order to all."""
        if self.order is None:
            return order
        if self.rank == 0:
            self.order[0] = order
        self.meet()
        found = int(self.order[0])
        self.meet()
        return found


def start(
    size: int, numbers: int, work: Callable[..., None], args: tuple[Any, ...]
) -> tuple[Team, list[Any]]:
    """Start workers 1 to ``size − 1`` on ``work(team, *args)``; return worker 0's team and them.

    Args:
        size: of the team.
        numbers: most that is exchanged at once.
        work: a function that a new process can import.
        args: what it is called with.
    """
    if size == 1:
        return Team(), []
    context = multiprocessing.get_context("spawn")
    shared = torch.zeros(size, numbers).share_memory_()
    order = torch.zeros(1, dtype=torch.int64).share_memory_()
    barrier = context.Barrier(size)
    teams = [Team(rank, size, shared, order, barrier) for rank in range(size)]
    others = [context.Process(target=work, args=(team, *args), daemon=True) for team in teams[1:]]
    for process in others:
        process.start()
    return teams[0], others
