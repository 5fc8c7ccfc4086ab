"""Every example of every rule: alone, and among all default rules."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from mtcheck.checks.examples import run
from mtcheck.checks.fix import apply_fixes
from mtcheck.checks.registry import load_rules
from mtcheck.checks.rule import Rule
from mtcheck.core.config import RulesConfig
from mtcheck.core.findings import Finding
from mtcheck.core.spans import Span

RULES = load_rules()
EVERY = pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES])


def spans(items: Iterable[Finding | Span]) -> list[tuple[int, int]]:
    found = [item.span if isinstance(item, Finding) else item for item in items]
    return [(span.start, span.end) for span in found]


@EVERY
def test_examples_alone_give_exactly_their_marks(rule: Rule) -> None:
    for example in rule.examples:
        result = run(rule, example)
        assert not result.skips, example.marked
        assert spans(result.findings) == spans(example.marks), example.marked
        if example.fixed is not None:
            fixed, _ = apply_fixes(example.text, result.findings, unsafe=True)
            assert fixed == example.fixed


@EVERY
def test_examples_among_all_rules(rule: Rule) -> None:
    config = RulesConfig(extend_select=(rule.id,))
    for example in rule.examples:
        lang = example.lang or (rule.info.langs[0] if rule.info.langs else "en")
        rules = selected(config, lang, example.source is not None)
        result = run(rule, example, rules)
        assert not result.skips, example.marked
        for mark in example.marks:
            assert any(f.span.overlaps(mark) for f in result.findings), example.marked
        if not example.marks:
            assert not [f for f in result.findings if f.rule == rule.id], example.marked


def selected(config: RulesConfig, lang: str, bilingual: bool) -> tuple[Rule, ...]:
    key = (config.extend_select, lang, bilingual)
    if key not in _SELECTED:
        _SELECTED[key] = RULES.select(config, lang, bilingual=bilingual)
    return _SELECTED[key]


_SELECTED: dict[tuple[object, ...], tuple[Rule, ...]] = {}


@EVERY
def test_rule_has_positive_and_clean_examples(rule: Rule) -> None:
    marked = [e for e in rule.examples if e.marks]
    clean = [e for e in rule.examples if not e.marks]
    assert len(marked) >= 3
    assert len(clean) >= 2
