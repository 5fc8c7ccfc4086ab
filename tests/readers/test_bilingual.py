"""XLIFF, PO, TMX, tables, JSON Lines, subtitle pairs: units, sources, languages, notes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mtcheck.core.documents import Document
from mtcheck.readers import ReadOptions, read_bytes


def read(text: str, name: str, **options: Any) -> Document:
    return read_bytes(text.encode(), name=name, options=ReadOptions(**options))


def units(document: Document) -> list[tuple[str | None, str, str | None]]:
    return [(b.unit, b.span.of(document.text), b.source) for b in document.blocks]


def test_xliff_2() -> None:
    document = read(
        '<xliff version="2.1" srcLang="en-US" trgLang="fr-CA"'
        ' xmlns="urn:oasis:names:tc:xliff:document:2.0"><file id="f"><unit id="u">'
        "<notes><note>n</note></notes><segment id='1'><source>One <pc id='1'>big</pc> <ph id='2'/>"
        "fish</source><target>Un <pc id='1'>gros</pc> <ph id='2'/>poisson</target></segment>"
        "<segment><source>Two</source><target>Deux</target></segment>"
        "<segment state='initial'><source>Three</source><target>Three</target></segment></unit>"
        "<unit id='v' translate='no'><segment><source>X</source><target>X</target></segment></unit>"
        "</file></xliff>",
        "a.xlf",
    )
    assert units(document) == [
        ("u/1", "Un gros poisson", "One big fish"),
        ("u", "Deux", "Two"),
    ]
    assert (document.lang, document.source_lang) == ("fr", "en")
    assert document.notes == (
        "left out: 1 marked as not to be translated",
        "left out: 1 not translated yet by their state",
    )


def test_xliff_1_with_alternatives_notes_and_references() -> None:
    document = read(
        '<?xml version="1.0" encoding="utf-8"?><xliff version="1.2"><file source-language="en">'
        '<body><trans-unit id="a"><source>R&amp;D &#233;</source><seg-source><mrk mtype="seg" '
        'mid="0">R&amp;D</mrk></seg-source><target><mrk mtype="seg" mid="0">P&amp;D &#233;</mrk>'
        "<![CDATA[ <x>]]></target><alt-trans><source>q</source><target>no</target></alt-trans>"
        "<note>For the menu</note></trans-unit></body></file></xliff>",
        "a.xlf",
    )
    assert units(document) == [("a", "P&D é <x>", "R&D é")]
    assert document.blocks[0].note == "For the menu"


def test_xliff_in_another_encoding() -> None:
    text = (
        '<?xml version="1.0" encoding="iso-8859-1"?><xliff><file><trans-unit id="1">'
        "<source>no</source><target>não</target></trans-unit></file></xliff>"
    )
    document = read_bytes(text.encode("latin-1"), name="a.xlf")
    assert document.text == "não"


TMX = (
    '<tmx version="1.4"><header srclang="*all*"/><body>'
    '<tu><tuv xml:lang="EN-us"><seg>Hi</seg></tuv><tuv xml:lang="de"><seg>Hallo</seg></tuv>'
    '<tuv xml:lang="fr"><seg>Salut</seg></tuv></tu>'
    '<tu><tuv xml:lang="en"><seg>Bye</seg></tuv><tuv xml:lang="fr"><seg>Ad<hi>ieu</hi></seg></tuv>'
    "</tu></body></tmx>"
)


def test_tmx_languages() -> None:
    document = read(TMX, "a.tmx")
    assert (document.lang, document.source_lang) == ("fr", "en")
    assert units(document) == [("tu 1", "Salut", "Hi"), ("tu 2", "Adieu", "Bye")]
    german = read(TMX, "a.tmx", lang="de")
    assert units(german) == [("tu 1", "Hallo", "Hi")]
    assert german.notes == ("left out: 1 without de text",)


PO = r"""# translators
msgid ""
msgstr ""
"Language: pt_BR\n"
"Content-Type: text/plain; charset=UTF-8\n"

#. hint
#: src/a.c:3 src/b.c:4
#, c-format
msgid "A\tb \"c\" \\ %s\n"
msgstr ""
"A\tbê "
"\"cê\" \\ %s\n"
#, fuzzy
#| msgid "old"
msgid "d"
msgstr "e"
msgctxt "ctx"
msgid "f"
msgstr "efe"
msgid "g"
msgstr ""
#~ msgid "gone"
#~ msgstr "ido"
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_po(end: str) -> None:
    document = read(PO.replace("\n", end), "a.po")
    assert units(document) == [
        ("src/a.c:3", 'A\tbê "cê" \\ %s\n', 'A\tb "c" \\ %s\n'),
        ("ctx", "efe", "f"),
    ]
    assert document.blocks[0].note == "hint"
    assert (document.lang, document.source_lang) == ("pt", "en")
    assert document.notes == ("left out: 1 fuzzy", "left out: 1 untranslated")


def test_po_in_another_encoding_and_named_by_language() -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=ISO-8859-1\\n"\n\n'
    text = head + 'msgid "a"\nmsgstr "é"'
    document = read_bytes(text.encode("latin-1"), name="locale/django-fr.po")
    assert (document.text, document.lang) == ("é", "fr")


@pytest.mark.parametrize(
    ("text", "name", "columns", "wanted"),
    [
        ("a\tb\nc\td\n", "a.tsv", {}, [("row 1", "b", "a"), ("row 2", "d", "c")]),
        ("one\ntwo\n", "a.csv", {}, [("row 1", "one", None), ("row 2", "two", None)]),
        ("SRC;MT\nx;y\n", "a.csv", {}, [("row 2", "y", "x")]),
        ("x|y|z\n1|2|3\n", "a.csv", {"target": "z", "source": "X"}, [("row 2", "3", "1")]),
        ("1,2,3\n", "a.csv", {"target": "3", "source": "1"}, [("row 1", "3", "1")]),
        ("source,target\n1,2\n", "a.csv", {"target": "1"}, [("row 2", "1", None)]),
        ('id,text\r\n7,"a\r\nb"\r\n8,\r\n', "a.csv", {}, [("7", "a\r\nb", None)]),
        ('source\ttarget\n5" disk\t5" disco\n', "a.tsv", {}, [("row 2", '5" disco', '5" disk')]),
        ('source\ttarget\n"q" x\t"r" y\n', "a.tsv", {}, [("row 2", '"r" y', '"q" x')]),
    ],
)
def test_tables(text: str, name: str, columns: dict[str, str], wanted: list[Any]) -> None:
    assert units(read(text, name, columns=columns)) == wanted


def test_json_lines() -> None:
    text = (
        '{"id": 7, "src": "a \\"b\\"", "mt": "\\u00e1 \\ud83d\\ude00 \\/", "lang": "pt"}\r\n\r\n'
        ' { "mt" : "c", "src" : null } \n{"mt": null, "src": "d"}\n'
    )
    document = read(text, "a.jsonl")
    assert units(document) == [("7", "á 😀 /", 'a "b"'), ("line 3", "c", None)]
    assert document.lang == "pt"
    named = read('{"a": "x", "b": "y"}', "a.jsonl", columns={"target": "a", "source": "b"})
    assert units(named) == [("line 1", "x", "y")]


SRT = """1
00:00:01,000 --> 00:00:02,000
<i>Wir gehen</i>
jetzt

2
00:00:02,100 --> 00:00:03,000
{\\an8}nach Hause.
3
00:00:10,000 --> 00:00:11,000
- Warum?
"""


def test_subtitles_in_pairs(tmp_path: Path) -> None:
    source = tmp_path / "en.srt"
    source.write_text(
        "1\n00:00:01,100 --> 00:00:02,900\nWe are going home now.\n\n"
        "2\n00:00:10,200 --> 00:00:10,900\nWhy?\n"
    )
    document = read(SRT, "de.srt", source_path=source)
    assert units(document) == [
        ("cue 1-2", "Wir gehen jetzt nach Hause.", "We are going home now."),
        ("cue 3", "- Warum?", "Why?"),
    ]
    assert [b.source for b in read(SRT, "de.srt").blocks] == [None, None]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_vtt(end: str) -> None:
    text = (
        "WEBVTT - title\n\nSTYLE\n::cue { color: red }\n\nNOTE\nnot read\n\nintro\n"
        "00:01.000 --> 00:02.000 line:0\n<v Ann>R&amp;D <00:01.500>now.</v>\n\n"
        "1:00:00.000 --> 1:00:02.000\nLater.\n"
    )
    document = read(text.replace("\n", end), "a.vtt")
    assert units(document) == [("cue intro", "R&D now.", None), ("cue 2", "Later.", None)]


def test_po_lists_of_translators_are_no_translation() -> None:
    document = read_bytes(
        b'msgid "Open"\nmsgstr "Abrir"\n\nmsgid "translator-credits"\nmsgstr "Ana <a@b.org>"\n',
        name="es.po",
    )
    assert [block.span.of(document.text) for block in document.blocks] == ["Abrir"]
    assert "left out: 1 lists of translators" in document.notes
