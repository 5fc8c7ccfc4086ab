"""Runs a rule's own examples: the rule alone, or with all rules as a document would meet it."""

from __future__ import annotations

from collections.abc import Sequence

from mtcheck.checks.engine import CheckResult, check
from mtcheck.checks.rule import Example, Rule
from mtcheck.core.config import RulesConfig
from mtcheck.core.documents import Document, Meta
from mtcheck.text.segment import segment


def document(rule: Rule, example: Example) -> Document:
    """Return the example as a segmented document."""
    from dataclasses import replace

    lang = example.lang or (rule.info.langs[0] if rule.info.langs else "en")
    plain = replace(
        Document.plain(example.text, lang=lang),
        meta=Meta(published=example.date),
        source_lang=example.source_lang,
    )
    if example.source is not None:
        return _with_source(plain, example.source)
    return segment(plain)


def _with_source(plain: Document, source: str) -> Document:
    """Return the text with its source: a unit a line where both have as many lines."""
    from dataclasses import replace

    from mtcheck.core.documents import Block, BlockKind
    from mtcheck.core.spans import Span

    lines, sources = plain.text.split("\n"), source.split("\n")
    if len(lines) != len(sources):
        lines, sources = [plain.text], [source]
    blocks, at = [], 0
    for line, original in zip(lines, sources, strict=True):
        span = Span(at, at + len(line))
        blocks.append(Block(span, BlockKind.UNIT, source=original))
        at = span.end + 1
    return segment(replace(plain, blocks=tuple(blocks)))


def run(rule: Rule, example: Example, rules: Sequence[Rule] | None = None) -> CheckResult:
    """Check an example with ``rules`` (default: the rule alone)."""
    config = RulesConfig(options={rule.id: example.options})
    return check(document(rule, example), rules or (rule,), options=config)
