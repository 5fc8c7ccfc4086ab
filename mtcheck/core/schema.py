"""JSON Schema (draft 2020-12) of the JSON report. Additions keep the version's first number."""

from __future__ import annotations

from typing import Any

from mtcheck.core.findings import Confidence, Severity, SuppressedBy
from mtcheck.core.report import SCHEMA_VERSION, Status, Verdict

_Schema = dict[str, Any]

STRING: _Schema = {"type": "string"}
BOOLEAN: _Schema = {"type": "boolean"}
NUMBER: _Schema = {"type": "number"}
COUNT: _Schema = {"type": "integer", "minimum": 0}
ONE_BASED: _Schema = {"type": "integer", "minimum": 1}


def report_schema() -> dict[str, Any]:
    """Return the schema of ``mtcheck check --format json`` and of ``Report.to_dict``.

    Unknown properties are allowed, so that a consumer that validates against it accepts reports of
    later versions with the same first number.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:mtcheck:report:{SCHEMA_VERSION}",
        "title": "mtcheck report",
        "description": (
            "Offsets are half-open and count Unicode code points of the text as it was given. "
            "Lines and columns start at 1. null means: not measured."
        ),
        **_object(
            {
                "schema_version": {"type": "string", "pattern": r"^[0-9]+\.[0-9]+$"},
                "tool": _ref("tool"),
                "documents": _array(_ref("document"), "In input order."),
                "summary": _ref("summary"),
                "gate": _ref("gate"),
            }
        ),
        "$defs": {
            "tool": _object({"name": STRING, "version": STRING}),
            "document": _document(),
            "score": _score(),
            "segment": _segment(),
            "roundtrip": _roundtrip(),
            "segment_score": _object(
                {
                    "value": _nullable(NUMBER, "0 to 100."),
                    "raw": _nullable(NUMBER, "z-score over human judgements."),
                    "flags": _array(STRING),
                }
            ),
            "finding": _finding(),
            "suppressed_finding": _finding(suppression=_ref("suppression")),
            "suppression": _object(
                {
                    "by": {"enum": [s.value for s in SuppressedBy]},
                    "reason": _nullable(STRING, "What the comment in the text says, or mtcheck."),
                    "line": _nullable(ONE_BASED, "Where the comment stands."),
                }
            ),
            "skip": _object(
                {
                    "what": STRING,
                    "why": STRING,
                    "needed": _nullable(STRING),
                    "blocking": _described(
                        BOOLEAN, "It was asked for; without it the verdict is INCOMPLETE."
                    ),
                    "code": _nullable(STRING, "Code of the error that was the cause."),
                }
            ),
            "gate": _object(
                {
                    "verdict": {"enum": [v.value for v in Verdict]},
                    "reasons": _array(_ref("reason"), "Empty exactly when the verdict is PASS."),
                }
            ),
            "reason": _object(
                {
                    "threshold": STRING,
                    "message": STRING,
                    "value": _nullable(NUMBER),
                    "limit": _nullable(NUMBER),
                    "worst": _array(STRING, "Worst places, as path:line."),
                }
            ),
            "summary": _object(
                {
                    "documents": COUNT,
                    "failed": COUNT,
                    "words": COUNT,
                    "segments": COUNT,
                    "findings": _object({s.value: COUNT for s in Severity}),
                    "suppressed": COUNT,
                    "penalty_per_1000": _nullable(
                        {"type": "number", "minimum": 0}, "MQM-based points per 1,000 words."
                    ),
                }
            ),
        },
    }


def line_schema() -> dict[str, Any]:
    """Return the schema of one line of ``--format jsonl``: a document, or the summary (last)."""
    whole = report_schema()
    definitions = whole["$defs"]
    document = {**definitions["document"]}
    document["properties"] = {"type": {"const": "document"}, **document["properties"]}
    document["required"] = ["type", *document["required"]]
    summary = _object(
        {
            "type": {"const": "summary"},
            "schema_version": whole["properties"]["schema_version"],
            "tool": _ref("tool"),
            "summary": _ref("summary"),
            "gate": _ref("gate"),
        }
    )
    return {
        "$schema": whole["$schema"],
        "$id": f"urn:mtcheck:report-line:{SCHEMA_VERSION}",
        "title": "Line of an mtcheck report in JSON Lines",
        "oneOf": [document, summary],
        "$defs": definitions,
    }


def _document() -> _Schema:
    return _object(
        {
            "path": STRING,
            "status": _described(
                {"enum": [s.value for s in Status]},
                "partial: something was skipped; failed: it could not be checked.",
            ),
            "format": STRING,
            "lang": _nullable(STRING, "ISO 639-1 code."),
            "source_lang": _nullable(STRING),
            "words": COUNT,
            "scores": {
                "type": "object",
                "additionalProperties": _ref("score"),
                "description": "By name: penalty, stability, machine_translated, fluency, ...",
            },
            "segments": _array(_ref("segment")),
            "findings": _array(_ref("finding"), "Sorted by place."),
            "suppressed": _array(
                _ref("suppressed_finding"),
                "Silenced inline, by a baseline or outside of the changed lines.",
            ),
            "skips": _array(_ref("skip")),
            "notes": _array(STRING),
            "gate": _ref("gate"),
            "provenance": {
                "type": "object",
                "additionalProperties": STRING,
                "description": "What the result depends on: models, versions, settings.",
            },
            "timings_ms": {"type": "object", "additionalProperties": NUMBER},
        }
    )


def _score() -> _Schema:
    pair = {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}
    shares = {"type": "object", "additionalProperties": NUMBER}
    return _object(
        {
            "value": _nullable(NUMBER),
            "interval": _nullable(pair, "95 % interval, in the unit of the value."),
            "unit": STRING,
            "n": COUNT,
            "signature": _described(STRING, "Everything needed to reproduce the value."),
            "better": {"enum": ["higher", "lower"]},
            "percentile": _nullable(
                {"type": "number", "minimum": 0, "maximum": 100}, "In the reference distribution."
            ),
            "reference": _nullable(STRING, "The place in the reference distribution in words."),
            "abstained": _described(BOOLEAN, "The evidence was too weak for a verdict."),
            "label": _nullable(STRING),
            "distribution": _nullable(shares, "For scores over classes."),
            "note": _nullable(STRING, "Why it was not measured, or a remark."),
            "reference_quantiles": _nullable(
                {"type": "array", "items": NUMBER, "minItems": 5, "maxItems": 5},
                "5, 25, 50, 75 and 95 % quantiles of the reference distribution.",
            ),
            "reasons": {
                "type": "array",
                "items": STRING,
                "description": "What the value rests on.",
            },
        }
    )


def _segment() -> _Schema:
    return _object(
        {
            "index": COUNT,
            "start": COUNT,
            "end": COUNT,
            "text": STRING,
            "lang": _nullable(STRING),
            "unit": _nullable(STRING, "The file's own name for it."),
            "source": _nullable(STRING, "The text that it translates."),
            "roundtrip": _nullable(_ref("roundtrip"), "By way of the first pivot."),
        },
        optional={
            "roundtrips": _array(_ref("roundtrip"), "All pivots, where there are several."),
            "fluency": _ref("segment_score"),
            "quality": _ref("segment_score"),
            "suspicious": _array(
                _object(
                    {
                        "start": COUNT,
                        "end": COUNT,
                        "drop": _described(NUMBER, "How much it lowers the score, on the z-scale."),
                    }
                ),
                "Words without which the judge scores the segment higher. Guesses, no findings.",
            ),
        },
    )


def _roundtrip() -> _Schema:
    return _object(
        {
            "pivot": STRING,
            "forward": _nullable(STRING),
            "back": _nullable(STRING),
            "chrf": _nullable(NUMBER, "chrF++ of the back-translation, 0 to 100."),
            "similarity": _nullable(NUMBER, "Cosine of sentence embeddings, -1 to 1."),
            "flags": _array(STRING),
            "lost": _array(STRING),
            "gained": _array(STRING),
            "forward_logprob": _nullable(NUMBER),
            "back_logprob": _nullable(NUMBER),
        }
    )


def _finding(**more: _Schema) -> _Schema:
    return _object(
        {
            "rule": STRING,
            "severity": {"enum": [s.value for s in Severity]},
            "mqm": _described(STRING, "Error type in the MQM typology."),
            "start": COUNT,
            "end": COUNT,
            "line": ONE_BASED,
            "column": ONE_BASED,
            "end_line": COUNT,
            "end_column": COUNT,
            "text": _described(STRING, "What is flagged: the text from start to end."),
            "message": STRING,
            "suggestion": _nullable(STRING, "Replaces the text as a whole."),
            "safe": _described(BOOLEAN, "The suggestion may be applied unseen."),
            "source_langs": _array(STRING, "Likely source languages, most likely first."),
            "confidence": {"enum": [c.value for c in Confidence]},
            "segment": _nullable(COUNT),
            "unit": _nullable(STRING),
            "key": _described(STRING, "Of rule and normalised sentence; survives moved text."),
            **more,
        }
    )


def _ref(name: str) -> _Schema:
    return {"$ref": f"#/$defs/{name}"}


def _array(items: _Schema, description: str | None = None) -> _Schema:
    return _described({"type": "array", "items": items}, description)


def _nullable(schema: _Schema, description: str | None = None) -> _Schema:
    return _described({"anyOf": [schema, {"type": "null"}]}, description)


def _described(schema: _Schema, description: str | None) -> _Schema:
    return schema if description is None else {**schema, "description": description}


def _object(required: _Schema, optional: _Schema | None = None) -> _Schema:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
    }
