"""The vote on the source language."""

from __future__ import annotations

from mtcheck.checks.engine import check
from mtcheck.checks.registry import load_rules
from mtcheck.checks.vote import vote
from mtcheck.core.config import RulesConfig
from mtcheck.core.documents import Document
from mtcheck.text.segment import segment

RULES = load_rules().select(RulesConfig(), "en", bilingual=False)


def voted(text: str, words: int = 100):
    findings = check(segment(Document.plain(text, lang="en")), RULES).findings
    return vote(findings, "en", words)


def test_portuguese_news_style_points_to_portuguese() -> None:
    text = (
        "The bill was signed this Friday (11). Photo: Reproduction/TV Litoral\n\n"
        "The mayor assured that the works count with the support of the state. "
        "It cost R$ 3 million, the chief of Spanish diplomacy said in his Twitter account."
    )
    result = voted(text)
    assert result.label == "pt"
    assert not result.abstained
    assert abs(sum(result.distribution.values()) - 1) < 1e-9
    assert "Portuguese" in result.evidence
    assert result.translated > result.machine


def test_no_findings_or_few_words_abstain() -> None:
    clean = voted("The mayor signed the bill on Friday.")
    assert clean.abstained and clean.label is None and clean.distribution == {}
    assert voted("He came this Friday (11). It is at the gates of Europe.", words=12).abstained


def test_machine_evidence_is_kept_apart() -> None:
    result = voted("The ▁dam is closed. He lives in <unk> now.")
    assert result.machine > 0
    assert result.translated == 0
