"""The gate: thresholds in, verdict and reasons out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mtcheck.core.config import GateConfig
from mtcheck.core.findings import Finding, Severity
from mtcheck.core.report import (
    GateReason,
    GateResult,
    Report,
    SegmentReport,
    Skip,
    Verdict,
)
from mtcheck.core.scores import Score

WORST = 3


def judge(
    config: GateConfig,
    *,
    path: str,
    findings: Sequence[Finding],
    scores: Mapping[str, Score],
    segments: Sequence[SegmentReport],
    skips: Sequence[Skip],
    line_of: Sequence[int] = (),
    signs: Sequence[Finding] = (),
) -> GateResult:
    """Return the verdict on one document.

    A failed threshold is FAIL whatever else was not measured. Otherwise a blocking skip, or a
    threshold whose score is None, is INCOMPLETE unless ``allow_incomplete``.

    Args:
        config: the thresholds.
        path: names the places in reasons.
        findings: those that count.
        scores: by name.
        segments: for the worst places of a score.
        skips: what was not measured.
        line_of: first line of each segment, 1-based, in the order of ``segments``.
        signs: findings that speak for machine translation: its worst places, as it has no segments.
    """
    failed = [
        *_by_severity(config, path, findings),
        *_by_penalty(config, path, findings, scores),
        *_by_scores(config, path, scores, segments, line_of, signs),
    ]
    if failed:
        return GateResult(Verdict.FAIL, tuple(failed))
    if config.allow_incomplete:
        return GateResult(Verdict.PASS)
    missing = [*_unmeasured(config, scores), *(_skip_reason(s) for s in skips if s.blocking)]
    if missing:
        return GateResult(Verdict.INCOMPLETE, tuple(missing))
    return GateResult(Verdict.PASS)


def combine(reports: Sequence[Report]) -> GateResult:
    """Return the verdict on a run: FAIL before INCOMPLETE before PASS, with the first reasons."""
    return GateTally.of(reports).result()


class GateTally:
    """Collects the verdicts of documents as they come, in bounded memory."""

    MAX_REASONS = 20

    def __init__(self) -> None:
        self._reasons: dict[Verdict, list[GateReason]] = {Verdict.FAIL: [], Verdict.INCOMPLETE: []}
        self._counts = {Verdict.FAIL: 0, Verdict.INCOMPLETE: 0}

    @classmethod
    def of(cls, reports: Sequence[Report]) -> GateTally:
        """Return the tally of ``reports``."""
        tally = cls()
        for report in reports:
            tally.add(report)
        return tally

    def add(self, report: Report) -> None:
        """Count one more document."""
        verdict = report.gate.verdict
        if verdict is Verdict.PASS:
            return
        self._counts[verdict] += 1
        kept = self._reasons[verdict]
        for reason in report.gate.reasons[: max(0, self.MAX_REASONS - len(kept))]:
            message = reason.message
            if not message.startswith(report.path):
                message = f"{report.path}: {message}"
            kept.append(
                GateReason(reason.threshold, message, reason.value, reason.limit, reason.worst)
            )

    def result(self) -> GateResult:
        """Return the verdict so far."""
        for verdict in (Verdict.FAIL, Verdict.INCOMPLETE):
            if self._counts[verdict]:
                reasons = list(self._reasons[verdict])
                if not reasons:
                    reasons.append(GateReason("documents", f"{self._counts[verdict]} documents"))
                return GateResult(verdict, tuple(reasons))
        return GateResult(Verdict.PASS)


def failed_document(skip: Skip, config: GateConfig) -> GateResult:
    """Return the verdict on a document that could not be processed at all."""
    if config.allow_incomplete:
        return GateResult(Verdict.PASS)
    return GateResult(Verdict.INCOMPLETE, (_skip_reason(skip),))


def _places(path: str, findings: Sequence[Finding]) -> tuple[str, ...]:
    worst = sorted(findings, key=lambda f: (-f.severity.rank, f.span))[:WORST]
    return tuple(f"{path}:{f.line}:{f.column} {f.rule}" for f in worst)


def _by_severity(config: GateConfig, path: str, findings: Sequence[Finding]) -> list[GateReason]:
    if config.fail_on == "never":
        return []
    limit = Severity(config.fail_on)
    over = [f for f in findings if f.severity.rank >= limit.rank]
    if not over:
        return []
    noun = "finding" if len(over) == 1 else "findings"
    message = f"{len(over)} {noun} of severity {limit.value} or more"
    return [GateReason("fail-on", message, float(len(over)), 0.0, _places(path, over))]


def _by_penalty(
    config: GateConfig, path: str, findings: Sequence[Finding], scores: Mapping[str, Score]
) -> list[GateReason]:
    score = scores.get("penalty")
    limit = config.max_penalty
    if limit is None or score is None or score.value is None or score.value <= limit:
        return []
    weighted = [f for f in findings if f.severity.weight]
    message = f"penalty {score.value:.1f} per 1,000 words is above {limit:g}"
    return [GateReason("max-penalty", message, score.value, limit, _places(path, weighted))]


# threshold → (score, "min" or "max", how to read a segment's own value)
_THRESHOLDS = {
    "min_stability": ("stability", "min"),
    "min_fluency": ("fluency", "min"),
    "min_quality": ("quality", "min"),
    "max_machine_translated": ("machine_translated", "max"),
}


def _segment_value(segment: SegmentReport, score: str) -> float | None:
    if score == "stability":
        values = [t.similarity for t in segment.roundtrips if t.similarity is not None]
        return min(values) if values else None
    scored = {"fluency": segment.fluency, "quality": segment.quality}.get(score)
    return None if scored is None else scored.value


def _worst_segments(
    path: str, score: str, segments: Sequence[SegmentReport], line_of: Sequence[int]
) -> tuple[str, ...]:
    valued = [
        (value, i)
        for i, segment in enumerate(segments)
        if (value := _segment_value(segment, score)) is not None
    ]
    lines = [(i, line_of[i] if i < len(line_of) else 0) for _, i in sorted(valued)[:WORST]]
    return tuple(f"{path}:{line}" if line else f"{path}#{i}" for i, line in lines)


def _by_scores(
    config: GateConfig,
    path: str,
    scores: Mapping[str, Score],
    segments: Sequence[SegmentReport],
    line_of: Sequence[int],
    signs: Sequence[Finding],
) -> list[GateReason]:
    reasons = []
    for threshold, (name, kind) in _THRESHOLDS.items():
        limit: float | None = getattr(config, threshold)
        score = scores.get(name)
        if limit is None or score is None or score.value is None or score.abstained:
            continue
        if (score.value >= limit) if kind == "min" else (score.value <= limit):
            continue
        side = "below" if kind == "min" else "above"
        label = name.replace("_", " ")
        if name == "machine_translated":
            worst = _places(path, signs)
        else:
            worst = _worst_segments(path, name, segments, line_of)
        reasons.append(
            GateReason(
                threshold.replace("_", "-"),
                f"{label} {score.value:.3g} is {side} {limit:g}",
                score.value,
                limit,
                worst,
            )
        )
    return reasons


def _unmeasured(config: GateConfig, scores: Mapping[str, Score]) -> list[GateReason]:
    reasons = []
    for threshold, (name, _) in {**_THRESHOLDS, "max_penalty": ("penalty", "max")}.items():
        limit: float | None = getattr(config, threshold)
        score = scores.get(name)
        if limit is None or (score is not None and score.value is not None):
            continue
        why = score.note if score is not None and score.note else "it was not measured"
        flag = threshold.replace("_", "-")
        reasons.append(GateReason(flag, f"--{flag} {limit:g} can't be judged: {why}", None, limit))
    return reasons


def _skip_reason(skip: Skip) -> GateReason:
    needed = f" (needed: {skip.needed})" if skip.needed else ""
    return GateReason("complete", f"{skip.what} not measured: {skip.why}{needed}")
