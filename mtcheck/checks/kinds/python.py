"""Kind ``python``: a module with ``INFO`` and ``check(view)``.

What the module's own search plans look for is looked for with the words of all other rules.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from mtcheck.checks.plan import Plan
from mtcheck.checks.rule import Check, Rule

KEYS = frozenset({"examples"})


def prepare(table: Mapping[str, Any], *, lang: str, where: str) -> dict[str, Any]:
    """Return the name of the module that holds the check, and the words of its plans."""
    plans = [p for p in vars(importlib.import_module(table["module"])).values() if type(p) is Plan]
    clauses = [list(strings) for plan in plans for strings, _, _ in plan.clauses]
    return {"module": table["module"], "clauses": clauses}


def build(rule: Rule) -> Check:
    """Return the module's ``check``."""
    check: Check = importlib.import_module(rule.data["module"]).check
    return check
