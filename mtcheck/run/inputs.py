"""From what the caller hands over to a segmented document in a known language."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from mtcheck.core.config import Config
from mtcheck.core.documents import Article, Document
from mtcheck.core.errors import InputError
from mtcheck.core.languages import name, normalise


@dataclasses.dataclass(frozen=True, slots=True)
class Stream:
    """Bytes from standard input; ``uri`` is the name that says their format."""

    data: bytes
    uri: str


Item = str | Path | Article | Document | Stream

# Formats whose readers take the file with the originals.
PAIRED = ("lines", "srt", "vtt")
PAIRED_EXTENSIONS = (".srt", ".vtt")

# Under this confidence the identified language is used, and the report says that it is a guess.
_SURE = 0.8


def load(
    item: Item,
    config: Config,
    *,
    source: str | Path | None = None,
    format: str | None = None,
) -> Document:
    """Return the document of an item: text, path, article or a document itself.

    Args:
        item: a ``str`` is text, never a path.
        config: columns, selector and languages for the readers.
        source: the original that the item translates, as text or file.
        format: name of the file format; by name and content if None.

    Raises:
        InputError: the file can't be read.
    """
    if isinstance(item, Document):
        document = item
    elif isinstance(item, Article):
        document = dataclasses.replace(
            Document.plain(item.text, uri=item.uri, lang=item.lang),
            source_lang=item.source_lang,
            meta=item.meta,
        )
        source = item.source if source is None else source
    elif isinstance(item, Path | Stream):
        document, source = _read(item, config, source, format)
    else:
        document = Document.plain(item)
    if source is None:
        return document
    return _with_source(document, source, config)


def _read(
    item: Path | Stream, config: Config, source: str | Path | None, format: str | None
) -> tuple[Document, str | Path | None]:
    """Return the document of a file, and the source that is still to be aligned.

    Subtitles and files with one segment a line pair up with a source of the same kind by
    themselves: their readers take it.
    """
    from mtcheck.readers import ReadOptions, format_named, read, read_bytes

    name = item.uri if isinstance(item, Stream) else str(item)
    paired = format in PAIRED if format else name.lower().endswith(PAIRED_EXTENSIONS)
    source_path = source if isinstance(source, Path) and paired else None
    read_options = ReadOptions.of(config, format=format, source_path=source_path)
    if isinstance(item, Stream):
        document = read_bytes(item.data, name=item.uri, options=read_options)
    else:
        document = read(item, options=read_options)
    known = format_named(document.format)
    taken = source_path is not None or (known is not None and known.bilingual)
    return document, None if taken else source


def _with_source(document: Document, source: str | Path, config: Config) -> Document:
    from mtcheck.text.align import attach_source

    if isinstance(source, Path):
        from mtcheck.readers import ReadOptions, read

        original = read(source, options=ReadOptions.of(config))
        text, lang = original.text, original.lang
    else:
        text, lang = source, None
    lang = config.source_lang or document.source_lang or lang or _identify(text)
    document = prepare(document, config)
    return attach_source(document, text, normalise(lang) if lang else None)


def _identify(text: str) -> str | None:
    from mtcheck.text.langid import identify

    guess = identify(text)
    return guess.lang if guess else None


def prepare(document: Document, config: Config) -> Document:
    """Return the document with its language and segments; one that has both is left alone."""
    from mtcheck.text.segment import segment

    if document.lang is None or document.lang != _tag(config.lang):
        document = _with_language(document, config)
    if not document.segments:
        document = segment(document)
        document = _segment_languages(document)
    return document


def _tag(lang: str | None) -> str | None:
    return normalise(lang) if lang else None


def _with_language(document: Document, config: Config) -> Document:
    chosen = config.lang or document.lang or document.meta.lang
    source_lang = config.source_lang or document.source_lang
    notes = document.notes
    if chosen is None:
        from mtcheck.text.langid import identify_document

        guess = identify_document(document)
        if guess is not None:
            chosen = guess.lang
            if guess.confidence < _SURE:
                share = f"{guess.confidence:.0%}"
                notes += (f"language: {name(guess.lang)} is a guess ({share}); --lang says it",)
    return dataclasses.replace(
        document, lang=_tag(chosen), source_lang=_tag(source_lang), notes=notes
    )


def _segment_languages(document: Document) -> Document:
    if document.lang is None:
        return document
    from mtcheck.text.langid import identify_segments

    langs = identify_segments(document, document.lang)
    segments = tuple(
        dataclasses.replace(segment, lang=lang) if lang is not None else segment
        for segment, lang in zip(document.segments, langs, strict=True)
    )
    return dataclasses.replace(document, segments=segments)


def require_text(document: Document) -> Document:
    """Return the document; one whose units are all untranslated says so in a note.

    Raises:
        InputError: ``empty`` for a document without any text.
    """
    if document.text.strip():
        return document
    from mtcheck.readers import format_named

    known = format_named(document.format)
    if known is not None and known.bilingual and document.raw.strip():
        note = "no unit is translated yet: there was nothing to check"
        return dataclasses.replace(document, notes=(*document.notes, note))
    raise InputError(
        "empty", "there is no text to check", where=document.uri, try_="a file with text"
    )
