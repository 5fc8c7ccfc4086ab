"""Variants of a training beside each other."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import torch
from marian import ablate
from marian.train import Options
from marian.vocabulary import LANGUAGES

VARIANTS = """
[all]
rate = 0.003
warmup = 2
tokens = 150
negatives = 0
average_every = 1
curriculum = [[2, 30]]

[control]

[shared]
share = "mean"
weights = "other.toml"
"""


@pytest.fixture
def command(
    tiny_model: Path, corpus_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """A command line for two variants; whatever it prints is for capsys."""
    (tmp_path / "variants.toml").write_text(VARIANTS, "utf-8")
    weights = (corpus_folder / "weights.toml").read_text("utf-8")
    (tmp_path / "other.toml").write_text(weights.replace("en-pt = 2", "en-pt = 1"), "utf-8")
    dev = tmp_path / "dev"
    dev.mkdir()
    for code in LANGUAGES:
        (dev / f"tales.en-{code}.tsv").write_text("tales\tThe dog sleeps.\tO cão dorme.\n", "utf-8")
    line = ["ablate", str(tmp_path / "variants.toml"), "--model", str(tiny_model)]
    line += ["--corpus", str(corpus_folder / "corpus.npz"), "--slices", str(dev)]
    return [*line, "--weights", str(corpus_folder / "weights.toml"), "--out", str(tmp_path / "out")]


def rows(
    line: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, list[str]]:
    """Cells of the printed table by variant."""
    monkeypatch.setattr(sys, "argv", line)
    threads = torch.get_num_threads()
    ablate.main()
    torch.set_num_threads(threads)
    torch.set_flush_denormal(False)
    table = [row.strip("| ").split(" | ") for row in capsys.readouterr().out.splitlines()]
    assert table[0] == [
        "variant", "steps", "pairs", "into en", "en→pt", "en→es", "en→fr", "en→de", "mean",
    ]  # fmt: skip
    return {row[0]: row[1:] for row in table[2:]}


def test_variants_are_trained_and_compared(
    command: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    first = rows([*command, "--steps", "4", "--only", "shared"], monkeypatch, capsys)
    assert list(first) == ["start", "shared"]
    found = rows([*command, "--steps", "4"], monkeypatch, capsys)
    assert list(found) == ["start", "control", "shared"]
    assert found["shared"] == first["shared"]
    assert [row[0] for row in found.values()] == ["0", "4", "4"]
    assert int(found["control"][1]) > 0
    assert float(found["control"][-1]) < float(found["start"][-1])
    weights = torch.load(tmp_path / "out" / "shared" / "checkpoint.pt", weights_only=True)
    assert "model.model.shared.weight" in weights["average"]
    more = rows([*command, "--steps", "6"], monkeypatch, capsys)
    assert [row[0] for row in more.values()] == ["0", "6", "6"]
    done = tmp_path / "out" / "control" / "heldout.json"
    done.write_text(
        done.read_text("utf-8").replace('"steps": 6,\n "pairs"', '"steps": 7,\n "pairs"')
    )
    assert json.loads(done.read_bytes())["steps"] == 7
    again = rows([*command, "--steps", "6"], monkeypatch, capsys)
    assert again["control"][0] == "7"  # not measured again


def test_options_of_a_variant(tmp_path: Path) -> None:
    path = tmp_path / "variants.toml"
    path.write_text(VARIANTS, "utf-8")
    budget = {"steps": 9, "minutes": 2.0}
    found = ablate.read(path, Path("usual.toml"), budget)
    common = {"rate": 0.003, "warmup": 2, "tokens": 150, "negatives": 0, "average_every": 1}
    expected = Options(**common, curriculum=((2, 30),), steps=9, minutes=2.0)
    assert found["control"] == ablate.Variant(expected, Path("usual.toml"))
    assert found["shared"].options.share == "mean"
    assert found["shared"].weights == tmp_path / "other.toml"
    for wrong in ("learning_rate", "steps"):
        path.write_text(f"[one]\n{wrong} = 3\n", "utf-8")
        with pytest.raises(ValueError, match=f"one: {wrong}"):
            ablate.read(path, Path("usual.toml"), budget)
