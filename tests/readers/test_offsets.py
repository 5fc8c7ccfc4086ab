"""Every format: what was written is read, and each character points to its place in the file."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtcheck.core.spans import Span
from mtcheck.readers import ReadOptions, read_bytes

# Letters, scripts, marks, quotes, all that some format gives a meaning to, and emoji sequences.
ALPHABET = [
    *"abcXYZ019", *"éßñç", *"中文かな", *"עברית", *"الع", "e\u0301", "नि", "😀", "👩\u200d💻", "🇵🇹",
    *"&<>\"'\\`*_~[](){}#|!;:,.?-+=%$^/@", "“", "”", "…", "\u00a0", "\u2028",
]  # fmt: skip
WORD = st.lists(st.sampled_from(ALPHABET), min_size=1, max_size=8).map("".join)
SENTENCE = st.lists(WORD, min_size=1, max_size=6).map(" ".join)
# A first letter keeps texts from being blank, list items, tables, comments or delays.
TEXTS = st.lists(SENTENCE.map(lambda text: f"A{text}z"), min_size=1, max_size=5)
LINE_ENDS = st.sampled_from(["\n", "\r\n"])


@dataclass(frozen=True)
class Case:
    """How tests write a format, and what a stretch of its raw text stands for."""

    name: str
    write: Callable[[list[str], str], str]
    plain: Callable[[str], str] = lambda raw: raw
    clean: Callable[[str], str] = lambda text: text
    options: dict[str, Any] = field(default_factory=dict)


def markdown(texts: list[str], end: str) -> str:
    return f"{end}{end}".join(re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text) for text in texts)


def page(texts: list[str], end: str) -> str:
    return f"<html><body>{end}" + "".join(f"<p>{escape(t)}</p>{end}" for t in texts) + "</body>"


def xliff(texts: list[str], end: str) -> str:
    units = end.join(
        f'<trans-unit id="{i}"><source>s</source><target>{escape(text)}</target></trans-unit>'
        for i, text in enumerate(texts)
    )
    return f'<xliff version="1.2">{end}<file source-language="en">{units}</file></xliff>'


def tmx(texts: list[str], end: str) -> str:
    units = end.join(
        '<tu><tuv xml:lang="en"><seg>s</seg></tuv>'
        f'<tuv xml:lang="pt"><seg>{escape(text)}</seg></tuv></tu>'
        for text in texts
    )
    return f'<tmx version="1.4"><header srclang="en"/><body>{units}</body></tmx>'


def c_string(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def po(texts: list[str], end: str) -> str:
    entries = []
    for i, text in enumerate(texts):
        half = len(text) // 2
        parts = f'"{c_string(text[:half])}"{end}"{c_string(text[half:])}"'
        entries.append(f'msgid "{i}"{end}msgstr ""{end}{parts}{end}')
    return end.join(entries)


def unescape(raw: str) -> str:
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], raw)


def csv(texts: list[str], end: str) -> str:
    rows = [f'{i},"{text.replace(chr(34), chr(34) * 2)}"' for i, text in enumerate(texts)]
    return end.join(["id,text", *rows])


def tsv(texts: list[str], end: str) -> str:
    return end.join(["source\ttarget", *(f"s\t{text}" for text in texts)])


def jsonl(texts: list[str], end: str) -> str:
    return end.join(
        json.dumps({"n": {"text": "no"}, "text": text}, ensure_ascii=i % 2 == 0)
        for i, text in enumerate(texts)
    )


def srt(texts: list[str], end: str) -> str:
    return end.join(
        f"{i}{end}00:00:{i:02},000 --> 00:00:{i:02},900{end}{text}.{end}"
        for i, text in enumerate(texts)
    )


CASES = [
    Case("markdown", markdown, plain=lambda raw: html.unescape(re.sub(r"\\(.)", r"\1", raw))),
    Case("html", page, html.unescape, options={"selector": "p"}),
    Case("xliff", xliff, html.unescape),
    Case("tmx", tmx, html.unescape),
    Case("po", po, unescape),
    Case("table", csv, lambda raw: raw.replace('""', '"')),
    Case("table", tsv),
    Case("jsonl", jsonl, lambda raw: json.loads(f'"{raw}"') if raw[:1] == "\\" else raw),
    Case("subrip", srt, clean=lambda text: re.sub(r"[<{}>]", "", text) + "."),
    Case("lines", lambda texts, end: end.join(texts)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}-{case.write.__name__}")
@given(texts=TEXTS, end=LINE_ENDS)
@settings(max_examples=40)
def test_each_character_points_to_its_place(case: Case, texts: list[str], end: str) -> None:
    wanted = texts
    if case.name == "subrip":
        wanted = [case.clean(text) for text in texts]
        texts = [text[:-1] for text in wanted]
    raw = case.write(texts, end)
    document = read_bytes(
        raw.encode(), name="file", options=ReadOptions(format=case.name, **case.options)
    )
    assert [block.span.of(document.text) for block in document.blocks] == wanted
    assert document.raw == raw
    last = 0
    for block in document.blocks:
        for at in range(block.span.start, block.span.end):
            place = document.offsets.to_raw(Span(at, at + 1))
            assert case.plain(place.of(raw)) == document.text[at]
            assert place.start >= last
            last = place.end


@given(
    text=st.text(min_size=1).filter(
        lambda t: t.strip(" \t\r\n\f\0\ufeff\ufffe\xef\xbb\xbf\xff\xfe")
    )
)
def test_plain_text_is_its_own_raw_form(text: str) -> None:
    data = text.encode("utf-8", errors="ignore")
    try:
        document = read_bytes(data, name="a.txt")
    except Exception as error:  # control characters make a binary file
        assert getattr(error, "code", None) in {"binary-file", "empty"}
        return
    assert document.text == document.raw
    assert document.offsets.to_raw(Span(0, len(document.text))) == Span(0, len(document.raw))


MARKUP = ["**", "*", "_", "`", "``", "[", "](x)", "![", "<b>", "</b>", "<!--", "-->", "&amp;", "\\",
          "# ", "> ", "- ", "1. ", "```", "|", "---", "===", "<div>", "</div>", "<p>", "<br>", "a",
          "b c", "é", "😀", " ", "\n", "\n\n", "\r\n", "    ", "\t", "<a href='", "'", '"', "=",
          ">", "<script>", "</script>", "~~", "[x]: y", "{", "}", "::: ", "+++", "&#0;", "&bogus;",
]  # fmt: skip


@pytest.mark.parametrize("name", ["markdown", "html", "subrip", "po", "jsonl", "table", "xliff"])
@given(text=st.lists(st.sampled_from(MARKUP), min_size=1, max_size=40).map("".join))
@settings(max_examples=150)
def test_any_markup_is_read_or_refused(name: str, text: str) -> None:
    try:
        document = read_bytes(text.encode(), name="f", options=ReadOptions(format=name))
    except Exception as error:
        assert getattr(error, "code", None), repr(error)
        return
    last = Span(0, 0)
    for run in document.offsets.runs:
        assert last.end <= run.text
        last = Span(run.text, run.text + run.length)
        assert 0 <= run.raw <= run.raw + run.raw_length <= len(document.raw)
        if run.length == run.raw_length > 1:
            raw = document.raw[run.raw : run.raw + run.raw_length]
            assert document.text[run.text : run.text + run.length] == raw
    assert last.end <= len(document.text)
    for block in document.blocks:
        place = document.offsets.to_raw(block.span)
        assert 0 <= place.start <= place.end <= len(document.raw)
