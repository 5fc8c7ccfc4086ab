"""What becomes of findings that lie on each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mtcheck.core.findings import Finding

_CONFIDENCE = {"low": 0, "medium": 1, "high": 2}
_CELL = 256  # code points; findings are looked up by the cells that they touch


def resolve(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in order of place, at most one for each fault.

    Equal spans become one finding. Of two that overlap within one group the graver, then the
    surer, then the longer stays. Findings of different groups may overlap (a caption holds a badly
    written date), unless they cover nearly the same text.
    """
    kept: list[Finding] = []
    grid: dict[int, list[Finding]] = {}
    for finding in sorted(findings, key=_preference):
        near = (other for cell in _cells(finding) for other in grid.get(cell, ()))
        if any(f.span.overlaps(finding.span) and _same_fault(finding, f) for f in near):
            continue
        kept.append(finding)
        for cell in _cells(finding):
            grid.setdefault(cell, []).append(finding)
    return sorted(kept, key=lambda f: (f.span.start, f.span.end, f.rule))


def _cells(f: Finding) -> Iterator[int]:
    yield from range(f.span.start // _CELL, f.span.end // _CELL + 1)


def _preference(f: Finding) -> tuple[object, ...]:
    return (-f.severity.rank, -_CONFIDENCE[f.confidence.value], f.suggestion is None,
            -len(f.span), f.span.start, f.rule)  # fmt: skip


def _same_fault(one: Finding, other: Finding) -> bool:
    if one.span == other.span or one.rule.split("/")[0] == other.rule.split("/")[0]:
        return True
    shared = min(one.span.end, other.span.end) - max(one.span.start, other.span.start)
    return shared / max(len(one.span), len(other.span)) > 0.8
