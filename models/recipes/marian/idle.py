"""Use of idle processor time: as many threads as other processes leave cores free.

Threads of one step wait for each other, so that a thread on a busy core holds up all others: with
one of two cores busy, one thread is faster than two.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

import torch

STAT = Path("/proc/stat")


def busy_ticks(text: str) -> tuple[int, int]:
    """Clock ticks of all cores since boot: (not idle, all), from the text of `/proc/stat`."""
    values = [int(value) for value in text.splitlines()[0].split()[1:9]]
    return sum(values) - values[3] - values[4], sum(values)


def threads_for(busy: float, cores: int, most: int) -> int:
    """Threads to use when `busy` cores are used by others."""
    return max(1, min(most, math.floor(cores - busy + 0.45)))


class IdleThreads:
    """Adapts PyTorch's number of threads to the load of other processes."""

    def __init__(self, most: int) -> None:
        self.most = self.threads = most
        self.cores = os.cpu_count() or 1
        self.active = most > 1 and STAT.exists()
        torch.set_num_threads(most)
        self.last = self.look()

    def look(self) -> tuple[float, float]:
        """Ticks since boot: (used by others, all)."""
        if not self.active:
            return 0.0, 0.0
        busy, total = busy_ticks(STAT.read_text("ascii"))
        own = (os.times().user + os.times().system) * os.sysconf("SC_CLK_TCK")
        return busy - own, float(total)

    def adapt(self) -> None:
        """Look at the time since the last call and choose the threads until the next."""
        now = self.look()
        others, total = now[0] - self.last[0], now[1] - self.last[1]
        if total < 50 * self.cores:  # less than half a second: too short to judge
            return
        self.last = now
        threads = threads_for(others / total * self.cores, self.cores, self.most)
        if threads != self.threads:
            torch.set_num_threads(threads)
            self.threads = threads
