"""The scanner finds what `str.find` finds."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from mtcheck.checks.plan import Plan
from mtcheck.checks.rule import Rule
from mtcheck.checks.scan import Scanner, needed_clauses, scanner

TEXTS = st.text("ab é😀", max_size=40)
LITERALS = st.sets(st.text("abé😀", min_size=2, max_size=3) | st.just("é"), max_size=6)


@given(TEXTS, LITERALS)
def test_every_occurrence_is_found_by_its_last_character(text: str, literals: set[str]) -> None:
    expected = {
        literal: [i + len(literal) - 1 for i in range(len(text)) if text.startswith(literal, i)]
        for literal in literals
        if literal in text
    }
    assert Scanner(literals=literals).scan(text) == expected


def test_marks_and_digits_are_not_scanned_for() -> None:
    assert Scanner([[r"\d", ","], ["no"]]).scan(r"no, \d 12") == {"no": [1]}


def _rule(id_: str, **data: Any) -> Rule:
    return cast(Rule, SimpleNamespace(id=id_, digest="", data=data))


def test_same_rules_share_a_scanner_and_texts_have_their_own() -> None:
    flat = _rule("a/one", patterns=[{"literals": [[["bank", "shore"], 0, 4]]}])
    raw = _rule("a/two", on="text", terms={"Kyïv": "Kyiv"})
    assert scanner([flat, raw]) is scanner([flat, raw])
    assert scanner([flat, raw]).literals == {"bank", "shore"}
    assert scanner([flat, raw], on="text").literals == {"kyïv"}


def test_clauses_of_variants_and_of_modules_are_needed_too() -> None:
    plan = {"literals": [[["am"], 0, 0], [["pm"], 3, 6]]}
    data = {"variants": [{"name": "x", "patterns": [plan]}], "clauses": [["noon", "night"]]}
    assert list(needed_clauses(data)) == [["am"], ["pm"], ["noon", "night"]]


def test_clauses_have_numbers_and_others_are_known_by_their_strings() -> None:
    known, new = ("bank", "shore"), ("bank",)
    plan = Plan("x", ((known, 0, 3), (new, 1, 1)), width=9)
    needs = Scanner([["at"], known]).needs(plan)
    assert needs.offsets == ((1, 0, 3), (new, 1, 1))
    assert needs.unknown == (new,)
