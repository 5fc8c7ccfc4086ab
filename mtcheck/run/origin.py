"""Scores of a document's origin: what the judge says of it, joined with what the rules found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mtcheck.core.config import Config
from mtcheck.core.documents import Document
from mtcheck.core.errors import ModelError
from mtcheck.core.findings import Finding
from mtcheck.core.report import Skip
from mtcheck.core.scores import Score
from mtcheck.core.signature import signature
from mtcheck.run.measure import MODEL_MISSING
from mtcheck.run.resources import Resources

if TYPE_CHECKING:
    from mtcheck.engines.judge import OriginResult


def origin_scores(
    document: Document,
    config: Config,
    *,
    findings: Sequence[Finding],
    silenced: Sequence[Finding],
    words: int,
    resources: Resources,
    version: str,
) -> tuple[dict[str, Score], list[Skip]]:
    """Return origin scores. The rules' vote needs no judge, so it is there without one.

    Args:
        document: with segments.
        config: in force for this document.
        findings: those that count.
        silenced: the others.
        words: number of words.
        resources: for judge and rules.
        version: version of mtcheck.
    """
    base = {"name": "origin", "model": "none", "version": version}
    judge, result, skips = None, None, []
    asked = config.gate.max_machine_translated is not None
    texts = [
        s.span.of(document.text)
        for s in document.segments
        if s.lang is None or s.lang == document.lang
    ]
    try:
        judge = resources.judge()
        if judge is not None:
            from mtcheck.run.rule_evidence import evidence_of

            evidence = evidence_of(
                (*findings, *silenced), resources.rules(), config.rules, document.lang
            )
            result = judge.origin(texts, lang=document.lang or "", evidence=evidence)
    except ModelError as error:
        why, needed, code = error.what, error.try_, MODEL_MISSING
        skips.append(Skip("origin", why, needed=needed, blocking=asked, code=code))
    except Exception as error:  # the judge's fault costs its scores, not the findings
        why = f"the judge failed: {type(error).__name__}: {error}"
        skips.append(Skip("origin", why, blocking=asked))
    if judge is None or result is None:
        return _translated_from(None, findings, document, words, base), skips
    base["model"] = f"{judge.info.model}@{judge.info.sha256[:12]}"
    base["by"] = "wording+rules" if result.by_rules else "wording"
    # What is called machine-translated is the house's matter, the probabilities are not.
    house = {"house": judge.house.digest[:12]} if judge.house is not None else {}
    return {
        "machine_translated": _probability("machine_translated", result, {**base, **house}),
        "translated": _probability("translated", result, base),
    } | _translated_from(result, findings, document, words, base), skips


def _probability(name: str, result: OriginResult, base: Mapping[str, str]) -> Score:
    value: float | None = getattr(result, name)
    main = name == "machine_translated"
    return Score(
        name=name,
        value=value,
        unit="probability",
        n=result.n,
        signature=signature({**base, "score": name}),
        interval=result.interval if main else None,
        better="lower",
        reference=result.reference if main else None,
        abstained=result.abstained if main else False,
        label=result.label if main else None,
        # Beside a value the reference phrase says what the note would.
        note=result.note if value is None else None,
        reasons=result.reasons if main else (),
    )


def _translated_from(
    result: OriginResult | None,
    findings: Sequence[Finding],
    document: Document,
    words: int,
    base: Mapping[str, str],
) -> dict[str, Score]:
    """Join the judge's shares of source languages with the rules' votes.

    The judge knows only the source languages of its training data and the rules only their own
    constructions. Where one of them has nothing to say, the other's word stands.
    """
    from mtcheck.checks.vote import LEAST_WORDS, vote
    from mtcheck.engines.judge_combiner import combine_sources

    if document.source_lang is not None:  # it is known, not to be guessed
        return {}
    voted = vote(findings, document.lang, words)
    judged = result.translated_from if result is not None else None
    if judged:
        distribution, label = combine_sources(judged, voted.scores)
        if words < LEAST_WORDS or _original(result):
            label = None
    else:
        distribution, label = dict(voted.distribution), voted.label
    if result is None and not distribution:
        return {}
    by_rules = bool(label) and voted.scores.get(label or "", 0.0) > 0
    reasons = []
    if judged:
        top = max(judged, key=lambda lang: judged[lang])
        reasons.append(f"grammar of the wording: {top} {100 * judged[top]:.0f}%")
    if voted.evidence:
        reasons.append(f"rules' findings: {voted.evidence}")
    score = Score(
        name="translated_from",
        value=distribution.get(label) if label else None,
        unit="probability",
        n=len(findings) if by_rules or result is None else result.n,
        signature=signature(
            {**base, "score": "translated_from", "by": "rules+judge" if judged else "rules"}
        ),
        better="lower",
        abstained=label is None,
        label=label,
        distribution=distribution or None,
        reference=voted.evidence if label and voted.label == label else None,
        note=None if label else _why_no_language(result),
        reasons=tuple(reasons),
    )
    return {"translated_from": score}


def _original(result: OriginResult | None) -> bool:
    """Tell whether a text is likelier no translation at all; then it has no source language."""
    return result is not None and result.translated is not None and result.translated < 0.5


def _why_no_language(result: OriginResult | None) -> str:
    if _original(result):
        return "it reads more like an original than like a translation"
    return "too little evidence for one source language"
