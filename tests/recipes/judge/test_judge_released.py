"""A released judge read back is the network that was written."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from judge import quality, released  # noqa: E402
from judge.finetune import start_weights  # noqa: E402
from judge.finetune_network import Network  # noqa: E402

from tests.recipes.judge import tiny_e5  # noqa: E402


def make_network(seed: int) -> Network:
    weights = tiny_e5.make_weights()
    return Network(weights.tensors, layers=2, heads=2, epsilon=weights.epsilon, seed=seed)


def test_training_goes_on_from_the_released_weights(tmp_path: Path) -> None:
    network = make_network(seed=3)
    quality.write_model(network, tiny_e5.make_weights(), tmp_path, "int8")
    weights = start_weights(tmp_path / "encoder")
    assert weights.pieces == tiny_e5.PIECES
    assert (weights.layers, weights.heads) == (2, 2)
    back = Network(weights.tensors, layers=2, heads=weights.heads, epsilon=weights.epsilon, seed=9)
    for name, tensor in network.named().items():
        rows = tensor.detach().reshape(len(tensor), -1)
        step = rows.abs().amax(1, keepdim=True) / 127
        assert ((back.named()[name].reshape(rows.shape) - rows).abs() <= step * 0.51 + 1e-7).all()
    for name, array in network.head_arrays().items():
        if not name.startswith("origin"):  # not shipped, and new where training goes on
            np.testing.assert_allclose(back.head_arrays()[name], array, atol=2e-3)
    ids = torch.tensor([[0, 5, 6, 7, 2, 2, 8, 9, 2]])
    kinds = torch.tensor([[0, 0, 0, 0, 0, 1, 1, 1, 1]])
    before, after = (n(ids, kinds, "quality").item() for n in (network, back))
    assert after == pytest.approx(before, abs=0.05)
    assert before != pytest.approx(make_network(seed=4)(ids, kinds, "quality").item(), abs=0.05)


def test_another_version_of_the_format_is_named(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(struct.pack("<I", 5))
    with pytest.raises(ValueError, match="version 5"):
        released.read_variables(path)
