"""Inline suppressions, read from the text as the user gave it.

``mtcheck-disable RULE: reason`` … ``mtcheck-enable RULE`` silence a stretch,
``mtcheck-disable-line`` its own line and ``mtcheck-disable-next-line`` the one after it. They stand
in a comment of the format: ``<!-- … -->``, ``# …`` (PO, TSV), ``// …``, ``%% …`` or ``{# … #}``.
RULE is a rule id, its bare name, a group or ``ALL``; several are separated by commas.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from mtcheck.core.findings import Finding

_DIRECTIVE = re.compile(
    r"(?:<!--|\#|//|%%|\{\#)[ \t]*mtcheck-(?P<verb>disable-next-line|disable-line|disable|enable)\b"
    r"(?P<rules>[^:\r\n>]*?)(?::(?P<reason>[^\r\n]*?))?[ \t]*(?:--+>|\#\}|$)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Suppression:
    """One directive; silences ``rules`` from ``first`` to ``last`` line (1-based, inclusive)."""

    line: int
    first: int
    last: int
    rules: tuple[str, ...]
    reason: str | None

    def covers(self, finding: Finding) -> bool:
        """Tell whether the finding starts inside and is of a named rule."""
        return self.first <= finding.line <= self.last and any(
            matches(finding.rule, rule) for rule in self.rules
        )


def matches(rule_id: str, selector: str) -> bool:
    """Tell whether a selector (id, bare name, group or ALL) names the rule."""
    group, _, name = rule_id.partition("/")
    return selector in (rule_id, group, name) or selector.upper() == "ALL"


def parse(raw: str) -> tuple[Suppression, ...]:
    """Return the suppressions in a text, in order."""
    if "mtcheck-" not in raw:
        return ()
    starts = [0, *(m.end() for m in re.finditer(r"\r\n|\n|\r", raw))]
    last_line = len(starts)
    open_: dict[str, tuple[int, str | None]] = {}
    found: list[Suppression] = []
    for match in _DIRECTIVE.finditer(raw):
        line = bisect_right(starts, match.start())
        end_line = bisect_right(starts, match.end())
        rules = tuple(r for r in re.split(r"[,\s]+", match["rules"].strip()) if r) or ("ALL",)
        reason = (match["reason"] or "").strip() or None
        verb = match["verb"]
        if verb == "disable-next-line":
            found.append(Suppression(line, end_line + 1, end_line + 1, rules, reason))
        elif verb == "disable-line":
            found.append(Suppression(line, line, line, rules, reason))
        elif verb == "disable":
            for rule in rules:
                open_.setdefault(rule, (line, reason))
        else:
            for rule in list(open_) if rules == ("ALL",) else rules:
                if rule in open_:
                    first, why = open_.pop(rule)
                    found.append(Suppression(first, first, line, (rule,), why))
    for rule, (first, why) in open_.items():
        found.append(Suppression(first, first, last_line, (rule,), why))
    return tuple(sorted(found, key=lambda s: (s.line, s.rules)))


def split(
    findings: Sequence[Finding], suppressions: Sequence[Suppression]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[Suppression, ...]]:
    """Return (kept findings, silenced findings, suppressions that silenced nothing)."""
    used: set[int] = set()
    kept: list[Finding] = []
    silenced: list[Finding] = []
    for finding in findings:
        covering = [i for i, s in enumerate(suppressions) if s.covers(finding)]
        used.update(covering)
        (silenced if covering else kept).append(finding)
    unused = tuple(s for i, s in enumerate(suppressions) if i not in used)
    return tuple(kept), tuple(silenced), unused
