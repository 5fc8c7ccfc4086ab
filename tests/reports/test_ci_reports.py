"""JUnit, GitHub, GitLab and Checkstyle."""

import dataclasses
import json
import re
from pathlib import Path

import pytest
from lxml import etree

from mtcheck.core.findings import Severity
from mtcheck.core.report import GateResult, Verdict
from mtcheck.reports.formats.github import command
from tests.reports import sample
from tests.reports.harness import render


def parse(text):
    return etree.fromstring(text.encode("utf-8"))


def unescape(value):
    for char, code in ((",", "%2C"), (":", "%3A"), ("\n", "%0A"), ("\r", "%0D"), ("%", "%25")):
        value = value.replace(code, char)
    return value


def annotations(text):
    found = []
    for line in text.splitlines():
        match = re.match(r"::(\w+) ([^:]*)::(.*)$", line)
        if match:
            properties = dict(p.split("=", 1) for p in match[2].split(","))
            found.append((match[1], {k: unescape(v) for k, v in properties.items()},
                          unescape(match[3])))  # fmt: skip
    return found


def test_junit_keeps_to_the_schema():
    schema = etree.XMLSchema(etree.parse(Path(__file__).parent / "junit.xsd"))
    for documents in ((), (sample.failed(),), (sample.many(30),)):
        schema.assertValid(parse(render("junit", *documents)))


def test_junit_fails_exactly_where_the_gate_does():
    suites = parse(render("junit")).findall("testsuite")
    assert [s.get("name") for s in suites] == [
        "news/storm 1.txt", "news/primavera.po", "news/broken.docx",
    ]  # fmt: skip
    storm, spring, broken = suites
    failed = [c.get("name") for c in storm.findall("testcase") if c.find("failure") is not None]
    assert failed == ["gate: fail-on", "calques/weekday-day", 'user/"odd" <rule>']
    errors = [c.get("name") for c in storm.findall("testcase") if c.find("error") is not None]
    assert errors == ["gate: min-fluency"]
    quotes = next(c for c in storm.findall("testcase") if c.get("name") == "style/quotes")
    assert "🌊" in quotes.findtext("system-out")
    assert [c.get("name") for c in spring.findall("testcase")] == ["gate"]
    assert "not a ZIP archive" in broken.find("testcase/error").get("message")
    for suite in suites:
        cases = suite.findall("testcase")
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(name)) == sum(c.find(tag) is not None for c in cases)
        assert int(suite.get("tests")) == len(cases)


def test_junit_of_a_passed_gate_has_no_failure_whatever_was_found():
    report = dataclasses.replace(sample.article(), gate=GateResult(Verdict.PASS))
    root = parse(render("junit", report))
    assert root.findall(".//failure") == []
    assert len(root.findall(".//system-out")) == 3


def test_github_annotations_are_escaped_and_point_into_the_line():
    found = annotations(render("github"))
    assert [kind for kind, _, _ in found] == ["error"] * 4 + ["warning"] * 3 + ["notice"]
    friday = next(a for a in found if "on Friday" in a[2])
    assert friday[1] == {
        "file": "news/storm 1.txt",
        "line": "3",
        "endLine": "3",
        "col": "22",  # two characters before it lie beyond the BMP
        "endColumn": "38",
        "title": "major: calques/weekday-day",
    }
    line = sample.ARTICLE.split("\r\n")[2].encode("utf-16-le")
    assert line[2 * 21 : 2 * 37].decode("utf-16-le") == "this Friday (11)"
    two_lines = next(a for a in found if "Two lines" in a[2])
    assert "col" not in two_lines[1]
    assert two_lines[2] == "Two lines\nin one message."


def test_github_commands_can_not_be_smuggled_in():
    evil = "x\n::error file=a::b\r\n::stop-commands::t"
    report = dataclasses.replace(
        sample.article(),
        path=evil,
        findings=(dataclasses.replace(sample.article().findings[0], message=evil, rule=evil),),
        gate=dataclasses.replace(
            sample.article().gate,
            reasons=tuple(
                dataclasses.replace(r, message=evil, worst=(evil,))
                for r in sample.article().gate.reasons
            ),
        ),
    )
    commands = [r for r in render("github", report).splitlines() if r.startswith("::")]
    assert len(commands) == 1
    assert annotations(commands[0])[0][2].startswith(evil)
    assert command("error", {"file": "a:b,c%d"}, "50%\n") == "::error file=a%3Ab%2Cc%25d::50%25%0A"


def test_github_shows_the_worst_ten_of_a_kind_and_counts_the_rest():
    out = render("github", sample.many(300))
    found = annotations(out)
    assert [kind for kind, _, _ in found] == ["error"] * 10 + ["warning"] * 10
    assert "mtcheck: 20 more errors in the full report" in out
    assert "mtcheck: 260 more warnings in the full report" in out
    mixed = sample.many(30, severity=Severity.CRITICAL)
    assert all("critical" in p["title"] for _, p, _ in annotations(render("github", mixed)))


def test_gitlab_has_what_code_quality_needs():
    issues = json.loads(render("gitlab", sample.article(), sample.many(20)))
    assert len(issues) == 27
    assert len({i["fingerprint"] for i in issues}) == 27
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert not issue["location"]["path"].startswith(("/", "./"))
        assert issue["location"]["lines"]["begin"] >= 1
    assert json.loads(render("gitlab", sample.failed())) == []


def test_gitlab_tells_equal_findings_apart_and_is_the_same_after_a_move():
    report = sample.many(2)
    same = dataclasses.replace(
        report, findings=tuple(dataclasses.replace(f, key="same") for f in report.findings)
    )
    before = [i["fingerprint"] for i in json.loads(render("gitlab", same))]
    moved = dataclasses.replace(
        same, findings=tuple(dataclasses.replace(f, line=f.line + 7) for f in same.findings)
    )
    assert len(set(before)) == 2
    assert [i["fingerprint"] for i in json.loads(render("gitlab", moved))] == before


@pytest.mark.parametrize("name", ["junit", "checkstyle"])
def test_xml_gives_user_text_back(name):
    root = parse(render(name))
    text = etree.tostring(root, encoding="unicode")
    assert "<script>" not in text
    values = [v for e in root.iter() for v in (*e.attrib.values(), e.text or "")]
    assert any("Markup <b>left</b> in the text | with `ticks`" in v for v in values)


def test_checkstyle_has_a_file_each_and_utf16_columns():
    files = parse(render("checkstyle")).findall("file")
    assert [len(f.findall("error")) for f in files] == [7, 0, 1]
    friday = files[0].findall("error")[1]
    assert (friday.get("line"), friday.get("column")) == ("3", "22")
    assert friday.get("severity") == "error"
    assert friday.get("source") == "mtcheck.calques.weekday-day"
