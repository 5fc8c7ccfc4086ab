"""Every example of every rule: alone, and among all default rules."""

from __future__ import annotations

import pytest

from mtcheck.checks.examples import run
from mtcheck.checks.fix import apply_fixes
from mtcheck.checks.registry import load_rules
from mtcheck.checks.rule import Example, Rule
from mtcheck.core.config import RulesConfig

RULES = load_rules()
CASES = [
    pytest.param(rule, example, id=f"{rule.id}-{i}")
    for rule in RULES
    for i, example in enumerate(rule.examples)
]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example_alone_gives_exactly_its_marks(rule: Rule, example: Example) -> None:
    result = run(rule, example)
    assert not result.skips
    assert [(f.span.start, f.span.end) for f in result.findings] == [
        (m.start, m.end) for m in example.marks
    ]
    if example.fixed is not None:
        fixed, _ = apply_fixes(example.text, result.findings, unsafe=True)
        assert fixed == example.fixed


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example_among_all_rules(rule: Rule, example: Example) -> None:
    lang = example.lang or (rule.info.langs[0] if rule.info.langs else "en")
    config = RulesConfig(extend_select=(rule.id,))
    rules = RULES.select(config, lang, bilingual=example.source is not None)
    result = run(rule, example, rules)
    assert not result.skips
    for mark in example.marks:
        assert any(f.span.overlaps(mark) for f in result.findings)
    if not example.marks:
        assert not [f for f in result.findings if f.rule == rule.id]


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES])
def test_rule_has_positive_and_clean_examples(rule: Rule) -> None:
    marked = [e for e in rule.examples if e.marks]
    clean = [e for e in rule.examples if not e.marks]
    assert len(marked) >= 3
    assert len(clean) >= 2
