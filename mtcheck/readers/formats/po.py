"""Gettext PO: each translation with its msgid. Fuzzy, obsolete and empty entries are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mtcheck.core.documents import BlockKind, Document
from mtcheck.core.errors import InputError
from mtcheck.readers.base import Format, ReadOptions
from mtcheck.readers.builder import TextBuilder
from mtcheck.readers.decoding import decode
from mtcheck.readers.escapes import append_literal, literal_pieces
from mtcheck.readers.metadata import language

_LINE = re.compile(r"[^\n]*(?:\n|\Z)")
_KEYWORD = re.compile(r"[ \t]*(msgctxt|msgid_plural|msgid|msgstr(?:\[(\d+)\])?)[ \t]*(?=\")")
_STRING = re.compile(r"[ \t]*\"((?:[^\"\\\r\n]|\\.)*)\"[ \t\r]*$")
_CHARSET = re.compile(rb"Content-Type:[^\"\\]*charset=([\w.:-]+)", re.I)
_LANGUAGE = re.compile(r"^Language:[ \t]*([A-Za-z]{2,3})(?![A-Za-z])", re.M)
_ORIGIN = re.compile(r"^X-(?:Poedit-)?Source-?Language:[ \t]*([A-Za-z]{2,3})(?![A-Za-z])", re.M)

Strings = list[tuple[int, int]]

# What GNOME and KDE have translators put their names in the place of.
_CREDITS = frozenset({"translator-credits", "translator_credits", "Your names", "Your emails"})


@dataclass(slots=True)
class _Entry:
    """One entry; strings are the raw ranges of their lines' contents, without quotes."""

    fields: dict[str, Strings] = field(default_factory=dict)
    comment: list[str] = field(default_factory=list)
    reference: str | None = None
    fuzzy: bool = False


def read(data: bytes, name: str, options: ReadOptions) -> Document:
    """Return the translations; language and encoding as the header says.

    Raises:
        InputError: ``damaged-file`` with its line, for what msgfmt would refuse as well.
    """
    decoded = decode(data, name, encoding=options.encoding or _declared(data), lang=options.lang)
    raw = decoded.text
    builder = TextBuilder(raw)
    skipped = {"fuzzy": 0, "untranslated": 0, "lists of translators": 0}
    lang: str | None = None
    source_lang: str | None = None
    for number, entry in enumerate(_entries(raw, name)):
        source = _plain(raw, entry.fields.get("msgid", []))
        if not source and "msgctxt" not in entry.fields:
            header = _plain(raw, entry.fields.get("msgstr", []))
            found, origin = _LANGUAGE.search(header), _ORIGIN.search(header)
            lang = language(found[1]) if found else None
            source_lang = language(origin[1]) if origin else None
            continue
        if entry.fuzzy:
            skipped["fuzzy"] += 1
            continue
        if source in _CREDITS:
            skipped["lists of translators"] += 1
            continue
        skipped["untranslated"] += not _append(builder, entry, source, number)
    notes = tuple(f"left out: {count} {kind}" for kind, count in skipped.items() if count)
    lang = lang or _lang_of_name(name)
    if source_lang is None and lang != "en":
        # Catalogues whose header names no other language have English msgids (gettext's manual).
        source_lang = "en"
    return Document(
        uri=name,
        raw=raw,
        text=builder.text,
        offsets=builder.offsets,
        blocks=tuple(builder.blocks),
        lang=lang,
        source_lang=source_lang,
        format="po",
        notes=decoded.notes + notes,
    )


def _append(builder: TextBuilder, entry: _Entry, source: str, number: int) -> bool:
    """Append an entry's translations; tell whether it had any."""
    raw = builder.raw
    context = entry.fields.get("msgctxt")
    unit = _plain(raw, context) if context is not None else entry.reference or f"entry {number}"
    plural = entry.fields.get("msgid_plural")
    forms = [key for key in entry.fields if key.startswith("msgstr")]
    any_text = False
    for form in forms:
        strings = entry.fields[form]
        if not _plain(raw, strings).strip():
            continue
        # The first of several forms is the singular; an only form serves all numbers.
        use_plural = plural is not None and (form != "msgstr[0]" or len(forms) == 1)
        text = _plain(raw, plural or []) if use_plural else source
        builder.separator("\n")
        begin = len(builder)
        for start, end in strings:
            append_literal(builder, start, end)
        index = form.removeprefix("msgstr")
        note = "\n".join(entry.comment) or None
        builder.block(begin, BlockKind.UNIT, unit=unit + index, source=text, note=note)
        any_text = True
    return any_text


def _plain(raw: str, strings: Strings) -> str:
    return "".join(text for s, e in strings for text, _, _ in literal_pieces(raw, s, e))


def _declared(data: bytes) -> str | None:
    match = _CHARSET.search(data[:8192])
    if match is None or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    charset = match[1].decode("ascii")
    # Templates say CHARSET; for UTF-8, `decode` also repairs single foreign bytes.
    return None if charset.upper() in {"CHARSET", "UTF-8", "UTF8"} else charset


def _lang_of_name(name: str) -> str | None:
    """Return the language of names such as ``pt_BR.po`` and ``django-pt.po``."""
    stem = re.split(r"[\\/]", name)[-1].removesuffix(".po")
    tag = re.search(r"(?:^|[._-])([a-z]{2,3})(?:[_-][A-Z]{2})?(?:@\w+)?$", stem)
    return language(tag[1]) if tag else None


def _entries(raw: str, name: str) -> Iterator[_Entry]:
    entry = _Entry()
    strings: Strings | None = None
    last = ""
    for number, match in enumerate(_LINE.finditer(raw), start=1):
        start, end = match.start(), match.end()
        line = raw[start:end].rstrip("\r\n")
        bare = line.strip()
        if not bare:
            strings = None
            continue
        if bare.startswith("#"):
            if last.startswith("msgstr"):
                yield entry
                entry, last = _Entry(), ""
            strings = None
            _comment(entry, bare)
            continue
        keyword = _KEYWORD.match(raw, start, end)
        at = keyword.end() if keyword else start
        string = _STRING.match(raw, at, start + len(line))
        if string is None or (keyword is None and strings is None):
            what = "a string without its closing quote" if bare.count('"') % 2 else "not a PO line"
            raise InputError("damaged-file", f"{what}: {bare[:60]}", where=f"{name}:{number}")
        if keyword is not None:
            key = keyword[1]
            if key in {"msgctxt", "msgid"} and last.startswith("msgstr"):
                yield entry
                entry = _Entry()
            if key in entry.fields or (key.startswith("msgstr") and "msgid" not in entry.fields):
                raise InputError("damaged-file", f"misplaced {key}", where=f"{name}:{number}")
            last = key
            strings = entry.fields.setdefault(key, [])
        assert strings is not None
        strings.append(string.span(1))
    if last.startswith("msgstr"):
        yield entry
    elif last:
        raise InputError("damaged-file", f"the file ends after a {last}", where=name)


def _comment(entry: _Entry, line: str) -> None:
    if line.startswith("#,") and "fuzzy" in line:
        entry.fuzzy = True
    elif line.startswith("#."):
        entry.comment.append(line[2:].strip())
    elif line.startswith("#:") and entry.reference is None:
        entry.reference = next(iter(line[2:].split()), None)


FORMAT = Format("po", "gettext PO", (".po", ".pot"), read, True)
