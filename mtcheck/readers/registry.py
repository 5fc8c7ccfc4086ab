"""Which reader reads a file, by name and content."""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from mtcheck.core.documents import Document
from mtcheck.core.errors import InputError, UsageError
from mtcheck.core.languages import normalise
from mtcheck.readers import formats as _package
from mtcheck.readers.base import Format, ReadOptions
from mtcheck.readers.sniff import sniff

# Where to look first, so that the commonest files don't wait for the import of all other readers.
# Only a short cut: what is not listed, or is no longer true, is found by asking all of them.
_FIRST = {".txt": "txt", ".md": "markdown", ".html": "html", ".po": "po", ".xlf": "xliff"}
_MODULE_OF = {"text": "txt"}


def _format_in(module: str) -> Format:
    found: Format = importlib.import_module(f"{_package.__name__}.{module}").FORMAT
    return found


def format_named(name: str) -> Format | None:
    """Return the format called ``name``, None if there is none."""
    module = _MODULE_OF.get(name, name)
    if any(each.name == module for each in pkgutil.iter_modules(_package.__path__)):
        found = _format_in(module)
        if found.name == name:
            return found
    return formats().get(name)


@lru_cache(maxsize=1)
def formats() -> Mapping[str, Format]:
    """Return all formats by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(_package.__path__))
    found = [_format_in(name) for name in names]
    return {each.name: each for each in found}


def read(path: Path, *, options: ReadOptions | None = None) -> Document:
    """Read a file.

    Raises:
        UsageError: ``no-such-file``, ``not-a-file`` or ``unknown-format``.
        InputError: the file can't be read: no permission, too large, binary, empty or damaged.
    """
    options = options or ReadOptions()
    return read_bytes(_load(path, options.max_bytes), name=str(path), options=options)


def read_bytes(data: bytes, *, name: str, options: ReadOptions | None = None) -> Document:
    """Read the bytes of a file called ``name`` (its extension tells the format).

    Raises:
        UsageError: ``unknown-format``.
        InputError: the bytes can't be read: too large, binary, empty or damaged.
    """
    options = options or ReadOptions()
    if len(data) > options.max_bytes:
        raise _too_large(name, len(data), options.max_bytes)
    if not data.strip(b" \t\r\n\f\0\xef\xbb\xbf\xff\xfe"):
        raise InputError("empty", "the file has no text", where=name, try_="a file with text")
    document = _format_of(data, name, options).read(data, name, options)
    lang = options.lang or document.lang
    source_lang = options.source_lang or document.source_lang
    return replace(
        document,
        lang=normalise(lang) if lang else None,
        source_lang=normalise(source_lang) if source_lang else None,
    )


def _format_of(data: bytes, name: str, options: ReadOptions) -> Format:
    if options.format is not None:
        # "md" and "csv" are as good as "markdown" and "table".
        chosen = format_named(options.format) or _by_extension(f".{options.format}")
        if chosen is None:
            raise UsageError(
                "unknown-format",
                f"{options.format!r} is not a format that mtcheck reads",
                where=name,
                try_=", ".join(formats()),
            )
        return chosen
    return _by_extension(name) or formats()[sniff(data) or "text"]


def _by_extension(name: str) -> Format | None:
    lower = name.lower()
    first = _FIRST.get(Path(lower).suffix)
    if first is not None and lower.endswith((found := _format_in(first)).extensions):
        return found
    return next((each for each in formats().values() if lower.endswith(each.extensions)), None)


def _load(path: Path, limit: int) -> bytes:
    try:
        if path.is_dir():
            raise UsageError("not-a-file", "this is a folder", where=str(path))
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > limit:
                raise _too_large(str(path), size, limit)
            return file.read(limit + 1)
    except FileNotFoundError:
        raise UsageError("no-such-file", "there is no such file", where=str(path)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError("unreadable-file", f"can't be read: {reason}", where=str(path)) from None


def _too_large(name: str, size: int, limit: int) -> InputError:
    return InputError(
        "too-large",
        f"the file has {size / 2**20:.0f} MiB; the limit is {limit / 2**20:.0f} MiB",
        where=name,
        try_="split it into several files",
    )
