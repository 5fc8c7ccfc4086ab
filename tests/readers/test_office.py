"""Word, OpenDocument and PDF files, as their parts are written by the programs."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest

from mtcheck.core.documents import Document
from mtcheck.core.errors import InputError
from mtcheck.readers import ReadOptions, read_bytes

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
CORE = (
    '<cp:coreProperties xmlns:cp="urn:cp" xmlns:dc="urn:dc" xmlns:dcterms="urn:dcterms">'
    "<dc:title>Bridge &amp; river</dc:title><dc:creator>Ann</dc:creator>"
    "<dcterms:created>2024-03-02T10:00:00Z</dcterms:created><dc:language>pt-BR</dc:language>"
    "</cp:coreProperties>"
)


def packed(**members: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return stream.getvalue()


def units(document: Document) -> list[tuple[str | None, str, str]]:
    return [(b.unit, b.kind.value, b.span.of(document.text)) for b in document.blocks]


def paragraph(content: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{content}</w:p>"


def run(text: str) -> str:
    return f'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_docx() -> None:
    body = (
        paragraph(run("O título"), "Ttulo1")
        + paragraph(run("Um ") + run("r&amp;d 😀") + "<w:r><w:tab/><w:t>x</w:t><w:br/></w:r>")
        + paragraph("<w:ins>" + run("novo") + "</w:ins><w:del>" + run("velho") + "</w:del>")
        + paragraph("<w:r><w:instrText>PAGE</w:instrText></w:r>")
        + '<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>' + run("item") + "</w:p>"
        + "<w:tbl><w:tr><w:tc>" + paragraph(run("a")) + "</w:tc><w:tc>" + paragraph(run("b"))
        + "</w:tc></w:tr></w:tbl>"
        + paragraph("<w:r><w:txbxContent>" + paragraph(run("caixa")) + "</w:txbxContent></w:r>")
        + paragraph(run("Foto"), "Caption")
    )  # fmt: skip
    document = read_bytes(
        packed(
            word__document_xml=f"<w:document {W}><w:body>{body}</w:body></w:document>",
            word__styles_xml=f'<w:styles {W}><w:style w:styleId="Ttulo1">'
            '<w:name w:val="heading 1"/></w:style></w:styles>',
            word__footnotes_xml=f"<w:footnotes {W}>{paragraph(run('Nota.'))}</w:footnotes>",
            docProps__core_xml=CORE,
        ),
        name="a.docx",
    )
    assert units(document) == [
        ("paragraph 1", "heading", "O título"),
        ("paragraph 2", "paragraph", "Um r&d 😀\tx\n"),
        ("paragraph 3", "paragraph", "novo"),
        ("paragraph 5", "list-item", "item"),
        ("table 1, row 1, cell 1", "cell", "a"),
        ("table 1, row 1, cell 2", "cell", "b"),
        ("paragraph 8", "paragraph", "caixa"),
        ("paragraph 10", "caption", "Foto"),
        ("footnote 1", "paragraph", "Nota."),
    ]
    assert document.raw == document.text
    assert (document.meta.title, document.meta.byline) == ("Bridge & river", "Ann")
    assert (document.meta.published, document.lang) == (dt.date(2024, 3, 2), "pt")


def test_odt() -> None:
    text = 'xmlns:t="urn:text" xmlns:b="urn:table" xmlns:o="urn:office"'
    content = (
        f"<o:body {text}><t:tracked-changes><t:p>velho</t:p></t:tracked-changes><t:h>Título</t:h>"
        '<t:p>Um\n  texto<t:s t:c="2"/>com <t:span>😀</t:span><t:tab/>fim<t:line-break/>2'
        "<o:annotation><t:p>comentário</t:p></o:annotation></t:p>"
        "<t:list><t:list-item><t:p>item</t:p></t:list-item></t:list>"
        "<b:table><b:table-row><b:table-cell><t:p>a</t:p></b:table-cell><b:table-cell><t:p>b</t:p>"
        "</b:table-cell></b:table-row></b:table></o:body>"
    )
    document = read_bytes(
        packed(content_xml=content, meta_xml=CORE.replace("created", "creation-date")),
        name="a.odt",
    )
    assert units(document)[:3] == [
        ("paragraph 1", "heading", "Título"),
        ("paragraph 2", "paragraph", "Um texto  com 😀\tfim\n2"),
        ("paragraph 3", "list-item", "item"),
    ]
    assert units(document)[3:] == [
        ("table 1, row 1, cell 1", "cell", "a"),
        ("table 1, row 1, cell 2", "cell", "b"),
    ]
    assert document.meta.published == dt.date(2024, 3, 2)


def test_odt_with_a_password() -> None:
    manifest = "<m><encryption-data/></m>"
    data = packed(content_xml="<a/>", **{"META-INF__manifest_xml": manifest})
    with pytest.raises(InputError) as caught:
        read_bytes(data, name="a.odt")
    assert caught.value.code == "encrypted-file"


def test_limits_on_unpacking() -> None:
    body = f"<w:document {W}><w:body>{paragraph(run('word ' * 500))}</w:body></w:document>"
    data = packed(word__document_xml=body)
    with pytest.raises(InputError) as caught:
        read_bytes(data, name="a.docx", options=ReadOptions(max_bytes=len(data) + 10))
    assert caught.value.code == "zip-bomb"
    assert read_bytes(data, name="a.docx").text.startswith("word word")


def test_format_by_content() -> None:
    body = f"<w:document {W}><w:body>{paragraph(run('text'))}</w:body></w:document>"
    assert read_bytes(packed(word__document_xml=body), name="unnamed").format == "docx"
