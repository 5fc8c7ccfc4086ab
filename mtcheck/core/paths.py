"""Paths as configuration means them: relative to a folder that need not be the working one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Settings that name files and folders.
_PATHS = (
    ("root",), ("baseline",), ("cache_dir",), ("rules", "paths"), ("rules", "glossaries"),
    ("rules", "words"), ("judge", "calibration"),
)  # fmt: skip
# Settings that may name a folder, among other things.
_MODELS = (("roundtrip", "model"), ("judge", "model"))


def within(path: str, root: str | None) -> str | None:
    """Return ``path`` relative to ``root`` with forward slashes; None if it is elsewhere.

    Symbolic links count as what they are called, and as what they point to if that fails.

    Args:
        path: relative to the working folder, or absolute.
        root: a folder; None: the working folder.
    """
    for real in (os.path.abspath, os.path.realpath):
        try:
            return Path(real(path)).relative_to(real(root or ".")).as_posix()
        except (ValueError, OSError):
            continue
    return None


def from_folder(table: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return the table of a configuration file in ``folder`` with its paths made to work anywhere.

    ``~`` is the home folder. ``root`` becomes the file's folder if the table has none. Values of a
    wrong type are left alone: whoever reads the table complains.
    """
    out = {key.replace("-", "_"): value for key, value in table.items()}
    out.setdefault("root", ".")
    for where in (*_PATHS, *_MODELS):
        holder = out
        for name in where[:-1]:
            inner = holder.get(name)
            if isinstance(inner, Mapping):
                inner = {key.replace("-", "_"): value for key, value in inner.items()}
            holder[name] = inner
            holder = inner if isinstance(inner, dict) else {}
        if where[-1] in holder:
            holder[where[-1]] = _absolute(holder[where[-1]], folder, model=where in _MODELS)
    return {key: value for key, value in out.items() if value is not None}


def _absolute(value: Any, folder: Path, *, model: bool) -> Any:
    if isinstance(value, list):
        return [_absolute(v, folder, model=model) for v in value]
    if not isinstance(value, str):
        return value
    path = folder / Path(value).expanduser()
    if model and not value.startswith((".", "~")) and not path.is_dir():
        return value  # "embedded", or a name on the hub
    return value if folder == Path.cwd() and not value.startswith("~") else str(path)
