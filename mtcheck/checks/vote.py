"""Which language a text was translated from, by the rules that fired."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mtcheck.checks.registry import load_rules, measured_rates
from mtcheck.core.errors import ConfigError
from mtcheck.core.findings import Confidence, Finding
from mtcheck.core.languages import name

# Added to both rates (findings per 1,000 segments) before their ratio is taken: about two findings
# in the 8,000 human segments, so that a rule never seen in human text is no proof by itself.
_SMOOTHING = 0.25
_MOST = 3.5  # nats; one rule never decides alone against several others
# For Portuguese, Spanish, French and Italian into English, and for all targets but English, no
# machine translations were at hand to measure: these weights (nats) are set by hand.
_BY_HAND = {Confidence.HIGH: 1.2, Confidence.MEDIUM: 0.8, Confidence.LOW: 0.4}
_LATER = 0.9  # for the second and further languages of a rule
_LEAST_SCORE = 2.0  # nats
_LEAST_SHARE = 0.4
LEAST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Vote:
    """Outcome of the vote.

    ``distribution`` gives each language that got a vote its share (sum 1; empty: no votes).
    ``label`` is None and ``abstained`` True where the evidence is too weak. ``translated`` and
    ``machine`` are sums of log odds (nats) that the text is a translation, and that a machine made
    it: two questions, each with its own rules. ``scores`` are the log odds of each language.
    """

    distribution: Mapping[str, float] = field(default_factory=dict)
    label: str | None = None
    abstained: bool = True
    evidence: str = ""
    translated: float = 0.0
    machine: float = 0.0
    scores: Mapping[str, float] = field(default_factory=dict)


def vote(findings: Sequence[Finding], lang: str | None, words: int) -> Vote:
    """Let each rule that fired vote with its log odds for every source language.

    The log odds are those of the rule's rate in machine translation from the language against its
    rate in human originals, where both were measured (English), otherwise weights set by hand. A
    rule counts once, a little more where it fired often.

    Args:
        findings: of one document.
        lang: the document's language; never a candidate.
        words: length of the document.
    """
    rates = measured_rates()
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    scores: dict[str, float] = {}
    voices: list[tuple[float, str, str]] = []
    for rule, hits in by_rule.items():
        times = 1 + min(math.log(len(hits)), 1.0)
        for source, weight in _weights(hits, rates.get(rule, {}), lang).items():
            scores[source] = scores.get(source, 0.0) + times * weight
            voices.append((times * weight, rule, source))
    translated, machine = _two_questions(by_rule, rates)
    positive = {source: score for source, score in scores.items() if score > 0}
    if not positive:
        return Vote(translated=translated, machine=machine, scores=scores)
    top = max(positive.values())
    raised = {source: math.exp(score - top) for source, score in positive.items()}
    total = sum(raised.values())
    shares = sorted(raised.items(), key=lambda item: (-item[1], item[0]))
    distribution = {source: value / total for source, value in shares}
    best = shares[0][0]
    sure = top >= _LEAST_SCORE and distribution[best] >= _LEAST_SHARE and words >= LEAST_WORDS
    strongest = [rule for _, rule, source in sorted(voices, reverse=True) if source == best][:3]
    return Vote(
        distribution=distribution,
        label=best if sure else None,
        abstained=not sure,
        evidence=f"{name(best)}: {', '.join(strongest)}",
        translated=translated,
        machine=machine,
        scores=scores,
    )


def _weights(hits: list[Finding], rates: Mapping[str, Any], lang: str | None) -> dict[str, float]:
    """Return a rule's log odds by source language."""
    out: dict[str, float] = {}
    if lang == "en":
        human = rates.get("human:en", 0.0)
        for pool, rate in rates.items():
            if pool.startswith("mt:"):
                odds = math.log((rate + _SMOOTHING) / (human + _SMOOTHING))
                out[pool.removeprefix("mt:")] = max(-_MOST / 2, min(odds, _MOST))
    named = list(dict.fromkeys(s for hit in hits for s in hit.source_langs))
    for place, source in enumerate(named):
        if source != lang and f"mt:{source}" not in rates:
            out[source] = _BY_HAND[hits[0].confidence] * (1.0 if place == 0 else _LATER)
    return out


def _two_questions(
    by_rule: Mapping[str, list[Finding]], rates: Mapping[str, Mapping[str, Any]]
) -> tuple[float, float]:
    """Return the sums of log odds for "translated" and "made by a machine"."""
    rules = load_rules()
    sums = {"translated": 0.0, "machine": 0.0}
    for id_, hits in by_rule.items():
        try:
            speaks_to = rules.info(id_).speaks_to
        except ConfigError:  # a user's own rule
            continue
        pools = rates.get(id_, {})
        human = pools.get("human:en", 0.0)
        mean = pools.get("mt")
        weight = (
            math.log((mean + _SMOOTHING) / (human + _SMOOTHING))
            if mean
            else _BY_HAND[hits[0].confidence]
        )
        for question in speaks_to:
            sums[question] += max(0.0, min(weight, _MOST))
    return sums["translated"], sums["machine"]
