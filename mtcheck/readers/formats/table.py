"""TSV and CSV: a column of text, with or without one of sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mtcheck.core.documents import BlockKind, Document
from mtcheck.core.errors import InputError
from mtcheck.readers.base import Format, ReadOptions
from mtcheck.readers.builder import TextBuilder
from mtcheck.readers.columns import Columns, choose
from mtcheck.readers.decoding import decode

_QUOTED = re.compile(r'"((?:[^"]|"")*)"[ \t]*')
_DOUBLED = re.compile(r'""')


@dataclass(frozen=True, slots=True)
class _Cell:
    """``raw[start:end]`` is the content without its outer quotes."""

    start: int
    end: int
    quoted: bool = False


def read(data: bytes, name: str, options: ReadOptions) -> Document:
    """Return the cells of the target column, each with its source cell if there is one.

    The columns are those asked for by name or number; else those that the first row names (target,
    translation, text …; source, src …; id, key …); else, in a table of two columns, source and
    target, and in a table of one column that one.

    Raises:
        InputError: ``no-columns``, ``no-such-column``, ``short-row`` or ``damaged-file`` with line.
    """
    decoded = decode(data, name, encoding=options.encoding, lang=options.lang)
    raw = decoded.text
    delimiter = _delimiter(raw, name)
    rows = list(_rows(raw, delimiter, name))
    if not rows:
        raise InputError("empty", "the table has no rows", where=name)
    columns, has_header = _columns(
        [_content(raw, cell).strip() for cell in rows[0][1]], options.columns, name
    )
    builder = TextBuilder(raw)
    for line, row in rows[1:] if has_header else rows:
        _append(builder, row, columns, line, name)
    return Document(
        uri=name,
        raw=raw,
        text=builder.text,
        offsets=builder.offsets,
        blocks=tuple(builder.blocks),
        format="table",
        notes=decoded.notes,
    )


def _columns(first: list[str], wanted: Mapping[str, str], name: str) -> tuple[Columns, bool]:
    numbers_only = bool(wanted) and all(str(column).isdecimal() for column in wanted.values())
    try:
        named = choose(first, {} if numbers_only else wanted, where=name)
    except InputError:
        if not numbers_only:
            raise
        named = None
    if numbers_only:
        chosen = choose(first, wanted, where=name, has_header=named is not None)
        if chosen is not None:
            return chosen, named is not None
    if named is not None:
        return named, True
    if len(first) == 2 and not wanted:
        return Columns(target=1, source=0), False
    if len(first) == 1 and not wanted:
        return Columns(target=0), False
    raise InputError(
        "no-columns",
        f"which of the {len(first)} columns is the text? ({', '.join(first)[:200]})",
        where=f"{name}:1",
        try_="--column target=NAME --column source=NAME (names, or numbers from 1)",
    )


def _append(
    builder: TextBuilder, row: Sequence[_Cell], columns: Columns, line: int, name: str
) -> None:
    raw = builder.raw
    needed = max(columns.target, columns.source or 0)
    if needed >= len(row):
        raise InputError(
            "short-row",
            f"this row ends before column {needed + 1}",
            where=f"{name}:{line}",
        )
    cell = row[columns.target]
    if not _content(raw, cell).strip():
        return
    builder.separator("\n")
    begin = len(builder)
    at = cell.start
    if cell.quoted:
        for doubled in _DOUBLED.finditer(raw, cell.start, cell.end):
            builder.verbatim(at, doubled.start())
            builder.replaced('"', doubled.start(), doubled.end())
            at = doubled.end()
    builder.verbatim(at, cell.end)
    identifier = columns.identifier
    unit = f"row {line}"
    if identifier is not None and identifier < len(row):
        unit = _content(raw, row[identifier]).strip() or unit
    source = None if columns.source is None else _content(raw, row[columns.source])
    kind = BlockKind.CELL if source is None else BlockKind.UNIT
    builder.block(begin, kind, unit=unit, source=source)


def _content(raw: str, cell: _Cell) -> str:
    text = raw[cell.start : cell.end]
    return text.replace('""', '"') if cell.quoted else text


def _delimiter(raw: str, name: str) -> str:
    """Return the delimiter: a tab by the file's name, else the commonest on the first line."""
    if name.lower().endswith((".tsv", ".tab")):
        return "\t"
    first = _QUOTED.sub("", raw.split("\n", 1)[0])
    counts = {mark: first.count(mark) for mark in ",;\t|"}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ","


def _rows(raw: str, delimiter: str, name: str) -> Iterator[tuple[int, list[_Cell]]]:
    """Yield (line number, cells) of the non-blank rows; quoted cells may hold line ends."""
    plain = re.compile(rf"[^{re.escape(delimiter)}\r\n]*")
    at, line = 0, 1
    while at < len(raw):
        began = line
        row: list[_Cell] = []
        while True:
            quoted = _QUOTED.match(raw, at) if raw.startswith('"', at) else None
            after = quoted.end() if quoted else at
            if quoted and (after == len(raw) or raw[after] in (delimiter, "\r", "\n")):
                row.append(_Cell(*quoted.span(1), quoted=True))
                line += raw.count("\n", at, after)
                at = after
            elif raw.startswith('"', at) and quoted is None and delimiter != "\t":
                raise InputError(
                    "damaged-file", "a quoted cell is never closed", where=f"{name}:{line}"
                )
            else:  # in TSV a lone quote is a character as any other
                cell = plain.match(raw, at)
                assert cell is not None
                row.append(_Cell(*cell.span()))
                at = cell.end()
            if not raw.startswith(delimiter, at):
                break
            at += len(delimiter)
        end = re.compile(r"\r\n|\r|\n").match(raw, at)
        at = end.end() if end else len(raw)
        line += 1
        if any(cell.end > cell.start for cell in row):
            yield began, row


FORMAT = Format("table", "TSV and CSV", (".tsv", ".tab", ".csv"), read, True)
