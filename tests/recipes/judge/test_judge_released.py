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


@pytest.mark.parametrize(("shares", "part"), [([1.0], 0.0), ([0.25], 0.75), ([0.25, 0.75], 0.0)])
def test_what_the_shares_lack_is_that_of_the_weights_before(
    tmp_path: Path, shares: list[float], part: float
) -> None:
    weights, path = tiny_e5.make_weights(), tmp_path / "run.pt"
    network = make_network(seed=3)
    average = {name: p.detach() + 1 for name, p in network.named_parameters()}
    counts = {"step": 1, "rows": 1, "seconds": 1.0}
    torch.save({"average": average, "options": {"layers": 2}, "workers": 1, "counts": counts}, path)
    made, _ = quality.load_network([path] * len(shares), shares, weights)
    expected = network.layers[0].q.weight + 1 - part
    torch.testing.assert_close(made.layers[0].q.weight, expected)


def test_another_version_of_the_format_is_named(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(struct.pack("<I", 5))
    with pytest.raises(ValueError, match="version 5"):
        released.read_variables(path)
