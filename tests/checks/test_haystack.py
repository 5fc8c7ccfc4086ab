"""A search in windows finds what a search of the whole text finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.checks.haystack import Haystack
from mtcheck.checks.literals import required_literals
from mtcheck.checks.parsetree import LONGEST_RUN, UNLIMITED, greatest_width
from mtcheck.checks.plan import Plan, search_plan
from mtcheck.checks.registry import load_rules
from mtcheck.checks.scan import Scanner, scanner

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
    plan = Plan.of(search_plan(pattern))
    clauses = [strings for strings, _, _ in plan.clauses]
    literals = [literal for strings in clauses for literal in strings]
    expected = [m.span() for m in plan.regex.finditer(text)]
    for known in (Scanner(clauses), Scanner(literals=literals), None):
        assert [m.span() for m in Haystack(text, known).matches(plan)] == expected


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


@pytest.mark.parametrize(
    ("pattern", "clause"),
    [
        (r"\b(?:[Oo]n|[Aa]t the) bank", ({"on bank", "at the bank"}, 0, 0)),
        (r"\b(?:the )?river bank", ({"river bank", "the river bank"}, 0, 0)),
        (r"\d{1,3}[ \u00a0]+percent", ({" percent", "\u00a0percent"}, 1, LONGEST_RUN + 2)),
        (r"[A-Z]\w+ of (?:banks?|shores)\b", ({" of bank", " of banks", " of shores"}, 2, 65)),
        (r"(?:a|bcd)?[0-9]x", ({r"\d"}, 0, 3)),
        (r"(?:\w+ ){2}bank", ({"bank"}, 4, 2 * LONGEST_RUN + 2)),
        (r"bank(?=s of)|shores?", ({"bank", "shore", "shores"}, 0, 0)),
    ],
)
def test_clause_with_its_offsets(pattern: str, clause: tuple[set[str], int, int]) -> None:
    strings, low, high = clause
    assert (frozenset(strings), low, high) in required_literals(pattern)


GAP = "filler " * 100


@pytest.mark.parametrize(
    ("clauses", "expected"),
    [
        ([(("bank",), 0, 0)], 4),
        ([(("bank",), 0, 0), ((r"\d",), 5, 20)], 1),  # a digit behind the bank
        ([(("bank",), 5, 20), ((r"\d",), 0, 20)], 2),  # or anywhere near
        ([(("absent",), 0, 9), (("bank",), 0, 0)], 0),
        ([], 4),
    ],
)
def test_matches_are_looked_for_where_all_clauses_are_near(
    clauses: list[tuple[tuple[str, ...], int, int]], expected: int
) -> None:
    text = f"bank at 5 {GAP} bank alone {GAP} at 7 bank {GAP} Bank"
    plan = Plan(r"bank|Bank|7 bank", tuple(clauses), width=20)
    assert len(list(Haystack(text).matches(plan))) == expected


@pytest.mark.parametrize("lang", ["de", "en", "es", "fr", "pt"])
def test_every_rule_finds_what_a_search_of_all_examples_finds(lang: str) -> None:
    rules = [rule for rule in load_rules() if rule.serves(lang)]
    examples = [example.text for rule in rules for example in rule.examples]
    plans = {
        (rule.id, item["pattern"]): Plan.of(item)
        for rule in rules
        for item in rule.data.get("patterns", ())
    }
    found = 0
    for on in ("flat", "text"):
        hay = Haystack("\n".join(examples), scanner(rules, on=on))
        for name, plan in plans.items():
            if plan.width <= 400:  # longer matches may be cut
                spans = [m.span() for m in hay.matches(plan)]
                assert spans == [m.span() for m in plan.regex.finditer(hay.text)], name
                found += len(spans)
    assert found > 2 * len(plans)
