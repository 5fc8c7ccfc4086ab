"""Words, counts and sentences made comparable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.text.words import count, normalise_sentence, words


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A well-known plan, isn’t it?", ["A", "well-known", "plan", "isn’t", "it"]),
        ("It cost 1,234.5 or 3h.", ["It", "cost", "1,234.5", "or", "3h"]),
        ("l’eau d'or", ["l’eau", "d'or"]),
        ("cafe\u0301 हिन्दी में", ["cafe\u0301", "हिन्दी", "में"]),
        ("שלום עולם", ["שלום", "עולם"]),
        ("😀 — …!", []),
        ("我们走", ["我", "们", "走"]),
        ("", []),
    ],
)
def test_words(text: str, wanted: list[str]) -> None:
    assert [span.of(text) for span in words(text)] == wanted


@pytest.mark.parametrize(
    ("text", "lang", "wanted"),
    [
        ("One two three.", "en", 3),
        ("我们今天在北京开会", "zh", 6),  # 9 characters at 1.6 a word
        ("今日は東京で会議です", "ja", 5),  # 10 at 2.2
        ("我", "zh", 1),
        ("... 😀", "en", 0),
        ("", "zh", 0),
        ("iPhone 发布会", "zh", 3),
    ],
)
def test_count(text: str, lang: str, wanted: int) -> None:
    assert count(text, lang) == wanted


@given(st.text())
def test_words_are_ordered_and_never_blank(text: str) -> None:
    last = 0
    for span in words(text):
        assert last <= span.start < span.end
        assert not span.of(text).isspace()
        last = span.end


def test_normalise_sentence_ignores_looks_but_not_words() -> None:
    one = normalise_sentence("  “It’s  a\nTEST” – he said\u00a0so. ")
    assert one == normalise_sentence('"it\'s a test" - he said so.')
    assert one != normalise_sentence('"it\'s a text" - he said so.')
    assert normalise_sentence("on Friday (11)") != normalise_sentence("on Friday (12)")


@given(st.text())
def test_normalise_sentence_is_idempotent_on_its_words(text: str) -> None:
    once = normalise_sentence(text)
    assert " ".join(once.split()) == once
