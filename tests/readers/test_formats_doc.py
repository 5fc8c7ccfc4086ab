"""The examples of docs/formats.md are read, and give what their tables say."""

from __future__ import annotations

import html
import io
import re
import zipfile
from pathlib import Path

import pytest

from mtcheck.readers import ReadOptions, formats, read_bytes
from mtcheck.text.segment import segment

DOC = Path(__file__).parents[2] / "docs" / "formats.md"
EXAMPLE = re.compile(
    r"^## (?P<title>[^\n]+)\n(?:(?!^## ).)*?^```(?P<kind>\w+)\n(?P<listing>.*?)^```\n\n"
    r"\| unit \| text \| source \|\n\|---\|---\|---\|\n(?P<rows>(?:\|[^\n]*\n)+)",
    re.S | re.M,
)
EXAMPLES = {match["title"]: match for match in EXAMPLE.finditer(DOC.read_text(encoding="utf-8"))}


def packed(member: str, content: str) -> bytes:
    names = re.findall(r"</?(\w+):", content)
    declarations = " ".join(f'xmlns:{name}="urn:{name}"' for name in sorted(set(names)))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(member, f"<body {declarations}>{content}</body>")
    return stream.getvalue()


def pdf(content: str) -> bytes:
    """A one-page file around a content stream."""
    stream = content.encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + trailer


@pytest.mark.parametrize("title", EXAMPLES)
def test_example(title: str, tmp_path: Path) -> None:
    example = EXAMPLES[title]
    kind, listing = example["kind"], example["listing"]
    data = listing.encode()
    options = ReadOptions()
    if kind == "docx":
        data = packed("word/document.xml", listing)
    elif kind == "odt":
        data = packed("content.xml", listing)
    elif kind == "pdf":
        data = pdf(listing)
    elif kind == "lines":
        (tmp_path / "en.txt").write_text("Good day\nThanks\n")
        options = ReadOptions(format="lines", source_path=tmp_path / "en.txt")
    document = segment(read_bytes(data, name=f"example.{kind}", options=options))
    found = [
        (
            document.blocks[s.block].unit or "",
            " ".join(s.span.of(document.text).split()),
            s.source or "",
        )
        for s in document.segments
    ]
    rows = [
        tuple(html.unescape(cell.strip()) for cell in row.strip("|").split(" | "))
        for row in example["rows"].replace("|  |", "| |").strip().splitlines()
    ]
    assert found == [tuple(cell.strip(" |") for cell in row) for row in rows]


def test_every_format_has_an_example_and_a_row() -> None:
    text = DOC.read_text(encoding="utf-8")
    kinds = {match["kind"] for match in EXAMPLES.values()}
    for each in formats().values():
        assert kinds & {ext.lstrip(".") for ext in each.extensions}, each.name
        if each.name != "lines":
            for extension in each.extensions[:1]:
                assert f"`{extension}`" in text, extension


def test_every_error_code_is_documented() -> None:
    text = DOC.read_text(encoding="utf-8")
    folder = Path(__file__).parents[2] / "mtcheck" / "readers"
    codes = {
        code
        for path in folder.rglob("*.py")
        for code in re.findall(r"InputError\(\s*\"([a-z-]+)\"", path.read_text(encoding="utf-8"))
    }
    assert len(codes) > 10
    assert {code for code in codes if f"`{code}`" not in text} == set()
