"""Runs rules over one document and turns their hits into findings of the raw text."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mtcheck.checks import word_lists
from mtcheck.checks.overlaps import resolve
from mtcheck.checks.rule import Hit, Rule
from mtcheck.checks.view import View
from mtcheck.core.config import RulesConfig
from mtcheck.core.documents import Document
from mtcheck.core.findings import Finding
from mtcheck.core.report import Skip
from mtcheck.core.spans import Span

_LINE_BREAK = re.compile(r"\r\n|[\n\r]")
_KEY_LENGTH = 16


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Findings in order of place, and the rules that could not be run."""

    findings: tuple[Finding, ...]
    skips: tuple[Skip, ...] = ()


def check(
    document: Document,
    rules: Sequence[Rule],
    *,
    options: RulesConfig | None = None,
    reference_date: dt.date | None = None,
) -> CheckResult:
    """Run ``rules`` over ``document``.

    Args:
        document: with blocks and segments; their spans are in ``document.text``.
        rules: as `RuleSet.select` gives them.
        options: severities, rule options, words never to flag and the least severity reported.
        reference_date: the article's date where the document itself has none.

    Returns:
        Findings whose spans count code points of ``document.raw``. A rule that raises becomes a
        blocking skip; the others run on.

    Raises:
        ConfigError: a word list that can't be read.
    """
    config = options or RulesConfig()
    view = View(document, config=config, published=reference_date, rules=rules)
    ignored = frozenset[str]().union(*(word_lists.load(file) for file in config.words))
    places = Places(document)
    findings: list[Finding] = []
    skips: list[Skip] = []
    for rule in rules:
        own = config.options.get(rule.id)
        merged = {**rule.options, **own} if own else rule.options
        try:
            hits = list(rule.check(view.with_options(merged)))
            made = [places.finding(rule, hit, config) for hit in hits if hit.end > hit.start]
        except Exception as error:  # one faulty rule must not cost the others' findings
            skips.append(Skip(f"rule {rule.id}", f"{type(error).__name__}: {error}"))
            continue
        findings += [f for f in made if f is not None and f.text.lower() not in ignored]
    kept = [f for f in resolve(findings) if f.severity.rank >= config.min_severity.rank]
    return CheckResult(tuple(places.with_keys(kept)), tuple(skips))


class Places:
    """Lines, columns, sentences and keys of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._lines = [0, *(m.end() for m in _LINE_BREAK.finditer(document.raw))]
        self._segments = [s.span.start for s in document.segments]

    def finding(self, rule: Rule, hit: Hit, config: RulesConfig) -> Finding | None:
        """Return the finding of a hit; None where nothing of it is in the raw text."""
        document = self._document
        raw = document.offsets.to_raw(Span(hit.start, hit.end))
        text = raw.of(document.raw)
        if not text:
            return None
        verbatim = text == document.text[hit.start : hit.end]
        suggestion = hit.suggestion if verbatim and hit.suggestion != text else None
        segment = self._segment(hit.start)
        line, column = self._line(raw.start)
        end_line, end_column = self._line(raw.end)
        return Finding(
            rule=rule.id,
            severity=config.severity.get(rule.id, hit.severity or rule.info.severity),
            mqm=rule.info.mqm,
            span=raw,
            line=line,
            column=column,
            text=text,
            message=hit.message or rule.message,
            suggestion=suggestion,
            safe=rule.safe and suggestion is not None,
            source_langs=rule.info.source_langs if hit.source_langs is None else hit.source_langs,
            confidence=hit.confidence or rule.info.confidence,
            segment=None if segment is None else document.segments[segment].index,
            unit=self._unit(segment),
            end_line=end_line,
            end_column=end_column,
        )

    def _line(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def _segment(self, offset: int) -> int | None:
        i = bisect_right(self._segments, offset) - 1
        return i if i >= 0 else None

    def _unit(self, segment: int | None) -> str | None:
        if segment is None:
            return None
        block = self._document.segments[segment].block
        return self._document.blocks[block].unit if block < len(self._document.blocks) else None

    def with_keys(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings with keys: rule and sentence, numbered within a sentence."""
        counts: dict[str, int] = {}
        sentences: dict[int | None, str] = {}
        out = []
        for finding in findings:
            sentence = sentences.get(finding.segment)
            if sentence is None:
                sentence = self._sentence(finding)
                if finding.segment is not None:
                    sentences[finding.segment] = sentence
            base = f"{finding.rule}\0{sentence}"
            counts[base] = number = counts.get(base, 0) + 1
            name = base if number == 1 else f"{base}\0{number}"
            digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
            out.append(replace(finding, key=digest[:_KEY_LENGTH]))
        return out

    def _sentence(self, finding: Finding) -> str:
        for segment in (
            self._document.segments[finding.segment : finding.segment + 1]
            if (finding.segment is not None)
            else ()
        ):
            return " ".join(segment.span.of(self._document.text).casefold().split())
        return " ".join(finding.text.casefold().split())
