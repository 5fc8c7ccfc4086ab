"""Kind ``python``: a module with ``INFO`` and ``check(view)``."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from mtcheck.checks.rule import Check, Rule

KEYS = frozenset({"examples"})


def prepare(table: Mapping[str, Any], *, lang: str, where: str) -> dict[str, Any]:
    """Return the name of the module that holds the check."""
    return {"module": table["module"]}


def build(rule: Rule) -> Check:
    """Return the module's ``check``."""
    check: Check = importlib.import_module(rule.data["module"]).check
    return check
