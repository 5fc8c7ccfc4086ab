"""Bilingual rules on units and on prose: what fires, and what must stay silent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.checks.engine import check
from mtcheck.checks.registry import load_rules
from mtcheck.core.config import RulesConfig
from mtcheck.core.documents import Block, BlockKind, Document
from mtcheck.core.findings import Finding, Severity
from mtcheck.core.spans import Span
from mtcheck.text.segment import segment

RULES = load_rules()


def compare(
    pairs: list[tuple[str, str]],
    source_lang: str | None,
    lang: str,
    kind: BlockKind = BlockKind.UNIT,
    config: RulesConfig | None = None,
) -> list[Finding]:
    blocks, text = [], ""
    for source, target in pairs:
        blocks.append(Block(Span(len(text), len(text) + len(target)), kind, source=source))
        text += target + "\n"
    document = replace(
        Document.plain(text, lang=lang), blocks=tuple(blocks), source_lang=source_lang
    )
    config = config or RulesConfig()
    rules = [r for r in RULES.select(config, lang, bilingual=True) if r.info.bilingual]
    result = check(segment(document), rules, options=config)
    assert not result.skips
    return list(result.findings)


def fired(source: str, target: str, source_lang: str | None = "en", lang: str = "es") -> set[str]:
    return {f.rule.split("/")[1] for f in compare([(source, target)], source_lang, lang)}


@pytest.mark.parametrize(
    ("source", "target", "lang"),
    [
        ("OK", "OK", "es"),
        ("PIN 1234", "PIN 1234", "fr"),
        ("São Paulo", "São Paulo", "fr"),
        ("{count} files", "{count} archivos", "es"),
        ("Where is it?", "Πού είναι;", "el"),
        ("Where is it?", "它在哪里？", "zh"),
        ('He said "no".', "Er sagte „nein“.", "de"),
        ("Slowly", "pelan pelan", "id"),
        ("We get up.", "Nous nous levons.", "fr"),
        ("The 3rd of May", "El 3 de mayo", "es"),
        ("A 15% rise", "Un alza del 15 %", "es"),
        ("See (below).", "参见（下文）。", "zh"),
        ("Version 2.0 is out.", "La versión 2.0 ya salió.", "es"),
    ],
)
def test_good_short_strings_stay_silent(source: str, target: str, lang: str) -> None:
    assert fired(source, target, lang=lang) == set()


def test_a_lost_scale_is_critical() -> None:
    findings = compare(
        [("It holds 2 billion litres.", "Contiene 2 millones de litros.")], "en", "es"
    )
    assert [(f.rule, f.severity, f.text) for f in findings] == [
        ("bilingual/bi-numbers", Severity.CRITICAL, "2 millones")
    ]


def test_the_source_language_is_identified_where_it_is_not_given() -> None:
    source = "Der alte Zug kommt heute Abend um neun Uhr an und fährt morgen weiter."
    assert "bi-untranslated" in fired(source, source, source_lang=None, lang="en")


def test_spans_are_those_of_the_raw_text() -> None:
    pairs = [
        ("A dog 😀 barked.", "Un perro 😀 ladró."),
        ("It cost 40 euros.", "😀 Costó 70 euros."),
    ]
    (finding,) = compare(pairs, "en", "es")
    assert finding.text == "70"
    assert finding.span.start == len(pairs[0][1]) + 1 + pairs[1][1].index("70")


def test_icu_messages_are_compared_by_argument() -> None:
    source = "{n, plural, one {# file} other {# files}}"
    assert fired(source, "{n, plural, one {# archivo} other {# archivos}}") == set()
    assert "bi-placeholders" in fired(source, "{m, plural, one {# archivo} other {# archivos}}")


def test_edges_of_units_are_compared_and_those_of_prose_are_not() -> None:
    pair = [("Name:", "Nombre: ")]
    assert [f.rule for f in compare(pair, "en", "es")] == ["bilingual/bi-edge-spaces"]
    assert compare(pair, "en", "es", kind=BlockKind.PARAGRAPH) == []


def test_same_source_and_same_target_across_units() -> None:
    pairs = [("Save", "Guardar"), ("Open the door", "Abrir la puerta"), ("Save", "Salvar"),
             ("Unlock the door", "Abrir la puerta")]  # fmt: skip
    assert [(f.rule, f.text) for f in compare(pairs, "en", "es")] == [
        ("consistency/xx-consistency-source", "Salvar"),
        ("consistency/xx-consistency-target", "Abrir la puerta"),
    ]


def test_prose_uses_sentences() -> None:
    pairs = [("It rained in May. 40 people came.", "Llovió en junio. Vinieron 40 personas.")]
    findings = compare(pairs, "en", "es", kind=BlockKind.PARAGRAPH)
    assert [(f.rule, f.text) for f in findings] == [("bilingual/bi-dates", "junio")]


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["de", "zh", "es", "th", "ru"]))
def test_any_pair_of_texts_is_compared_without_a_skip(source: str, target: str, lang: str) -> None:
    target = target.replace("\n", " ").replace("\r", " ")
    for finding in compare([(source, target)], "en", lang):
        assert finding.text
