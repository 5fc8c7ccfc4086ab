"""Words that the judge stumbles over: shown where they stand, explained, and never findings."""

import dataclasses

import html5lib
import pytest

from mtcheck.core.evidence import SuspiciousWord
from mtcheck.core.spans import Span
from mtcheck.reports import wording
from tests.reports import sample
from tests.reports.harness import render

WORDS = ("quays", "Friday", "<script>")  # two of them inside findings


def doubtful():
    """Return the rich report with suspicious words in its second sentence."""
    report = sample.article()
    spans = [Span(at := report.text.index(w), at + len(w)) for w in WORDS]
    words = tuple(SuspiciousWord(s, 0.3) for s in sorted(spans, key=lambda s: s.start))
    segments = list(report.segments)
    segments[1] = dataclasses.replace(segments[1], suspicious=words)
    return dataclasses.replace(report, segments=tuple(segments))


def in_order():
    return sorted(WORDS, key=sample.ARTICLE.index)


def test_words_are_cut_from_their_segment():
    report = doubtful()
    (segment,) = wording.stumbling(report)
    assert wording.stumbled_over(segment) == in_order()


def test_html_marks_exactly_these_words_inside_findings_too():
    page = render("html", doubtful())
    html5lib.HTMLParser(strict=True).parse(page)
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    legend, *marked = [
        "".join(e.itertext()) for e in tree.iter("span") if e.get("class") == "doubt"
    ]
    assert legend == wording.STUMBLES
    assert marked == in_order()
    # A finding's text is still marked in full, and its number stands once.
    flagged = [a for a in tree.iter("a") if "hl" in (a.get("class") or "")]
    number = next(
        str(i)
        for i, f in enumerate(sample.article().findings, start=1)
        if f.text == "this Friday (11)"
    )
    pieces = [a for a in flagged if number in a.get("data-n").split()]
    assert "".join("".join(a.itertext()) for a in pieces) == "this Friday (11)"
    assert sum(a.get("data-k") == number for a in pieces) == 1
    assert sum(a.get("tabindex") is None for a in pieces) == 1


def test_text_lists_them_with_their_sentence():
    lines = render("text", doubtful()).splitlines()
    at = lines.index(wording.STUMBLES)
    assert lines[at + 1].startswith("Low confidence")
    assert f"      over  {', '.join(in_order())}" in lines[at:]


def test_markdown_lists_them_as_escaped_text():
    out = render("markdown", doubtful())
    assert f"**{wording.STUMBLES}**" in out
    assert "quays" in out.split(wording.STUMBLES)[1]
    assert "<script>" not in out


@pytest.mark.parametrize("name", ["html", "text", "markdown"])
def test_without_such_words_nothing_is_said(name):
    out = render(name, sample.article())
    assert wording.STUMBLES not in out
    assert wording.STUMBLES in render(name, doubtful())


def test_they_are_no_findings():
    with_words, without = (render("csv", r) for r in (doubtful(), sample.article()))
    assert with_words == without
