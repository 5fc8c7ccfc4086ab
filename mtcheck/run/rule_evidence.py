"""What the rules' findings say of a text's origin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mtcheck.core.config import RulesConfig
from mtcheck.core.findings import Finding, Severity
from mtcheck.engines.judge_combiner import GROUPS, MOST_OF_A_RULE, RuleEvidence

if TYPE_CHECKING:
    from mtcheck.checks.registry import RuleSet

# How a text was set and cut out of its page tells the publisher, not the author.
_HOUSE_STYLE = ("typography", "layout", "markup")


def speaking_rules(rules: RuleSet, lang: str | None) -> dict[str, str]:
    """Return the default rules that speak to origin, each with its group of `GROUPS`."""
    out = {}
    for rule in rules.select(RulesConfig(), lang, bilingual=False):
        info = rule.info
        if info.speaks_to and info.group not in _HOUSE_STYLE:
            question = "machine" if "machine" in info.speaks_to else "translated"
            out[rule.id] = question + ("-neutral" if info.severity is Severity.NEUTRAL else "")
    return out


def rule_evidence(findings: Iterable[Finding], speaking: Mapping[str, str]) -> RuleEvidence:
    """Count findings by group.

    Args:
        findings: of one text, those that were silenced too: they are no less a sign.
        speaking: as `speaking_rules` gives them.
    """
    hits = Counter(f.rule for f in findings if f.rule in speaking)
    counts = dict.fromkeys(GROUPS, 0)
    names: dict[str, list[str]] = {group: [] for group in GROUPS}
    for rule, n in hits.most_common():
        counts[speaking[rule]] += min(n, MOST_OF_A_RULE)
        names[speaking[rule]].append(rule)
    return RuleEvidence(
        counts=tuple(counts.values()),
        rules={group: tuple(rules) for group, rules in names.items() if rules},
        groups=tuple(group for group in GROUPS if group in speaking.values()),
    )


def evidence_of(
    findings: Iterable[Finding], rules: RuleSet, config: RulesConfig, lang: str | None
) -> RuleEvidence | None:
    """Return the rules' evidence, None unless every rule that it rests on ran.

    A choice of rules finds less than was measured; its silence would be taken for a human's.
    """
    speaking = speaking_rules(rules, lang)
    ran = {rule.id for rule in rules.select(config, lang, bilingual=False)}
    if config.min_severity is not Severity.NEUTRAL or not speaking.keys() <= ran or not speaking:
        return None
    return rule_evidence(findings, speaking)


def text_evidence(text: str, rules: RuleSet, lang: str | None) -> RuleEvidence | None:
    """Run the default rules over a text and return their evidence, None where no rule speaks."""
    from mtcheck.checks.engine import check
    from mtcheck.core.documents import Document
    from mtcheck.text.segment import segment

    document = segment(Document.plain(text, lang=lang))
    chosen = rules.select(RulesConfig(), lang, bilingual=False)
    return evidence_of(check(document, chosen).findings, rules, RulesConfig(), lang)
