"""Reads source–target pairs for scoring, and notices what is wrong with them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mtcheck.core import languages
from mtcheck.core.errors import UsageError

_SOURCE_KEYS, _TARGET_KEYS = ("source", "src"), ("target", "mt", "translation")
_SUFFIXES = {".tsv": "\t", ".csv": ","}
_LOOKED_AT = 200  # segments that language identification reads


@dataclass(frozen=True, slots=True)
class Pairs:
    """Segments to score; ``sources`` is None where only targets were given.

    ``lines`` are 1-based line numbers in the file; ``warnings`` are remarks for the user.
    """

    sources: list[str] | None
    targets: list[str]
    lines: list[int]
    warnings: list[str] = field(default_factory=list)


def read_pairs(
    target: Path | None, source: Path | None = None, *, table: Path | None = None
) -> Pairs:
    """Read segments from two line files, one line file, or one table (TSV, CSV, JSON Lines).

    Tables have a header with ``source`` and ``target`` (or ``src`` and ``mt``), or, as TSV, no
    header and exactly these two columns; JSON Lines have the same names as keys.

    Raises:
        UsageError: unreadable file, unequal line counts (with the line at which the shorter file
            ends), a line that is no record, missing columns, no segment at all.
    """
    if table is not None:
        pairs = _read_table(table)
    elif target is not None:
        targets = _read_lines(target)
        sources = None if source is None else _read_lines(source)
        if sources is not None and len(sources) != len(targets):
            shorter = min(len(sources), len(targets))
            raise UsageError(
                "unequal-lengths",
                f"{source} has {len(sources)} lines, {target} has {len(targets)}",
                where=f"line {shorter + 1}, where the shorter file has ended",
                try_="one target a source, empty lines included",
            )
        pairs = Pairs(sources, targets, list(range(1, len(targets) + 1)))
    else:
        raise UsageError("no-input", "nothing to score", try_="--target FILE, or a table")
    if not pairs.targets:
        raise UsageError("no-input", "the input has no segments", where=str(table or target))
    return pairs


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("unreadable", f"can't be read: {error}", where=str(path)) from error


def _read_lines(path: Path) -> list[str]:
    # Not splitlines(): it also cuts at form feeds and U+2028, which would shift all later lines.
    lines = _read_text(path).replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _read_table(path: Path) -> Pairs:
    if path.suffix.lower() in {".jsonl", ".ndjson", ".json"}:
        rows = _json_rows(path)
    elif path.suffix.lower() in _SUFFIXES:
        rows = _table_rows(path, _SUFFIXES[path.suffix.lower()])
    else:
        raise UsageError(
            "unknown-format",
            f"{path.suffix or 'no suffix'} is no table that can be scored",
            where=str(path),
            try_="--source and --target for line files, or .tsv, .csv, .jsonl",
        )
    sources = [s for _, s, _ in rows]
    given = [s for s in sources if s is not None]
    if given and len(given) < len(sources):
        line = next(n for n, s, _ in rows if s is None)
        raise UsageError(
            "no-source", "some records have a source, this one has none", where=f"{path}:{line}"
        )
    return Pairs(given or None, [t for *_, t in rows], [n for n, *_ in rows])


def _json_rows(path: Path) -> list[tuple[int, str | None, str]]:
    rows = []
    for number, line in enumerate(_read_lines(path), 1):
        if not line.strip():
            continue
        try:
            record: Any = json.loads(line)
        except ValueError as error:
            raise UsageError("bad-record", f"no JSON: {error}", where=f"{path}:{number}") from error
        fields = record if isinstance(record, dict) else {}
        target = next((fields[k] for k in _TARGET_KEYS if k in fields), None)
        source = next((fields[k] for k in _SOURCE_KEYS if k in fields), None)
        if not isinstance(target, str) or not (source is None or isinstance(source, str)):
            raise UsageError(
                "bad-record",
                "the record has no text under " + ", ".join(_TARGET_KEYS),
                where=f"{path}:{number}",
            )
        rows.append((number, source, target))
    return rows


def _table_rows(path: Path, delimiter: str) -> list[tuple[int, str | None, str]]:
    # TSV as translators write it has bare quotation marks; only CSV quotes its cells.
    plain = delimiter == "\t"
    text = io.StringIO(_read_text(path), newline="")
    reader = csv.reader(
        text, delimiter=delimiter, quoting=csv.QUOTE_NONE if plain else csv.QUOTE_MINIMAL
    )
    rows: list[tuple[int, str | None, str]] = []
    columns: tuple[int | None, int] | None = None
    for cells in reader:
        if not cells:
            continue
        if columns is None:
            columns = _header(cells)
            if columns is not None:
                continue
            if len(cells) != 2:
                raise UsageError(
                    "no-columns",
                    f"{len(cells)} columns and no header that names source and target",
                    where=f"{path}:1",
                    try_="a header with source and target",
                )
            columns = (0, 1)
        s, t = columns
        if len(cells) <= max(s or 0, t):
            raise UsageError(
                "bad-record", f"only {len(cells)} cells", where=f"{path}:{reader.line_num}"
            )
        rows.append((reader.line_num, None if s is None else cells[s], cells[t]))
    return rows


def _header(cells: Sequence[str]) -> tuple[int | None, int] | None:
    names = [c.strip().lower() for c in cells]
    target = next((names.index(k) for k in _TARGET_KEYS if k in names), None)
    if target is None:
        return None
    return next((names.index(k) for k in _SOURCE_KEYS if k in names), None), target


def check_languages(pairs: Pairs, source_lang: str | None, target_lang: str) -> list[str]:
    """Return a warning where the text is not in the language said.

    Raises:
        UsageError: ``swapped-columns`` if each side is in the other's language.
    """
    from mtcheck.text.langid import identify

    def guess(texts: Sequence[str] | None) -> str | None:
        if not texts:
            return None
        found = identify(" ".join(texts[:_LOOKED_AT])[:4000])
        return found.lang if found else None

    said = (
        None if source_lang is None else languages.normalise(source_lang),
        languages.normalise(target_lang),
    )
    seen = guess(pairs.sources), guess(pairs.targets)
    if said[0] != said[1] and seen == (said[1], said[0]):
        raise UsageError(
            "swapped-columns",
            f"the sources are in {languages.name(said[1])} and the targets in "
            f"{languages.name(said[0] or '')}",
            try_="exchange source and target",
        )
    out = []
    for side, want, got in (("sources", said[0], seen[0]), ("targets", said[1], seen[1])):
        if want and got and want != got:
            out.append(f"the {side} look like {languages.name(got)}, not {languages.name(want)}")
    return out
