"""Features of the origin model: stable, additive, blind to house style."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.engines import judge_features as jf

NONE = np.zeros(0, np.uint32)
WORDS = np.unique(np.array([jf.word_key(w) for w in ("the", "of")], np.uint32))


def test_house_style_leaves_no_trace() -> None:
    one = "“Well” – said ‘he’ — 1984…"
    two = "\"Well\" - said 'he' - 2021..."
    assert jf.normalise(one) == jf.normalise(two)


@given(st.text(max_size=80))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = jf.normalise(text)
    assert jf.normalise(once) == once


@given(st.text(max_size=60))
def test_counts_are_sorted_unique_and_complete(text: str) -> None:
    found = jf.count(text, NONE)
    assert (np.diff(found.keys.astype(np.int64)) > 0).all()
    n = len(jf.normalise(text))
    expected = sum(max(0, n + 2 - k + 1) for k in jf.CHAR_ORDERS) if n else 0
    assert found.counts.sum() == expected


def test_keys_are_the_same_for_ever() -> None:
    # The stored models are lists of these numbers: another hash would make them noise.
    found = jf.count("ab", NONE)
    assert found.keys.tolist() == [
        187115726,
        374177911,
        430919583,
        490817483,
        1485336703,
        1596433329,
    ]
    assert jf.word_key("the") == 0x3C456DE6


@given(st.lists(st.text("the of,x-", max_size=20), max_size=5))
def test_segments_counted_together_have_the_features_of_each(texts: list[str]) -> None:
    row, keys = jf.occurrences(texts, WORDS)
    for i, text in enumerate(texts):
        alone = jf.count(text, WORDS)
        found, counts = np.unique(keys[row == i], return_counts=True)
        assert found.tolist() == alone.keys.tolist()
        assert counts.tolist() == alone.counts.tolist()


def test_names_are_masked_but_not_the_first_word_or_i() -> None:
    text = "Smith met Ann in Moscow, I think; the UN said so."
    assert jf.normalise(text, mask_names=True) == "smith met ¤ in ¤, i think; the ¤ said so."
    one, two = (
        jf.count(t, WORDS, mask_names=True).keys.tolist()
        for t in ("He flew to Rome with Ann.", "He flew to Oslo with Bob.")
    )
    assert one == two


def test_keys_of_words_lie_above_those_of_characters() -> None:
    characters = jf.count("the price of bread", NONE).keys
    both = jf.count("the price of bread", WORDS).keys
    assert (characters < jf.WORD_KEYS).all()
    assert len(both[both >= jf.WORD_KEYS]) == 3 + 3 + 2  # one word stands for two
    assert both[both < jf.WORD_KEYS].tolist() == characters.tolist()


def test_word_ngrams_carry_grammar_not_topic() -> None:
    one, two = (
        {*jf.count(t, WORDS).keys.tolist()} - {*jf.count(t, NONE).keys.tolist()}
        for t in ("the price of bread", "the colour of dogs")
    )
    assert one == two


def test_words_of_dense_scripts() -> None:
    assert jf.n_words("one two three") == 3
    assert jf.n_words("東京都庁 Tokyo") == 3
    assert jf.n_words("") == 0


def test_style_of_text_by_hand() -> None:
    values = dict(zip(jf.STYLE_NAMES, jf.style(["The end of the day, they say."]), strict=True))
    assert values["the_per_word"] == pytest.approx(2 / 7)
    assert values["preposition_article_per_word"] == pytest.approx(1 / 7)
    assert values["commas_per_word"] == pytest.approx(1 / 7)
    assert values["capitalised_per_word"] == pytest.approx(1 / 7)
    assert values["type_token_ratio"] == pytest.approx(6 / 7)
    assert not jf.style(["", " ?! "]).any()


def test_ngrams_of_all_words_have_keys_of_their_own() -> None:
    plain = jf.count("the price of bread", WORDS).keys
    found = jf.count("the price of bread", WORDS, lexical=True).keys
    lexical = found[found >= jf.LEXICAL_KEYS]
    # four words and the ends; bigrams and trigrams over them
    assert len(lexical) == 5 + 5 + 4
    assert len(found) - len(lexical) == len(plain)
    other = jf.count("the colour of bread", WORDS, lexical=True).keys
    assert len(np.intersect1d(lexical, other)) == 4 + 3 + 1


@given(st.lists(st.text("the of,x-", max_size=20), max_size=5))
def test_ngrams_of_all_words_stay_within_their_segment(texts: list[str]) -> None:
    row, keys = jf.occurrences(texts, WORDS, lexical=True)
    for i, text in enumerate(texts):
        alone = jf.count(text, WORDS, lexical=True)
        found, counts = np.unique(keys[row == i], return_counts=True)
        assert found.tolist() == alone.keys.tolist()
        assert counts.tolist() == alone.counts.tolist()
