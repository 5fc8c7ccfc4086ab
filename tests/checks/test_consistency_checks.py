"""Consistency inside a document: registers, varieties, names."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcheck.checks.engine import check
from mtcheck.checks.kinds import consistency, titlecase
from mtcheck.checks.registry import load_rules
from mtcheck.core.documents import Document
from mtcheck.core.errors import ConfigError
from mtcheck.readers import read
from mtcheck.text.segment import segment

RULES = load_rules()


def found(rule: str, text: str, lang: str) -> list[str]:
    chosen = [r for r in RULES if r.id == rule]
    result = check(segment(Document.plain(text, lang=lang)), chosen)
    assert not result.skips
    return [f.text for f in result.findings]


def test_quoted_speech_does_not_set_the_register() -> None:
    text = "„Du kommst mit“, sagte die Mutter. Mehr erfahren Sie im Heft."
    assert found("register/de-du-sie", text, "de") == []


def test_the_rarer_form_is_flagged() -> None:
    text = "Sie malt gern. Klick auf dein Bild."  # Sie may be "she" here
    assert found("register/de-du-sie", text, "de") == []
    text = "Hier können Sie Ihr Konto löschen. Klick auf dein Bild."
    assert found("register/de-du-sie", text, "de") == ["dein"]


def test_inner_quotation_marks_are_no_second_style() -> None:
    text = "« Il a dit “non” hier. » Puis il partit. « Adieu. »"
    assert found("consistency/xx-consistency-quotes", text, "fr") == []


def test_inflected_forms_are_no_second_spelling() -> None:
    text = "Die Tochter kam. Die Töchter gingen. Lavrenko sprach. Lavrenkos Rede war lang."
    assert found("consistency/xx-consistency-names", text, "de") == []


def test_plural_forms_and_contexts_are_no_contradiction(tmp_path: Path) -> None:
    path = tmp_path / "pl.po"
    path.write_text(
        'msgid ""\nmsgstr "Language: pl\\n"\n\n'
        'msgid "%d file was saved"\nmsgid_plural "%d files were saved"\n'
        'msgstr[0] "plik zapisany %d"\nmsgstr[1] "pliki zapisane %d"\n'
        'msgstr[2] "pliki zapisane %d"\nmsgstr[3] "plików zapisano %d"\n\n'
        'msgctxt "past"\nmsgid "%d files were saved"\nmsgstr "były zapisane %d"\n\n'
        'msgid "%d files were saved."\nmsgstr "inaczej zapisane %d"\n\n'
        'msgid "%d document was saved"\nmsgid_plural "%d documents were saved"\n'
        'msgstr[0] "plik zapisany %d"\nmsgstr[1] "pliki zapisane %d"\n\n'
        'msgid "Keep the old file"\nmsgstr "zachowaj stary plik"\n\n'
        'msgid "Save the old file"\nmsgstr "zachowaj stary plik"\n',
        encoding="utf-8",
    )
    names = {"consistency/xx-consistency-source", "consistency/xx-consistency-target"}
    chosen = [r for r in RULES if r.id in names]
    result = check(segment(read(path)), chosen)
    assert not result.skips
    assert [(f.rule, f.text) for f in result.findings] == [
        ("consistency/xx-consistency-source", "inaczej zapisane %d"),
        ("consistency/xx-consistency-target", "zachowaj stary plik"),
    ]


def test_kinds_refuse_bad_data() -> None:
    with pytest.raises(ConfigError, match="variants"):
        consistency.prepare({"variants": []}, lang="en", where="x.toml")
    with pytest.raises(ConfigError, match="check"):
        consistency.prepare({"check": "moods"}, lang="en", where="x.toml")
    with pytest.raises(ConfigError, match="word list"):
        titlecase.prepare({"common": "nothing"}, lang="es", where="x.toml")
