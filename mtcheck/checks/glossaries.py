"""Glossary files: CSV or TSV with source, target and status, or TBX."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mtcheck.core.errors import ConfigError

STATUSES = {
    "": "preferred", "preferred": "preferred", "approved": "preferred", "admitted": "admitted",
    "preferredterm-admn-sts": "preferred", "admittedterm-admn-sts": "admitted",
    "standardizedterm-admn-sts": "preferred", "legalterm-admn-sts": "preferred",
    "forbidden": "forbidden", "deprecated": "forbidden", "rejected": "forbidden",
    "deprecatedterm-admn-sts": "forbidden", "supersededterm-admn-sts": "forbidden",
    "dnt": "dnt", "do-not-translate": "dnt", "untranslatable": "dnt",
}  # fmt: skip
_HEADINGS = {"source", "target", "status", "note", "term"}
_ENTRIES = {"termEntry", "conceptEntry"}


@dataclass(frozen=True, slots=True)
class Term:
    """One line of a glossary. ``source`` empty: a forbidden word whatever the source says."""

    source: str
    target: str
    status: str


def load(path: str, source_lang: str, target_lang: str) -> tuple[Term, ...]:
    """Return the terms of a glossary file.

    Args:
        path: ``.csv``, ``.tsv``, ``.tab``, ``.txt`` or ``.tbx``/``.xml``.
        source_lang: two-letter code, for TBX; ``und`` takes any language but the target's.
        target_lang: two-letter code, for TBX.

    Raises:
        ConfigError: ``no-such-file`` or ``bad-glossary``, with file and line.
    """
    try:
        stamp = Path(path).stat().st_mtime_ns
    except OSError as error:
        raise ConfigError(
            "no-such-file",
            f"can't read the glossary: {error.strerror}",
            where=path,
            try_="a CSV, TSV or TBX file",
        ) from None
    return _load(path, source_lang, target_lang, stamp)


@lru_cache(maxsize=32)
def _load(path: str, source_lang: str, target_lang: str, _: int) -> tuple[Term, ...]:
    file = Path(path)
    text = _text(file)
    if file.suffix.lower() in {".tbx", ".xml"}:
        return tuple(_from_tbx(text, path, source_lang, target_lang))
    return tuple(_from_table(text, path))


def _text(file: Path) -> str:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = f"can't read the glossary: {error.strerror}"
        raise _bad(reason, str(file), "a CSV, TSV or TBX file") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        where = f"{file}:{line}"
        raise _bad("the glossary is not in UTF-8", where, "save it as CSV (UTF-8)") from None
    if "\0" in text:
        raise _bad("this is no text file", str(file), "a CSV, TSV or TBX file")
    return text


def _bad(what: str, where: str, try_: str) -> ConfigError:
    return ConfigError("bad-glossary", what, where=where, try_=try_)


def _from_table(text: str, path: str) -> list[Term]:
    head = text.split("\n", 1)[0]
    delimiter = "\t" if "\t" in head else ";" if head.count(";") > head.count(",") else ","
    names = ["source", "target", "status"]
    terms: list[Term] = []
    first = True
    lines = io.StringIO(text, newline="")
    # In CSV files a quotation mark must be closed; TSV files are rarely so strict.
    reader = csv.reader(lines, delimiter=delimiter, strict=delimiter != "\t")
    try:
        for row in reader:
            heading = [cell.strip().lower() for cell in row]
            if first and _HEADINGS & set(heading):
                names = ["source" if name == "term" else name for name in heading]
            else:
                cells = dict(zip(names, (c.strip() for c in row), strict=False))
                term = _term(cells, f"{path}:{reader.line_num}")
                terms += [] if term is None else [term]
            first = first and not any(heading)
    except csv.Error as error:
        where = f"{path}:{reader.line_num}"
        raise _bad(f"this is no table: {error}", where, "close all quotation marks") from None
    return terms


def _term(cells: dict[str, str], where: str) -> Term | None:
    """Return the term of a row; None for an empty row or a remark."""
    source, target = cells.get("source", ""), cells.get("target", "")
    if (not source and not target) or source.startswith("#"):
        return None
    status = STATUSES.get(cells.get("status", "").lower())
    if status is None:
        raise _bad(f"status is {cells['status']!r}", where, "preferred, forbidden or dnt")
    if not target and status != "dnt":
        raise _bad(f"{source!r} has no target", where, "a target, or the status dnt")
    return Term(source, target or source, status)


def _from_tbx(text: str, path: str, source_lang: str, target_lang: str) -> list[Term]:
    """Return the terms of TBX (ISO 30042), both the 2008 and the 2019 element names."""
    from xml.etree import ElementTree as ET

    if "<!ENTITY" in text:  # expansion of entities is the way of XML bombs
        raise _bad("entity declarations are not read", path, "the file without them")
    try:
        root = ET.fromstring(text)  # noqa: S314
    except ET.ParseError as error:
        where = f"{path}:{error.position[0]}"
        raise _bad(f"this is no well-formed XML: {error}", where, "export it as TBX anew") from None
    except ValueError as error:  # an encoding declaration that Python does not know
        raise _bad(f"can't read the TBX file: {error}", path, "save it as UTF-8") from None
    if not any(_local(entry.tag) in _ENTRIES for entry in root.iter()):
        raise _bad("this XML file has no terms", path, "TBX with termEntry or conceptEntry")
    terms: list[Term] = []
    for entry in root.iter():
        if _local(entry.tag) not in _ENTRIES:
            continue
        sides: dict[str, list[tuple[str, str]]] = {}
        for section in entry.iter():
            if _local(section.tag) not in {"langSet", "langSec"}:
                continue
            lang = section.get("{http://www.w3.org/XML/1998/namespace}lang", "")[:2].lower()
            sides.setdefault(lang, []).extend(_tbx_terms(section))
        targets = sides.get(target_lang, [])
        sources = [
            term
            for lang, found in sides.items()
            for term in found
            if lang == source_lang or (source_lang == "und" and lang != target_lang)
        ]
        terms += [Term(s, t, status) for s, _ in sources for t, status in targets]
    return terms


def _tbx_terms(section: object) -> list[tuple[str, str]]:
    from xml.etree.ElementTree import Element

    assert isinstance(section, Element)
    found: list[tuple[str, str]] = []
    for group in section.iter():
        if _local(group.tag) not in {"tig", "ntig", "termSec"}:
            continue
        term, status = "", "preferred"
        for node in group.iter():
            if _local(node.tag) == "term":
                term = (node.text or "").strip()
            elif node.get("type") in {"administrativeStatus", "normativeAuthorization"}:
                status = STATUSES.get((node.text or "").strip().lower(), "preferred")
        if term:
            found.append((term, status))
    return found


def _local(tag: object) -> str:
    return str(tag).rsplit("}", 1)[-1]
