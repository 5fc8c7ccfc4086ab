"""The formats that exist: one for each file in ``mtcheck/reports/formats``."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import IO, cast

from mtcheck.core.errors import UsageError
from mtcheck.reports import formats as _package
from mtcheck.reports.base import Writer, WriterModule, WriterOptions


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name on the command line, what it is, usual extension, bytes or text."""

    name: str
    title: str
    extension: str
    binary: bool


@cache
def names() -> tuple[str, ...]:
    """Return the names of all formats, in alphabetical order, without importing them."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(_package.__path__)))


def formats() -> tuple[Format, ...]:
    """Return all formats in alphabetical order."""
    return tuple(get_format(name) for name in names())


def get_format(name: str) -> Format:
    """Return one format.

    Raises:
        UsageError: ``unknown-format``, with the nearest name.
    """
    module = _module(name)
    return Format(module.NAME, module.TITLE, module.EXTENSION, module.BINARY)


def open_writer(name: str, stream: IO[str] | IO[bytes], options: WriterOptions) -> Writer:
    """Return a writer of format ``name`` onto ``stream`` (bytes if the format is binary).

    Raises:
        UsageError: ``unknown-format``, with the nearest name.
    """
    return _module(name).open(stream, options)


def _module(name: str) -> WriterModule:
    if name not in names():
        near = difflib.get_close_matches(name.lower(), names(), n=1, cutoff=0.5)
        raise UsageError(
            "unknown-format",
            f"there is no report format {name!r}",
            try_=near[0] if near else ", ".join(names()),
        )
    return cast(WriterModule, importlib.import_module(f"{_package.__name__}.{name}"))
