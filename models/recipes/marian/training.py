"""What every training run here shares: its precision, learning rate and averaged weights."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

LEAST_RATE = 0.01


def fast_bfloat16() -> bool:
    """Tell whether the processor calculates with bfloat16."""
    # `torch.backends.cpu.get_cpu_capability` says AVX512 on processors with bfloat16, too.
    return bool(torch.cpu.get_capabilities().get("avx512_bf16"))


def rate_at(step: int, warmup: int, gone: float) -> float:
    """Return the learning rate as a share of the highest: warm-up, constant, 1 − √ decay.

    Args:
        step: the first is 0.
        warmup: steps until the rate is at its highest.
        gone: share of the decay that is over; below 0 it has not begun.
    """
    warm = min(1.0, (step + 1) / warmup)
    return warm if gone < 0 else warm * max(LEAST_RATE, 1.0 - math.sqrt(min(1.0, gone)))


def copies(trained: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the start of a moving average."""
    return {name: p.detach().clone() for name, p in trained.items()}


def update_average(
    average: Mapping[str, Tensor],
    trained: Mapping[str, Tensor],
    *,
    step: int,
    keep: float,
    every: int,
) -> None:
    """Move the average towards the weights; fast at first, so that the start is forgotten.

    Args:
        average: changed in place.
        trained: the weights, by the same names.
        step: steps that have been taken; nothing happens but after each ``every``.
        keep: share of the average that stays.
        every: steps between two updates.
    """
    if step % every:
        return
    updates = step / every
    keep = min(keep, (1 + updates) / (10 + updates))
    with torch.no_grad():
        for name, parameter in trained.items():
            average[name].lerp_(parameter, 1 - keep)


def take(trained: Mapping[str, Tensor], values: Mapping[str, Tensor]) -> None:
    """Overwrite weights with those of a checkpoint or an average."""
    with torch.no_grad():
        for name, parameter in trained.items():
            parameter.copy_(values[name])
