"""The documents of a block."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtcheck.core.documents import Article
from mtcheck.core.errors import InputError, MtcheckError
from mtcheck.distributed.blocks import Block, table_rows


@dataclass(frozen=True, slots=True)
class Row:
    """A document and its place: byte or row in ``input``, 0 for a file that is a document.

    Exactly one of ``item`` and ``problem`` is not None.
    """

    input: str
    position: int
    item: Article | Path | None = None
    problem: MtcheckError | None = None

    @property
    def name(self) -> str:
        """Name of the document in reports: its id, else its place."""
        if isinstance(self.item, Article):
            return self.item.uri
        return str(self.item) if self.item else f"{self.input}@{self.position}"


def read(block: Block, columns: Mapping[str, str]) -> list[Row]:
    """Return the documents of a block in order, those that can't be read among them.

    Records have ``text`` (or another name that `mtcheck.readers.columns` knows), and may have
    ``id``, ``lang``, ``source`` and ``source_lang``.

    Args:
        block: from `mtcheck.distributed.blocks.plan`.
        columns: role (target, source, id) → name, as in the configuration.

    Raises:
        OSError: the file is gone or can't be read.
    """
    if block.kind == "files":
        return [Row(name, 0, Path(name)) for name in block.files]
    reader = {"jsonl": _json_records, "parquet": _parquet_records}.get(block.kind, _table_records)
    return [_row(block.path, position, fields, columns) for position, fields in reader(block)]


_Fields = Mapping[str, Any] | MtcheckError


def _json_records(block: Block) -> Iterator[tuple[int, _Fields]]:
    for at, line in _lines(block):
        if not line.strip():
            continue
        try:
            record = json.loads(line.decode("utf-8-sig" if at == 0 else "utf-8"))
        except ValueError as error:
            yield at, InputError("damaged-file", f"no JSON: {error}")
            continue
        if isinstance(record, dict):
            yield at, record
        else:
            yield at, InputError("damaged-file", "the line is no JSON object")


def _lines(block: Block) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that begin within the block, with the bytes at which they begin."""
    with Path(block.path).open("rb") as stream:
        at = block.start
        if at:
            # From the byte before, so that a line that begins just at the start is not lost.
            stream.seek(at - 1)
            at += len(stream.readline()) - 1
        while at < block.stop and (line := stream.readline()):
            yield at, line
            at += len(line)


def _table_records(block: Block) -> Iterator[tuple[int, _Fields]]:
    at = block.start

    def lines() -> Iterator[str]:
        nonlocal at
        with Path(block.path).open("rb") as stream:
            stream.seek(block.start)
            while at < block.stop and (line := stream.readline()):
                at += len(line)
                yield line.decode("utf-8", "replace")

    begin = at
    for cells in table_rows(lines(), "\t" if block.kind == "tsv" else ",", block.path):
        if cells:
            yield begin, dict(zip(block.names, cells, strict=False))
        begin = at


def _parquet_records(block: Block) -> Iterator[tuple[int, _Fields]]:
    from pyarrow import parquet

    with parquet.ParquetFile(block.path) as file:
        first = 0
        for group in range(file.metadata.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            if first <= block.start < first + rows:
                table = file.read_row_group(group)
                part = table.slice(block.start - first, block.stop - block.start)
                yield from zip(itertools.count(block.start), part.to_pylist(), strict=False)
                return
            first += rows


def _row(path: str, position: int, fields: _Fields, columns: Mapping[str, str]) -> Row:
    place = Row(path, position)
    if isinstance(fields, MtcheckError):
        return dataclasses.replace(place, problem=fields)
    try:
        return dataclasses.replace(place, item=_article(fields, columns, place.name))
    except MtcheckError as error:
        return dataclasses.replace(place, problem=error)


def _article(fields: Mapping[str, Any], columns: Mapping[str, str], place: str) -> Article:
    from mtcheck.readers.columns import choose

    names = list(fields)
    chosen = choose(names, columns, where=place)
    if chosen is None:
        raise InputError(
            "no-columns", "no field is called text", where=place, try_="--column target=NAME"
        )
    text = fields[names[chosen.target]]
    if not isinstance(text, str):
        raise InputError("not-a-string", f"{names[chosen.target]} is no text", where=place)
    name = _text(fields, names, chosen.identifier)
    return Article(
        text,
        source=_text(fields, names, chosen.source),
        lang=_language(fields, "lang"),
        source_lang=_language(fields, "source_lang"),
        uri=place if name is None else name,
    )


def _text(fields: Mapping[str, Any], names: Sequence[str], index: int | None) -> str | None:
    value = None if index is None else fields[names[index]]
    return None if value is None else str(value)


def _language(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and value else None
