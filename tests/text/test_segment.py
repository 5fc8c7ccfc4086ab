"""Blocks and sentences: exact spans in every language and however large the text."""

from __future__ import annotations

import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.core.documents import Block, BlockKind, Document
from mtcheck.core.spans import Span
from mtcheck.text.segment import MAX_SEGMENT, segment


def texts(text: str, lang: str | None = "en") -> list[str]:
    document = segment(Document.plain(text, lang=lang))
    return [each.span.of(document.text) for each in document.segments]


# "|" marks where one sentence ends and the next begins.
SENTENCES = [
    ("en", "Dr. J. R. Moss met Gov. Lee on Feb. 3 at 5 p.m. |It cost $3.5 million... |He left."),
    ("en", "“We go. We stay,” she said. |“Is it over?” he asked. |No! |Really?! |Yes."),
    ("en", "The U.S. economy grew 2.3% in Q1. |The U.N. said so, cf. Lt. Gen. Ray, No. 5."),
    ("en", "It is raining (…) in the north. |Nobody minds… |Then it stopped."),
    ("pt", "O Sr. Silva e o dep. Souza (PT-SP) falaram nesta sexta (11). |Custou R$ 3,5 milhões."),
    ("pt", "A pág. 5 cita o art. 3º da lei. |O pres. Lima disse: “Não vou. Fico.” |Saiu."),
    ("es", "El Sr. Paz llegó a EE. UU. el lunes. |¿Qué dijo? |¡Nada! |La Dra. Gil se fue."),
    ("es", "«Vamos. Ya», dijo el gral. Ruiz. |Luego se fue."),
    ("fr", "M. Petit a vu Mme Roy le 1er janv. 2020. |« C’est bien. On y va. » |J.-L. Barré a ri."),
    ("fr", "L’art. 5 de la loi compte 3,5 pages. |Est-ce tout ? |Oui !"),
    ("de", "Am 5. Mai kam Dr. Meier, z. B. wegen Ulm. |Das ist der 3. Platz. |Die Fa. Otto zahlt."),
    ("zh", "他说:“我们走吧。”|然后离开了。|真的吗?|是的。"),
    ("ja", "彼は「行こう。」と言った。|東京は晴れ。|はい!"),
    ("ar", "وصل الرئيس اليوم. |هل هذا صحيح؟ |نعم!"),
    ("he", "הוא הגיע היום. |האם זה נכון? |כן!"),
    ("hi", "यह एक वाक्य है। |दूसरा वाक्य।"),
    ("ru", "Он пришёл в 5 ч. утра. |Кто знает?"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "marked"), SENTENCES)
def test_sentences_of_news(lang: str, marked: str) -> None:
    wanted = [part.strip() for part in marked.split("|")]
    assert texts(marked.replace("|", ""), lang) == wanted


def test_spans_count_code_points() -> None:
    assert texts("😀 Good. 👩\u200d💻 Cafe\u0301 is open. Yes.") == [
        "😀 Good.",
        "👩\u200d💻 Cafe\u0301 is open.",
        "Yes.",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_paragraphs_and_headline(end: str) -> None:
    document = segment(
        Document.plain(f"A headline{end}{end}First one. Second one.{end}Third.{end}- item{end}")
    )
    kinds = [(b.kind, b.span.of(document.text)) for b in document.blocks]
    assert kinds == [
        (BlockKind.HEADING, "A headline"),
        (BlockKind.PARAGRAPH, "First one. Second one."),
        (BlockKind.PARAGRAPH, "Third."),
        (BlockKind.LIST_ITEM, "item"),
    ]
    assert [s.block for s in document.segments] == [0, 1, 1, 2, 3]
    assert [s.index for s in document.segments] == [0, 1, 2, 3, 4]


def test_wrapped_lines_are_one_paragraph() -> None:
    wrapped = (
        "The committee met on Tuesday to look at the plan that the\n"
        "mayor had sent round the week before, and it found that it\n"
        "lacked a budget, a date and the names of those who would be\n"
        "asked to carry it out.\n\nNobody objected."
    )
    document = segment(Document.plain(wrapped, lang="en"))
    assert len(document.blocks) == 2
    assert len(document.segments) == 2


def test_lines_that_are_no_wrapped_text_stay_apart() -> None:
    assert texts("Coffee\nTea\nMilk and sugar") == ["Coffee", "Tea", "Milk and sugar"]


def test_a_sentence_never_crosses_blocks() -> None:
    text = "An unfinished line\n\nand its end. New."
    assert texts(text) == ["An unfinished line", "and its end.", "New."]


def test_units_with_a_source_are_one_segment() -> None:
    text = " Um. Dois. "
    block = Block(Span(0, len(text)), BlockKind.UNIT, source="One. Two.")
    document = segment(dataclasses.replace(Document.plain(text), blocks=(block,)))
    assert [(s.span.of(text), s.source) for s in document.segments] == [("Um. Dois.", "One. Two.")]


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "\ufeff", "\n" * 5000])
def test_nothing_to_segment(text: str) -> None:
    assert texts(text) == []


@pytest.mark.parametrize(
    "text", ["word " * 40_000, "x" * 200_000, "e\u0301" * 100_000, "👩\u200d💻" * 60_000]
)
def test_endless_sentences_are_cut(text: str) -> None:
    found = texts(text)
    assert all(0 < len(each) <= MAX_SEGMENT + 2 for each in found)
    assert re.sub(r"\s", "", "".join(found)) == re.sub(r"\s", "", text)
    assert not any(each[0] in "\u0301\u200d" for each in found)


def test_many_short_lines() -> None:
    found = texts("ab cd\n" * 20_000)
    assert len(found) == 20_000
    assert set(found) == {"ab cd"}


@given(
    text=st.lists(
        st.sampled_from([*"aB1.!?…,;:'\"“”()«» \n\r\t-", "😀", "e\u0301", "中。", "Dr.", "\u2028"])
    ).map("".join),
    lang=st.sampled_from(["en", "pt", "es", "fr", "de", "zh", "ja", "ar", "xx"]),
)
def test_segments_are_ordered_trimmed_and_lose_nothing(text: str, lang: str) -> None:
    document = segment(Document.plain(text, lang=lang))
    last = 0
    for each in document.segments:
        part = each.span.of(text)
        assert part
        assert part == part.strip()
        assert each.span.start >= last
        assert not text[last : each.span.start].strip().strip("-.1()aB \t")
        assert document.blocks[each.block].span.contains(each.span)
        last = each.span.end
    assert not text[last:].strip().strip("\u200b")
    assert segment(document).segments == document.segments
