"""What a configuration says about rules, checked and keyed by rule id."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from mtcheck.checks import glossaries, word_lists
from mtcheck.checks.registry import ALL, RuleSet
from mtcheck.core.config import Override, RulesConfig
from mtcheck.core.errors import ConfigError

Settings = TypeVar("Settings", RulesConfig, Override)
V = TypeVar("V")


def check_lists(config: RulesConfig) -> None:
    """Read the glossaries and word lists once, so that a bad one is known before any document.

    Raises:
        ConfigError: one that can't be read, with file, line and what to try.
    """
    for path in config.glossaries:
        glossaries.load(path, "und", "und")
    for path in config.words:
        word_lists.load(path)


def by_id(settings: Settings, rules: RuleSet, *, where: str) -> Settings:
    """Return rule settings with ids in place of bare names, groups and ``ALL``.

    Where several name one rule, the narrowest wins: id, bare name, group, ``ALL``.

    Raises:
        ConfigError: ``unknown-rule``, ``unknown-key`` or ``bad-value``, naming the nearest.
    """
    for key in ("select", "ignore", "extend_select"):
        for selector in getattr(settings, key):
            _ids(rules, selector, f"{where}.{key}")
    options: dict[str, Mapping[str, Any]] = {}
    for selector, table in _narrowest_last(settings.options, rules):
        for id_ in _ids(rules, selector, f"{where}.options"):
            options[id_] = {**options.get(id_, {}), **table}
            _check_options(rules.rule(id_).options, table, f"{where}.options.{selector}")
    severity = {
        id_: value
        for selector, value in _narrowest_last(settings.severity, rules)
        for id_ in _ids(rules, selector, f"{where}.severity")
    }
    return dataclasses.replace(settings, severity=severity, options=options)


def _narrowest_last(table: Mapping[str, V], rules: RuleSet) -> list[tuple[str, V]]:
    def width(item: tuple[str, V]) -> int:
        if item[0] == ALL:
            return 0
        return 1 if item[0] in rules.groups else 3 if item[0] in rules else 2

    return sorted(table.items(), key=width)


def _ids(rules: RuleSet, selector: str, where: str) -> list[str]:
    try:
        return rules.ids(selector)
    except ConfigError as error:
        raise ConfigError(error.code, error.what, where=where, try_=error.try_) from None


def _check_options(known: Mapping[str, Any], given: Mapping[str, Any], where: str) -> None:
    for name, value in given.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
            raise ConfigError(
                "unknown-key",
                f"the rule has no option {name!r}",
                where=where,
                try_=near[0] if near else ", ".join(known) or "a rule with options",
            )
        _CHECKS.get(type(known[name]), _anything)(name, value, where)


def _number(name: str, value: Any, where: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigError("bad-value", f"{name} is {value!r}", where=where, try_="a number")


def _list(name: str, value: Any, where: str) -> None:
    if not isinstance(value, list | tuple):
        raise ConfigError("bad-value", f"{name} is {value!r}", where=where, try_="a list")


def _anything(name: str, value: Any, where: str) -> None:
    return


_CHECKS: Mapping[type, Callable[[str, Any, str], None]] = {
    int: _number,
    float: _number,
    list: _list,
}
