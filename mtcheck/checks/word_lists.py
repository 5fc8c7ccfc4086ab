"""Word lists: findings on exactly these words are left out."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from mtcheck.core.errors import ConfigError


def load(path: str) -> frozenset[str]:
    """Return the words of a list in lower case: one a line, ``#`` starts a remark.

    Raises:
        ConfigError: ``no-such-file``, or ``bad-word-list`` for one that can't be read.
    """
    try:
        stamp = Path(path).stat().st_mtime_ns
    except OSError as error:
        raise ConfigError(
            "no-such-file",
            f"can't read the word list: {error.strerror}",
            where=path,
            try_="a text file with one word a line",
        ) from None
    return _load(path, stamp)


@lru_cache(maxsize=32)
def _load(path: str, _: int) -> frozenset[str]:
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(
            "bad-word-list",
            f"can't read the word list: {error.strerror}",
            where=path,
            try_="a text file with one word a line",
        ) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(
            "bad-word-list",
            "the word list is not in UTF-8",
            where=f"{path}:{line}",
            try_="save it as UTF-8",
        ) from None
    if "\0" in text:
        raise ConfigError(
            "bad-word-list", "this is no text file", where=path, try_="one word a line"
        )
    lines = (line.strip() for line in text.splitlines())
    return frozenset(line.lower() for line in lines if line and line[0] != "#")
