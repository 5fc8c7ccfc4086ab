from __future__ import annotations

import pytest

from mtcheck.core.findings import Finding, Severity, SuppressedBy, Suppression
from mtcheck.core.spans import Span
from mtcheck.scoring.suppress import matches, parse, split


def finding(line: int, rule: str = "dates/en-x") -> Finding:
    return Finding(rule, Severity.MINOR, "m", Span(0, 1), line, 1, "x", "w")


def test_next_line_with_reason() -> None:
    (made,) = parse("one\n<!-- mtcheck-disable-next-line dates/en-x: quoted -->\nthree\n")
    assert (made.line, made.first, made.last) == (2, 3, 3)
    assert (made.rules, made.reason) == (("dates/en-x",), "quoted")
    assert made.covers(finding(3)) and not made.covers(finding(2))


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- mtcheck-disable-line ALL -->",
        "text # mtcheck-disable-line dates",
        "// mtcheck-disable-line en-x, other: why",
        "{# mtcheck-disable-line dates/en-x #}",
        "%% mtcheck-disable-line",
    ],
)
def test_comment_forms_and_selectors(comment: str) -> None:
    (made,) = parse(comment)
    assert made.covers(finding(1))


def test_stretch_ends_where_it_is_enabled() -> None:
    text = "<!-- mtcheck-disable dates -->\r\na\r\nb\r\n<!-- mtcheck-enable dates -->\r\nc"
    (made,) = parse(text)
    assert (made.first, made.last) == (1, 4)
    (to_the_end,) = parse("x\n<!-- mtcheck-disable dates -->\na\nb")
    assert (to_the_end.first, to_the_end.last) == (2, 4)


def test_unused_ones_are_returned() -> None:
    suppressions = parse(
        "<!-- mtcheck-disable-next-line dates -->\na\n<!-- mtcheck-disable-next-line names -->\nb"
    )
    kept, silenced, unused = split([finding(2), finding(4)], suppressions)
    assert [f.line for f in kept] == [4]
    assert [f.line for f in silenced] == [2]
    assert [s.rules for s in unused] == [("names",)]


def test_silenced_findings_say_why() -> None:
    text = (
        "<!-- mtcheck-disable dates: the whole file -->\na\n"
        "<!-- mtcheck-disable-next-line en-x: a quotation -->\nb"
    )
    _, silenced, _ = split([finding(2), finding(4)], parse(text))
    assert [f.suppression for f in silenced] == [
        Suppression(SuppressedBy.INLINE, "the whole file", 1),
        Suppression(SuppressedBy.INLINE, "a quotation", 3),
    ]


def test_in_a_catalogue_the_comment_is_for_its_entry() -> None:
    text = (
        '# mtcheck-disable-next-line dates: a name\n#: main.c:1\nmsgid "a"\n'
        'msgstr ""\n"b"\n\nmsgid "c"\nmsgstr "d"\n'
    )
    (made,) = parse(text, format="po")
    assert (made.first, made.last) == (2, 6)
    assert made.covers(finding(5)) and not made.covers(finding(8))
    (made,) = parse("# mtcheck-disable-next-line dates\nmsgid", format="po")
    assert (made.first, made.last) == (2, 2)


def test_a_mention_in_prose_is_no_directive() -> None:
    assert parse("Write mtcheck-disable-line to silence a rule.") == ()


def test_selectors() -> None:
    assert matches("dates/en-x", "en-x") and matches("dates/en-x", "all")
    assert not matches("dates/en-x", "en")
