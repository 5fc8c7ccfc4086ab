"""Glossary files and the three glossary rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcheck.checks.engine import check
from mtcheck.checks.glossaries import Term, load
from mtcheck.checks.kinds.glossary import find
from mtcheck.checks.registry import load_rules
from mtcheck.core.config import RulesConfig
from mtcheck.core.documents import Document
from mtcheck.core.errors import ConfigError
from mtcheck.text.segment import segment

TBX = """<?xml version="1.0"?>
<tbx xmlns="urn:iso:std:iso:30042:ed-2" type="TBX-Core"><text><body>
<conceptEntry id="1">
<langSec xml:lang="en"><termSec><term>lock</term></termSec></langSec>
<langSec xml:lang="es-ES">
<termSec><term>esclusa</term></termSec>
<termSec><term>cerrojo</term>
<termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></termSec>
</langSec>
</conceptEntry></body></text></tbx>
"""


def test_csv_with_headings_in_any_order(tmp_path: Path) -> None:
    file = tmp_path / "terms.csv"
    file.write_text(
        "target,source,status\nesclusa,lock,\ncerrojo,lock,forbidden\n,Hub,dnt\n", "utf-8"
    )
    assert load(str(file), "en", "es") == (
        Term("lock", "esclusa", "preferred"),
        Term("lock", "cerrojo", "forbidden"),
        Term("Hub", "Hub", "dnt"),
    )


def test_tsv_without_headings(tmp_path: Path) -> None:
    file = tmp_path / "terms.tsv"
    file.write_text("lock\tesclusa\n\nferry\tferri\tpreferred\n", "utf-8")
    assert [t.target for t in load(str(file), "en", "es")] == ["esclusa", "ferri"]


def test_tbx(tmp_path: Path) -> None:
    file = tmp_path / "terms.tbx"
    file.write_text(TBX, "utf-8")
    assert load(str(file), "en", "es") == (
        Term("lock", "esclusa", "preferred"),
        Term("lock", "cerrojo", "forbidden"),
    )


@pytest.mark.parametrize(
    ("name", "content", "code", "where"),
    [
        ("a.csv", "lock,esclusa,perhaps\n", "bad-glossary", ":1"),
        ("a.csv", "source,target\nlock,\n", "bad-glossary", ":2"),
        ("a.tbx", "<tbx><body>", "bad-glossary", ":1"),
        ("a.tbx", '<!DOCTYPE t [<!ENTITY x "y">]><tbx/>', "bad-glossary", "a.tbx"),
    ],
)
def test_bad_files_name_their_place(
    tmp_path: Path, name: str, content: str, code: str, where: str
) -> None:
    file = tmp_path / name
    file.write_text(content, "utf-8")
    with pytest.raises(ConfigError) as error:
        load(str(file), "en", "es")
    assert error.value.code == code
    assert error.value.where is not None
    assert error.value.where.endswith(where)


def test_a_missing_file_is_an_error() -> None:
    with pytest.raises(ConfigError, match="glossary"):
        load("no/such/file.csv", "en", "es")


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("esclusa", "Las esclusas viejas", ["esclusas"]),
        ("Brücke", "unter den Brücken", ["Brücken"]),
        ("ворота", "у воротах порту", ["воротах"]),
        ("lock", "The clock and the locker", []),
        ("NATO", "natal care", []),
        ("lock gate", "two lock gates here", ["lock gates"]),
        ("水门", "旧水门关闭", ["水门"]),
    ],
)
def test_terms_are_found_in_inflected_forms(term: str, text: str, found: list[str]) -> None:
    assert [text[s:e] for s, e in find(term, text)] == found


def test_forbidden_words_are_found_in_prose_too(tmp_path: Path) -> None:
    file = tmp_path / "terms.csv"
    file.write_text("ferry,transbordador,forbidden\nferry,ferri,preferred\n", "utf-8")
    config = RulesConfig(glossaries=(str(file),))
    rules = load_rules().select(config, "es", bilingual=False)
    text = "El transbordador zarpó al alba."
    result = check(segment(Document.plain(text, lang="es")), rules, options=config)
    found = [f for f in result.findings if f.rule == "glossary/bi-glossary-forbidden"]
    assert [(f.text, f.suggestion) for f in found] == [("transbordador", "ferri")]
