"""Runs brought together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from marian.corpus import Corpus, Mixture
from marian.merge import merge
from marian.train import Options, Run, run

OPTIONS = Options(rate=3e-3, warmup=2, tokens=150, negatives=30, average_every=1, steps=3)


def ended(model: Path, corpus: Path, out: Path, options: Options) -> Path:
    """Checkpoint of a short run."""
    mixture = Mixture.read(corpus / "weights.toml")
    run(Run(model, Corpus.load(corpus / "corpus.npz"), mixture, options), out)
    return out / "checkpoint.pt"


def test_runs_go_on_from_the_mean(tiny_model: Path, corpus_folder: Path, tmp_path: Path) -> None:
    options = [replace(OPTIONS, seed=seed) for seed in (1, 2)]
    paths = [ended(tiny_model, corpus_folder, tmp_path / str(o.seed), o) for o in options]
    before = [torch.load(path, weights_only=True) for path in paths]
    merge(paths)
    after = [torch.load(path, weights_only=True) for path in paths]
    for kind in ("weights", "average"):
        for name, value in after[0][kind].items():
            one, other = (state[kind][name] for state in before)
            torch.testing.assert_close(value, (one + other) / 2)
            torch.testing.assert_close(value, after[1][kind][name])
    assert any(not torch.equal(v, after[0]["weights"][n]) for n, v in before[0]["weights"].items())
    moments = [state["optimiser"]["state"][0]["exp_avg"] for state in before]
    assert not torch.equal(*moments)
    for moment, state in zip(moments, after, strict=True):
        torch.testing.assert_close(moment, state["optimiser"]["state"][0]["exp_avg"])
    mixture = Mixture.read(corpus_folder / "weights.toml")
    on = Run(tiny_model, Corpus.load(corpus_folder / "corpus.npz"), mixture, options[1])
    run(on, tmp_path / "2")
    assert on.step == 3


def test_other_parameters_are_refused(
    tiny_model: Path, corpus_folder: Path, tmp_path: Path
) -> None:
    paths = [
        ended(tiny_model, corpus_folder, tmp_path / str(n), replace(OPTIONS, frozen_layers=n))
        for n in (0, 1)
    ]
    with pytest.raises(ValueError, match="frozen-layers"):
        merge(paths)
