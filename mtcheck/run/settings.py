"""The configuration of one document: overrides by path and by language applied."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mtcheck.core.config import Config, Override
from mtcheck.core.languages import normalise

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@lru_cache(maxsize=256)
def _spec(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns)


def _relative(path: str) -> str:
    try:
        return Path(path).absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return Path(path).as_posix().lstrip("/")


def for_path(config: Config, path: str) -> Config:
    """Return ``config`` with the overrides that name only paths and match this one."""
    matching = [o for o in config.overrides if o.paths and not o.langs and _matches(o, path)]
    return _apply(config, matching) if matching else config


def for_language(config: Config, path: str, lang: str | None) -> Config:
    """Return ``config`` with the overrides that name languages (and, if any, paths) that match."""
    matching = [
        o
        for o in config.overrides
        if o.langs
        and lang in {normalise(tag) for tag in o.langs}
        and (not o.paths or _matches(o, path))
    ]
    return _apply(config, matching) if matching else config


def _matches(override: Override, path: str) -> bool:
    return _spec(override.paths).match_file(_relative(path))


def _apply(config: Config, overrides: Sequence[Override]) -> Config:
    rules, trip = config.rules, config.roundtrip
    lang, source_lang = config.lang, config.source_lang
    for override in overrides:
        rules = dataclasses.replace(
            rules,
            select=override.select or rules.select,
            ignore=rules.ignore + override.ignore,
            extend_select=rules.extend_select + override.extend_select,
            severity={**rules.severity, **override.severity},
            options={**rules.options, **override.options},
        )
        if override.roundtrip is not None:
            trip = dataclasses.replace(trip, enabled=override.roundtrip)
        lang = override.lang or lang
        source_lang = override.source_lang or source_lang
    return dataclasses.replace(
        config, rules=rules, roundtrip=trip, lang=lang, source_lang=source_lang
    )
