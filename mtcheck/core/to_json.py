"""The JSON form of reports. Names are a public contract: add, never rename."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from mtcheck.core.evidence import RoundTrip, SegmentScore, SuspiciousWord
from mtcheck.core.findings import Finding
from mtcheck.core.report import (
    SCHEMA_VERSION,
    GateResult,
    Report,
    RunReport,
    SegmentReport,
    Skip,
    Summary,
    Tool,
)
from mtcheck.core.scores import Score

_SURROGATES = re.compile("[\ud800-\udfff]")
_scalar = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def dumps(value: Any, *, indent: int | None = None) -> str:
    """Return JSON text that can be encoded: lone surrogates become U+FFFD, one for one."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    return _SURROGATES.sub("\ufffd", text)


def indented(value: Any, depth: int = 0) -> str:
    """Return what ``dumps(value, indent=2)`` gives, with all lines but the first moved in.

    The standard library writes indented text in Python, piece by piece; by containers it takes a
    third of the time.

    Args:
        value: JSON-ready; keys are strings.
        depth: levels of two spaces.
    """
    return _SURROGATES.sub("\ufffd", _indented(value, "\n" + "  " * depth))


def _indented(value: Any, line: str) -> str:
    if not value or not isinstance(value, dict | list):
        return _scalar(value)
    inner = line + "  "
    if isinstance(value, list):
        return f"[{','.join([inner + _indented(item, inner) for item in value])}{line}]"
    fields = [f"{inner}{_scalar(key)}: {_indented(item, inner)}" for key, item in value.items()]
    return f"{{{','.join(fields)}{line}}}"


def _round(value: float | None, digits: int = 4) -> float | None:
    # JSON has no NaN or infinity; a figure that is neither was not measured.
    return None if value is None or not math.isfinite(value) else round(value, digits)


def roundtrip_to_dict(trip: RoundTrip) -> dict[str, Any]:
    """Return one round trip as JSON-ready values."""
    return {
        "pivot": trip.pivot,
        "forward": trip.forward,
        "back": trip.back,
        "chrf": _round(trip.chrf, 2),
        "similarity": _round(trip.similarity),
        "flags": list(trip.flags),
        "lost": list(trip.lost),
        "gained": list(trip.gained),
        "forward_logprob": _round(trip.forward_logprob),
        "back_logprob": _round(trip.back_logprob),
    }


def segment_score_to_dict(score: SegmentScore) -> dict[str, Any]:
    """Return one segment score as JSON-ready values."""
    return {
        "value": _round(score.value, 2),
        "raw": _round(score.raw),
        "flags": list(score.flags),
    }


def suspicious_to_list(words: tuple[SuspiciousWord, ...]) -> list[dict[str, Any]]:
    """Return suspicious words as JSON-ready values."""
    return [{"start": w.span.start, "end": w.span.end, "drop": _round(w.drop, 2)} for w in words]


def segment_to_dict(segment: SegmentReport) -> dict[str, Any]:
    """Return one segment as JSON-ready values; ``roundtrip`` is the first pivot's."""
    trips = [roundtrip_to_dict(t) for t in segment.roundtrips]
    out: dict[str, Any] = {
        "index": segment.index,
        "start": segment.span.start,
        "end": segment.span.end,
        "text": segment.text,
        "lang": segment.lang,
        "unit": segment.unit,
        "source": segment.source,
        "roundtrip": trips[0] if trips else None,
    }
    if len(trips) > 1:
        out["roundtrips"] = trips
    for name in ("fluency", "quality"):
        score: SegmentScore | None = getattr(segment, name)
        if score is not None:
            out[name] = segment_score_to_dict(score)
    if segment.suspicious:
        out["suspicious"] = suspicious_to_list(segment.suspicious)
    return out


def score_to_dict(score: Score) -> dict[str, Any]:
    """Return one score as JSON-ready values."""
    return {
        "value": _round(score.value),
        "interval": None if score.interval is None else [_round(x) for x in score.interval],
        "unit": score.unit,
        "n": score.n,
        "signature": score.signature,
        "better": score.better,
        "percentile": _round(score.percentile, 1),
        "reference": score.reference,
        "abstained": score.abstained,
        "label": score.label,
        "distribution": None
        if score.distribution is None
        else {k: _round(v) for k, v in score.distribution.items()},
        "note": score.note,
        "reference_quantiles": None
        if score.reference_quantiles is None
        else [_round(x) for x in score.reference_quantiles],
        "reasons": list(score.reasons),
    }


def finding_to_dict(finding: Finding) -> dict[str, Any]:
    """Return one finding as JSON-ready values; ``suppression`` only where there is one."""
    out: dict[str, Any] = {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "mqm": finding.mqm,
        "start": finding.span.start,
        "end": finding.span.end,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "text": finding.text,
        "message": finding.message,
        "suggestion": finding.suggestion,
        "safe": finding.safe,
        "source_langs": list(finding.source_langs),
        "confidence": finding.confidence.value,
        "segment": finding.segment,
        "unit": finding.unit,
        "key": finding.key,
    }
    if (why := finding.suppression) is not None:
        out["suppression"] = {"by": why.by.value, "reason": why.reason, "line": why.line}
    return out


def skip_to_dict(skip: Skip) -> dict[str, Any]:
    """Return one skip as JSON-ready values."""
    return {
        "what": skip.what,
        "why": skip.why,
        "needed": skip.needed,
        "blocking": skip.blocking,
        "code": skip.code,
    }


def gate_to_dict(gate: GateResult) -> dict[str, Any]:
    """Return a gate result as JSON-ready values."""
    return {
        "verdict": gate.verdict.value,
        "reasons": [
            {
                "threshold": r.threshold,
                "message": r.message,
                "value": _round(r.value),
                "limit": _round(r.limit),
                "worst": list(r.worst),
            }
            for r in gate.reasons
        ],
    }


def report_fields(report: Report) -> Iterator[tuple[str, Any]]:
    """Yield names and JSON-ready values of one document's report.

    Values are made as they are asked for; those that grow with the text (segments and findings) are
    iterators, so that a writer need not hold them all.
    """
    yield "path", report.path
    yield "status", report.status.value
    yield "format", report.format
    yield "lang", report.lang
    yield "source_lang", report.source_lang
    yield "words", report.words
    yield "scores", {name: score_to_dict(s) for name, s in report.scores.items()}
    yield "segments", map(segment_to_dict, report.segments)
    yield "findings", map(finding_to_dict, report.findings)
    yield "suppressed", map(finding_to_dict, report.suppressed)
    yield "skips", [skip_to_dict(s) for s in report.skips]
    yield "notes", list(report.notes)
    yield "gate", gate_to_dict(report.gate)
    yield "provenance", dict(report.provenance)
    yield "timings_ms", {k: round(v, 1) for k, v in report.timings_ms.items()}


def report_to_dict(report: Report) -> dict[str, Any]:
    """Return one document's report as JSON-ready values."""
    return {
        name: list(value) if isinstance(value, Iterator) else value
        for name, value in report_fields(report)
    }


def tool_to_dict(tool: Tool) -> dict[str, Any]:
    """Return the tool's name and version as JSON-ready values."""
    return {"name": tool.name, "version": tool.version}


def summary_to_dict(summary: Summary) -> dict[str, Any]:
    """Return the counts of a run as JSON-ready values."""
    return {
        "documents": summary.documents,
        "failed": summary.failed,
        "words": summary.words,
        "segments": summary.segments,
        "findings": dict(summary.findings),
        "suppressed": summary.suppressed,
        "penalty_per_1000": _round(summary.penalty_per_1000, 2),
    }


def run_to_dict(run: RunReport) -> dict[str, Any]:
    """Return a whole run as JSON-ready values."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": tool_to_dict(run.tool),
        "documents": [report_to_dict(r) for r in run.documents],
        "summary": summary_to_dict(run.summary),
        "gate": gate_to_dict(run.gate),
    }
