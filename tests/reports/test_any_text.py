"""Whatever the text, the report stays well formed and gives the text back."""

import csv
import dataclasses
import io
import json

import html5lib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from mtcheck.core.report import Report, Status
from mtcheck.core.spans import Span
from mtcheck.reports.escape import well_formed, xml_chars
from tests.reports import sample
from tests.reports.harness import render

NASTY = st.text(
    st.one_of(
        st.characters(),  # surrogates included
        st.sampled_from("<>&\"'`]\\|:;%,=+-@#\t\r\n\x00\x1b\x85\u2028\u202e\ufffe\ud800"),
    ),
    max_size=40,
)
quick = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def report_with(text, message):
    whole = f"{text}x{message}"
    finding = dataclasses.replace(
        sample.finding("x", "x"),
        span=Span(0, len(text) + 1),
        text=f"{text}x",
        message=message,
        suggestion=message,
        rule=f"a/{text}",
        key=text,
        unit=text,
    )
    return Report(
        path=f"p{text}", status=Status.OK, lang="en", words=1, text=whole, findings=(finding,),
        notes=(text,), tool=sample.TOOL,
    )  # fmt: skip


@quick
@given(NASTY, NASTY)
def test_json_formats(text, message):
    report = report_with(text, message)
    (document,) = json.loads(render("json", report))["documents"]
    assert document["findings"][0]["text"] == well_formed(f"{text}x")
    lines = render("jsonl", report).split("\n")
    assert json.loads(lines[0])["findings"] == document["findings"]
    assert len(lines) == 3
    assert json.loads(render("gitlab", report))[0]["check_name"] == well_formed(f"a/{text}")
    (run,) = json.loads(render("sarif", report))["runs"]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region["snippet"]["text"] == well_formed(f"{text}x")


@quick
@given(NASTY, NASTY)
def test_xml_formats(text, message):
    report = report_with(text, message)
    root = etree.fromstring(render("checkstyle", report).encode())
    assert root.find("file/error").get("source") == xml_chars(f"mtcheck.a/{text}").replace("/", ".")
    root = etree.fromstring(render("junit", report).encode())
    assert root.find("testsuite/testcase[2]").get("name") == xml_chars(f"a/{text}")


@quick
@given(NASTY, NASTY)
def test_html(text, message):
    page = render("html", report_with(text, message))
    html5lib.HTMLParser(strict=True).parse(page)


@quick
@given(NASTY, NASTY)
def test_lines_stay_lines(text, message):
    report = report_with(text, message)
    commands = [r for r in render("github", report).split("\n") if r.startswith("::")]
    assert len(commands) == 1
    rows = [r for r in render("markdown", report).split("\n") if r.startswith("| minor ")]
    assert len(rows) == 1
    out = render("text", report)
    assert "\x1b" not in out
    assert "\r" not in out
    (row,) = csv.DictReader(io.StringIO(render("csv", report), newline=""))
    assert row["text"].removeprefix("'").endswith("x")
