"""Encodings: found, said, and honoured when asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.readers.decoding import decode

PT = "A decisão não é só do júri: “é nossa”, disse o irmão.\r\nAté amanhã."
RU = "Сегодня в городе открылась выставка, посвящённая истории мостов и переправ."
PL = "Źródła mówią, że wójt już odjechał, a łódź została przy brzegu."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_marked_and_utf_8(encoding: str) -> None:
    decoded = decode(PT.encode(encoding), "a.txt")
    assert decoded.text == PT
    assert bool(decoded.notes) == (encoding in {"utf-16", "utf-32"})


@pytest.mark.parametrize(
    ("text", "encoding", "lang"),
    [
        (PT, "cp1252", None),
        (PT.replace("“", '"').replace("”", '"'), "latin-1", "pt"),
        (PT, "utf-16-le", None),
        (PT, "utf-16-be", None),
        (RU, "cp1251", None),
        (RU, "cp1251", "ru"),
        (PL, "cp1250", "pl"),
    ],
)
def test_assumed_encodings_are_said(text: str, encoding: str, lang: str | None) -> None:
    decoded = decode(text.encode(encoding), "a.txt", lang=lang)
    assert decoded.text == text
    (note,) = decoded.notes
    assert "assumed" in note


def test_mixed_encodings() -> None:
    data = "Uma ação.\nOutra decisão.\n".encode() + "Um irmão.\n".encode("latin-1")
    decoded = decode(data, "a.txt")
    assert decoded.text == "Uma ação.\nOutra decisão.\nUm irmão.\n"
    assert "line 3" in decoded.notes[0]


def test_encoding_asked_for() -> None:
    assert decode(PT.encode("cp1252"), "a", encoding="cp1252").text == PT
    assert decode(PT.encode("utf-8-sig"), "a", encoding="utf-8").text == PT


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_utf_8_comes_back(text: str) -> None:
    if text.startswith("\ufeff"):
        return
    assert decode(text.encode(), "a").text == text
