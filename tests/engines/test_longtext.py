import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.engines.longtext import join_chunks, split_long


def count_words(text):
    return len(text.split())


prose = st.text(alphabet="ab é,;:. —\n\u0301\u200d👩日", max_size=300)


@given(prose, st.integers(1, 12))
def test_nothing_is_lost_and_nothing_is_too_long(text, limit):
    chunks = split_long(text, len, limit)
    joined = "".join(c.text + c.gap for c in chunks)
    assert joined == text[len(text) - len(text.lstrip()) :] or not chunks
    assert bool(chunks) == bool(text.strip())
    for chunk in chunks:
        assert chunk.text == chunk.text.strip()
        # Marks and joiners are never torn from their base, whatever the limit.
        assert len(chunk.text) <= limit or any(c in "\u0301\u200d" for c in chunk.text)


@given(prose, st.integers(1, 12))
def test_short_texts_stay_whole(text, limit):
    chunks = split_long(text, len, max(limit, len(text)))
    assert len(chunks) == (1 if text.strip() else 0)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("He came at noon. The rest of the group came later, and ate.", "He came at noon."),
        ("He came at noon, with two others; the rest came later, and ate.",
         "He came at noon, with two others;"),
        ("He came at noon today, with two others, and the rest came later.",
         "He came at noon today, with two others,"),
        ("He came at noon with two others and the rest of them came later",
         "He came at noon with two others"),
        ("Chegou ao meio-dia com outros dois mas o resto do grupo veio depois",
         "Chegou ao meio-dia com outros dois"),
        ("The fee is 1,500 dollars and 12,250 cents per head per month now",
         "The fee is 1,500 dollars"),
    ],
)  # fmt: skip
def test_the_best_boundary_near_the_middle_is_taken(text, first):
    assert split_long(text, count_words, 12)[0].text == first


def test_text_without_spaces_is_split_between_characters():
    chunks = split_long("会" * 50, len, 20)
    assert "".join(c.text for c in chunks) == "会" * 50
    assert all(c.gap == "" for c in chunks)


def test_a_family_emoji_stays_one():
    family = "👩\u200d👩\u200d👧\u200d👦"
    chunks = split_long(family * 10, lambda t: len(t), 14)
    assert all(c.text.startswith("👩") and c.text.endswith("👦") for c in chunks)


def test_a_megabyte_in_one_line_takes_seconds():
    text = "word, " * 180_000
    started = time.perf_counter()
    chunks = split_long(text, lambda t: len(t) // 6 + 1, 100)
    assert time.perf_counter() - started < 20
    assert sum(len(c.text) + len(c.gap) for c in chunks) == len(text)


def test_translations_are_joined_as_their_sources_were():
    chunks = split_long("eins zwei; drei vier", count_words, 2)
    assert join_chunks(chunks, [" one two;", "three four "]) == "one two; three four"
    with pytest.raises(ValueError):
        join_chunks(chunks, ["one"])


def test_a_limit_must_be_positive():
    with pytest.raises(ValueError, match="positive"):
        split_long("a", len, 0)
