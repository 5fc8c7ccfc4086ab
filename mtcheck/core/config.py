"""Typed configuration. Unknown keys are errors that name the nearest key."""

from __future__ import annotations

import dataclasses
import difflib
import math
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mtcheck.core.errors import ConfigError
from mtcheck.core.findings import Severity

# Marks fields that mtcheck fills itself: no keys of a configuration.
_INTERNAL: Mapping[str, bool] = {"internal": True}


@dataclass(frozen=True, slots=True)
class RoundTripConfig:
    """How segments are translated to a pivot language and back.

    ``pivot`` empty: Portuguese for English, English for all others. ``model`` is ``embedded``, a
    folder, or a hub id with an optional ``@revision``. ``threads`` 0 and ``batch_tokens`` 0 let the
    engine choose.
    """

    enabled: bool = True
    pivot: tuple[str, ...] = ()
    model: str = "embedded"
    backend: str = "ctranslate2"
    device: str = "auto"
    compute_type: str = "default"
    beam: int = 4
    threads: int = 0
    batch_tokens: int = 0
    cache: bool = True


@dataclass(frozen=True, slots=True)
class JudgeConfig:
    """The judge: origin, fluency and quality. ``model`` is ``embedded``, ``none`` or a folder.

    With ``words`` a check names the words that the judge stumbles over, and for that measures
    fluency, whether the gate asks for it or not. ``calibration`` is a file of
    ``mtcheck calibrate --origin``: the house's own threshold of origin.
    """

    model: str = "embedded"
    allow_unsupported: bool = False
    words: bool = False
    calibration: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of rules on top of others: ``select`` starts anew, the others add and take away."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RulesConfig:
    """Which rules run, and how.

    ``select`` and ``ignore`` take rule ids, groups and ``ALL``; ``extend_select`` adds rules that
    are off by default. ``severity`` and ``options`` are keyed by the same names; an id goes before
    a group. ``paths`` are user rules (TOML files or folders), ``glossaries`` CSV, TSV or TBX files,
    ``words`` files of words that are never flagged. ``choices`` are those of overrides and flags,
    the last one on top.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    min_severity: Severity = Severity.NEUTRAL
    severity: Mapping[str, Severity] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    glossaries: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = field(default=(), metadata=_INTERNAL)


@dataclass(frozen=True, slots=True)
class GateConfig:
    """Thresholds of the gate; None = not asked for.

    ``max_penalty`` is MQM-based points per 1,000 words; ``min_stability``, ``min_fluency`` and
    ``min_quality`` are on their scores' 0–100 scale; ``max_machine_translated`` is a probability.
    """

    fail_on: str = "major"
    max_penalty: float | None = None
    min_stability: float | None = None
    min_fluency: float | None = None
    min_quality: float | None = None
    max_machine_translated: float | None = None
    allow_incomplete: bool = False
    strict_inputs: bool = False


@dataclass(frozen=True, slots=True)
class Override:
    """Settings for some paths (gitignore patterns) or languages; later ones win."""

    paths: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    lang: str | None = None
    source_lang: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    roundtrip: bool | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that steers a check. Frozen: `dataclasses.replace` makes variants.

    ``root`` is the folder that the patterns of ``exclude`` and ``overrides`` are relative to; None:
    the working folder. ``last`` goes over all overrides: what flags and environment say.
    """

    lang: str | None = None
    source_lang: str | None = None
    profile: str | None = None
    root: str | None = None
    offline: bool = False
    cache_dir: str | None = None
    jobs: int = 1
    baseline: str | None = None
    exclude: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    selector: str | None = None
    roundtrip: RoundTripConfig = RoundTripConfig()
    judge: JudgeConfig = JudgeConfig()
    rules: RulesConfig = RulesConfig()
    gate: GateConfig = GateConfig()
    overrides: tuple[Override, ...] = ()
    last: Override | None = field(default=None, metadata=_INTERNAL)


def settable(kind: type) -> dict[str, Any]:
    """Return the keys of a table of the configuration with their types."""
    hints = typing.get_type_hints(kind)
    return {f.name: hints[f.name] for f in dataclasses.fields(kind) if not f.metadata}


def from_mapping(mapping: Mapping[str, Any], *, where: str) -> Config:
    """Return the configuration that a TOML table describes.

    Args:
        mapping: keys as in TOML; hyphens and underscores are the same.
        where: file name for messages.

    Raises:
        ConfigError: ``unknown-key`` with the nearest key, or ``bad-value`` with the type wanted.
    """
    config: Config = _build(Config, mapping, where)
    if config.gate.fail_on not in {*(s.value for s in Severity), "never"}:
        raise ConfigError(
            "bad-value",
            f"gate.fail_on is {config.gate.fail_on!r}",
            where=where,
            try_="never, neutral, minor, major or critical",
        )
    for i, override in enumerate(config.overrides):
        if not override.paths and not override.langs:
            raise ConfigError(
                "bad-value",
                f"overrides[{i}] says neither for which paths nor for which languages",
                where=where,
                try_='paths = ["es/**"], or langs = ["es"]',
            )
    return config


def _build(kind: Any, mapping: Mapping[str, Any], where: str, prefix: str = "") -> Any:
    hints = settable(kind)
    values: dict[str, Any] = {}
    for key, value in mapping.items():
        name = key.replace("-", "_")
        if name not in hints:
            near = _nearest(name, hints)
            raise ConfigError(
                "unknown-key",
                f"unknown key {prefix + key!r}",
                where=where,
                try_=f"{prefix}{near}" if near else "one of: " + ", ".join(hints),
            )
        values[name] = _convert(hints[name], value, where, prefix + name)
    return kind(**values)


def _nearest(name: str, hints: Mapping[str, Any]) -> str | None:
    """Return the key most like ``name``: one of ``hints``, or of a table among them."""
    known = {key: key for key in hints}
    for table, hint in hints.items():
        if dataclasses.is_dataclass(hint) and isinstance(hint, type):
            known = {**{key: f"{table}.{key}" for key in settable(hint)}, **known}
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return known[near[0]] if near else None


def _convert(hint: Any, value: Any, where: str, key: str) -> Any:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in args:
            return None
        return _convert(next(a for a in args if a is not type(None)), value, where, key)
    if dataclasses.is_dataclass(hint):
        # `roundtrip = false` is what people write first.
        if isinstance(value, bool) and "enabled" in typing.get_type_hints(hint):
            return _build(hint, {"enabled": value}, where, f"{key}.")
        if isinstance(value, Mapping):
            return _build(hint, value, where, f"{key}.")
        raise _bad(key, value, "a table", where)
    if origin is tuple:
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list | tuple):
            raise _bad(key, value, "a list", where)
        return tuple(_convert(args[0], v, where, f"{key}[{i}]") for i, v in enumerate(items))
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            raise _bad(key, value, "a table", where)
        return {str(k): _convert(args[1], v, where, f"{key}.{k}") for k, v in value.items()}
    if hint is Any:
        return value
    if isinstance(hint, type) and issubclass(hint, Severity):
        try:
            return Severity(value)
        except ValueError:
            raise _bad(key, value, "neutral, minor, major or critical", where) from None
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise _bad(key, value, getattr(hint, "__name__", str(hint)), where)
    if hint is float and not math.isfinite(value):
        raise _bad(key, value, "a finite number", where)
    return value


def _bad(key: str, value: Any, wanted: str, where: str) -> ConfigError:
    return ConfigError("bad-value", f"{key} is {value!r}", where=where, try_=wanted)
