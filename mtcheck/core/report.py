"""What a check returns: one `Report` a document, one `RunReport` for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mtcheck.core.evidence import RoundTrip, SegmentScore, SuspiciousWord
from mtcheck.core.findings import Finding, Severity
from mtcheck.core.scores import Score
from mtcheck.core.spans import Span

SCHEMA_VERSION = "1.0"


class Verdict(StrEnum):
    """Outcome of the gate. INCOMPLETE: something that was asked for could not be measured."""

    PASS = "PASS"  # noqa: S105
    FAIL = "FAIL"
    INCOMPLETE = "INCOMPLETE"


class Status(StrEnum):
    """What became of a document: ``ok``, ``partial`` (something skipped) or ``failed``."""

    OK = "ok"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Skip:
    """Something that was not measured: ``what``, ``why`` and what is ``needed`` to measure it.

    ``blocking`` skips were asked for and make the verdict INCOMPLETE; others are remarks. ``code``
    is the error's code where an error was the cause, for programs and exit codes.
    """

    what: str
    why: str
    needed: str | None = None
    blocking: bool = True
    code: str | None = None


@dataclass(frozen=True, slots=True)
class SegmentReport:
    """One segment with its evidence. ``span`` and ``text`` are of the text as the user gave it.

    So are the spans in ``suspicious``, while those within ``fluency`` and ``quality`` are of the
    segment.
    """

    index: int
    span: Span
    text: str
    lang: str | None = None
    unit: str | None = None
    source: str | None = None
    roundtrips: tuple[RoundTrip, ...] = ()
    fluency: SegmentScore | None = None
    quality: SegmentScore | None = None
    suspicious: tuple[SuspiciousWord, ...] = ()


@dataclass(frozen=True, slots=True)
class GateReason:
    """Why a gate did not pass: threshold, value found, and the worst places (``path:line``)."""

    threshold: str
    message: str
    value: float | None = None
    limit: float | None = None
    worst: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GateResult:
    """Verdict with its reasons; reasons are empty exactly when the verdict is PASS."""

    verdict: Verdict
    reasons: tuple[GateReason, ...] = ()


@dataclass(frozen=True, slots=True)
class Tool:
    """Name and version of the program that made a report."""

    name: str = "mtcheck"
    version: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found out about one document.

    ``findings`` are sorted by place. ``suppressed`` were silenced inline, by a baseline or because
    their lines did not change, as their ``suppression`` says; they take no part in scores or the
    gate. ``text`` is the text as the user gave it (``Document.raw``), which all spans count in.
    """

    path: str
    status: Status
    lang: str | None
    words: int
    text: str = ""
    format: str = "text"
    source_lang: str | None = None
    scores: Mapping[str, Score] = field(default_factory=dict)
    segments: tuple[SegmentReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Finding, ...] = ()
    skips: tuple[Skip, ...] = ()
    notes: tuple[str, ...] = ()
    gate: GateResult = GateResult(Verdict.PASS)
    provenance: Mapping[str, str] = field(default_factory=dict)
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    tool: Tool = Tool()

    @property
    def verdict(self) -> Verdict:
        """The gate's verdict on this document."""
        return self.gate.verdict

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form: a run of this one document (see `mtcheck schema`)."""
        return RunReport.of((self,), self.gate, self.tool).to_dict()

    def to_json(self, *, indent: int | None = 2) -> str:
        """Return `to_dict` as JSON text."""
        from mtcheck.core.to_json import dumps

        return dumps(self.to_dict(), indent=indent)


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over all documents of a run; ``penalty_per_1000`` is None where no word was read."""

    documents: int
    failed: int
    words: int
    segments: int
    findings: Mapping[str, int]
    suppressed: int
    penalty_per_1000: float | None


@dataclass(frozen=True, slots=True)
class RunReport:
    """Reports in input order, with the verdict on all of them."""

    documents: tuple[Report, ...]
    summary: Summary
    gate: GateResult
    tool: Tool = Tool()

    @classmethod
    def of(cls, documents: tuple[Report, ...], gate: GateResult, tool: Tool) -> RunReport:
        """Return the run over ``documents`` with its counts."""
        return cls(documents, summarise(documents), gate, tool)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, described by `mtcheck schema`."""
        from mtcheck.core.to_json import run_to_dict

        return run_to_dict(self)

    def to_json(self, *, indent: int | None = 2) -> str:
        """Return `to_dict` as JSON text."""
        from mtcheck.core.to_json import dumps

        return dumps(self.to_dict(), indent=indent)


def summarise(documents: tuple[Report, ...]) -> Summary:
    """Count findings, words and penalty over ``documents``."""
    tally = SummaryTally()
    for report in documents:
        tally.add(report)
    return tally.result()


class SummaryTally:
    """Counts documents as they come, in constant memory."""

    def __init__(self) -> None:
        self._counts = {s.value: 0 for s in Severity}
        self._documents = self._failed = self._words = self._segments = self._suppressed = 0

    def add(self, report: Report) -> None:
        """Count one more document."""
        self._documents += 1
        self._failed += report.status is Status.FAILED
        self._words += report.words
        self._segments += len(report.segments)
        self._suppressed += len(report.suppressed)
        for finding in report.findings:
            self._counts[finding.severity.value] += 1

    def result(self) -> Summary:
        """Return the counts so far."""
        weight = sum(Severity(s).weight * n for s, n in self._counts.items())
        return Summary(
            documents=self._documents,
            failed=self._failed,
            words=self._words,
            segments=self._segments,
            findings=dict(self._counts),
            suppressed=self._suppressed,
            penalty_per_1000=1000 * weight / self._words if self._words else None,
        )
