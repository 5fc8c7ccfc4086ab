from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from mtcheck.core.config import GateConfig
from mtcheck.core.evidence import RoundTrip, SegmentScore
from mtcheck.core.findings import Finding, Severity
from mtcheck.core.report import GateResult, Report, SegmentReport, Skip, Status, Verdict
from mtcheck.core.scores import Score
from mtcheck.core.spans import Span
from mtcheck.scoring.gate import GateTally, combine, failed_document, judge


def finding(severity: str, line: int = 1) -> Finding:
    return Finding(
        "group/rule", Severity(severity), "Accuracy", Span(0, 1), line, 2, "x", "because"
    )


def score(name: str, value: float | None, **more: Any) -> dict[str, Score]:
    return {name: Score(name, value, "unit", 1, "sig", **more)}


def verdict(config: GateConfig, **given: Any) -> GateResult:
    base: dict[str, Any] = {"findings": (), "scores": {}, "segments": (), "skips": ()}
    return judge(config, path="a.txt", **(base | given))


@pytest.mark.parametrize(
    ("fail_on", "severity", "expected"),
    [
        ("major", "minor", Verdict.PASS),
        ("major", "major", Verdict.FAIL),
        ("major", "critical", Verdict.FAIL),
        ("neutral", "neutral", Verdict.FAIL),
        ("never", "critical", Verdict.PASS),
    ],
)
def test_fail_on(fail_on: str, severity: str, expected: Verdict) -> None:
    result = verdict(GateConfig(fail_on=fail_on), findings=[finding(severity)])
    assert result.verdict is expected
    assert bool(result.reasons) is (expected is not Verdict.PASS)


def test_reasons_name_value_limit_and_the_three_worst_places() -> None:
    findings = [finding("minor", 1), finding("major", 5), finding("critical", 9),
                finding("major", 7)]  # fmt: skip
    result = verdict(
        GateConfig(fail_on="never", max_penalty=10.0),
        findings=findings,
        scores=score("penalty", 36.0),
    )
    (reason,) = result.reasons
    assert (reason.threshold, reason.value, reason.limit) == ("max-penalty", 36.0, 10.0)
    places = [place.split(" ")[0] for place in reason.worst]
    assert places == ["a.txt:9:2", "a.txt:5:2", "a.txt:7:2"]


def test_a_value_on_the_threshold_passes() -> None:
    config = GateConfig(max_penalty=10.0, min_stability=50.0, max_machine_translated=0.9)
    scores = score("penalty", 10.0) | score("stability", 50.0) | score("machine_translated", 0.9)
    assert verdict(config, scores=scores).verdict is Verdict.PASS


def test_worst_segments_of_a_score_are_named_by_line() -> None:
    segments = [
        SegmentReport(
            i, Span(i, i + 1), "x", roundtrips=(RoundTrip("pt", "f", "b", 10.0, similarity),)
        )
        for i, similarity in enumerate([0.9, 0.1, None, 0.5, 0.2])
    ]
    result = verdict(
        GateConfig(min_stability=60.0),
        scores=score("stability", 40.0),
        segments=segments,
        line_of=[1, 3, 5, 7, 9],
    )
    assert result.reasons[0].worst == ("a.txt:3", "a.txt:9", "a.txt:7")


def test_fluency_and_quality_use_segment_scores() -> None:
    segments = [SegmentReport(0, Span(0, 1), "x", quality=SegmentScore(12.0))]
    result = verdict(
        GateConfig(min_quality=30.0),
        scores=score("quality", 12.0),
        segments=segments,
        line_of=[4],
    )
    assert result.verdict is Verdict.FAIL
    assert result.reasons[0].worst == ("a.txt:4",)


def test_unmeasured_is_incomplete_and_not_zero() -> None:
    config = GateConfig(min_stability=1.0)
    result = verdict(config, scores=score("stability", None, note="no segment"))
    assert result.verdict is Verdict.INCOMPLETE
    assert "no segment" in result.reasons[0].message
    assert verdict(config).verdict is Verdict.INCOMPLETE
    allowed = dataclasses.replace(config, allow_incomplete=True)
    assert verdict(allowed).verdict is Verdict.PASS


def test_abstention_is_no_failure() -> None:
    scores = score("machine_translated", 0.99, abstained=True)
    assert verdict(GateConfig(max_machine_translated=0.5), scores=scores).verdict is Verdict.PASS


def test_machine_translation_is_placed_by_what_speaks_for_it() -> None:
    scores = score("machine_translated", 0.8)
    signs = [finding("minor"), finding("major")]
    result = verdict(GateConfig(max_machine_translated=0.5), scores=scores, signs=signs)
    (reason,) = result.reasons
    assert reason.message == "machine translated 0.8 is above 0.5"
    assert len(reason.worst) == 2 and all(p.startswith("a.txt:") for p in reason.worst)


def test_failure_beats_incompleteness() -> None:
    skips = [Skip("round trip", "no model")]
    assert verdict(GateConfig(), skips=skips).verdict is Verdict.INCOMPLETE
    assert verdict(GateConfig(), skips=skips, findings=[finding("major")]).verdict is Verdict.FAIL
    remark = [Skip("judge", "no model", blocking=False)]
    assert verdict(GateConfig(), skips=remark).verdict is Verdict.PASS


def report(path: str, gate: GateResult, status: Status = Status.OK) -> Report:
    return Report(path, status, "en", 10, gate=gate)


def test_runs_combine_verdicts_and_name_documents() -> None:
    skip = Skip("document", "unreadable")
    broken = report("b.txt", failed_document(skip, GateConfig()), Status.FAILED)
    fine = report("c.txt", GateResult(Verdict.PASS))
    assert combine([fine]).verdict is Verdict.PASS
    assert combine([fine, broken]).verdict is Verdict.INCOMPLETE
    failing = report("a.txt", verdict(GateConfig(), findings=[finding("major")]))
    result = combine([fine, broken, failing])
    assert result.verdict is Verdict.FAIL
    assert result.reasons[0].message.startswith("a.txt: ")


def test_a_long_run_keeps_few_reasons() -> None:
    tally = GateTally()
    failing = report("a.txt", verdict(GateConfig(), findings=[finding("major")]))
    for _ in range(1000):
        tally.add(failing)
    assert len(tally.result().reasons) == GateTally.MAX_REASONS
