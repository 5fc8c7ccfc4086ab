"""The configuration of one document: overrides by path and by language applied."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtcheck.core.config import Choice, Config, Override
from mtcheck.core.languages import normalise
from mtcheck.core.paths import within

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from mtcheck.checks.registry import RuleSet


def checked(config: Config, rules: RuleSet) -> Config:
    """Return ``config`` with its rule settings by rule id.

    Raises:
        ConfigError: a rule or option that does not exist, here or in an override, or a glossary or
            word list that can't be used.
        UsageError: a language that mtcheck does not know.
    """
    from mtcheck.checks.settings import by_id, check_lists

    for tag in (config.lang, config.source_lang, *config.roundtrip.pivot):
        if tag is not None:
            normalise(tag)
    check_lists(config.rules)
    overrides = []
    for i, override in enumerate(config.overrides):
        for tag in (*override.langs, override.lang, override.source_lang):
            if tag is not None:
                normalise(tag)
        overrides.append(by_id(override, rules, where=f"overrides[{i}]"))
    return dataclasses.replace(
        config, rules=by_id(config.rules, rules, where="rules"), overrides=tuple(overrides)
    )


def for_path(config: Config, path: str) -> Config:
    """Return ``config`` with the overrides that name only paths and match this one."""
    found = [o for o in config.overrides if not o.langs and _matches(o, path, config)]
    return _apply(config, found)


def for_document(config: Config, path: str, lang: str | None) -> Config:
    """Return ``config`` with all overrides that match path and language, in their order."""
    found = [
        o
        for o in config.overrides
        if (not o.langs or lang in {normalise(tag) for tag in o.langs})
        and (not o.paths or _matches(o, path, config))
    ]
    return _apply(config, found)


@lru_cache(maxsize=256)
def _spec(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns)


def _matches(override: Override, path: str, config: Config) -> bool:
    name = within(path, config.root) or Path(path).as_posix().lstrip("/")
    return _spec(override.paths).match_file(name)


def _apply(config: Config, overrides: Sequence[Override]) -> Config:
    if not overrides:  # what flags say is in the configuration itself
        return config
    last = () if config.last is None else (config.last,)
    rules, trip = config.rules, config.roundtrip
    lang, source_lang = config.lang, config.source_lang
    for override in (*overrides, *last):
        choice = Choice(override.select, override.ignore, override.extend_select)
        rules = dataclasses.replace(
            rules,
            choices=(*rules.choices, choice) if choice != Choice() else rules.choices,
            severity={**rules.severity, **override.severity},
            options=_merged(rules.options, override.options),
        )
        if override.roundtrip is not None:
            trip = dataclasses.replace(trip, enabled=override.roundtrip)
        lang = override.lang or lang
        source_lang = override.source_lang or source_lang
    return dataclasses.replace(
        config, rules=rules, roundtrip=trip, lang=lang, source_lang=source_lang
    )


def _merged(
    base: Mapping[str, Mapping[str, Any]], over: Mapping[str, Mapping[str, Any]]
) -> dict[str, Mapping[str, Any]]:
    """Return the options of rules, those in ``over`` replacing others of the same name."""
    return {**base, **{rule: {**base.get(rule, {}), **table} for rule, table in over.items()}}
