"""Kind ``pairs``: words of another language, matched exactly, with their right form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtcheck.checks.kinds import _conditions
from mtcheck.checks.kinds.terms import build_terms, prepare_terms
from mtcheck.checks.rule import Check, Rule

KEYS = frozenset({"pairs"}) | _conditions.KEYS


def prepare(table: Mapping[str, Any], *, lang: str, where: str) -> dict[str, Any]:
    """Return the pairs and conditions."""
    return prepare_terms(table, "pairs", lang=lang, where=where)


def build(rule: Rule) -> Check:
    """Return the function that looks the foreign words up."""
    return build_terms(rule, exact=True)
