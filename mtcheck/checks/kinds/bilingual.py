"""Kind ``bilingual``: a check of each segment against its source, named by ``check``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mtcheck.checks.rule import Check, Hit, Rule
from mtcheck.checks.view import View
from mtcheck.core.errors import ConfigError

KEYS = frozenset({"check"})
# check → module of `mtcheck.checks.bilingual` and function
CHECKS = {
    "numbers": ("figures", "changed_numbers"),
    "numbers-missing": ("figures", "missing_numbers"),
    "billion": ("figures", "billion"),
    "dates": ("figures", "dates"),
    "currencies": ("figures", "currencies"),
    "units": ("figures", "units"),
    "addresses": ("verbatim", "addresses"),
    "placeholders": ("verbatim", "placeholders"),
    "tags": ("verbatim", "tags"),
    "codes": ("verbatim", "codes"),
    "names": ("verbatim", "names"),
    "length": ("shape", "length"),
    "sentences": ("shape", "sentences"),
    "end-mark": ("shape", "end_mark"),
    "brackets": ("shape", "brackets"),
    "quotes": ("shape", "quotes"),
    "edge-spaces": ("shape", "spaces"),
    "double-space": ("shape", "double_space"),
    "repeated-word": ("shape", "repeated_word"),
    "untranslated": ("language", "untranslated"),
    "partly-copied": ("language", "partly_copied"),
    "wrong-language": ("language", "wrong_language"),
    "negation": ("language", "negation"),
}


def prepare(table: Mapping[str, Any], *, lang: str, where: str) -> dict[str, Any]:
    """Return the name of the check.

    Raises:
        ConfigError: ``bad-value`` if there is no such check.
    """
    name = table.get("check")
    if name not in CHECKS:
        raise ConfigError(
            "bad-value", f"check is {name!r}", where=where, try_=", ".join(sorted(CHECKS))
        )
    return {"check": name}


def build(rule: Rule) -> Check:
    """Return the function that runs the named check over all pairs of a view."""
    import importlib

    from mtcheck.checks.bilingual.context import comparisons

    module, function = CHECKS[rule.data["check"]]
    compare = getattr(importlib.import_module(f"mtcheck.checks.bilingual.{module}"), function)

    def check(view: View) -> Iterator[Hit]:
        for comparison in comparisons(view):
            yield from compare(comparison)

    return check
