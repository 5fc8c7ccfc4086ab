"""Input that is damaged, hostile or not what its name says: a documented error, never a crash."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from mtcheck.core.errors import InputError, MtcheckError, UsageError
from mtcheck.readers import ReadOptions, read, read_bytes

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE xliff [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    "<xliff><file><trans-unit><source>x</source><target>&b;</target></trans-unit></file></xliff>"
)


def archive(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return stream.getvalue()


DAMAGED = [
    ("empty.txt", b"", "empty", None),
    ("blank.md", b" \r\n\t\n", "empty", None),
    ("mark.txt", b"\xef\xbb\xbf", "empty", None),
    ("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1", "binary-file", None),
    ("random.txt", bytes(range(256)) * 4, "binary-file", None),
    ("liar.txt", b"\xff\xfeabc", "bad-encoding", None),
    ("laughs.xlf", LAUGHS.encode(), "entity-declaration", 1),
    ("laughs.tmx", LAUGHS.replace("xliff", "tmx").encode(), "entity-declaration", 1),
    ("open.xlf", b"<xliff>\n<file>\n", "damaged-file", 3),
    ("other.xlf", b"<html/>", "damaged-file", None),
    ("other.tmx", b"<html/>", "damaged-file", None),
    ("quote.po", b'msgid "a"\nmsgstr "b\n', "damaged-file", 2),
    ("line.po", b'msgid "a"\nnonsense\n', "damaged-file", 2),
    ("order.po", b'msgstr "a"\n', "damaged-file", 1),
    ("end.po", b'msgid "a"\n', "damaged-file", None),
    ("quote.csv", b'text,id\n"a,1\n', "damaged-file", 2),
    ("columns.csv", b"a,b,c\n1,2,3\n", "no-columns", 1),
    ("short.tsv", b"source\ttarget\nx\ty\nz\n", "short-row", 3),
    ("line.jsonl", b'{"text": "a"}\n{"text": \n', "damaged-file", 2),
    ("deep.jsonl", b'{"text": ' + b"[" * 100_000 + b"\n", "damaged-file", 1),
    ("list.jsonl", b'["text"]\n', "damaged-file", 1),
    ("number.jsonl", b'{"text": 1}\n', "not-a-string", 1),
    ("field.jsonl", b'{"a": "b"}\n', "no-columns", 1),
    ("cues.srt", b"no cues\n", "damaged-file", None),
    ("times.srt", b"1\n00:xx --> 00:01\nHi\n", "damaged-file", 2),
    ("page.html", b"<html><script>x</script></html>", "no-text", None),
    ("not.docx", b"text", "damaged-file", None),
    ("half.docx", archive(word__document_xml=b"<a>b</a>")[:60], "damaged-file", None),
    ("none.docx", archive(other_xml=b"<a/>"), "damaged-file", None),
    ("laughs.docx", archive(word__document_xml=LAUGHS.encode()), "entity-declaration", 1),
    ("bomb.docx", archive(word__document_xml=b" " * 30_000_000), "zip-bomb", None),
    ("bomb.odt", archive(content_xml=b" " * 30_000_000), "zip-bomb", None),
    ("old.docx", b"\xd0\xcf\x11\xe0" + b"\0" * 500, "encrypted-file", None),
    ("blank.odt", archive(content_xml=b"<a/>"), "no-text", None),
    ("junk.pdf", b"%PDF-1.4 junk", "damaged-file", None),
    ("zero.pdf", b"\0" * 1000 + b"x", "damaged-file", None),
]


@pytest.mark.parametrize(("name", "data", "code", "line"), DAMAGED, ids=[d[0] for d in DAMAGED])
def test_damaged_files(name: str, data: bytes, code: str, line: int | None) -> None:
    with pytest.raises(InputError) as caught:
        read_bytes(data, name=name)
    assert caught.value.code == code
    assert caught.value.exit_code == 4
    where = caught.value.where or ""
    assert where.startswith(name)
    if line is not None:
        assert f":{line}" in where


EXTENSIONS = [
    "xlf", "tmx", "po", "csv", "jsonl", "srt", "vtt", "docx", "odt", "pdf", "html", "md",
]  # fmt: skip


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("seed", range(6))
def test_noise_is_refused_or_read(extension: str, seed: int) -> None:
    import random

    source = random.Random(f"{extension}{seed}")
    data = source.randbytes(600) if seed % 2 else bytes(source.choices(range(32, 127), k=600))
    try:
        read_bytes(data, name=f"noise.{extension}")
    except MtcheckError as error:
        assert error.code


def test_limit_on_size(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_bytes(b"x" * 2000)
    with pytest.raises(InputError, match="limit") as caught:
        read(path, options=ReadOptions(max_bytes=1000))
    assert caught.value.code == "too-large"
    with pytest.raises(InputError, match="limit"):
        read_bytes(b"x" * 2000, name="stdin", options=ReadOptions(max_bytes=1000))


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path / "none.txt")
    assert (caught.value.code, caught.value.exit_code) == ("no-such-file", 2)
    with pytest.raises(UsageError) as caught:
        read(tmp_path)
    assert caught.value.code == "not-a-file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_no_permission(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("text")
    path.chmod(0)
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.code == "unreadable-file"


def test_unknown_format_encoding_and_language() -> None:
    for options, code in (
        (ReadOptions(format="nope"), "unknown-format"),
        (ReadOptions(lang="klingon"), "unknown-language"),
    ):
        with pytest.raises(UsageError) as caught:
            read_bytes(b"text", name="a.txt", options=options)
        assert caught.value.code == code
    with pytest.raises(InputError) as failed:
        read_bytes(b"text", name="a.txt", options=ReadOptions(encoding="nope"))
    assert failed.value.code == "unknown-encoding"


@pytest.mark.parametrize(
    ("columns", "code", "hint"),
    [
        ({"target": "Tranlation"}, "no-such-column", "Translation"),
        ({"target": "9"}, "no-such-column", "one of: Key, Original text, Translation"),
        ({"traget": "1"}, "unknown-role", "target, source or id"),
    ],
)
def test_wrong_columns(columns: dict[str, str], code: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        read_bytes(
            b"Key\tOriginal text\tTranslation\n1\ta\tb\n",
            name="a.tsv",
            options=ReadOptions(columns=columns),
        )
    assert caught.value.code == code
    assert caught.value.try_ == hint


def test_line_files_of_different_lengths(tmp_path: Path) -> None:
    source = tmp_path / "source.txt"
    source.write_text("one\ntwo\n")
    with pytest.raises(InputError) as caught:
        read_bytes(b"um\n", name="t", options=ReadOptions(format="lines", source_path=source))
    assert caught.value.code == "line-count"
    with pytest.raises(UsageError) as missing:
        read_bytes(
            b"um\n", name="t", options=ReadOptions(format="lines", source_path=tmp_path / "no")
        )
    assert missing.value.code == "no-such-file"


def test_bad_selectors() -> None:
    for selector in ("p:::", ">", "p >", "p[", ",", ":nth-child(2)", "p, , b"):
        with pytest.raises(UsageError) as caught:
            read_bytes(b"<p>text</p>", name="a.html", options=ReadOptions(selector=selector))
        assert caught.value.code == "bad-selector"
    with pytest.raises(InputError) as none:
        read_bytes(b"<p>text</p>", name="a.html", options=ReadOptions(selector="#story"))
    assert none.value.code == "no-such-element"
