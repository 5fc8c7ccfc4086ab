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
from mtcheck.core.spans import lines_of
from mtcheck.readers.columns import TARGET, choose

_JSON = {".jsonl", ".ndjson", ".json"}
_DELIMITERS = {".tsv": "\t", ".tab": "\t", ".csv": ","}
_LOOKED_AT = 200  # segments that language identification reads


@dataclass(frozen=True, slots=True)
class Pairs:
    """Segments to score; ``sources`` is None where only targets were given.

    ``lines`` are 1-based line numbers in the file; ``units`` the file's own names of its segments,
    ``source_lang`` and ``target_lang`` what it says itself, each None where it says nothing;
    ``warnings`` are remarks for the user.
    """

    sources: list[str] | None
    targets: list[str]
    lines: list[int]
    warnings: list[str] = field(default_factory=list)
    units: list[str] | None = None
    source_lang: str | None = None
    target_lang: str | None = None

    def place(self, i: int) -> str:
        """Return where segment ``i`` stands, for people."""
        unit = f" ({self.units[i]})" if self.units else ""
        return f"line {self.lines[i]}{unit}"


def read_pairs(
    target: Path | None, source: Path | None = None, *, table: Path | None = None
) -> Pairs:
    """Read segments from two line files, one line file, or one file of pairs.

    Files of pairs are tables and whatever `mtcheck.readers` finds sources in (XLIFF, PO, TMX).
    Tables (TSV, CSV, JSON Lines) have a header or keys that `mtcheck.readers.columns` knows, or no
    header and exactly two columns. In tables a translation may be empty, which is scored; units
    of other files that are not translated yet are left out.

    Raises:
        UsageError: unreadable file, unequal line counts (with the line at which the shorter file
            ends), a line that is no record, missing columns, no segment at all.
        InputError: a file of pairs that is damaged.
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
    suffix = path.suffix.lower()
    if suffix in _JSON:
        rows = _json_rows(path)
    elif suffix in _DELIMITERS:
        rows = _table_rows(path, _DELIMITERS[suffix])
    else:
        return _read_document(path)
    sources = [s for _, s, _ in rows]
    given = [s for s in sources if s is not None]
    if given and len(given) < len(sources):
        line = next(n for n, s, _ in rows if s is None)
        raise UsageError(
            "no-source", "some records have a source, this one has none", where=f"{path}:{line}"
        )
    return Pairs(given or None, [t for *_, t in rows], [n for n, *_ in rows])


def _read_document(path: Path) -> Pairs:
    from mtcheck.readers.registry import read

    document = read(path)
    blocks = [block for block in document.blocks if block.source is not None]
    starts = (document.offsets.to_raw(block.span).start for block in blocks)
    made = Pairs(
        sources=[block.source or "" for block in blocks],
        targets=[block.span.of(document.text) for block in blocks],
        lines=lines_of(document.raw, starts),
        warnings=list(document.notes),
        units=[block.unit or str(i) for i, block in enumerate(blocks, 1)],
        source_lang=document.source_lang,
        target_lang=document.lang,
    )
    if not made.targets:
        raise UsageError(
            "no-source",
            "the file has no translations with their sources",
            where=str(path),
            try_="--source and --target for line files, or --target alone for fluency",
        )
    if left := len(document.blocks) - len(blocks):
        made.warnings.append(f"left out: {left} without a source")
    return made


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
        values = list(fields.values())
        columns = choose(list(fields), {}, where=f"{path}:{number}")
        target = source = None
        if columns is not None:
            target = values[columns.target]
            source = None if columns.source is None else values[columns.source]
        if not isinstance(target, str) or not (source is None or isinstance(source, str)):
            raise UsageError(
                "bad-record",
                "the record has no text under " + ", ".join(TARGET),
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
            named = choose(cells, {}, where=f"{path}:1")
            if named is not None:
                columns = named.source, named.target
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
