"""What report writers and commands show of a rule; the rule itself lives in checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mtcheck.core.findings import Confidence, Severity


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """Description of a rule.

    ``langs`` empty = any target language; ``source_langs`` = languages whose influence it shows.
    ``speaks_to``: ``translated`` and/or ``machine``, the two questions that a hit is evidence for.
    ``rates`` maps a language to measured findings per 1,000 segments of human text.
    ``examples`` are the marked sentences of the rule's own file.
    """

    id: str
    group: str
    title: str
    severity: Severity
    mqm: str
    why: str
    langs: tuple[str, ...] = ()
    source_langs: tuple[str, ...] = ()
    confidence: Confidence = Confidence.MEDIUM
    default: bool = True
    bilingual: bool = False
    fixable: bool = False
    rewrite: str | None = None
    speaks_to: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    rates: Mapping[str, float] = field(default_factory=dict)
    markdown: str = ""
