"""Reads the data files of all steps."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def lines(path: Path) -> Iterator[str]:
    """Yield the lines of a text file, plain or .xz, without line ends."""
    if path.suffix == ".xz":
        with lzma.open(path, "rt", encoding="utf-8") as handle:
            yield from (line.rstrip("\n") for line in handle)
    else:
        with path.open(encoding="utf-8") as handle:
            yield from (line.rstrip("\n") for line in handle)


def records(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a JSON Lines file, plain or .xz."""
    yield from map(json.loads, lines(path))
