"""XLIFF 1.2 and 2.x: each unit's target with its source."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from mtcheck.core.documents import BlockKind, Document
from mtcheck.core.errors import InputError
from mtcheck.readers.base import Format, ReadOptions
from mtcheck.readers.builder import TextBuilder
from mtcheck.readers.metadata import language
from mtcheck.readers.xml_events import Event, append_text, decode_xml, events

# Elements within a source or target whose content is native code, not text.
_CODE = frozenset({"ph", "it", "bpt", "ept", "x", "bx", "ex", "sc", "ec", "sub", "cp"})
# Alternatives and notes hold sources and targets that are not the unit's.
_ASIDE = frozenset(
    {"alt-trans", "matches", "notes", "glossary", "metadata", "seg-source", "bin-unit"}
)
_UNTRANSLATED = frozenset({"new", "needs-translation", "initial"})


@dataclass(slots=True)
class _Unit:
    """What is known of the unit (1.2: trans-unit; 2.x: segment) that is being read."""

    name: str
    translate: bool = True
    state: str = ""
    source: list[str] = field(default_factory=list)
    target: list[Event] = field(default_factory=list)
    note: list[str] = field(default_factory=list)


def read(data: bytes, name: str, options: ReadOptions) -> Document:
    """Return the targets; what has no translation yet is left out and counted in the notes."""
    decoded = decode_xml(data, name, options.encoding, options.lang)
    builder = TextBuilder(decoded.text)
    reader = _Reader(builder)
    for event in events(decoded.text, name):
        reader.feed(event)
    if not reader.is_xliff:
        raise InputError("damaged-file", "there is no <xliff> element", where=name)
    return Document(
        uri=name,
        raw=decoded.text,
        text=builder.text,
        offsets=builder.offsets,
        blocks=tuple(builder.blocks),
        lang=language(reader.lang),
        source_lang=language(reader.source_lang),
        format="xliff",
        notes=decoded.notes + reader.notes(),
    )


class _Reader:
    def __init__(self, builder: TextBuilder) -> None:
        self._builder = builder
        self.is_xliff = False
        self.lang: str | None = None
        self.source_lang: str | None = None
        self._skipped: Counter[str] = Counter()
        self._other_langs: set[str] = set()
        self._unit_id = ""
        self._unit_translate = True
        self._unit_note: list[str] = []
        self._units = 0
        self._unit: _Unit | None = None
        self._inside: str | None = None  # source, target or note
        self._code = 0
        self._aside = 0

    def notes(self) -> tuple[str, ...]:
        """Return remarks about what was left out."""
        out = [f"left out: {count} {why}" for why, count in sorted(self._skipped.items())]
        if self._other_langs:
            out.append(f"units for {', '.join(sorted(self._other_langs))} are read as {self.lang}")
        return tuple(out)

    def feed(self, event: Event) -> None:
        """Take the next event."""
        if event.kind == "text":
            self._text(event)
        elif event.kind == "start":
            self._start(event)
        else:
            self._end(event)

    def _start(self, event: Event) -> None:
        tag, attributes = event.name, event.attributes
        if self._aside or (tag in _ASIDE and self._inside is None):
            # A note of 2.x lies in <notes>; it is worth reading all the same.
            self._aside += 1
            return
        if self._inside is not None:
            if self._code or tag in _CODE:
                self._code += 1
            return
        if tag == "xliff":
            self.is_xliff = True
            self.lang, self.source_lang = attributes.get("trgLang"), attributes.get("srcLang")
        elif tag == "file":
            target = attributes.get("target-language")
            if target and self.lang and language(target) != language(self.lang):
                self._other_langs.add(target)
            self.lang = self.lang or target
            self.source_lang = self.source_lang or attributes.get("source-language")
        elif tag in {"trans-unit", "unit"}:
            self._units += 1
            self._unit_id = attributes.get("id") or attributes.get("resname") or str(self._units)
            self._unit_translate = attributes.get("translate") != "no"
            if tag == "trans-unit":
                self._unit = _Unit(self._unit_id, self._unit_translate)
        elif tag == "segment":
            inner = attributes.get("id")
            unit_name = f"{self._unit_id}/{inner}" if inner else self._unit_id
            self._unit = _Unit(unit_name, self._unit_translate, attributes.get("state", ""))
        elif tag in {"source", "target", "note"} and self._unit is not None:
            self._inside, self._code = tag, 0
            if tag == "target":
                self._unit.state = attributes.get("state", self._unit.state)

    def _text(self, event: Event) -> None:
        if self._unit is None or self._inside is None or self._code or self._aside:
            return
        if self._inside == "target":
            self._unit.target.append(event)
        else:
            getattr(self._unit, self._inside).append(event.text)

    def _end(self, event: Event) -> None:
        if self._aside:
            self._aside -= 1
        elif self._code:
            self._code -= 1
        elif event.name == self._inside:
            self._inside = None
        elif event.name in {"trans-unit", "segment"} and self._unit is not None:
            self._finish(self._unit)
            self._unit = None

    def _finish(self, unit: _Unit) -> None:
        source = "".join(unit.source)
        if not unit.translate:
            self._skipped["marked as not to be translated"] += 1
        elif not "".join(event.text for event in unit.target).strip():
            self._skipped["without translation"] += 1
        elif unit.state in _UNTRANSLATED:
            self._skipped["not translated yet by their state"] += 1
        else:
            self._builder.separator("\n")
            begin = len(self._builder)
            for event in unit.target:
                append_text(self._builder, event)
            self._builder.block(
                begin,
                BlockKind.UNIT,
                unit=unit.name,
                source=source,
                note="".join(unit.note) or None,
            )


FORMAT = Format(
    "xliff", "XLIFF 1.2 and 2.x", (".xliff", ".xlf", ".xlif", ".sdlxliff", ".mxliff"), read, True
)
