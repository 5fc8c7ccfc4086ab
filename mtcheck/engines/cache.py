"""Translations kept between runs, in one SQLite file that several processes may use at once."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mtcheck.engines.base import EngineInfo, Translation, Translator

_FILE = "translations-1.sqlite3"
_BUSY_SECONDS = 10.0
_MOST_VARIABLES = 500  # SQLite allowed 999 in one statement for a long time
_MOST_BYTES = 1 << 30
_TABLE = """
CREATE TABLE IF NOT EXISTS translations (
    key BLOB PRIMARY KEY,
    text TEXT NOT NULL,
    logprob REAL,
    n_tokens INTEGER NOT NULL,
    flags TEXT NOT NULL,
    day INTEGER NOT NULL
) WITHOUT ROWID
"""
_COLUMNS = ["key", "text", "logprob", "n_tokens", "flags", "day"]
# Translations are handed to the cache in groups of this size, so that an interrupted run keeps
# what it has, while batches are still filled with texts of like length.
_GROUP = 512


def default_cache_dir() -> Path:
    """Return ``$MTCHECK_CACHE_DIR``, ``$XDG_CACHE_HOME/mtcheck`` or ``~/.cache/mtcheck``."""
    chosen = os.environ.get("MTCHECK_CACHE_DIR")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "mtcheck"


def fingerprint(info: EngineInfo, source: str, target: str) -> bytes:
    """Return a digest of everything but the text that a translation depends on."""
    parts = [info.kind, info.model, info.sha256, info.backend, info.backend_version, info.device,
             info.compute_type, dict(sorted(info.params.items())), source, target]  # fmt: skip
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).digest()


class TranslationCache:
    """A persistent map from engine, pair and text to translation.

    Never a reason for a run to fail: where the file can't be written, nothing is kept; where it is
    damaged, it is moved aside and begun anew. `remarks` then says so. Safe to use from several
    threads and processes, and across a fork.

    Args:
        folder: made if it is missing; None = `default_cache_dir`.
        max_bytes: above this, the older half is dropped when the file is opened.
    """

    def __init__(self, folder: Path | None = None, *, max_bytes: int = _MOST_BYTES) -> None:
        self.path = (folder or default_cache_dir()) / _FILE
        self._max_bytes = max_bytes
        self._held: tuple[int, sqlite3.Connection] | None = None
        self._lock = threading.RLock()
        self._remarks: dict[str, None] = {}
        self._broken = False

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the user should know about this cache, in the order in which it came up."""
        return tuple(self._remarks)

    def get_many(self, prefix: bytes, texts: Sequence[str]) -> dict[str, Translation]:
        """Return the kept translations of ``texts``.

        Args:
            prefix: from `fingerprint`.
            texts: any texts; duplicates are looked up once.
        """
        keys = {_key(prefix, text): text for text in texts}
        found: dict[str, Translation] = {}
        if not keys:
            return found
        with self._lock:
            try:
                base = self._connection()
                for key, text, logprob, n_tokens, flags in _select(base, list(keys)):
                    found[keys[key]] = Translation(
                        text, logprob, n_tokens, tuple(flags.split()) if flags else ()
                    )
            except sqlite3.Error as error:
                self._failed(error)
        return found

    def put_many(self, prefix: bytes, items: Mapping[str, Translation]) -> None:
        """Keep translations by their source texts, all in one transaction."""
        day = int(time.time() // 86400)
        rows = [
            (_key(prefix, text), t.text, t.logprob, t.n_tokens, " ".join(t.flags), day)
            for text, t in items.items()
        ]
        with self._lock:
            try:
                base = self._connection()
                if base is not None and rows:
                    with base:
                        base.executemany(
                            "INSERT OR REPLACE INTO translations VALUES (?, ?, ?, ?, ?, ?)", rows
                        )
            except sqlite3.Error as error:
                self._failed(error)

    def close(self) -> None:
        """Close the connection; the next use opens another."""
        with self._lock:
            held, self._held = self._held, None
            # A connection that was made before a fork belongs to the parent.
            if held is not None and held[0] == os.getpid():
                held[1].close()

    def _connection(self) -> sqlite3.Connection | None:
        if self._held is not None and self._held[0] == os.getpid():
            return self._held[1]
        if self._broken:
            return None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            base = self._open()
        except (OSError, sqlite3.Error) as error:
            self._failed(error)
            return None
        self._held = (os.getpid(), base)
        return base

    def _open(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            self._move_aside()
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        base = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, check_same_thread=False)
        try:
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA synchronous = NORMAL")
            base.execute(_TABLE)
            columns = [row[1] for row in base.execute("PRAGMA table_info(translations)")]
            if columns != _COLUMNS:
                raise sqlite3.DatabaseError(f"columns are {', '.join(columns)}")
            self._prune(base)
        except BaseException:
            base.close()
            raise
        return base

    def _prune(self, base: sqlite3.Connection) -> None:
        size = (
            base.execute("PRAGMA page_count").fetchone()[0]
            * base.execute("PRAGMA page_size").fetchone()[0]
        )
        free = base.execute("PRAGMA freelist_count").fetchone()[0] * 4096
        if size - free <= self._max_bytes:
            return
        with base:
            count = base.execute("SELECT count(*) FROM translations").fetchone()[0]
            base.execute(
                "DELETE FROM translations WHERE key IN "
                "(SELECT key FROM translations ORDER BY day LIMIT ?)",
                (count // 2 + 1,),
            )

    def _move_aside(self) -> None:
        aside = self.path.with_name(f"{self.path.name}.damaged-{int(time.time())}-{os.getpid()}")
        # Another process may have been faster.
        with contextlib.suppress(FileNotFoundError):
            self.path.replace(aside)
            self._remark(f"the translation cache was damaged and was moved to {aside}")
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def _failed(self, error: Exception) -> None:
        self.close()
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(
            error, sqlite3.OperationalError
        ):
            with contextlib.suppress(OSError):
                self._move_aside()
                return
        self._broken = True
        self._remark(f"translations are not kept: {self.path}: {error}")

    def _remark(self, remark: str) -> None:
        self._remarks[remark] = None


class CachedTranslator:
    """A translator that remembers."""

    def __init__(self, inner: Translator, cache: TranslationCache) -> None:
        self._inner = inner
        self._cache = cache

    @property
    def info(self) -> EngineInfo:
        """The inner translator's: a cache changes nothing in the output."""
        return self._inner.info

    @property
    def remarks(self) -> tuple[str, ...]:
        """See `TranslationCache.remarks`."""
        return self._cache.remarks

    def serves(self, source: str, target: str) -> bool:
        """Tell whether the inner translator serves the pair."""
        return self._inner.serves(source, target)

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[Translation]:
        """Translate what is not known yet; one result for each text, in the same order.

        Raises:
            ModelError: as the inner translator.
        """
        prefix = fingerprint(self.info, source, target)
        known = self._cache.get_many(prefix, texts)
        # Longest first, so that the texts of a group, too, are of like length.
        missing = sorted({t: None for t in texts if t not in known}, key=len, reverse=True)
        for group in _groups(missing):
            made = self._inner.translate(group, source=source, target=target)
            new = dict(zip(group, made, strict=True))
            self._cache.put_many(prefix, new)
            known |= new
        return [known[text] for text in texts]


def _select(base: sqlite3.Connection | None, keys: list[bytes]) -> Iterable[tuple[Any, ...]]:
    """Yield (key, text, logprob, n_tokens, flags) of the keys that are there."""
    for i in range(0, len(keys) if base is not None else 0, _MOST_VARIABLES):
        part = keys[i : i + _MOST_VARIABLES]
        query = (
            "SELECT key, text, logprob, n_tokens, flags FROM translations "  # noqa: S608
            f"WHERE key IN ({','.join('?' * len(part))})"
        )
        assert base is not None
        yield from base.execute(query, part)


def _groups(texts: list[str]) -> Iterable[list[str]]:
    return (texts[i : i + _GROUP] for i in range(0, len(texts), _GROUP))


def _key(prefix: bytes, text: str) -> bytes:
    # surrogatepass: lone surrogates can't be stored as text, but they have a key.
    return hashlib.sha256(prefix + text.encode("utf-8", "surrogatepass")).digest()
