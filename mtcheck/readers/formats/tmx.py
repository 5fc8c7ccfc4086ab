"""TMX: the variants of one language, each with its source variant."""

from __future__ import annotations

from collections import Counter

from mtcheck.core.documents import BlockKind, Document
from mtcheck.core.errors import InputError
from mtcheck.readers.base import Format, ReadOptions
from mtcheck.readers.builder import TextBuilder
from mtcheck.readers.metadata import language
from mtcheck.readers.xml_events import Event, append_text, decode_xml, events

_CODE = frozenset({"bpt", "ept", "it", "ph", "ut", "sub"})
Unit = tuple[str, dict[str, list[Event]]]


def read(data: bytes, name: str, options: ReadOptions) -> Document:
    """Return the variants in the target language with those in the source language.

    The source language is the caller's, or the header's ``srclang``, or that of the first variants;
    the target language is the caller's, or the commonest other one.

    Raises:
        InputError: ``damaged-file``, or ``no-such-language`` if no unit has the language asked for.
    """
    decoded = decode_xml(data, name, options.encoding, options.lang)
    srclang, units = _units(events(decoded.text, name), name)
    counts = Counter(lang for _, variants in units for lang in variants)
    source_lang = language(options.source_lang) or language(srclang)
    if source_lang is None:
        firsts = Counter(next(iter(variants)) for _, variants in units if variants)
        source_lang = firsts.most_common(1)[0][0] if firsts else None
    others = [lang for lang, _ in counts.most_common() if lang != source_lang]
    lang = language(options.lang) or (others[0] if others else None)
    if units and counts and counts[lang or ""] == 0:
        raise InputError(
            "no-such-language",
            f"no unit has a variant in {lang or 'another language'}",
            where=name,
            try_="--lang with one of: " + ", ".join(sorted(counts)),
        )
    builder = TextBuilder(decoded.text)
    missing = 0
    for unit, variants in units:
        target = variants.get(lang or "", [])
        if not "".join(event.text for event in target).strip():
            missing += 1
            continue
        source = variants.get(source_lang or "")
        builder.separator("\n")
        begin = len(builder)
        for event in target:
            append_text(builder, event)
        text = None if source is None else "".join(event.text for event in source)
        builder.block(begin, BlockKind.UNIT, unit=unit, source=text)
    notes = (f"left out: {missing} without {lang} text",) if missing else ()
    return Document(
        uri=name,
        raw=decoded.text,
        text=builder.text,
        offsets=builder.offsets,
        blocks=tuple(builder.blocks),
        lang=lang,
        source_lang=source_lang,
        format="tmx",
        notes=decoded.notes + notes,
    )


def _units(found: list[Event], name: str) -> tuple[str | None, list[Unit]]:
    """Return the header's source language, and the units: name, events of text by language."""
    units: list[Unit] = []
    srclang: str | None = None
    lang: str | None = None
    inside = False
    code = 0
    is_tmx = False
    for event in found:
        tag = event.name
        if event.kind == "start":
            if inside:
                code += bool(code or tag in _CODE)
            elif tag == "tmx":
                is_tmx = True
            elif tag == "header":
                srclang = event.attributes.get("srclang")
            elif tag == "tu":
                units.append((event.attributes.get("tuid") or f"tu {len(units) + 1}", {}))
            elif tag == "tuv":
                lang = language(event.attributes.get("lang"))
            elif tag == "seg" and units and lang:
                inside, code = True, 0
                units[-1][1].setdefault(lang, [])
        elif event.kind == "end":
            if code:
                code -= 1
            elif tag == "seg":
                inside = False
        elif inside and not code and lang:
            units[-1][1][lang].append(event)
    if not is_tmx:
        raise InputError("damaged-file", "there is no <tmx> element", where=name)
    return srclang, units


FORMAT = Format("tmx", "TMX", (".tmx",), read, True)
