"""Versions of installed packages, without the parser of their metadata."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def version(module: str) -> str:
    """Return the version of the package that a top-level module belongs to, by its folder's name.

    `importlib.metadata` parses e-mail headers for it and takes longer to import than all rules to
    load; it is asked only where the folder beside the module does not say it.

    Raises:
        importlib.metadata.PackageNotFoundError: if there is no such package.
    """
    spec = importlib.util.find_spec(module)
    if spec is not None and spec.origin is not None:
        beside = Path(spec.origin).parent.parent
        found = [p.stem.split("-")[1] for p in beside.glob(f"{module}-*.dist-info")]
        if len(found) == 1:
            return found[0]
    from importlib import metadata

    return metadata.version(module)
