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
        raise ConfigError("no-such-file", f"can't read the glossary: {error}", where=path) from None
    return _load(path, source_lang, target_lang, stamp)


@lru_cache(maxsize=32)
def _load(path: str, source_lang: str, target_lang: str, _: int) -> tuple[Term, ...]:
    file = Path(path)
    if file.suffix.lower() in {".tbx", ".xml"}:
        return tuple(_from_tbx(file, source_lang, target_lang))
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("bad-glossary", f"can't read the glossary: {error}", where=path) from None
    return tuple(_from_table(text, path))


def _from_table(text: str, path: str) -> list[Term]:
    head = text.split("\n", 1)[0]
    delimiter = "\t" if "\t" in head else ";" if head.count(";") > head.count(",") else ","
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    names = ["source", "target", "status"]
    first = [cell.strip().lower() for cell in rows[0]] if rows else []
    start = 0
    if _HEADINGS & set(first):
        names, start = ["source" if n == "term" else n for n in first], 1
    terms: list[Term] = []
    for number, row in enumerate(rows[start:], start + 1):
        cells = dict(zip(names, (c.strip() for c in row), strict=False))
        source, target = cells.get("source", ""), cells.get("target", "")
        if (not source and not target) or source.startswith("#"):
            continue
        status = STATUSES.get(cells.get("status", "").lower())
        if status is None:
            raise ConfigError(
                "bad-glossary",
                f"status is {cells['status']!r}",
                where=f"{path}:{number}",
                try_="preferred, forbidden or dnt",
            )
        if not target and status != "dnt":
            raise ConfigError("bad-glossary", f"{source!r} has no target", where=f"{path}:{number}",
                              try_="a target, or the status dnt")  # fmt: skip
        terms.append(Term(source, target or source, status))
    return terms


def _from_tbx(file: Path, source_lang: str, target_lang: str) -> list[Term]:
    """Return the terms of TBX (ISO 30042), both the 2008 and the 2019 element names."""
    from xml.etree import ElementTree as ET

    try:
        text = file.read_text(encoding="utf-8-sig")
        if "<!ENTITY" in text:  # expansion of entities is the way of XML bombs
            raise ConfigError("bad-glossary", "entity declarations are not read", where=str(file))
        root = ET.fromstring(text)  # noqa: S314
    except (OSError, UnicodeDecodeError, ET.ParseError) as error:
        raise ConfigError("bad-glossary", f"can't read the TBX file: {error}",
                          where=str(file)) from None  # fmt: skip
    terms: list[Term] = []
    for entry in root.iter():
        if _local(entry.tag) not in {"termEntry", "conceptEntry"}:
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
