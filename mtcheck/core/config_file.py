"""Where configuration comes from: profile < file < environment < flags."""

from __future__ import annotations

import dataclasses
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mtcheck.core.config import Config, Override, from_mapping, settable
from mtcheck.core.errors import ConfigError
from mtcheck.core.paths import from_folder, within
from mtcheck.core.profiles import PROFILES

FILE_NAMES = ("mtcheck.toml", ".mtcheck.toml", "pyproject.toml")
_NOT_SETTINGS = {"MTCHECK_CONFIG", "MTCHECK_DEBUG"}


def find(start: Path) -> Path | None:
    """Return the nearest configuration file in ``start`` or a folder above it."""
    for folder in (start, *start.parents):
        for name in FILE_NAMES:
            path = folder / name
            if path.is_file() and (name != "pyproject.toml" or _table(path) is not None):
                return path
    return None


def _table(path: Path) -> Mapping[str, Any] | None:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        if path.name == "pyproject.toml":
            return None  # somebody else's file; its own tools will complain
        raise ConfigError(
            "bad-toml", f"not valid TOML: {error}", where=str(path), try_="mend the file"
        ) from error
    except OSError as error:
        raise ConfigError(
            "unreadable-config", f"can't be read: {error.strerror}", where=str(path)
        ) from error
    if path.name != "pyproject.toml":
        return data
    table = data.get("tool", {}).get("mtcheck")
    return table if isinstance(table, Mapping) else None


def from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings in ``MTCHECK_*`` variables.

    ``MTCHECK_LANG=pt`` sets ``lang``; two underscores enter a table, so that
    ``MTCHECK_GATE__FAIL_ON=minor`` sets ``gate.fail_on``. Values are read as TOML where that works,
    as text otherwise.
    """
    out: dict[str, Any] = {}
    for variable, value in sorted(environ.items()):
        if not variable.startswith("MTCHECK_") or variable in _NOT_SETTINGS:
            continue
        *tables, key = variable.removeprefix("MTCHECK_").lower().split("__")
        target = out
        for table in tables:
            target = target.setdefault(table, {})
        try:
            target[key] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            target[key] = value
    return out


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with ``over`` on top; tables are merged, everything else is replaced."""
    out = {key.replace("-", "_"): value for key, value in base.items()}
    for raw_key, value in over.items():
        key = raw_key.replace("-", "_")
        old = out.get(key)
        if isinstance(old, bool) and isinstance(value, Mapping):
            old = {"enabled": old}
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        out[key] = merge(old, value) if both else value  # type: ignore[arg-type]
    return out


def load(
    path: Path | None = None,
    *,
    start: Path | None = None,
    flags: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    discover: bool = True,
) -> tuple[Config, Path | None]:
    """Return the configuration in force and the file it came from, if any.

    Paths in a file are relative to its folder, and so are patterns, unless it sets ``root``; paths
    in flags and environment are relative to the working folder.

    Args:
        path: a file named by the user; otherwise the nearest one from ``start`` upwards.
        start: folder to look from; the working folder if None.
        flags: settings that win over all others.
        environ: environment; the process's own if None.
        discover: False: no file is looked for.

    Raises:
        ConfigError: unreadable or invalid file, unknown key, bad value, unknown profile.
    """
    environ = os.environ if environ is None else environ
    if path is None and environ.get("MTCHECK_CONFIG"):
        path = Path(environ["MTCHECK_CONFIG"])
    if path is not None:
        table = _table(path)
        if table is None:
            raise ConfigError("no-table", "has no [tool.mtcheck] table", where=str(path))
    else:
        path = find((start or Path.cwd()).absolute()) if discover else None
        table = (_table(path) if path else None) or {}
    file = str(path) if path else "the configuration"
    table = from_folder(table, path.absolute().parent) if path else table
    said = merge(_checked(from_environment(environ), "the environment"), flags or {})
    settings = merge(_checked(table, file), said)
    profile = settings.get("profile")
    if profile is not None:
        if profile not in PROFILES:
            raise ConfigError(
                "unknown-profile",
                f"no profile is called {profile!r}",
                where=None if "profile" in said or path is None else str(path),
                try_=", ".join(PROFILES),
            )
        settings = merge(PROFILES[profile], settings)
    if "exclude" in said:
        settings["exclude"] = _from_root(said["exclude"], settings.get("root"))
    config = from_mapping(settings, where="the command line")
    return dataclasses.replace(config, last=_over_overrides(said)), path


def _checked(layer: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    """Return ``layer``; what is wrong with it is said of ``where``, before layers are mixed."""
    from_mapping(layer, where=where)
    return layer


def _over_overrides(said: Mapping[str, Any]) -> Override | None:
    """Return what flags and environment say about things that overrides can set."""
    keys = settable(Override)
    found = {key: value for key, value in said.items() if key in keys}
    rules = said.get("rules") or {}
    found |= {key: rules[key] for key in ("select", "ignore", "extend_select") if key in rules}
    trip = said.get("roundtrip")
    enabled = trip.get("enabled") if isinstance(trip, Mapping) else trip
    found.pop("roundtrip", None)
    if enabled is not None:
        found["roundtrip"] = enabled
    if not found:
        return None
    return from_mapping({"overrides": [{"paths": ["*"], **found}]}, where="flags").overrides[0]


def _from_root(patterns: Any, root: str | None) -> Any:
    """Return patterns for the working folder as they are written for ``root`` above it."""
    inside = within(str(Path.cwd()), root) if root is not None else None
    if inside in (None, ".") or isinstance(patterns, str):
        patterns = [patterns] if isinstance(patterns, str) else patterns
    if inside in (None, "."):
        return patterns
    out = []
    for pattern in patterns:
        no, body = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
        # Without a slash inside, a pattern is for any depth and needs no folder.
        out.append(f"{no}/{inside}/{body.lstrip('/')}" if "/" in body.rstrip("/") else pattern)
    return out
