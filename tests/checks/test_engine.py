"""Findings of the raw text: offsets, lines, keys, faults, overlaps."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtcheck.checks.engine import check
from mtcheck.checks.registry import load_rules
from mtcheck.checks.rule import Hit, Rule
from mtcheck.core.config import RulesConfig
from mtcheck.core.documents import Document
from mtcheck.core.errors import ConfigError
from mtcheck.core.findings import Severity
from mtcheck.core.rule_info import RuleInfo
from mtcheck.core.spans import OffsetMap, OffsetRun
from mtcheck.text.segment import segment

RULES = load_rules()
ENGLISH = RULES.select(RulesConfig(), "en", bilingual=False)


def rule_of(id_: str, *spans: tuple[int, int], fail: bool = False, severity: str = "minor") -> Rule:
    def run(view: object) -> list[Hit]:
        if fail:
            raise RuntimeError("broken")
        return [Hit(*span) for span in spans]

    info = RuleInfo(id_, id_.split("/")[0], "t", Severity(severity), "Style", "because")
    return Rule(info, "python", {}, "here", "because", _check=run)


def english(text: str) -> Document:
    return segment(Document.plain(text, lang="en"))


def test_finding_has_line_column_and_exact_text() -> None:
    text = "🚢 Trains ran.\r\n\r\nThe vote is this Friday (11), he said. 👍\n"
    (finding,) = check(english(text), (RULES.rule("en-weekday-paren-day"),)).findings
    assert text[finding.span.start : finding.span.end] == finding.text == "this Friday (11)"
    assert (finding.line, finding.column) == (3, 13)
    assert (finding.end_line, finding.end_column) == (3, 29)


def test_date_comes_from_the_document_or_from_the_text() -> None:
    rule = (RULES.rule("en-weekday-paren-day"),)
    dated = check(english("date 2022-02-20 It was taken this Friday (11)."), rule).findings[0]
    assert dated.suggestion == "on Friday, Feb. 11"
    given_date = dt.date(2022, 2, 20)
    told = check(english("It was taken this Friday (11)."), rule, reference_date=given_date)
    assert told.findings[0].suggestion == "on Friday, Feb. 11"
    untold = check(english("It was taken this Friday (11)."), rule).findings[0]
    assert untold.suggestion == "on Friday"


def test_suggestion_is_dropped_where_raw_text_differs() -> None:
    raw = "<p>at the gates of <b>the</b> European Union</p>"
    text = "at the gates of the European Union"
    offsets = OffsetMap(
        (OffsetRun(0, 3, 16, 16), OffsetRun(16, 22, 3, 3), OffsetRun(19, 29, 15, 15))
    )
    document = segment(Document(uri="x", raw=raw, text=text, offsets=offsets, lang="en"))
    (finding,) = check(document, (RULES.rule("en-at-the-gates-of"),)).findings
    assert finding.text == raw[finding.span.start : finding.span.end]
    assert finding.text.startswith("at the gates of <b>the")
    assert finding.suggestion is None


def test_faulty_rule_becomes_a_skip_and_others_run() -> None:
    rules = (rule_of("a/broken", fail=True), rule_of("a/good", (0, 3)))
    result = check(english("One two."), rules)
    assert [s.what for s in result.skips] == ["rule a/broken"]
    assert result.skips[0].blocking
    assert [f.rule for f in result.findings] == ["a/good"]


def test_equal_spans_become_one_and_the_graver_stays_within_a_group() -> None:
    rules = (
        rule_of("a/minor", (0, 3)),
        rule_of("b/major", (0, 3), severity="major"),
        rule_of("c/long", (4, 13)),
        rule_of("c/grave", (8, 13), severity="critical"),
        rule_of("d/other", (4, 7)),
    )
    found = check(english("One two three."), rules).findings
    assert [f.rule for f in found] == ["b/major", "d/other", "c/grave"]


def test_keys_survive_moved_text_and_tell_repeats_apart() -> None:
    rule = (RULES.rule("en-assure-no-object"),)
    one = "He assures that it is safe and she assures that it is not."
    here = check(english(one), rule).findings
    moved = check(english("Rain fell.\n\n" + one), rule).findings
    assert len({f.key for f in here}) == 2
    assert [f.key for f in here] == [f.key for f in moved]


def test_severity_options_and_words(tmp_path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("# ours\nKiev\n", encoding="utf-8")
    rule = (RULES.rule("en-outdated-place-form"),)
    text = "Buses left Kiev for Lvov."
    config = RulesConfig(
        severity={"terminology/en-outdated-place-form": Severity.CRITICAL}, words=(str(words),)
    )
    (finding,) = check(english(text), rule, options=config).findings
    assert (finding.text, finding.severity) == ("Lvov", Severity.CRITICAL)
    least = RulesConfig(min_severity=Severity.MAJOR)
    assert not check(english(text), rule, options=least).findings
    with pytest.raises(ConfigError):
        check(english(text), rule, options=RulesConfig(words=("/nowhere/words.txt",)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n \n",
        "שלום עולם. this Friday (11)",
        "e\u0301t\u0065\u0301 this Friday (11) \u200bcafe\u0301",
        "数据显示，2021年。 this Friday (11)",
        "ราคาน้ำมัน this Friday (11)",
        "a" * 3000,
        "«" * 500 + "(" * 500 + '"' * 500,
    ],
)
def test_odd_text_keeps_spans_exact(text: str) -> None:
    document = english(text)
    result = check(document, ENGLISH)
    assert not result.skips
    for finding in result.findings:
        assert text[finding.span.start : finding.span.end] == finding.text


PIECES = st.sampled_from(
    ["this Friday (11)", " ", "\n", "\r\n", "\u200b", "é", "e\u0301", "😀", "“", "”", "(", "…",
     ". ",
     "He assures that", "at the gates of the European Union", "12 500", "«x»", "&amp;", "\u00a0"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_mixture_gives_exact_sorted_spans(text: str) -> None:
    result = check(english(text), ENGLISH)
    assert not result.skips
    starts = [f.span.start for f in result.findings]
    assert starts == sorted(starts)
    for finding in result.findings:
        assert finding.text == text[finding.span.start : finding.span.end] != ""
        assert finding.suggestion != finding.text
