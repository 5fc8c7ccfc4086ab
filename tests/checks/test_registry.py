"""Selection, user rules and their errors, cached records."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from mtcheck.checks import prepared
from mtcheck.checks.engine import check
from mtcheck.checks.loader import RULES as FOLDER
from mtcheck.checks.loader import rule_files, rule_id
from mtcheck.checks.prepared import builtin_records
from mtcheck.checks.registry import load_rules
from mtcheck.core.config import RulesConfig
from mtcheck.core.documents import Document
from mtcheck.core.errors import ConfigError
from mtcheck.text.segment import segment

RULES = load_rules()


def ids(config: RulesConfig, lang: str = "en", *, bilingual: bool = False) -> set[str]:
    return {rule.id for rule in RULES.select(config, lang, bilingual=bilingual)}


def test_id_is_the_place_of_the_file_and_there_are_many() -> None:
    assert {rule_id(f, FOLDER) for f in rule_files(FOLDER)} == {rule.id for rule in RULES}
    assert len(RULES) > 150


def test_selectors() -> None:
    assert ids(RulesConfig(select=("dates",))) >= {"dates/en-dotted-date"}
    assert all(i.startswith("dates/") for i in ids(RulesConfig(select=("dates",))))
    assert ids(RulesConfig(select=("en-dotted-date",))) == {"dates/en-dotted-date"}
    assert "dates/en-dotted-date" not in ids(RulesConfig(ignore=("dates/en-dotted-date",)))
    assert ids(RulesConfig(select=("ALL",), ignore=("ALL",))) == set()
    assert "dates/en-dotted-date" not in ids(RulesConfig(), "es")
    assert ids(RulesConfig(select=("calques/en-es-pt-verb-calque",))) == {
        "calques/en-realize-carry-out"
    }


def test_unknown_selector_names_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        ids(RulesConfig(ignore=("en-dotted-dates",)))
    assert caught.value.code == "unknown-rule"
    assert "en-dotted-date" in (caught.value.try_ or "")
    with pytest.raises(ConfigError):
        ids(RulesConfig(options={"no/such-rule": {}}))


def test_fingerprint_depends_on_the_rules() -> None:
    all_rules = RULES.select(RulesConfig(), "en", bilingual=False)
    assert RULES.fingerprint(all_rules) == RULES.fingerprint(all_rules)
    assert RULES.fingerprint(all_rules) != RULES.fingerprint(all_rules[1:])


GOOD = """
title = "House word"
why = "We say mate."
mqm = "Terminology > Wrong term"
langs = ["en"]
[[patterns]]
pattern = '''\\bbuddy\\b'''
suggest = "mate"
"""


def test_user_rule_runs(tmp_path) -> None:
    (tmp_path / "house.toml").write_text(GOOD, encoding="utf-8")
    rules = load_rules((str(tmp_path / "house.toml"),))
    chosen = rules.select(RulesConfig(select=("user/house",)), "en", bilingual=False)
    document = segment(Document.plain("Hello buddy.", lang="en"))
    (finding,) = check(document, chosen).findings
    assert (finding.rule, finding.suggestion) == ("user/house", "mate")
    assert len(load_rules((str(tmp_path),))) == len(RULES) + 1


@pytest.mark.parametrize(
    ("change", "code", "line", "word"),
    [
        (("buddy\\b", "(buddy"), "bad-pattern", 7, "patterns[0].pattern"),
        (("suggest", "sugest"), "unknown-key", 8, "sugest"),
        (('suggest = "mate"', 'suggest = "{who}"'), "bad-template", 8, "who"),
        (("buddy", "{{no-such-list}}"), "unknown-list", 7, "no-such-list"),
        (('title = "House word"', ""), "missing-key", None, "title"),
        (('why = "We say mate."', "why = mate"), "bad-rule", 3, "line 3"),
        (('langs = ["en"]', 'langs = "en"'), "bad-value", 5, "langs"),
        (('langs = ["en"]', 'severity = "bad"'), "bad-value", 5, "severity"),
        (('langs = ["en"]', 'kind = "none"'), "bad-value", 5, "kind"),
    ],
)
def test_bad_user_rule_names_file_line_and_key(tmp_path, change, code, line, word) -> None:
    file = tmp_path / "house.toml"
    file.write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_rules((str(file),))
    assert caught.value.code == code
    assert word in caught.value.what
    where = str(file) if line is None else f"{file}:{line}"
    assert caught.value.where == where


def test_missing_user_rule() -> None:
    with pytest.raises(ConfigError) as caught:
        load_rules(("/nowhere/rule.toml",))
    assert caught.value.code == "no-such-file"


def test_records_are_the_same_from_the_cache_and_without_one(tmp_path) -> None:
    fresh = builtin_records(str(tmp_path))
    assert len(list((tmp_path / "rules").glob("*.json"))) == 1
    assert builtin_records(str(tmp_path)) == fresh
    unwritable = tmp_path / "file"
    unwritable.write_text("x")
    assert [r["id"] for r in builtin_records(str(unwritable))] == [r["id"] for r in fresh]


def test_prepared_rules_are_read_as_they_were_prepared(tmp_path, monkeypatch) -> None:
    shipped = tmp_path / "prepared.json"
    prepared.write(shipped)
    monkeypatch.setattr(prepared, "SHIPPED", shipped)
    monkeypatch.setattr(prepared, "prepare", lambda: pytest.fail("prepared anew"))
    read = builtin_records(str(tmp_path / "cache"))
    assert not (tmp_path / "cache").exists()
    monkeypatch.undo()
    fresh = prepared.prepare()
    assert [{**r, "origin": ""} for r in read] == [
        {**json.loads(json.dumps(r)), "origin": ""} for r in fresh
    ]
    assert all(Path(r["origin"]).is_file() for r in read)


def test_prepared_rules_of_another_state_are_not_used(tmp_path, monkeypatch) -> None:
    shipped = tmp_path / "prepared.json"
    prepared.write(shipped)
    monkeypatch.setattr(prepared, "SHIPPED", shipped)
    monkeypatch.setattr(prepared, "content_hash", lambda: "f" * 64)
    monkeypatch.setattr(prepared, "prepare", list)
    assert builtin_records(str(tmp_path / "cache")) == []


def test_any_edit_changes_the_hash(tmp_path, monkeypatch) -> None:
    root = tmp_path / "checks"
    shutil.copytree(prepared.RULES.parent, root)
    monkeypatch.setattr(prepared, "_HERE", root)
    monkeypatch.setattr(prepared, "RULES", root / "rules")
    before = prepared.content_hash()
    seen = {before}
    for name in ("rules/dates/en_weekday_paren_day.py", "lexicon/en.toml", "literals.py"):
        file = root / name
        stat = file.stat()
        file.write_bytes(file.read_bytes()[:-1] + b" ")  # same size
        os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        seen.add(prepared.content_hash())
    assert len(seen) == 4
