"""Kind ``phrase``: patterns in the compact notation of `mtcheck.checks.phrases`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtcheck.checks.kinds import _conditions, pattern
from mtcheck.checks.phrases import to_pattern
from mtcheck.checks.rule import Check, Rule
from mtcheck.core.errors import ConfigError

KEYS = frozenset({"phrases", "phrase", "suggest", "map"}) | _conditions.KEYS


def prepare(table: Mapping[str, Any], *, lang: str, where: str) -> dict[str, Any]:
    """Return the phrases as prepared patterns."""
    single = [{"text": text} for text in table.get("phrases", [])]
    items = [*single, *table.get("phrase", [])]
    if not items:
        raise ConfigError("missing-key", "phrases is missing", where=where)
    patterns = []
    for i, item in enumerate(items):
        rest = {k: v for k, v in item.items() if k != "text"}
        try:
            regex = to_pattern(item["text"], lang)
        except KeyError as error:
            raise ConfigError(
                "unknown-list", f"phrase {i + 1}: there is no {error.args[0]!r}", where=where
            ) from None
        patterns.append({"pattern": regex, **rest})
    return pattern.prepare({**table, "patterns": patterns}, lang=lang, where=where)


def build(rule: Rule) -> Check:
    """Return the function that runs the rule's phrases."""
    return pattern.build(rule)
