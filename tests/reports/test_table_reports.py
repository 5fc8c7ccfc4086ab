"""CSV, XLSX and Markdown."""

import csv
import dataclasses
import io

import openpyxl
import pytest

from mtcheck.core.errors import UsageError
from mtcheck.core.evidence import RoundTrip
from mtcheck.reports.escape import markdown
from tests.reports import sample
from tests.reports.harness import render, render_bytes


def rows(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_gives_findings_and_segments_back():
    table = rows(render("csv"))
    kinds = [r["record"] for r in table]
    assert kinds.count("finding") == 9
    assert kinds.count("segment") == 6  # four, and one with two pivots
    friday = next(r for r in table if r["text"] == "this Friday (11)")
    start, end = int(friday["start"]), int(friday["end"])
    assert sample.ARTICLE[start:end] == friday["text"]
    assert friday["suggestion"] == "on Friday, March 11,"
    two_lines = next(r for r in table if r["message"].startswith("Two lines"))
    assert two_lines["text"] == "calmed down.\r\n東京の新聞"
    assert {r["suppressed"] for r in table if r["record"] == "finding"} == {"yes", "no"}
    reasons = [r["suppression"] for r in table if r["suppressed"] == "yes"]
    assert reasons == ["inline: =a <quotation> (line 2)", "baseline: accepted in old.json"]
    spanish = next(r for r in table if r["pivot"] == "es")
    assert spanish["back"] == "A primavera chegou."


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("text", FORMULAS)
def test_csv_defuses_formulas_in_every_column(text):
    finding = dataclasses.replace(
        sample.article().findings[0], text=text, message=text, suggestion=text, rule=text,
        key=text, unit=text, mqm=text, source_langs=(text,),
    )  # fmt: skip
    trip = RoundTrip(text, text, text, None, None, (text,), (text,), (text,), -0.5, None)
    segment = dataclasses.replace(
        sample.article().segments[0], text=text, source=text, unit=text, roundtrips=(trip,)
    )
    report = dataclasses.replace(
        sample.article(), path=text, findings=(finding,), suppressed=(), segments=(segment,)
    )
    for row in csv.reader(io.StringIO(render("csv", report), newline="")):
        for cell in row:
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "＝"))


def test_xlsx_opens_and_holds_the_same_as_csv():
    data = render_bytes("xlsx")
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Documents", "Findings", "Segments", "Scores", "Summary"]
    sheet = book["Findings"]
    head = [c.value for c in sheet[1]]
    found = [dict(zip(head, [c.value for c in row], strict=True)) for row in sheet.iter_rows(2)]
    assert len(found) == 9
    assert [f["rule"] for f in found if f["text"] == "this Friday (11)"] == ["calques/weekday-day"]
    documents = [[c.value for c in row][:3] for row in book["Documents"].iter_rows(2)]
    assert documents == [
        ["news/storm 1.txt", "FAIL", "partial"],
        ["news/primavera.po", "PASS", "ok"],
        ["news/broken.docx", "ERROR", "failed"],
    ]
    assert book["Summary"]["B1"].value == "FAIL"


def test_xlsx_has_no_formula_and_no_link_whatever_the_text():
    book = openpyxl.load_workbook(io.BytesIO(render_bytes("xlsx")))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    assert any(str(c.value).startswith("=SUM") for c in cells)
    assert {c.data_type for c in cells} <= {"s", "n", "inlineStr"}
    assert not any(c.hyperlink for c in cells)


def test_xlsx_keeps_to_the_limits_of_the_format(monkeypatch):
    from mtcheck.reports.formats import xlsx

    long = dataclasses.replace(sample.article().findings[0], message="x" * 40_000)
    report = dataclasses.replace(sample.article(), findings=(long,))
    book = openpyxl.load_workbook(io.BytesIO(render_bytes("xlsx", report)))
    assert max(len(str(c.value)) for row in book["Findings"].iter_rows() for c in row) == 32_767
    monkeypatch.setattr(xlsx, "_MOST_ROWS", 10)
    book = openpyxl.load_workbook(io.BytesIO(render_bytes("xlsx", sample.many(50))))
    assert book["Findings"].max_row == 10
    summary = {row[0].value: row[1].value for row in book["Summary"].iter_rows()}
    assert summary["rows left out"] == "41 of sheet Findings"


def test_xlsx_without_its_package_says_what_to_install(monkeypatch):
    import sys

    from mtcheck.reports.base import WriterOptions
    from mtcheck.reports.registry import open_writer

    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(UsageError) as caught:
        open_writer("xlsx", io.BytesIO(), WriterOptions())
    assert caught.value.try_ == "pip install 'mtcheck[xlsx]'"


def test_markdown_has_verdict_tables_and_details():
    out = render("markdown")
    assert out.startswith("## ❌ mtcheck: FAIL\n")
    table = out[out.index("### Documents") : out.index("### Findings")]
    assert table.index("broken.docx") < table.index("storm 1.txt") < table.index("primavera.po")
    assert "| major | news/storm 1.txt:3 | this Friday (11) |" in out
    assert "63rd percentile of human news" in out
    assert out.count("<details>") == out.count("</details>") == 2


def test_markdown_rows_keep_their_columns_and_user_text_has_no_markup():
    out = render("markdown")
    for block in out.split("\n\n"):
        table = [r for r in block.splitlines() if r.startswith("|")]
        columns = {len(row.replace("\\|", "").split("|")) for row in table}
        assert len(columns) <= 1
    assert "<script" not in out
    assert "<b>" not in out


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a*b_c`d", "a\\*b\\_c\\`d"),
        ("[x](y)", "\\[x\\](y)"),
        ("<img>&amp;", "&lt;img&gt;&amp;amp;"),
        ("ask @octocat about #12", "ask @\u200boctocat about #\u200b12"),
        ("# head", "\\# head"),
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
        ("a\nb|c", "a b\\|c"),
        ("http://x", "http:\u200b//x"),
    ],
)
def test_markdown_escapes(text, wanted):
    assert markdown(text) == wanted


def test_markdown_stays_below_githubs_limit_and_says_what_is_missing():
    wordy = dataclasses.replace(
        sample.many(2000),
        findings=tuple(
            dataclasses.replace(f, message="м" * 400) for f in sample.many(2000).findings
        ),
    )
    out = render("markdown", *[dataclasses.replace(wordy, path=f"{i}.txt") for i in range(60)])
    assert len(out.encode()) <= 65_536
    assert "10 documents more in the full report" in out
    assert "milder findings more in the full report" in out
    assert "| major |" in out
    assert "| minor |" not in out[out.index("### Findings") :]
