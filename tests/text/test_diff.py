"""Word-level differences."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mtcheck.text.diff import word_diff


def test_lost_and_gained_words() -> None:
    diff = word_diff("The Minister said “no” on Friday.", "the minister says no, Friday!")
    assert diff.lost == ("said", "on")
    assert diff.gained == ("says",)


def test_case_and_kinds_of_apostrophes_do_not_matter() -> None:
    diff = word_diff("It’s HERE", "it's here")
    assert (diff.lost, diff.gained) == ((), ())
    assert [op for op, _, _ in diff.ops] == ["equal"]


def test_texts_without_words() -> None:
    assert word_diff("", "").ops == ()
    assert word_diff("…", "").lost == ("…",)
    assert word_diff("", "new words").gained == ("new", "words")


def test_chinese_by_character() -> None:
    assert word_diff("我们今天走", "我们明天走", "zh").lost == ("今",)


TEXT = st.lists(st.sampled_from(["the", "The", "cat", "sat", ",", " ", ".", "😀", "l’eau"])).map(
    " ".join
)


@given(TEXT, TEXT)
def test_parts_make_up_both_texts(a: str, b: str) -> None:
    diff = word_diff(a, b)
    if a.strip():
        assert "".join(part for _, parts, _ in diff.ops for part in parts) == a
    if b.strip():
        assert "".join(part for _, _, parts in diff.ops for part in parts) == b
    back = word_diff(b, a)
    assert (len(diff.lost) == 0 and len(diff.gained) == 0) == (
        len(back.lost) == 0 and len(back.gained) == 0
    )
