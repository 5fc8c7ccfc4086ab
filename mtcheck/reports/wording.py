"""Phrases that several formats share, so that a score reads the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mtcheck.core.findings import Finding, Severity, Suppression
from mtcheck.core.languages import name as language_name
from mtcheck.core.report import Report, SegmentReport, Skip
from mtcheck.core.scores import Score

WORST_FIRST = tuple(sorted(Severity, key=lambda s: -s.rank))


def count(n: int, noun: str, plural: str | None = None) -> str:
    """Return ``1 word``, ``2,345 words``."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def languages(tags: Iterable[str]) -> str:
    """Return English names, joined by commas."""
    return ", ".join(language_name(t) for t in tags)


def score_title(name: str) -> str:
    """Return a score's name as words: ``translated_from``, ``stability_es`` (a second pivot)."""
    stem, _, pivot = name.rpartition("_")
    if stem == "stability" and pivot:
        return f"stability via {language_name(pivot)}"
    return name.replace("_", " ").replace("-", " ")


def is_probability(score: Score) -> bool:
    """Tell whether a score is a probability (0 to 1), which reads better in per cent."""
    return "probability" in score.unit.lower()


def figure(score: Score, value: float) -> str:
    """Return a value of this score as people read it: ``61.4``, ``82 %``."""
    if is_probability(score):
        return f"{100 * value:.0f} %"
    return f"{value:,.1f}" if abs(value) >= 1 or value == 0 else f"{value:.2f}"


@dataclass(frozen=True, slots=True)
class ScoreText:
    """A score in words; ``value`` is ``not measured`` where there is none."""

    title: str
    value: str
    unit: str
    interval: str
    remark: str
    measured: bool


def score_text(score: Score) -> ScoreText:
    """Return the parts of a score's line: value, unit, interval, what it means."""
    unit = "" if is_probability(score) else score.unit
    remarks = [score.reference] if score.reference else []
    interval = ""
    if score.value is None:
        value, unit = ("no verdict", "") if score.abstained else ("not measured", "")
        remarks = [score.note] if score.note else []
    else:
        value = figure(score, score.value)
        if score.interval is not None:
            low, high = score.interval
            interval = f"95 % interval {figure(score, low)} to {figure(score, high)}"
        if score.distribution:
            ranked = sorted(score.distribution.items(), key=lambda kv: (-kv[1], kv[0]))
            remarks.append(
                ", ".join(f"{language_name(k)} {100 * v:.0f} %" for k, v in ranked[:3] if v >= 0.01)
            )
        elif score.label:
            remarks.append(score.label)
        if score.abstained:
            remarks.append("too weak for a verdict")
        if score.reasons and not score.distribution:
            remarks.append("because " + "; ".join(score.reasons))
        if score.note:
            remarks.append(score.note)
    return ScoreText(
        title=score_title(score.name),
        value=value,
        unit=unit,
        interval=interval,
        remark="; ".join(r for r in remarks if r),
        measured=score.value is not None,
    )


def likely_source(report: Report) -> str | None:
    """Return the likely source language in words, None where nothing speaks for one.

    The score's verdict where there is one; where it was not measured, the languages that findings
    name (the first counts in full, the second half, and so on), if few come close to the first.
    """
    score = report.scores.get("translated_from")
    if score is not None and score.value is not None and not score.abstained and score.label:
        return f"{language_name(score.label)} ({100 * score.value:.0f} %)"
    if score is not None:
        return None
    votes: dict[str, float] = {}
    for finding in report.findings:
        for i, tag in enumerate(finding.source_langs, start=1):
            votes[tag] = votes.get(tag, 0.0) + 1 / i
    close = [tag for tag, n in votes.items() if n >= 0.75 * max(votes.values())]
    if not close or len(close) > 3:
        return None
    return " or ".join(language_name(tag) for tag in sorted(close, key=lambda t: (-votes[t], t)))


def severity_counts(findings: Iterable[Finding]) -> dict[Severity, int]:
    """Return the number of findings of each severity, worst first, without zeros."""
    counts = dict.fromkeys(WORST_FIRST, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return {s: n for s, n in counts.items() if n}


def counts_text(counts: Mapping[Severity, int]) -> str:
    """Return ``3 findings: 1 major, 2 minor``."""
    total = sum(counts.values())
    if not total:
        return "no findings"
    return f"{count(total, 'finding')}: " + ", ".join(f"{n:,} {s.value}" for s, n in counts.items())


def some(words: Sequence[str], most: int = 8) -> str:
    """Return words joined by commas, at most ``most`` of them."""
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def skip_text(skip: Skip) -> str:
    """Return a skip as one sentence."""
    needed = f" (needed: {skip.needed})" if skip.needed else ""
    return f"{score_title(skip.what)} not measured: {skip.why}{needed}"


def instability(segment: SegmentReport) -> float | None:
    """Return how unstable a segment is, 0 (comes back unchanged) to 1; None if not measured.

    The mean over pivots of similarity where it was measured, else of chrF++.
    """
    figures = []
    for trip in segment.roundtrips:
        if trip.similarity is not None:
            figures.append(trip.similarity)
        elif trip.chrf is not None:
            figures.append(trip.chrf / 100)
    return 1 - sum(figures) / len(figures) if figures else None


def least_stable(report: Report, n: int = 3) -> list[SegmentReport]:
    """Return up to ``n`` segments that a round trip changed most, worst first."""
    scored = [(v, s) for s in report.segments if (v := instability(s)) is not None]
    scored.sort(key=lambda pair: (-pair[0], pair[1].index))
    return [segment for value, segment in scored[:n] if value > 0]


STUMBLES = "Words the judge stumbles over"
STUMBLES_LEGEND = (
    "Low confidence: the judge scores the sentence higher without them. They are no findings and "
    "count neither in the penalty nor at the gate."
)


def stumbling(report: Report) -> list[SegmentReport]:
    """Return the segments in which the judge names suspicious words, in order."""
    return [s for s in report.segments if s.suspicious]


def stumbled_over(segment: SegmentReport) -> list[str]:
    """Return the suspicious words of a segment as they stand in it."""
    at = segment.span.start
    spans = [w.span for w in segment.suspicious]
    return [segment.text[s.start - at : s.end - at] for s in spans]


def trip_figures(chrf: float | None, similarity: float | None, flags: Iterable[str]) -> str:
    """Return a round trip's figures: ``chrF++ 41.2, similarity 0.81, repaired``."""
    parts = [] if chrf is None else [f"chrF++ {chrf:.1f}"]
    if similarity is not None:
        parts.append(f"similarity {similarity:.2f}")
    parts.extend(f.replace("-", " ") for f in flags)
    return ", ".join(parts) or "not measured"


def failed_reason(report: Report) -> str:
    """Return why a failed document failed, from its skips and notes."""
    return "; ".join([s.why for s in report.skips if s.blocking] or report.notes) or "unknown error"


def suppression_text(why: Suppression) -> str:
    """Return why a finding was suppressed: ``inline: a quotation (line 7)``."""
    reason = f": {why.reason}" if why.reason else ""
    line = f" (line {why.line})" if why.line is not None else ""
    return f"{why.by.value}{reason}{line}"


def with_rewrite(finding: Finding) -> str:
    """Return a finding's message with its rewrite, for formats that have one field for both."""
    if finding.suggestion is None:
        return finding.message
    return f"{finding.message} Rewrite: {finding.suggestion or '(delete)'}"
