"""Cues of subtitle files, joined to runs of whole sentences.

A sentence often spans cues, and half a sentence can be neither segmented nor translated. So cues
that run on (no final punctuation, no pause, no new speaker) make up one block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtcheck.core.documents import BlockKind, Document
from mtcheck.core.errors import InputError
from mtcheck.readers.base import ReadOptions
from mtcheck.readers.builder import TextBuilder
from mtcheck.readers.decoding import decode
from mtcheck.readers.source_file import load_source

_TIME = r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]?\d)[.,](\d{1,3})"
_TIMING = re.compile(rf"[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}[^\r\n]*")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
# Markup within a cue: tags, karaoke times, ASS overrides such as {\an8}.
_MARKUP = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>|<\d[\d:.]{0,20}>|\{\\[^{}\n]{0,200}\}")
_ENTITY = re.compile(r"&(?:amp|lt|gt|nbsp|lrm|rlm);")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": "\u00a0", "&lrm;": "\u200e",
             "&rlm;": "\u200f"}  # fmt: skip
_ENDS = re.compile(r"[.!?…。！？؟][\"'”’»)\]♪]*$|♪$")
_NEW_SPEAKER = re.compile(r"[-–—♪\[(]|>>|[A-ZÀ-Þ][A-ZÀ-Þ .]{2,30}:")
# A pause of this many seconds, and this many cues, end a block whatever the punctuation.
_PAUSE, _MAX_CUES = 3.0, 8


@dataclass(frozen=True, slots=True)
class Cue:
    """``lines`` are raw ranges of the cue's lines of text; times in seconds."""

    name: str
    start: float
    end: float
    lines: tuple[tuple[int, int], ...]


def read_subtitles(
    data: bytes, name: str, options: ReadOptions, *, format_name: str, entities: bool
) -> Document:
    """Return the document of a SubRip or WebVTT file, paired with ``source_path`` by time.

    Raises:
        InputError: ``damaged-file`` if no cue is found, or if a cue's times are malformed.
    """
    decoded = decode(data, name, encoding=options.encoding, lang=options.lang)
    raw = decoded.text
    notes = decoded.notes
    source: list[tuple[float, str]] | None = None
    if options.source_path is not None:
        original = load_source(options)
        notes += original.notes
        source = [
            ((cue.start + cue.end) / 2, _plain(original.text, cue, entities))
            for cue in cues(original.text, str(options.source_path))
        ]
    builder = TextBuilder(raw)
    for run in _runs(raw, cues(raw, name)):
        builder.separator()
        begin = len(builder)
        for i, (start, end) in enumerate(line for cue in run for line in cue.lines):
            if i:
                builder.separator(" ")
            _append_line(builder, start, end, entities)
        original_text = None if source is None else _during(source, run[0].start, run[-1].end)
        unit = run[0].name if len(run) == 1 else f"{run[0].name}-{run[-1].name}"
        kind = BlockKind.PARAGRAPH if original_text is None else BlockKind.UNIT
        builder.block(begin, kind, unit=f"cue {unit}", source=original_text)
    return Document(
        uri=name,
        raw=raw,
        text=builder.text,
        offsets=builder.offsets,
        blocks=tuple(builder.blocks),
        source_lang=options.source_lang,
        format=format_name,
        notes=notes,
    )


def cues(raw: str, name: str) -> list[Cue]:
    """Return the cues in file order; comments, styles and cues without text are left out."""
    found: list[Cue] = []
    number = 0
    times: tuple[float, float] | None = None
    label = ""
    before = ""
    lines: list[tuple[int, int]] = []

    def close() -> None:
        if times is not None and lines:
            found.append(Cue(label, *times, tuple(lines)))

    for at, match in enumerate(_LINE.finditer(raw), start=1):
        text = match[0].strip()
        timing = _TIMING.fullmatch(match[0].rstrip("\r\n")) if "-->" in text else None
        if timing is not None:
            if lines and before.isdecimal():  # the next cue's number, without a blank line before
                lines.pop()
            close()
            number += 1
            label = before or str(number)
            times, lines = (_seconds(timing.groups()[:4]), _seconds(timing.groups()[4:])), []
        elif "-->" in text and (times is None or not text.startswith(("-", "<"))):
            raise InputError("damaged-file", "malformed times of a cue", where=f"{name}:{at}")
        elif not text:
            close()
            times, lines = None, []
        elif times is not None:
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            lines.append((start, start + len(text)))
        before = text
    close()
    if not number:
        raise InputError("damaged-file", "there is no cue in this file", where=name)
    return found


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = parts
    return (
        int(hours or 0) * 3600
        + int(minutes or 0) * 60
        + int(seconds or 0)
        + int((fraction or "0").ljust(3, "0")) / 1000
    )


def _runs(raw: str, found: Sequence[Cue]) -> Iterator[list[Cue]]:
    run: list[Cue] = []
    for cue in found:
        if run and (
            len(run) >= _MAX_CUES
            or cue.start - run[-1].end > _PAUSE
            or _ENDS.search(_bare(raw, run[-1].lines[-1]))
            or _NEW_SPEAKER.match(_bare(raw, cue.lines[0]))
        ):
            yield run
            run = []
        run.append(cue)
    if run:
        yield run


def _bare(raw: str, line: tuple[int, int]) -> str:
    return _MARKUP.sub("", raw[slice(*line)]).strip()


def _append_line(builder: TextBuilder, start: int, end: int, entities: bool) -> None:
    raw, at = builder.raw, start
    pattern = re.compile(f"{_MARKUP.pattern}|{_ENTITY.pattern}") if entities else _MARKUP
    for match in pattern.finditer(raw, start, end):
        builder.verbatim(at, match.start())
        builder.replaced(_ENTITIES.get(match[0], ""), match.start(), match.end())
        at = match.end()
    builder.verbatim(at, end)


def _plain(raw: str, cue: Cue, entities: bool) -> str:
    builder = TextBuilder(raw)
    for start, end in cue.lines:
        builder.separator(" ")
        _append_line(builder, start, end, entities)
    return builder.text


def _during(source: Sequence[tuple[float, str]], start: float, end: float) -> str | None:
    """Return the source cues whose middle lies between two times, joined; None if there is none."""
    texts = [text for middle, text in source if start <= middle <= end]
    return " ".join(texts) or None
