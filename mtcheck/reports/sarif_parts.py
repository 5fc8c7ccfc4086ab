"""The objects of a SARIF log that single findings, rules and skips become."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from mtcheck.core.findings import Confidence, Finding, Severity, SuppressedBy, Suppression
from mtcheck.core.report import GateResult, Report, Status, Verdict
from mtcheck.core.rule_info import RuleInfo
from mtcheck.reports import wording
from mtcheck.reports.places import end_of, relative_uri

BASE = "%SRCROOT%"
LEVELS = {
    Severity.CRITICAL: "error",
    Severity.MAJOR: "error",
    Severity.MINOR: "warning",
    Severity.NEUTRAL: "note",
}
_PROBLEM = {"error": "error", "warning": "warning", "note": "recommendation"}
_PRECISION = {Confidence.HIGH: "very-high", Confidence.MEDIUM: "high", Confidence.LOW: "medium"}
_RANK = {
    Severity.CRITICAL: 100.0,
    Severity.MAJOR: 75.0,
    Severity.MINOR: 50.0,
    Severity.NEUTRAL: 25.0,
}
# Their text was extracted: a replacement by offset would not fit the file itself.
_EXTRACTED = frozenset({"docx", "odt", "pdf"})
_MOST_TAGS = 10  # GitHub keeps ten tags a rule


def artifact_location(path: str, root: str) -> dict[str, Any]:
    """Return where a document is, relative to the base if it lies inside of it."""
    uri = relative_uri(path, root)
    if PurePath(path).is_absolute() and uri.startswith("/"):
        return {"uri": f"file://{uri}"}
    return {"uri": uri, "uriBaseId": BASE}


def rule(rule_id: str, info: RuleInfo | None) -> dict[str, Any]:
    """Return the description of a rule; of a user's rule only its id may be known."""
    if info is None:
        text = {"text": rule_id}
        return {"id": rule_id, "shortDescription": text, "fullDescription": text, "help": text}
    level = LEVELS[info.severity]
    plain = "\n".join([info.title, "", info.why, *(f"- {e}" for e in info.examples)])
    tags = ["translation", info.group, *(f"source:{s}" for s in info.source_langs)]
    return {
        "id": rule_id,
        "name": "".join(w[:1].upper() + w[1:] for w in re.split(r"[^0-9A-Za-z]+", rule_id)),
        "shortDescription": {"text": info.title},
        "fullDescription": {"text": info.why or info.title},
        "help": {"text": plain.strip(), "markdown": info.markdown or plain.strip()},
        "defaultConfiguration": {"level": level, "enabled": info.default},
        "properties": {
            "tags": list(dict.fromkeys(tags))[:_MOST_TAGS],
            "precision": _PRECISION[info.confidence],
            "problem.severity": _PROBLEM[level],
            "mqm": info.mqm,
        },
    }


def result(report: Report, finding: Finding, location: dict[str, Any]) -> dict[str, Any]:
    """Return one finding. Lines, columns and offsets count code points (``columnKind``)."""
    end_line, end_column = end_of(finding)
    region: dict[str, Any] = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": end_line,
        "endColumn": end_column,
        "charOffset": finding.span.start,
        "charLength": len(finding.span),
    }
    place: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": location,
            "region": {**region, "snippet": {"text": finding.text}},
        }
    }
    if finding.unit:
        place["logicalLocations"] = [{"name": finding.unit, "kind": "unit"}]
    out: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": LEVELS[finding.severity],
        "message": {"text": wording.with_rewrite(finding)},
        "locations": [place],
        "partialFingerprints": {"mtcheck/v1": finding.key},
        "rank": _RANK[finding.severity],
        "properties": {
            "severity": finding.severity.value,
            "confidence": finding.confidence.value,
            "mqm": finding.mqm,
            "sourceLanguages": list(finding.source_langs),
        },
    }
    if not finding.key:
        del out["partialFingerprints"]
    if finding.suggestion is not None and report.format not in _EXTRACTED:
        replacement = {"deletedRegion": region, "insertedContent": {"text": finding.suggestion}}
        change = {"artifactLocation": location, "replacements": [replacement]}
        text = f"Replace with: {finding.suggestion}" if finding.suggestion else "Delete"
        out["fixes"] = [{"description": {"text": text}, "artifactChanges": [change]}]
    if finding.suppression is not None:
        out["suppressions"] = [_suppression(finding.suppression, location)]
    return out


def _suppression(why: Suppression, location: dict[str, Any]) -> dict[str, Any]:
    inline = why.by is SuppressedBy.INLINE
    # No `status`: the standard takes its absence for "accepted", and some schemas call it `state`.
    out: dict[str, Any] = {"kind": "inSource" if inline else "external"}
    if why.reason:
        out["justification"] = why.reason
    if why.line is not None:
        region = {"startLine": why.line}
        out["location"] = {"physicalLocation": {"artifactLocation": location, "region": region}}
    out["properties"] = {"by": why.by.value}
    return out


def notifications(report: Report, location: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (rank, notification) for what could not be measured in a document."""
    places = [{"physicalLocation": {"artifactLocation": location}}]
    if report.status is Status.FAILED:
        text = f"{report.path} could not be checked: {wording.failed_reason(report)}"
        yield 2, _notification("document-failed", "error", text, places)
        return
    for skip in report.skips:
        text = f"{report.path}: {wording.skip_text(skip)}"
        level = "warning" if skip.blocking else "note"
        yield int(skip.blocking), _notification("not-measured", level, text, places)


def gate_notification(gate: GateResult) -> dict[str, Any]:
    """Return the verdict with its reasons."""
    level = {Verdict.PASS: "none", Verdict.FAIL: "error", Verdict.INCOMPLETE: "warning"}
    text = "; ".join([f"Gate: {gate.verdict.value}", *(r.message for r in gate.reasons)])
    return _notification("gate", level[gate.verdict], text)


def left_out(what: str, n: int) -> dict[str, Any]:
    """Return the notice that a limit was reached."""
    return _notification("limit", "warning", f"{n:,} {what} of the lowest severity were left out")


def _notification(
    name: str, level: str, text: str, places: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    out: dict[str, Any] = {
        "descriptor": {"id": f"mtcheck/{name}"},
        "level": level,
        "message": {"text": text},
    }
    if places:
        out["locations"] = places
    return out
