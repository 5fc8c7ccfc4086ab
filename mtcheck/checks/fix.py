"""Applies suggestions to the text that they were made for."""

from __future__ import annotations

from collections.abc import Iterable

from mtcheck.core.findings import Finding


def apply_fixes(
    raw: str, findings: Iterable[Finding], *, unsafe: bool = False
) -> tuple[str, tuple[Finding, ...]]:
    """Return ``raw`` with suggestions applied, and the findings that were.

    Args:
        raw: the text that the findings' spans count in.
        findings: in any order; those without a suggestion are passed over.
        unsafe: apply suggestions that are not marked safe as well.

    Of overlapping findings the first in the text is applied, so that a fix never works on text
    that another has changed.
    """
    usable = [f for f in findings if f.suggestion is not None and (unsafe or f.safe)]
    parts: list[str] = []
    applied: list[Finding] = []
    at = 0
    for finding in sorted(usable, key=lambda f: (f.span.start, -len(f.span))):
        if finding.span.start < at or finding.span.of(raw) != finding.text:
            continue
        parts += [raw[at : finding.span.start], finding.suggestion or ""]
        at = finding.span.end
        applied.append(finding)
    parts.append(raw[at:])
    return "".join(parts), tuple(applied)


def diff(raw: str, fixed: str, *, name: str) -> str:
    """Return the unified diff from ``raw`` to ``fixed``; empty if they are equal."""
    import difflib

    lines = difflib.unified_diff(
        raw.splitlines(keepends=True),
        fixed.splitlines(keepends=True),
        fromfile=f"a/{name}",
        tofile=f"b/{name}",
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
                   for line in lines)  # fmt: skip
