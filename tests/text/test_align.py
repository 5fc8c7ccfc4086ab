"""Sentence alignment of a translation with its original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.core.documents import Document
from mtcheck.text.align import align, attach_source

SOURCE = (
    "O governo anunciou na segunda-feira um novo plano para os portos do país.\n\n"
    "O plano custa 45 milhões. Será pago em três anos.\n\n"
    "A oposição criticou a medida, que considera insuficiente e tardia. "
    "Os sindicatos pediram uma reunião para o dia 14."
)
TARGET = (
    "On Monday the government announced a new plan for the ports of the country.\n\n"
    "The plan costs 45 million, to be paid over three years.\n\n"
    "The opposition criticised the measure. It considers it insufficient and late. "
    "The unions asked for a meeting on the 14th."
)


def sources(target: str, source: str) -> list[str | None]:
    document = attach_source(Document.plain(target, lang="en"), source, "pt")
    return [segment.source for segment in document.segments]


def test_merged_and_split_sentences() -> None:
    found = sources(TARGET, SOURCE)
    criticism = "A oposição criticou a medida, que considera insuficiente e tardia."
    assert found == [
        "O governo anunciou na segunda-feira um novo plano para os portos do país.",
        "O plano custa 45 milhões. Será pago em três anos.",
        criticism,
        criticism,
        "Os sindicatos pediram uma reunião para o dia 14.",
    ]


def test_other_paragraphs_than_the_original() -> None:
    found = sources(TARGET.replace("\n\n", " "), SOURCE)
    assert found[0] == sources(TARGET, SOURCE)[0]
    assert found[-1] == sources(TARGET, SOURCE)[-1]
    assert None not in found


def test_an_added_paragraph_has_no_source() -> None:
    added = "Buy our hats: they keep you warm and dry in winter and cool all through summer days."
    first, rest = TARGET.split("\n\n", 1)
    found = sources(f"{first}\n\n{added}\n\n{rest}", SOURCE)
    assert found[0] == sources(TARGET, SOURCE)[0]
    assert found[1] is None
    assert found[2] is not None
    assert found[-1] == sources(TARGET, SOURCE)[-1]


def test_source_language_and_bilingual() -> None:
    document = attach_source(Document.plain(TARGET, lang="en"), SOURCE, "pt")
    assert document.source_lang == "pt"
    assert document.bilingual


def test_empty_sides() -> None:
    assert sources("One. Two.", "") == [None, None]
    assert sources("", SOURCE) == []
    assert align([], []) == []


SENTENCES = st.lists(st.integers(1, 60).map(lambda n: "word " * n), max_size=30)


@given(SENTENCES, SENTENCES)
def test_each_sentence_is_in_one_bead(source: list[str], target: list[str]) -> None:
    beads = align(source, target)
    assert [i for b in beads for i in range(b.source.start, b.source.end)] == list(
        range(len(source))
    )
    assert [i for b in beads for i in range(b.target.start, b.target.end)] == list(
        range(len(target))
    )


def test_long_texts_that_differ_in_places() -> None:
    source = [f"{'palavra ' * (3 + i % 17)}{i}" for i in range(200)]
    target = [f"{'word ' * (3 + i % 17)}{i}" for i in range(200) if i % 50]
    pairs = {
        (bead.source.start, bead.target.start)
        for bead in align(source, target)
        if len(bead.source) == len(bead.target) == 1
    }
    right = {(i, j) for j, i in enumerate(i for i in range(200) if i % 50)}
    assert len(pairs & right) > 0.95 * len(right)


@pytest.mark.parametrize(("n", "m"), [(1, 120), (120, 1), (2, 500), (500, 2)])
def test_texts_of_very_unequal_length_align_all_the_same(n: int, m: int) -> None:
    beads = align(["One of them."] * n, ["Another of these."] * m)
    assert [i for b in beads for i in range(b.source.start, b.source.end)] == list(range(n))
    assert [i for b in beads for i in range(b.target.start, b.target.end)] == list(range(m))
