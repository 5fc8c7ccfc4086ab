"""All rules there are, and the choice among them that a configuration makes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from mtcheck.checks.loader import record, rule_files, rule_id, to_rule
from mtcheck.checks.prepared import builtin_records
from mtcheck.checks.rule import Rule
from mtcheck.core.config import Choice, RulesConfig
from mtcheck.core.errors import ConfigError
from mtcheck.core.rule_info import RuleInfo

ALL = "ALL"


class RuleSet:
    """Rules by id, with selection by id, bare name, group and ``ALL``."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules: dict[str, Rule] = {}
        self._names: dict[str, list[str]] = {}
        for rule in rules:
            if rule.id in self._rules:
                raise ConfigError(
                    "duplicate-rule", f"two rules are called {rule.id}", where=rule.origin
                )
            self._rules[rule.id] = rule
            self._names.setdefault(rule.id.split("/")[-1], []).append(rule.id)
        self._formerly = {old: rule.id for rule in self for old in rule.formerly}

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules.values())

    def __len__(self) -> int:
        return len(self._rules)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._rules

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The groups, sorted."""
        return tuple(sorted({rule.info.group for rule in self}))

    def rule(self, id_: str) -> Rule:
        """Return the rule of that id (or former id, or unique bare name).

        Raises:
            ConfigError: ``unknown-rule`` naming the nearest id.
        """
        found = self.ids(id_)
        if len(found) == 1 and id_ not in self.groups:
            return self._rules[found[0]]
        raise self._unknown(id_)

    def info(self, id_: str) -> RuleInfo:
        """Return the description of one rule; see `rule` for what is raised."""
        return self.rule(id_).info

    def select(self, config: RulesConfig, lang: str | None, *, bilingual: bool) -> tuple[Rule, ...]:
        """Return the rules to run on text in ``lang``.

        Without ``select`` these are the default rules. ``extend_select`` adds, ``ignore`` takes
        away, and then each of ``choices`` in the same way; rules for other languages, and bilingual
        rules where there is no source, never run.

        Raises:
            ConfigError: ``unknown-rule`` for a selector, option or severity that names no rule.
        """
        for id_ in (*config.severity, *config.options):
            self.ids(id_)
        chosen = {rule.id for rule in self if rule.info.default}
        first = Choice(config.select, config.ignore, config.extend_select)
        for choice in (first, *config.choices):
            if choice.select:
                chosen = self._expand(choice.select)
            chosen |= self._expand(choice.extend_select)
            chosen -= self._expand(choice.ignore)
        return tuple(
            rule
            for rule in self
            if rule.id in chosen and rule.serves(lang) and (bilingual or not rule.info.bilingual)
        )

    @staticmethod
    def fingerprint(rules: Sequence[Rule]) -> str:
        """Return a short digest of rules, for signatures: the same rules give the same findings."""
        joined = "\n".join(f"{rule.id} {rule.digest}" for rule in rules)
        return hashlib.sha256(joined.encode()).hexdigest()[:12]

    def _expand(self, selectors: Sequence[str]) -> set[str]:
        return {id_ for selector in selectors for id_ in self.ids(selector)}

    def ids(self, selector: str) -> list[str]:
        """Return the ids that a selector (id, bare name, group or ``ALL``) stands for.

        Raises:
            ConfigError: ``unknown-rule`` naming the nearest.
        """
        if selector == ALL:
            return list(self._rules)
        if selector in self._rules:
            return [selector]
        if selector in self._formerly:
            return [self._formerly[selector]]
        if in_group := [r.id for r in self if r.info.group == selector]:
            return in_group
        if selector in self._names:
            return self._names[selector]
        raise self._unknown(selector)

    def _unknown(self, selector: str) -> ConfigError:
        import difflib

        known = [*self._rules, *self._names, *self.groups, ALL]
        near = difflib.get_close_matches(selector, known, n=1, cutoff=0.4)
        return ConfigError(
            "unknown-rule",
            f"no rule or group is called {selector!r}",
            try_=f"{near[0]}, or: mtcheck rules list" if near else "mtcheck rules list",
        )


def load_rules(user_paths: Sequence[str] = (), *, cache_dir: str | None = None) -> RuleSet:
    """Return the rules of mtcheck and of the user's own TOML files and folders.

    Raises:
        ConfigError: for a user rule that can't be read, naming file, line and key.
    """
    builtin = _builtin(cache_dir)
    if not user_paths:
        return builtin
    return RuleSet(
        [*builtin, *(to_rule(r, {}) for p in user_paths for r in _user_records(Path(p)))]
    )


@lru_cache(maxsize=4)
def _builtin(cache_dir: str | None) -> RuleSet:
    rates = measured_rates()
    return RuleSet(to_rule(r, _human(rates.get(r["id"], {}))) for r in builtin_records(cache_dir))


@lru_cache(maxsize=1)
def measured_rates() -> Mapping[str, Mapping[str, Any]]:
    """Return what was measured for each rule, by pool; see `mtcheck.checks.vote`."""
    file = Path(__file__).parent / "rates.json"
    if not file.is_file():
        return {}
    rules: Mapping[str, Mapping[str, Any]] = json.loads(file.read_text("utf-8"))["rules"]
    return rules


def _human(pools: Mapping[str, Any]) -> dict[str, float]:
    return {pool.split(":")[1]: rate for pool, rate in pools.items() if pool.startswith("human:")}


def _user_records(path: Path) -> Iterator[dict[str, Any]]:
    if path.is_dir():
        for file in rule_files(path):
            if file.suffix == ".toml":
                yield record(file, _user_id(rule_id(file, path)), user=True)
    elif path.is_file():
        yield record(path, _user_id(path.stem), user=True)
    else:
        raise ConfigError(
            "no-such-file",
            "there is no such rule file or folder",
            where=str(path),
            try_="a TOML file, or a folder of them",
        )


def _user_id(id_: str) -> str:
    return id_ if "/" in id_ else f"user/{id_}"
