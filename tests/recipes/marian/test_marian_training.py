"""The rate and the moving average that all training runs share."""

from __future__ import annotations

import pytest
import torch
from marian import training


def test_the_rate_falls_once_decay_has_begun() -> None:
    assert training.rate_at(0, 10, -1.0) == pytest.approx(0.1)
    assert training.rate_at(20, 10, -0.1) == training.rate_at(20, 10, 0.0) == 1.0
    assert training.rate_at(20, 10, 0.25) == pytest.approx(0.5)
    assert training.rate_at(20, 10, 7.0) == training.LEAST_RATE


def test_the_average_forgets_its_start_and_then_lags() -> None:
    weights = {"w": torch.zeros(1)}
    average = training.copies(weights)
    weights["w"].fill_(1.0)
    values = []
    for step in range(1, 401):
        training.update_average(average, weights, step=step, keep=0.9, every=4)
        values.append(float(average["w"]))
    assert values[:3] == [0.0] * 3
    assert values[3] == values[6] == pytest.approx(1 - 2 / 11)
    assert values[-1] == pytest.approx(1.0)
    weights["w"].zero_()
    training.update_average(average, weights, step=404, keep=0.9, every=4)
    assert float(average["w"]) == pytest.approx(0.9)


def test_taking_an_average_copies_it() -> None:
    weights = {"w": torch.zeros(2)}
    average = {"w": torch.ones(2)}
    training.take(weights, average)
    average["w"].zero_()
    assert weights["w"].tolist() == [1.0, 1.0]
