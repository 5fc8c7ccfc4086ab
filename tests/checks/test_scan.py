"""The scanner finds what `str.find` finds."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from mtcheck.checks.rule import Rule
from mtcheck.checks.scan import Scanner, needed_literals, scanner

TEXTS = st.text("ab é😀", max_size=40)
LITERALS = st.sets(st.text("abé😀", min_size=2, max_size=3) | st.just("é"), max_size=6)


@given(TEXTS, LITERALS)
def test_every_occurrence_is_found_by_its_last_character(text: str, literals: set[str]) -> None:
    expected = {
        literal: [i + len(literal) - 1 for i in range(len(text)) if text.startswith(literal, i)]
        for literal in literals
    }
    assert dict(Scanner(literals).scan(text)) == expected


def _rule(id_: str, **data: Any) -> Rule:
    return cast(Rule, SimpleNamespace(id=id_, digest="", data=data))


def test_same_rules_share_a_scanner_and_texts_have_their_own() -> None:
    flat = _rule("a/one", patterns=[{"literals": [["bank", "shore"]]}])
    raw = _rule("a/two", on="text", terms={"Kyïv": "Kyiv"})
    assert scanner([flat, raw]) is scanner([flat, raw])
    assert set(scanner([flat, raw]).scan("")) == {"bank", "shore"}
    assert set(scanner([flat, raw], on="text").scan("")) == {"kyïv"}


def test_literals_of_variants_are_needed_too() -> None:
    data = {"variants": [{"name": "x", "patterns": [{"literals": [["am"], ["pm"]]}]}]}
    assert list(needed_literals(data)) == ["am", "pm"]
