"""Reports read back from their JSON form (resumed runs, `mtcheck report`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtcheck.core.evidence import RoundTrip, SegmentScore, SuspiciousWord
from mtcheck.core.findings import Confidence, Finding, Severity, SuppressedBy, Suppression
from mtcheck.core.report import (
    GateReason,
    GateResult,
    Report,
    SegmentReport,
    Skip,
    Status,
    Tool,
    Verdict,
)
from mtcheck.core.scores import Score
from mtcheck.core.spans import Span

_Json = Mapping[str, Any]


def report_from_dict(data: _Json, *, text: str, tool: Tool) -> Report:
    """Return the report that ``data`` (an entry of ``documents``) describes.

    Args:
        data: what `mtcheck.core.to_json.report_to_dict` returned.
        text: the text as the user gave it, which the JSON form leaves out.
        tool: the program that made it.

    Raises:
        KeyError, TypeError, ValueError: if the data is not of that form.
    """
    return Report(
        path=data["path"],
        status=Status(data["status"]),
        lang=data["lang"],
        words=data["words"],
        text=text,
        format=data["format"],
        source_lang=data["source_lang"],
        scores={name: _score(name, s) for name, s in data["scores"].items()},
        segments=tuple(_segment(s) for s in data["segments"]),
        findings=tuple(_finding(f) for f in data["findings"]),
        suppressed=tuple(_finding(f) for f in data["suppressed"]),
        skips=tuple(
            Skip(s["what"], s["why"], s["needed"], s["blocking"], s["code"]) for s in data["skips"]
        ),
        notes=tuple(data["notes"]),
        gate=_gate(data["gate"]),
        provenance=dict(data["provenance"]),
        timings_ms=dict(data["timings_ms"]),
        tool=tool,
    )


def _score(name: str, data: _Json) -> Score:
    interval = data["interval"]
    return Score(
        name=name,
        value=data["value"],
        unit=data["unit"],
        n=data["n"],
        signature=data["signature"],
        interval=None if interval is None else (interval[0], interval[1]),
        better=data["better"],
        percentile=data["percentile"],
        reference=data["reference"],
        abstained=data["abstained"],
        label=data["label"],
        distribution=data["distribution"],
        note=data["note"],
        reference_quantiles=None
        if data.get("reference_quantiles") is None
        else tuple(data["reference_quantiles"]),
        reasons=tuple(data.get("reasons", ())),
    )


def _roundtrip(data: _Json) -> RoundTrip:
    return RoundTrip(
        pivot=data["pivot"],
        forward=data["forward"],
        back=data["back"],
        chrf=data["chrf"],
        similarity=data["similarity"],
        flags=tuple(data["flags"]),
        lost=tuple(data["lost"]),
        gained=tuple(data["gained"]),
        forward_logprob=data["forward_logprob"],
        back_logprob=data["back_logprob"],
    )


def _segment_score(data: _Json | None) -> SegmentScore | None:
    if data is None:
        return None
    return SegmentScore(data["value"], data["raw"], tuple(data["flags"]))


def _segment(data: _Json) -> SegmentReport:
    trips = data.get("roundtrips") or ([data["roundtrip"]] if data["roundtrip"] else [])
    return SegmentReport(
        index=data["index"],
        span=Span(data["start"], data["end"]),
        text=data["text"],
        lang=data["lang"],
        unit=data["unit"],
        source=data["source"],
        roundtrips=tuple(_roundtrip(t) for t in trips),
        fluency=_segment_score(data.get("fluency")),
        quality=_segment_score(data.get("quality")),
        suspicious=tuple(
            SuspiciousWord(Span(w["start"], w["end"]), w["drop"])
            for w in data.get("suspicious", ())
        ),
    )


def _finding(data: _Json) -> Finding:
    why = data.get("suppression")
    return Finding(
        rule=data["rule"],
        severity=Severity(data["severity"]),
        mqm=data["mqm"],
        span=Span(data["start"], data["end"]),
        line=data["line"],
        column=data["column"],
        text=data["text"],
        message=data["message"],
        suggestion=data["suggestion"],
        safe=data["safe"],
        source_langs=tuple(data["source_langs"]),
        confidence=Confidence(data["confidence"]),
        segment=data["segment"],
        unit=data["unit"],
        key=data["key"],
        end_line=data["end_line"],
        end_column=data["end_column"],
        suppression=None if why is None else Suppression(**{**why, "by": SuppressedBy(why["by"])}),
    )


def _gate(data: _Json) -> GateResult:
    reasons = tuple(
        GateReason(r["threshold"], r["message"], r["value"], r["limit"], tuple(r["worst"]))
        for r in data["reasons"]
    )
    return GateResult(Verdict(data["verdict"]), reasons)
