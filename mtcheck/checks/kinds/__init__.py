"""Kinds of rules: how the data of a rule file is prepared and run. One module a kind."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mtcheck.checks.rule import Check, Rule


@cache
def names() -> tuple[str, ...]:
    """Return the kinds there are."""
    return tuple(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))


def module(kind: str) -> ModuleType:
    """Return the module of a kind.

    Raises:
        KeyError: if there is no such kind.
    """
    if kind not in names():
        raise KeyError(kind)
    return importlib.import_module(f"mtcheck.checks.kinds.{kind}")


def build(rule: Rule) -> Check:
    """Return the function that runs ``rule``."""
    check: Check = module(rule.kind).build(rule)
    return check
