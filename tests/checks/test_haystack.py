"""A search in windows finds what a search of the whole text finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.checks.haystack import Haystack
from mtcheck.checks.literals import LONGEST_RUN, UNLIMITED, greatest_width, search_plan
from mtcheck.checks.scan import Scanner

PATTERNS = [
    r"\b(?:[Aa]t|[Oo]n) \d{1,2}(?:st|nd)?\b",
    r"(?<=[a-z])[ ]+(?P<p>[,;])(?= |$)",
    r"\b(?P<a>[A-Z]\w+) of (?:the )?(?P<b>bank|shore)s?\b(?! house)",
    r"^[A-Z]+, \d+",
    r"\d°",
    r"[“\"](?P<hit>\w+ on)[”\"]",
]
WORDS = [
    "at", "On", "12", "3rd", "2nd", ",", ";", "Edge of", "the", "bank", "shores", "house", "\n",
    "OSLO, 4", "1234567°", "“come on”", "x" * 70, "filler " * 40,
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=60), st.sampled_from(PATTERNS))
def test_windows_hold_every_match(words: list[str], pattern: str) -> None:
    text = " ".join(words)
    plan = search_plan(pattern)
    literals = [literal for choices in plan["literals"] for literal in choices]
    for scanner in (Scanner(literals), None):
        hay = Haystack(text, scanner)
        places = hay.candidates(plan["literals"], plan["width"])
        regex = re.compile(pattern, re.MULTILINE)
        found = [m.span() for m in hay.finditer(regex, places, plan["width"], plan.get("first"))]
        assert found == [m.span() for m in regex.finditer(text)]


@pytest.mark.parametrize(
    ("pattern", "width"),
    [
        (r"\d{1,3},\d{3}", 7),
        (r"\bword(?= and more)", 4),
        (r"[ \u00a0]+,", LONGEST_RUN + 1),
        (r"\w+", LONGEST_RUN),
        (r"[\w.-]*x", LONGEST_RUN + 1),
        (r"(?:a|bcd)?e", 4),
        (r"[\w ]+", UNLIMITED),
        (r"[^,]+", UNLIMITED),
        (r"(?:ab )+", UNLIMITED),
        (r"(?P<a>x)(?P=a)", UNLIMITED),
    ],
)
def test_greatest_width(pattern: str, width: int) -> None:
    assert greatest_width(pattern) == width


def test_places_are_those_near_which_all_sets_occur() -> None:
    text = "bank at 5 " + "filler " * 100 + "bank alone " + "filler " * 100 + "at 7 bank"
    places = Haystack(text).candidates([["bank"], [r"\d"]], 20)
    assert places == [8, len(text) - 6]  # of the digits, which are rarer
    assert Haystack(text).candidates([["absent"], ["bank"]], 20) == []
    assert Haystack(text).candidates([], 20) is None
