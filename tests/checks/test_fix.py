"""Fixes: only safe ones unasked, none on another's text, and none left for a second run."""

from __future__ import annotations

from mtcheck.checks.engine import check
from mtcheck.checks.fix import apply_fixes, diff
from mtcheck.checks.registry import load_rules
from mtcheck.core.config import RulesConfig
from mtcheck.core.documents import Document
from mtcheck.text.segment import segment

RULES = load_rules()


def findings(text: str, lang: str):
    rules = RULES.select(RulesConfig(), lang, bilingual=False)
    return check(segment(Document.plain(text, lang=lang)), rules).findings


def test_second_run_finds_nothing_more_to_fix() -> None:
    for rule in RULES:
        if not rule.safe or rule.info.bilingual:
            continue
        for example in rule.examples:
            lang = example.lang or (rule.info.langs[0] if rule.info.langs else "en")
            once, _ = apply_fixes(example.text, findings(example.text, lang))
            twice, again = apply_fixes(once, findings(once, lang))
            assert not again, (rule.id, example.text, once, [f.rule for f in again])
            assert twice == once


def test_only_safe_suggestions_are_applied() -> None:
    text = "She paid the the clerk at the gates of the European Union."
    fixed, applied = apply_fixes(text, findings(text, "en"))
    assert fixed == "She paid the clerk at the gates of the European Union."
    assert [f.rule for f in applied] == ["repetition/xx-repeated-word"]


def test_diff_names_the_file() -> None:
    text = diff("one\ntwo", "one\nthree", name="a.txt")
    assert "--- a/a.txt" in text
    assert "-two\n\\ No newline at end of file\n+three" in text
    assert diff("same", "same", name="a.txt") == ""
