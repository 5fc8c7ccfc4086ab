"""Counts and verdict of many documents, in a form that is kept with each part and can be added."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from mtcheck.core.errors import ExitCode
from mtcheck.core.report import GateReason, GateResult, Report, Status, Verdict

# Code of a skip for want of a model, as mtcheck.run.measure gives it.
_MODEL_MISSING = "model-missing"
_MAX_REASONS = 20


@dataclass(slots=True)
class Tally:
    """Counts over documents; ``findings`` are by severity, ``verdicts`` by the gate's verdict.

    ``codes`` are those of blocking skips; ``reasons`` the first of each verdict, as
    (verdict, threshold, message).
    """

    documents: int = 0
    failed: int = 0
    words: int = 0
    segments: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    codes: set[str] = field(default_factory=set)
    reasons: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, report: Report) -> None:
        """Count one more document."""
        verdict = report.gate.verdict.value
        self.documents += 1
        self.failed += report.status is Status.FAILED
        self.words += report.words
        self.segments += len(report.segments)
        self.findings.update(f.severity.value for f in report.findings)
        self.verdicts[verdict] += 1
        self.codes.update(s.code for s in report.skips if s.code and s.blocking)
        self._keep(
            (verdict, r.threshold, f"{report.path}: {r.message.removeprefix(f'{report.path}: ')}")
            for r in report.gate.reasons
        )

    def merge(self, other: Tally) -> None:
        """Add the counts of ``other``."""
        self.documents += other.documents
        self.failed += other.failed
        self.words += other.words
        self.segments += other.segments
        self.findings.update(other.findings)
        self.verdicts.update(other.verdicts)
        self.codes |= other.codes
        self._keep(other.reasons)

    def _keep(self, reasons: Any) -> None:
        kept = Counter(verdict for verdict, *_ in self.reasons)
        for reason in reasons:
            if kept[reason[0]] < _MAX_REASONS:
                self.reasons.append(tuple(reason))
                kept[reason[0]] += 1

    def gate(self) -> GateResult:
        """Return the verdict on all documents."""
        for verdict in (Verdict.FAIL, Verdict.INCOMPLETE):
            if self.verdicts[verdict.value]:
                found = tuple(
                    GateReason(threshold, message)
                    for v, threshold, message in self.reasons
                    if v == verdict.value
                )
                return GateResult(verdict, found)
        return GateResult(Verdict.PASS)

    def exit_code(self, *, strict_inputs: bool) -> ExitCode:
        """Return the exit code of the run, as for a run on one machine."""
        verdict = self.gate().verdict
        if verdict is Verdict.FAIL:
            return ExitCode.GATE_FAILED
        if self.failed and strict_inputs:
            return ExitCode.INPUTS
        if verdict is Verdict.INCOMPLETE:
            return ExitCode.MODEL if _MODEL_MISSING in self.codes else ExitCode.GATE_FAILED
        return ExitCode.OK

    def to_json(self) -> str:
        """Return all counts as JSON text."""
        return json.dumps(
            {
                "documents": self.documents,
                "failed": self.failed,
                "words": self.words,
                "segments": self.segments,
                "findings": dict(self.findings),
                "verdicts": dict(self.verdicts),
                "codes": sorted(self.codes),
                "reasons": self.reasons,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Tally:
        """Return the counts that `to_json` wrote.

        Raises:
            ValueError, TypeError, KeyError: if the text is not of that form.
        """
        data = json.loads(text)
        return cls(
            data["documents"], data["failed"], data["words"], data["segments"],
            Counter(data["findings"]), Counter(data["verdicts"]), set(data["codes"]),
            [(v, t, m) for v, t, m in data["reasons"]],
        )  # fmt: skip
