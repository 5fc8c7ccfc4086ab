"""Markdown, HTML and plain text: what is read, what is left alone, what is known of the article."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from mtcheck.core.documents import BlockKind, Document
from mtcheck.readers import ReadOptions, read_bytes


def read(text: str, name: str, **options: Any) -> Document:
    return read_bytes(text.encode(), name=name, options=ReadOptions(**options))


def blocks(text: str, name: str = "a.md", **options: Any) -> list[tuple[str, str]]:
    document = read(text, name, **options)
    return [(b.kind.value, b.span.of(document.text)) for b in document.blocks]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A *b* **c** ***d*** _e_ ~~f~~ g", "A b c d e f g"),
        ("snake_case_name and 2 * 3 * 4 and * alone", "snake_case_name and 2 * 3 * 4 and * alone"),
        ("**unclosed and *half* of it", "**unclosed and half of it"),
        (r"\*not emphasis\* and \[no link\]", "*not emphasis* and [no link]"),
        ("[a *link*](http://x.example/a_(b) \"T\") on", "a link on"),
        ("[a link]( <http://x.example/a b> ) on", "a link on"),
        ("[text][ref], [ref] or [other]\n\n[ref]: http://x.example", "text, ref or [other]"),
        ("![described](a.png) next", " next"),
        ("see <https://x.example> now", "see  now"),
        ("a <b>bold</b> word<!-- no --> here", "a bold word here"),
        ("`x = 1` is code, `name` a word", " is code, name a word"),
        ("``a ` b`` is code", " is code"),
        ("fish &amp; chips &copy; &#233; &bogus; AT&T", "fish & chips © é &bogus; AT&T"),
        ("note[^1] here", "note here"),
        ("one\ntwo", "one two"),
        ("one  \ntwo", "one  \ntwo"),
        ("one\\\ntwo", "one\ntwo"),
        ("> a\n> b\nlazy", "a b lazy"),
        ("[broken](http://x", "[broken](http://x"),
        ("e\u0301 **é** 😀 **שלום**", "e\u0301 é 😀 שלום"),
    ],
)  # fmt: skip
def test_markdown_inline(text: str, wanted: str) -> None:
    ((_, found),) = blocks(text)
    assert found == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("# One #\ntext\n\nTwo\n---\nmore", [("heading", "One"), ("paragraph", "text"),
                                             ("heading", "Two"), ("paragraph", "more")]),
        ("- a\n  b\n- c\n\n  d\n", [("list-item", "a b"), ("list-item", "c"), ("paragraph", "d")]),
        ("1. a\n2. b\n10) c", [("list-item", "a"), ("list-item", "b"), ("list-item", "c")]),
        ("It was\n2019. A year.", [("paragraph", "It was 2019. A year.")]),
        ("- [x] done\n- - deep", [("list-item", "done"), ("list-item", "deep")]),
        ("a\n\n```\ncode\n\n# no\n```\nb", [("paragraph", "a"), ("paragraph", "b")]),
        ("~~~py\ncode\n```\n~~~~\nb", [("paragraph", "b")]),
        ("a\n\n    code\n\nb", [("paragraph", "a"), ("paragraph", "b")]),
        ("a\n\n***\n\nb", [("paragraph", "a"), ("paragraph", "b")]),
        ("<div>\n<p>no</p>\n</div>\n\nyes", [("paragraph", "yes")]),
        ("<!-- a\n\nb -->\nyes", [("paragraph", "yes")]),
        ("| A | B |\n|:--|--:|\n| c \\| `|` | **d** |\n\ne",
         [("cell", "A"), ("cell", "B"), ("cell", "c | "), ("cell", "d"), ("paragraph", "e")]),
        ("![A photo of a bridge](b.jpg)", [("caption", "A photo of a bridge")]),
        ("{% include x %}\n\n::: note\nb\n:::", [("paragraph", "b")]),
        ("[^1]: A note.", [("paragraph", "A note.")]),
        ("> # Q\n> - a", [("heading", "Q"), ("list-item", "a")]),
        ("```\nnever closed", []),
    ],
)  # fmt: skip
def test_markdown_blocks(text: str, wanted: list[tuple[str, str]]) -> None:
    assert blocks(text) == wanted
    assert blocks(text.replace("\n", "\r\n")) == wanted


@pytest.mark.parametrize(
    "head",
    [
        "---\ntitle: 'A: b'\nauthor:\n  - Ann\n  - Bob\ndate: 2024-03-02T10:00  # day\n"
        "lang: pt-BR\nnested:\n  title: no\n---\n",
        '+++\ntitle = "A: b"\nauthor = ["Ann", "Bob"]\ndate = 2024-03-02\nlang = "pt_BR"\n+++\n',
    ],
)
def test_front_matter(head: str) -> None:
    document = read(head + "\nTexto.", "a.md")
    meta = document.meta
    assert (meta.title, meta.byline) == ("A: b", "Ann, Bob")
    assert (meta.published, meta.lang, document.lang) == (dt.date(2024, 3, 2), "pt", "pt")
    assert document.text == "Texto."


def test_markdown_without_front_matter_has_its_heading_as_title() -> None:
    document = read("# The *bridge*\n\nText.", "2023-01-31-bridge.md")
    assert document.meta.title == "The bridge"
    assert document.meta.published == dt.date(2023, 1, 31)
    assert blocks("---\n\nNo front matter.") == [("paragraph", "No front matter.")]


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        ("date 2022-02-20 The army", "a.txt", dt.date(2022, 2, 20)),
        ("2022-02-20 The army", "a.txt", dt.date(2022, 2, 20)),
        ("The army of 2022-02-20", "x/2022-02-21-army.txt", dt.date(2022, 2, 21)),
        ("The army of 2022-02-20", "2022-13-41.txt", None),
    ],
)
def test_date_of_plain_text(text: str, name: str, wanted: dt.date | None) -> None:
    assert read(text, name).meta.published == wanted


PAGE = """<!DOCTYPE html><html lang="es"><head><meta charset="utf-8"><title>Sitio</title>
<meta property="og:title" content="El puente &amp; el río"><meta name="author" content="Ana Paz">
<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle",
"datePublished": "2024-03-02T08:00:00Z"}]}</script></head>
<body><header><nav><a href="/">Inicio</a></nav></header><h1>El puente</h1>
<div class="cols"><div class="story">
<p>El ayuntamiento   cierra el <a href="/p">puente</a>&nbsp;viejo desde el lunes.
<p>Los vecinos protestan<sup><a href="#n">1</a></sup> por la <del>vieja</del> medida<br>sin éxito.
<ul><li>Primero<li>Segundo</ul>
<table><tr><th>Largo<td>120 m</table>
<blockquote><p>Nadie preguntó nada a nadie.</p></blockquote>
<pre>codigo</pre><p hidden>oculto</p><div class="related-links">Más noticias del barrio aquí</div>
<ul><li><a href="1">Otra noticia</a></li><li><a href="2">Otra más</a></li>
<li><a href="3">Y otra</a></li></ul>
</div><aside><p>Suscríbase a nuestro boletín semanal de noticias locales.</p></aside></div>
<footer><p>Aviso legal y condiciones de uso de este sitio de noticias.</p></footer></body></html>"""


def test_article_of_a_page() -> None:
    assert blocks(PAGE, "a.html") == [
        ("heading", "El puente"),
        ("paragraph", "El ayuntamiento cierra el puente\u00a0viejo desde el lunes."),
        ("paragraph", "Los vecinos protestan por la medida\nsin éxito."),
        ("list-item", "Primero"),
        ("list-item", "Segundo"),
        ("cell", "Largo"),
        ("cell", "120 m"),
        ("quote", "Nadie preguntó nada a nadie."),
    ]
    meta = read(PAGE, "a.html").meta
    assert (meta.title, meta.byline) == ("El puente & el río", "Ana Paz")
    assert (meta.published, meta.lang) == (dt.date(2024, 3, 2), "es")


@pytest.mark.parametrize(
    ("selector", "wanted"),
    [
        ("aside p", ["Suscríbase a nuestro boletín semanal de noticias locales."]),
        ("h1, blockquote", ["El puente", "Nadie preguntó nada a nadie."]),
        (".story > blockquote > p", ["Nadie preguntó nada a nadie."]),
        ("div[class^='related']", ["Más noticias del barrio aquí"]),
        ("table tr > td:not(.x)", ["120 m"]),
        ("html h1", ["El puente"]),
    ],
)
def test_selectors(selector: str, wanted: list[str]) -> None:
    assert [text for _, text in blocks(PAGE, "a.html", selector=selector)] == wanted


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        ("just text & more < than", ["just text & more < than"]),
        ("<p>unclosed <b>tags <i>all over", ["unclosed tags all over"]),
        ("<p>a<!-- never closed <p>b", ["ab"]),
        ("<p>a</div></span> b</p>", ["a b"]),
        ("<p title='>'>a</p>", ["a"]),
        ("<p>a<br><br>b", ["a\n", "b"]),
        ("<body>" + "<div>" * 3000 + "deep" + "</div>" * 3000, ["deep"]),
    ],
)
def test_tag_soup(page: str, wanted: list[str]) -> None:
    assert [text for _, text in blocks(page, "a.html")] == wanted


def test_page_in_an_old_encoding() -> None:
    page = '<html><head><meta charset="iso-8859-1"></head><p>Não “há” pão.</p>'
    document = read_bytes(page.encode("cp1252"), name="a.html")
    assert document.text == "Não “há” pão."
    assert document.blocks[0].kind is BlockKind.PARAGRAPH


def test_format_by_content() -> None:
    for text, wanted in (
        ("<!DOCTYPE html><p>Text", "html"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nText", "webvtt"),
        ('msgid "a"\nmsgstr "b"', "po"),
        ("plain", "text"),
    ):
        assert read(text, "unnamed").format == wanted
    assert read("a\tb", "x", format="tsv").format == "table"
