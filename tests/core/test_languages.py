from __future__ import annotations

import pytest

from mtcheck.core.errors import UsageError
from mtcheck.core.languages import LANGUAGES, name, normalise, three_letter


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("pt-BR", "pt"), ("PT_br", "pt"), ("por", "pt"), ("zh-Hans-CN", "zh"), ("nb", "no"),
     ("ger", "de"), (" en ", "en"), ("iw", "he")],
)  # fmt: skip
def test_tags_become_primary_languages(tag: str, expected: str) -> None:
    assert normalise(tag) == expected


@pytest.mark.parametrize("tag", ["", "xx", "english", "-", "q"])
def test_unknown_languages_are_errors(tag: str) -> None:
    with pytest.raises(UsageError, match="not a language"):
        normalise(tag)


def test_every_language_has_a_code_of_its_own() -> None:
    codes = [three_letter(tag) for tag in LANGUAGES]
    assert len(set(codes)) == len(codes)
    assert all(normalise(code) == tag for tag, code in zip(LANGUAGES, codes, strict=True))
    assert name("pt") == "Portuguese"
