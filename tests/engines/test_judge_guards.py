"""What is no translation is found before any network sees it, and what is one is let through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.engines.judge_guards import bottom, guard, repeated_share, script


@pytest.mark.parametrize(
    ("source", "target", "lang", "flags"),
    [
        ("The dog sleeps.", "Der Hund schläft.", "de", ()),
        (None, "Der Hund schläft.", "de", ()),
        ("The dog sleeps.", " -- ", "de", ("empty",)),
        ("", "Der Hund schläft.", "de", ("no-source",)),
        ("", "", "de", ("no-source",)),  # a line between paragraphs
        ("* * *", "* * *", "de", ("no-source",)),
        (None, "", "de", ("empty",)),
        ("The dog sleeps all day.", "The dog sleeps all day!", "de", ("copied-source",)),
        (
            "The dog sleeps on the old sofa in our house.",
            "The dog sleeps on the old sofa in our house today",
            "de",
            ("wrong-language",),  # all but copied, and not German
        ),
        (
            "The black dog sleeps on the old sofa in the kitchen of our small house by the sea",
            "The black dog sleeps on the old sofa in the kitchen of our small house by the sea.",
            "de",
            ("copied-source",),
        ),
        ("Jan Novák, Praha", "Jan Novák, Praha", "de", ()),  # names are the same in both
        ("Stop!", "ha ha ha ha ha ha ha ha ha ha ha", "de", ("repetition",)),
        ("Stop!", "of the cat of the cat of the cat of the cat", "en", ("repetition",)),
        ("No, no, no!", "Nein, nein, nein!", "de", ()),
        ("The dog sleeps.", "Собака спит.", "de", ("wrong-script",)),
        ("The dog sleeps.", "Собака спит.", "ru", ()),
        ("The dog sleeps.", "OK BMW", "ru", ("wrong-script",)),
        (
            "The dog sleeps.",
            "Le chien dort sur le vieux canapé de la maison.",
            "de",
            ("wrong-language",),
        ),
        ("The dog sleeps.", "Le chien dort sur le vieux canapé de la maison.", "fr", ()),
        ("The dog sleeps.", "Le chien dort.", "de", ()),  # too short to be sure
        ("The dog sleeps.", "개가 잔다", "ko", ()),  # a script that is not known is not judged
    ],
)
def test_guard(source: str | None, target: str, lang: str, flags: tuple[str, ...]) -> None:
    assert guard(source, target, target_lang=lang) == flags


@pytest.mark.parametrize(
    ("flags", "paired", "alone"),
    [
        (("empty",), 0.0, None),
        (("wrong-language",), 0.0, None),
        (("repetition",), 0.0, 0.0),
        (("copied-source",), 0.0, 0.0),
        (("no-source",), None, None),
        (("no-source", "repetition"), 0.0, 0.0),
        (("wrong-script",), None, None),
    ],
)
def test_what_is_no_translation_has_the_lowest_value(
    flags: tuple[str, ...], paired: float | None, alone: float | None
) -> None:
    assert bottom(flags, paired=True) == paired
    assert bottom(flags, paired=False) == alone


def test_loops_without_spaces() -> None:
    assert guard("Stop!", "这是一只猫这是一只猫这是一只猫这是一只猫", target_lang="zh") == (
        "repetition",
    )


@given(st.lists(st.sampled_from("abcdefghij"), max_size=30))
def test_repeated_share_is_a_share(words: list[str]) -> None:
    assert 0 <= repeated_share(words, " ".join(words)) <= 1


def test_a_text_of_different_words_repeats_nothing() -> None:
    words = [f"w{i}" for i in range(40)]
    assert repeated_share(words, " ".join(words)) == 0


def test_script_needs_letters() -> None:
    assert script("12:30") is None
    assert script("Привет, мир") == "cyrillic"
    assert script("The word Привет means hello") == "latin"
