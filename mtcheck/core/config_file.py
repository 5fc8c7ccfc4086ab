"""Where configuration comes from: profile < file < environment < flags."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mtcheck.core.config import Config, from_mapping
from mtcheck.core.errors import ConfigError
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
    settings = merge(table, from_environment(environ))
    settings = merge(settings, flags or {})
    profile = settings.get("profile")
    if profile is not None:
        if profile not in PROFILES:
            raise ConfigError(
                "unknown-profile",
                f"no profile is called {profile!r}",
                where=str(path) if path else None,
                try_=", ".join(PROFILES),
            )
        settings = merge(PROFILES[profile], settings)
    return from_mapping(settings, where=str(path) if path else "the command line"), path
