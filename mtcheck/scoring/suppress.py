"""Inline suppressions, read from the text as the user gave it.

``mtcheck-disable RULE: reason`` … ``mtcheck-enable RULE`` silence a stretch,
``mtcheck-disable-line`` its own line and ``mtcheck-disable-next-line`` the one after it. They stand
in a comment of the format: ``<!-- … -->``, ``# …`` (PO, TSV), ``// …``, ``%% …`` or ``{# … #}``.
RULE is a rule id, its bare name, a group or ``ALL``; several are separated by commas. In a PO file
``disable-next-line`` is for the whole entry that its comment belongs to.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mtcheck.core.findings import Finding, SuppressedBy, Suppression

_DIRECTIVE = re.compile(
    r"(?:<!--|\#|//|%%|\{\#)[ \t]*mtcheck-(?P<verb>disable-next-line|disable-line|disable|enable)\b"
    r"(?P<rules>[^:\r\n>]*?)(?::(?P<reason>[^\r\n]*?))?[ \t]*(?:--+>|\#\}|$)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Directive:
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


def parse(raw: str, *, format: str = "text") -> tuple[Directive, ...]:
    """Return the directives in a text of a file format, in order."""
    if "mtcheck-" not in raw:
        return ()
    starts = [0, *(m.end() for m in re.finditer(r"\r\n|\n|\r", raw))]
    last_line = len(starts)
    open_: dict[str, tuple[int, str | None]] = {}
    found: list[Directive] = []
    for match in _DIRECTIVE.finditer(raw):
        line = bisect_right(starts, match.start())
        end_line = bisect_right(starts, match.end())
        rules = tuple(r for r in re.split(r"[,\s]+", match["rules"].strip()) if r) or ("ALL",)
        reason = (match["reason"] or "").strip() or None
        verb = match["verb"]
        if verb == "disable-next-line":
            last = _entry_end(raw, starts, end_line + 1) if format == "po" else end_line + 1
            found.append(Directive(line, end_line + 1, last, rules, reason))
        elif verb == "disable-line":
            found.append(Directive(line, line, line, rules, reason))
        elif verb == "disable":
            for rule in rules:
                open_.setdefault(rule, (line, reason))
        else:
            for rule in list(open_) if rules == ("ALL",) else rules:
                if rule in open_:
                    first, why = open_.pop(rule)
                    found.append(Directive(first, first, line, (rule,), why))
    for rule, (first, why) in open_.items():
        found.append(Directive(first, first, last_line, (rule,), why))
    return tuple(sorted(found, key=lambda s: (s.line, s.rules)))


def _entry_end(raw: str, starts: Sequence[int], line: int) -> int:
    """Return the last line before the next empty one."""
    for last, start in enumerate(starts[line:], line):
        if not raw[starts[last - 1] : start].strip():
            return last
    return len(starts)


def split(
    findings: Sequence[Finding], directives: Sequence[Directive]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[Directive, ...]]:
    """Return (kept findings, silenced findings with reasons, directives that silenced nothing)."""
    used: set[int] = set()
    kept: list[Finding] = []
    silenced: list[Finding] = []
    for finding in findings:
        covering = [i for i, d in enumerate(directives) if d.covers(finding)]
        used.update(covering)
        if covering:
            # The nearest one says why.
            nearest = max((directives[i] for i in covering), key=lambda d: d.line)
            why = Suppression(SuppressedBy.INLINE, nearest.reason, nearest.line)
            silenced.append(replace(finding, suppression=why))
        else:
            kept.append(finding)
    unused = tuple(d for i, d in enumerate(directives) if i not in used)
    return tuple(kept), tuple(silenced), unused
