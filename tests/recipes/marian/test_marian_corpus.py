"""Corpus of the Marian recipe: division, weights, batches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from marian.corpus import Corpus, Mixture, read_rows, split_rows, usable
from marian.vocabulary import Vocabulary


def open_corpus(folder: Path) -> tuple[Corpus, Mixture]:
    return Corpus.load(folder / "corpus.npz"), Mixture.read(folder / "weights.toml")


def test_held_out_rows_are_by_place_and_leave_training() -> None:
    rows = [("news", f"Line {i}.", f"Linha {i}.") for i in range(6)] + [("other", "A.", "B.")]
    ends = {"first": {"news": (0, 2)}, "last": {"news": (-1, 0)}}
    train, slices = split_rows(rows, Mixture({"news": 1.0, "other": 0.0}, {}, ends))
    assert [row[1] for row in slices["first"]] == ["Line 0.", "Line 1."]
    assert [row[1] for row in slices["last"]] == ["Line 5."]
    assert [row[1] for row in train] == ["Line 2.", "Line 3.", "Line 4."]


def test_held_out_english_is_in_no_language_of_the_corpus(
    corpus_folder: Path, tiny_model: Path
) -> None:
    corpus, _ = open_corpus(corpus_folder)
    vocabulary = Vocabulary(tiny_model)
    secret = {row[1] for path in (corpus_folder / "dev").iterdir() for row in read_rows(path)}
    assert len(secret) == 2
    at = corpus.english_at
    seen = {
        vocabulary.pieces.decode(
            [vocabulary.pieces.piece_to_id(names[i]) for i in corpus.english[at[k] : at[k + 1]]]
        )
        for names in [{i: name for name, i in vocabulary.ids.items()}]
        for k in range(len(at) - 1)
    }
    assert len(seen) == 18
    assert not seen & secret


def test_epoch_shows_pairs_by_source_and_direction_weight(corpus_folder: Path) -> None:
    corpus, mixture = open_corpus(corpus_folder)
    rows = np.concatenate([corpus.epoch(mixture, np.random.default_rng(i)) for i in range(50)])
    language, into = corpus.language[rows[:, 0]], rows[:, 1]
    tales = corpus.source[rows[:, 0]] == corpus.names.index("tales")
    pairs = int((corpus.source[corpus.language == 0] == corpus.names.index("tales")).sum())
    assert ((language == 0) & (into == 0) & tales).sum() == 50 * 2 * pairs
    assert ((language == 0) & (into == 1) & tales).sum() == 50 * pairs
    notes = ((language == 1) & (into == 1) & ~tales).sum() / 50
    assert 1.0 < notes < 3.0  # four pairs at weight one half


def test_batches_keep_the_budget_and_show_every_row_once(corpus_folder: Path) -> None:
    corpus, mixture = open_corpus(corpus_folder)
    batches = corpus.plan(mixture, 60, np.random.default_rng(3))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * (corpus.longest(batch) + 2) <= 60
    rows = corpus.epoch(mixture, np.random.default_rng(3))
    assert sorted(map(tuple, np.concatenate(batches))) == sorted(map(tuple, rows))


def test_source_starts_with_the_target_language(corpus_folder: Path, tiny_model: Path) -> None:
    corpus, _ = open_corpus(corpus_folder)
    vocabulary = Vocabulary(tiny_model)
    spanish = int(np.flatnonzero(corpus.language == 1)[0])
    source, target = corpus.arrays(np.array([[spanish, 0], [spanish, 1]]), vocabulary)
    assert source[0, 0] == vocabulary.language["es"]
    assert source[1, 0] == vocabulary.language["en"]
    for row in (*source, *target):
        ids = row[row != vocabulary.pad]
        assert ids[-1] == vocabulary.end
        assert vocabulary.end not in ids[:-1]
    assert list(target[0][: (target[0] != vocabulary.pad).sum()]) == list(
        source[1][1 : (source[1] != vocabulary.pad).sum()]
    )


def test_pairs_of_unlike_length_or_unknown_characters_are_left_out() -> None:
    def row(length: int) -> np.ndarray[tuple[int], np.dtype[np.uint16]]:
        return np.full(length, 9, dtype=np.uint16)

    assert usable(row(3), row(9), unknown=1)
    assert not usable(row(10), row(21), unknown=1)
    assert not usable(row(0), row(2), unknown=1)
    assert not usable(row(95), row(95), unknown=1)
    assert not usable(row(3), row(3), unknown=9)
