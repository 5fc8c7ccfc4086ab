"""Findings and their MQM-based severities."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mtcheck.core.spans import Span


class Severity(StrEnum):
    """MQM-based severities; `weight` is the penalty of one finding.

    Source: MQM scoring model, https://themqm.org (minor 1, major 5, critical 25).
    """

    NEUTRAL = "neutral"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"

    @property
    def weight(self) -> int:
        """Penalty points of one finding of this severity."""
        return {"neutral": 0, "minor": 1, "major": 5, "critical": 25}[self.value]

    @property
    def rank(self) -> int:
        """0 for neutral to 3 for critical; for comparing and sorting."""
        return ("neutral", "minor", "major", "critical").index(self.value)


class Confidence(StrEnum):
    """How sure a rule is of a finding."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class SuppressedBy(StrEnum):
    """What silenced a finding."""

    INLINE = "inline"
    BASELINE = "baseline"
    UNCHANGED = "unchanged-lines"


@dataclass(frozen=True, slots=True)
class Suppression:
    """Why a finding takes no part in scores and gate.

    ``reason`` is what the comment in the text says, or what mtcheck has to say; ``line`` is the
    comment's, 1-based.
    """

    by: SuppressedBy
    reason: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that should be looked at.

    ``span`` counts code points of the text as the user gave it (``Document.raw``), and ``text`` is
    exactly ``raw[span.start:span.end]``. ``line`` and ``column`` start at 1, in code points.
    ``suggestion`` replaces ``text`` as a whole; ``safe`` says that `--fix` may apply it unseen.
    ``key`` names rule and normalised sentence, so that it survives moved text (baselines).
    ``source_langs`` are the likely source languages, most likely first. ``suppression`` is None for
    findings that count.
    """

    rule: str
    severity: Severity
    mqm: str
    span: Span
    line: int
    column: int
    text: str
    message: str
    suggestion: str | None = None
    safe: bool = False
    source_langs: tuple[str, ...] = ()
    confidence: Confidence = Confidence.MEDIUM
    segment: int | None = None
    unit: str | None = None
    key: str = ""
    end_line: int = 0
    end_column: int = 0
    suppression: Suppression | None = None
