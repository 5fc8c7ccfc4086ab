"""JSON Lines: one record a line, with a field of text and perhaps one of its source."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from mtcheck.core.documents import BlockKind, Document
from mtcheck.core.errors import InputError
from mtcheck.readers.base import Format, ReadOptions
from mtcheck.readers.builder import TextBuilder
from mtcheck.readers.columns import choose
from mtcheck.readers.decoding import decode
from mtcheck.readers.escapes import append_literal

_LINE = re.compile(r"[^\n]*(?:\n|\Z)")
_SPACE = re.compile(r"[ \t\r]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class _Field:
    """A top-level value and its place; for a string the place is its content within the quotes."""

    value: Any
    start: int
    end: int


def read(data: bytes, name: str, options: ReadOptions) -> Document:
    """Return the text fields, each with its source; fields as `mtcheck.readers.columns` finds them.

    Raises:
        InputError: ``damaged-file`` with its line, ``no-columns``, ``no-such-column`` or
            ``not-a-string``.
    """
    decoded = decode(data, name, encoding=options.encoding, lang=options.lang)
    builder = TextBuilder(decoded.text)
    langs: set[str] = set()
    for number, match in enumerate(_lines(decoded.text), start=1):
        if not match[0].strip():
            continue
        where = f"{name}:{number}"
        record = _record(decoded.text, match.start(), match.end(), where)
        _append(builder, record, options.columns, where, number)
        lang = record.get("lang")
        if lang is not None and isinstance(lang.value, str):
            langs.add(lang.value)
    return Document(
        uri=name,
        raw=decoded.text,
        text=builder.text,
        offsets=builder.offsets,
        blocks=tuple(builder.blocks),
        lang=langs.pop() if len(langs) == 1 else None,
        format="jsonl",
        notes=decoded.notes,
    )


def _lines(text: str) -> list[re.Match[str]]:
    return list(_LINE.finditer(text))


def _append(
    builder: TextBuilder,
    record: Mapping[str, _Field],
    wanted: Mapping[str, str],
    where: str,
    number: int,
) -> None:
    names = list(record)
    columns = choose(names, wanted, where=where)
    if columns is None:
        raise InputError(
            "no-columns",
            f"which field is the text? ({', '.join(names)[:200]})",
            where=where,
            try_="--column target=NAME --column source=NAME",
        )
    target = _string(record, names[columns.target], where)
    source = None if columns.source is None else _string(record, names[columns.source], where)
    if target is None or not target.value.strip():
        return
    unit = f"line {number}"
    if columns.identifier is not None:
        unit = str(record[names[columns.identifier]].value)
    builder.separator("\n")
    begin = len(builder)
    append_literal(builder, target.start, target.end)
    kind = BlockKind.PARAGRAPH if source is None else BlockKind.UNIT
    builder.block(begin, kind, unit=unit, source=None if source is None else source.value)


def _string(record: Mapping[str, _Field], name: str, where: str) -> _Field | None:
    found = record[name]
    if found.value is None:
        return None
    if not isinstance(found.value, str):
        raise InputError(
            "not-a-string", f"{name!r} is {type(found.value).__name__}, not text", where=where
        )
    return found


def _record(text: str, start: int, end: int, where: str) -> dict[str, _Field]:
    """Parse one object, keeping the places of its top-level values."""
    fields: dict[str, _Field] = {}
    try:
        at = _expect(text, start, "{", end)
        if text.startswith("}", at):
            return fields
        while True:
            at = _expect(text, at, '"', end)
            key, at = scanstring(text, at, True)
            at = _expect(text, at, ":", end)
            value, stop = _DECODER.raw_decode(text, at)
            quotes = isinstance(value, str)
            fields[key] = _Field(value, at + quotes, stop - quotes)
            at = _SPACE.match(text, stop).end()  # type: ignore[union-attr]
            if not text.startswith(",", at):
                break
            at += 1
        at = _expect(text, at, "}", end)
        if text[at:end].strip():
            raise json.JSONDecodeError("extra data", text, at)
    except (json.JSONDecodeError, RecursionError) as error:
        what = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        raise InputError("damaged-file", f"not a JSON object: {what}", where=where) from None
    return fields


def _expect(text: str, at: int, mark: str, end: int) -> int:
    """Return the offset behind ``mark`` and the space around it."""
    at = _SPACE.match(text, at).end()  # type: ignore[union-attr]
    if at >= end or text[at] != mark:
        raise json.JSONDecodeError(f"expected {mark}", text, at)
    return at + 1 if mark == '"' else _SPACE.match(text, at + 1).end()  # type: ignore[union-attr]


FORMAT = Format("jsonl", "JSON Lines", (".jsonl", ".ndjson"), read, True)
