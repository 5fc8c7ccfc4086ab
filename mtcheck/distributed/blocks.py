"""Inputs cut into blocks: what one worker checks at a time, and what a crash costs at most.

The plan follows from the inputs alone, so that a resumed run has the same blocks. JSON Lines are
cut by bytes without being read (a line belongs to the block in which it begins), Parquet by rows,
CSV at the ends of records, which takes one pass; other files are grouped.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtcheck.core.errors import InputError, UsageError

BLOCK_BYTES = 1 << 20
_JSONL = (".jsonl", ".ndjson")
_TABLES = {".csv": ",", ".tsv": "\t"}
_PARQUET = (".parquet", ".pq")
_LONGEST_FIELD = 1 << 30  # characters; Python's own limit of 131,072 is less than a long article


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the input.

    ``start`` and ``stop`` are bytes of a text file or rows of a Parquet file; ``names`` are the
    columns of a table. Blocks of ordinary files have ``files`` and nothing else.
    """

    index: int
    kind: str  # jsonl, csv, tsv, parquet or files
    path: str = ""
    start: int = 0
    stop: int = 0
    names: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def plan(
    paths: Sequence[str], *, block_bytes: int = BLOCK_BYTES, exclude: Sequence[str] = ()
) -> list[Block]:
    """Return the blocks of all inputs, in their order.

    Args:
        paths: JSON Lines, CSV, TSV and Parquet files, each record of which is a document; other
            files, which are documents themselves; folders and globs of both.
        block_bytes: size of a block; a record or file that is longer is a block of its own.
        exclude: gitignore patterns.

    Raises:
        UsageError: no input.
        InputError: a table that can't be cut up.
    """
    from mtcheck.readers import discover
    from mtcheck.readers.registry import formats

    known = [ext for each in formats().values() for ext in each.extensions]
    found = list(discover(paths, exclude=exclude, extensions=[*known, *_PARQUET]))
    cuts: list[dict[str, Any]] = []
    for path in found:
        cuts += _cuts(path, block_bytes)
    documents = [path for path in found if _kind(path) == "files"]
    cuts += [{"kind": "files", "files": group} for group in _groups(documents, block_bytes)]
    if not cuts:
        raise UsageError("no-paths", "nothing to check", where=", ".join(paths))
    return [Block(index=i, **cut) for i, cut in enumerate(cuts)]


def _kind(path: Path) -> str:
    suffix = path.suffix.lower()
    if not path.is_file():
        return "files"  # its record says that it is missing
    if suffix in _JSONL:
        return "jsonl"
    if suffix in _TABLES:
        return suffix[1:]
    return "parquet" if suffix in _PARQUET else "files"


def _cuts(path: Path, size: int) -> Iterator[dict[str, Any]]:
    kind = _kind(path)
    if kind == "files":
        return
    names: tuple[str, ...] = ()
    if kind == "jsonl":
        end = path.stat().st_size
        edges = [*range(0, end, size), end]
    elif kind == "parquet":
        names, edges = _parquet_edges(path, size)
    else:
        names, edges = _table_edges(path, _TABLES[path.suffix.lower()], size)
    for start, stop in itertools.pairwise(edges):
        yield {
            "kind": kind, "path": str(path), "start": start, "stop": stop, "names": names,
        }  # fmt: skip


def _parquet_edges(path: Path, size: int) -> tuple[tuple[str, ...], list[int]]:
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
            names = tuple(file.schema_arrow.names)
    except (OSError, pyarrow.ArrowException) as error:
        raise InputError("damaged-file", f"no Parquet: {error}", where=str(path)) from error
    edges, first = [0], 0
    for group in groups:
        # Blocks end where row groups do: reading one touches a single group.
        step = max(1, group.num_rows * size // max(1, group.total_byte_size))
        edges += range(first + step, first + group.num_rows, step)
        first += group.num_rows
        if group.num_rows:
            edges.append(first)
    return names, edges


def _table_edges(path: Path, delimiter: str, size: int) -> tuple[tuple[str, ...], list[int]]:
    consumed = 0

    def lines() -> Iterator[str]:
        nonlocal consumed
        with path.open("rb") as stream:
            for line in stream:
                consumed += len(line)
                yield line.decode("utf-8-sig" if consumed == len(line) else "utf-8", "replace")

    rows = table_rows(lines(), delimiter, str(path))
    names = tuple(cell.strip() for cell in next(rows, []))
    edges = [consumed]
    for _ in rows:
        if consumed - edges[-1] >= size:
            edges.append(consumed)
    if consumed > edges[-1]:
        edges.append(consumed)
    return names, edges


def table_rows(lines: Iterator[str], delimiter: str, name: str) -> Iterator[list[str]]:
    """Yield the cells of a table; only CSV quotes its cells.

    Raises:
        InputError: ``damaged-file``.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    plain = delimiter == "\t"
    try:
        yield from csv.reader(
            lines,
            delimiter=delimiter,
            quoting=csv.QUOTE_NONE if plain else csv.QUOTE_MINIMAL,
        )
    except csv.Error as error:
        raise InputError("damaged-file", f"no table: {error}", where=name) from error


def _groups(paths: Sequence[Path], size: int) -> Iterator[tuple[str, ...]]:
    group: list[str] = []
    total = 0
    for path in paths:
        group.append(str(path))
        total += path.stat().st_size if path.is_file() else 0
        if total >= size:
            yield tuple(group)
            group, total = [], 0
    if group:
        yield tuple(group)
