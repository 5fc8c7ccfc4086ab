"""Which findings count as a sign of origin, and when they don't."""

from __future__ import annotations

import pytest

from mtcheck.checks.registry import RuleSet, load_rules
from mtcheck.core.config import RulesConfig
from mtcheck.core.findings import Severity
from mtcheck.run.rule_evidence import evidence_of, speaking_rules, text_evidence

MACHINE = "The vote is a fact ,he said , and the the law was passed ."
CALQUES = "In turn, the minister noted that on the territory of the region it is necessary to wait."


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_rules()


def test_a_plain_text_gives_no_sign(rules: RuleSet) -> None:
    evidence = text_evidence("She shrugged, lit up and said so.", rules, "en")
    assert evidence is not None
    assert evidence.counts == (0, 0, 0, 0)
    assert not evidence.rules


def test_signs_are_counted_by_question(rules: RuleSet) -> None:
    calques = text_evidence(CALQUES, rules, "en")
    assert calques is not None
    assert sum(calques.counts[:2]) >= 2
    assert sum(calques.counts[2:]) == 0
    slips = text_evidence(MACHINE, rules, "en")
    assert slips is not None
    assert sum(slips.counts[2:]) >= 2
    assert any(rule.startswith("punctuation/") for rule in slips.rules["machine"])


def test_one_rule_counts_three_times_at_most(rules: RuleSet) -> None:
    evidence = text_evidence("\n".join([CALQUES] * 9), rules, "en")
    assert evidence is not None
    fired = sum(map(len, evidence.rules.values()))
    assert 0 < sum(evidence.counts) <= 3 * fired


def test_house_style_is_no_sign(rules: RuleSet) -> None:
    speaking = speaking_rules(rules, "en")
    assert speaking
    assert not [id_ for id_ in speaking if id_.split("/")[0] in {"typography", "layout", "markup"}]
    assert set(speaking.values()) <= {
        "translated", "translated-neutral", "machine", "machine-neutral"
    }  # fmt: skip


@pytest.mark.parametrize(
    "config",
    [
        RulesConfig(select=("calques",)),
        RulesConfig(ignore=("grammar",)),
        RulesConfig(min_severity=Severity.MAJOR),
    ],
)
def test_a_choice_of_rules_is_no_evidence(rules: RuleSet, config: RulesConfig) -> None:
    assert evidence_of([], rules, config, "en") is None


def test_leaving_out_house_style_does_no_harm(rules: RuleSet) -> None:
    assert evidence_of([], rules, RulesConfig(ignore=("typography",)), "en") is not None
