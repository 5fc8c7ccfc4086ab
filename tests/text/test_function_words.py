"""Sentences that are plainly in a language are known without a model."""

from __future__ import annotations

import pytest

from mtcheck.text.function_words import foreign_to, reads_as


@pytest.mark.parametrize(
    ("text", "lang", "sure"),
    [
        ("The mayor said that they would have been there with us.", "en", True),
        ("Der Rat hat sich nicht mit der Frage befasst, ob es noch geht.", "de", True),
        ("O prefeito disse que não estava em casa quando ela ligou.", "en", False),
        ("The mayor of Lyon", "en", False),
        ("今天天气很好。", "zh", False),
    ],
)
def test_reads_as(text: str, lang: str, sure: bool) -> None:
    assert reads_as(text, lang) is sure


def test_words_of_the_target_are_not_foreign_to_it() -> None:
    assert not {"the", "a", "i", "an"} & frozenset().union(*foreign_to("en").values())
