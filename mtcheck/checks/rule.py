"""What a rule is: its description, its prepared data, its examples and the hits it yields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mtcheck.core.findings import Confidence, Severity
from mtcheck.core.rule_info import RuleInfo
from mtcheck.core.spans import Span

if TYPE_CHECKING:
    from mtcheck.checks.view import View

OPEN, CLOSE = "⟦", "⟧"


@dataclass(frozen=True, slots=True)
class Hit:
    """One place that a rule flags; offsets are code points of ``View.text``.

    What is None is taken from the rule: message (its ``why``), severity, confidence, languages.
    """

    start: int
    end: int
    suggestion: str | None = None
    message: str | None = None
    severity: Severity | None = None
    confidence: Confidence | None = None
    source_langs: tuple[str, ...] | None = None


Check = Callable[["View"], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence of a rule's own file: ``marks`` are the spans that must be flagged in ``text``.

    Without marks the rule must stay silent. ``fixed`` is the text with the suggestions applied.
    """

    marked: str
    text: str
    marks: tuple[Span, ...]
    fixed: str | None = None
    date: dt.date | None = None
    lang: str | None = None
    source: str | None = None
    source_lang: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, table: Mapping[str, Any]) -> Example:
        """Return the example that a table of a rule file describes.

        Raises:
            ValueError: if marks are not paired, or a key is unknown.
        """
        known = {"text", "fixed", "date", "lang", "source", "source_lang", "published", "options"}
        if unknown := set(table) - known:
            raise ValueError(f"unknown key {sorted(unknown)[0]!r}")
        text, marks = parse_marks(table["text"])
        date = table.get("date", table.get("published"))
        return cls(
            marked=table["text"],
            text=text,
            marks=marks,
            fixed=table.get("fixed"),
            date=dt.date.fromisoformat(date) if isinstance(date, str) else date,
            lang=table.get("lang"),
            source=table.get("source"),
            source_lang=table.get("source_lang"),
            options=table.get("options", {}),
        )


def parse_marks(marked: str) -> tuple[str, tuple[Span, ...]]:
    """Return ``marked`` without its ⟦marks⟧, and the spans that they enclosed.

    Raises:
        ValueError: if a mark is not closed, not opened or stands inside another.
    """
    out: list[str] = []
    spans: list[Span] = []
    length, start = 0, None
    for char in marked:
        if char == OPEN:
            if start is not None:
                raise ValueError(f"a mark inside a mark: {marked!r}")
            start = length
        elif char == CLOSE:
            if start is None:
                raise ValueError(f"a mark is closed but not opened: {marked!r}")
            spans.append(Span(start, length))
            start = None
        else:
            out.append(char)
            length += 1
    if start is not None:
        raise ValueError(f"a mark is not closed: {marked!r}")
    return "".join(out), tuple(spans)


@dataclass(slots=True)
class Rule:
    """A rule as it runs. ``data`` is what its kind prepared; the check is built on first use."""

    info: RuleInfo
    kind: str
    data: Mapping[str, Any]
    origin: str
    message: str
    safe: bool = False
    evidence: str | None = None
    formerly: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""
    raw_examples: tuple[Mapping[str, Any], ...] = ()
    _check: Check | None = None

    @property
    def id(self) -> str:
        """``group/name``, the place of its file."""
        return self.info.id

    @property
    def examples(self) -> tuple[Example, ...]:
        """The examples of the rule's file."""
        return tuple(Example.parse(table) for table in self.raw_examples)

    def check(self, view: View) -> Iterable[Hit]:
        """Yield the places that the rule flags in ``view``."""
        if self._check is None:
            from mtcheck.checks.kinds import build

            self._check = build(self)
        return self._check(view)

    def serves(self, lang: str | None) -> bool:
        """Tell whether the rule is meant for text in ``lang`` (None: unknown)."""
        return not self.info.langs or (lang is not None and lang in self.info.langs)
