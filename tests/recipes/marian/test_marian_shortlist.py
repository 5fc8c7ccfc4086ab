"""Shortlists of the Marian recipe: counts by target language, the file, what decoding does."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from marian import shortlist
from marian.corpus import Corpus, Mixture
from marian.export import convert
from marian.seal import differences
from marian.translate import Translator
from marian.vocabulary import Vocabulary

from mtcheck.engines import shortlist as engine

pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")


@pytest.fixture
def lists(corpus_folder: Path, tiny_model: Path) -> dict[str, list[str]]:
    vocabulary = Vocabulary(tiny_model)
    mixture = Mixture.read(corpus_folder / "weights.toml")
    corpus = Corpus.load(corpus_folder / "corpus.npz")
    shown = shortlist.counts(corpus, mixture, vocabulary.size)
    return shortlist.shortlists(shown, vocabulary, 0.0)


def test_counts_are_what_an_epoch_shows(corpus_folder: Path, tiny_model: Path) -> None:
    vocabulary = Vocabulary(tiny_model)
    mixture = Mixture.read(corpus_folder / "weights.toml")
    corpus = Corpus.load(corpus_folder / "corpus.npz")
    shown = shortlist.counts(corpus, mixture, vocabulary.size)
    drawn = dict.fromkeys(shown, 0.0)
    for seed in range(200):
        batch = corpus.epoch(mixture, np.random.default_rng(seed))
        for into, code in ((1, "en"), (0, "pt"), (0, "es")):
            rows = batch[batch[:, 1] == into]
            if code != "en":
                rows = rows[corpus.language[rows[:, 0]] == ("pt", "es").index(code)]
            _, targets = corpus.arrays(rows, vocabulary)
            kept = targets[(targets != vocabulary.pad) & (targets != vocabulary.end)]
            drawn[code] += np.bincount(kept, minlength=vocabulary.size) / 200
    assert set(shown) == {"en", "pt", "es"}
    for code, times in shown.items():
        assert drawn[code].sum() == pytest.approx(times.sum(), rel=0.02)
        np.testing.assert_array_equal(drawn[code] > 0, times > 0)


def test_a_list_spells_its_language_and_no_other(
    lists: dict[str, list[str]], tiny_model: Path
) -> None:
    vocabulary = Vocabulary(tiny_model)
    words = {"en": "The dog sleeps.", "pt": "O cão dorme.", "es": "El perro duerme."}
    for code, pieces in lists.items():
        for other, text in words.items():
            spelt = set(vocabulary.pieces.encode(text, out_type=str)) <= set(pieces)
            assert spelt == (code == other)


def test_rare_pieces_are_left_out(tiny_model: Path) -> None:
    vocabulary = Vocabulary(tiny_model)
    times = np.zeros(vocabulary.size)
    often, seldom = sorted(set(range(vocabulary.size)) - _reserved(vocabulary))[:2]
    times[often], times[seldom] = 98.0, 1.0
    times[vocabulary.end] = 1.0
    names = {i: piece for piece, i in vocabulary.ids.items()}
    assert shortlist.shortlists({"pt": times}, vocabulary, 0.02) == {"pt": [names[often]]}
    assert shortlist.shortlists({"pt": times}, vocabulary, 0.01)["pt"] == [
        names[often],
        names[seldom],
    ]


def _reserved(vocabulary: Vocabulary) -> set[int]:
    return {vocabulary.end, vocabulary.unknown, vocabulary.pad, *vocabulary.language.values()}


def test_a_piece_that_would_break_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not to be listed"):
        shortlist.write({"pt": ["a", "b c"]}, tmp_path / "vmap.txt")
    assert not (tmp_path / "vmap.txt").exists()


def test_the_command_writes_what_the_engine_and_the_recipe_use(
    tiny_model: Path, corpus_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = shutil.copytree(tiny_model, tmp_path / "model")
    convert(model, model / "ct2", quantization="float32")
    free = Translator(model, threads=1).translate(["The dog sleeps."], "pt", beam=1, longest=8)
    arguments = ["--model", str(model), "--corpus", str(corpus_folder / "corpus.npz")]
    arguments += ["--weights", str(corpus_folder / "weights.toml")]
    monkeypatch.setattr(sys, "argv", ["shortlist", *arguments])
    shortlist.main()
    assert differences(model) == []
    assert engine.read(model / "ct2").tokens == {">>eng<<", ">>por<<", ">>spa<<"}
    made = Translator(model, threads=1).translate(["The dog sleeps."], "pt", beam=1, longest=8)
    pieces = (model / "ct2" / "vmap.txt").read_text("utf-8").splitlines()
    portuguese = next(line for line in pieces if line.startswith(">>por<<"))
    letters = set(portuguese.partition("\t")[2].replace("▁", " ")) | set("⁇")
    assert set(made[0]) <= letters
    assert made != free  # untrained weights write all letters
