"""Bring runs that were started alike together: each goes on from the mean of their weights.

    python -m marian.merge RUN1/checkpoint.pt RUN2/checkpoint.pt

Run it while the runs are stopped. Runs of one thread each, with seeds of their own, use several
cores better than one run of several threads, which wait for each other (local SGD, Stich 2019,
arXiv:1805.09767). Optimisers, places in the data and counts stay each run's own.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch

from .checkpoint import kind, write

MERGED = ("weights", "average")


def merge(paths: Sequence[Path]) -> None:
    """Replace weights and averages of all checkpoints by their means.

    Raises:
        ValueError: they do not train the same parameters.
    """
    states = [torch.load(path, weights_only=True) for path in paths]
    names = set(states[0]["weights"])
    if any(kind(state) != kind(states[0]) for state in states):
        raise ValueError("the checkpoints train other parameters: --frozen-layers, --share")
    for values in MERGED:
        with torch.no_grad():
            mean = {
                name: torch.stack([state[values][name] for state in states]).mean(0)
                for name in names
            }
        for state in states:
            state[values] = mean
    for state, path in zip(states, paths, strict=True):
        write(path, state)


def main() -> None:
    """Command line: see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoints", nargs="+", type=Path)
    merge(parser.parse_args().checkpoints)


if __name__ == "__main__":
    main()
