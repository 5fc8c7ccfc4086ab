import dataclasses
import io
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from mtcheck.core.report import Report, Status
from mtcheck.reports import cells
from mtcheck.reports.ansi import theme_for
from mtcheck.reports.base import WriterOptions
from mtcheck.reports.escape import terminal
from tests.reports import sample
from tests.reports.harness import render, write

WIDE = "日本🌊👩\u200d🚒e\u0301שלום❤\ufe0f🇧🇷👍🏽\u202egn\u202c\ud83d\x1b[31m a b c -\t"


def under_carets(text: str) -> list[str]:
    """Return what stands above each run of carets or digits, cell by cell."""
    found = []
    rows = text.splitlines()
    for above, row in pairwise(rows):
        marks = row.partition("| ")[2]
        if "| " not in above or not marks or not set(marks) <= set(" ^123456789,"):
            continue
        line = above.partition("| ")[2]
        for match in re.finditer(r"[\^0-9]+", marks):
            cell, part = 0, ""
            for start, end, wide in cells.clusters(line):
                if wide and match.start() <= cell < match.end():
                    part += line[start:end]
                cell += wide
            found.append(part)
    return found


def test_carets_stand_under_exactly_what_is_flagged():
    flagged = [terminal(f.text) for f in sample.article().findings if "\n" not in f.text]
    shown = under_carets(render("text", sample.article()))
    for part in flagged:
        assert part in shown
    assert "calmed down." in shown
    assert "東京の新聞" in shown  # the second line of a finding over two


@given(st.text(WIDE, min_size=1, max_size=80), st.data(), st.integers(40, 90))
def test_carets_are_right_at_any_width_and_in_any_script(text, data, width):
    # Spans of whole clusters: half an emoji has no place of its own on a screen.
    edges = sorted({c[0] for c in cells.clusters(terminal(text))} | {len(text)})
    start = data.draw(st.sampled_from(edges[:-1]))
    end = data.draw(st.sampled_from([e for e in edges if e > start]))
    finding = sample.finding("x" + text[start:end], text[start:end])
    finding = dataclasses.replace(
        finding, span=dataclasses.replace(finding.span, start=start, end=end), text=text[start:end]
    )
    report = Report(path="a", status=Status.OK, lang="en", words=1, text=text, findings=(finding,))
    out = render("text", report, options=WriterOptions(width=width))
    shown = terminal(text[start:end])
    visible = "".join(shown[a:b] for a, b, wide in cells.clusters(shown) if wide)
    if visible:
        assert "".join(under_carets(out)).replace(" ", "") == visible.replace(" ", "")
    assert all(cells.width(row) <= width for row in out.splitlines())


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("abc", 3),
        ("é", 1),
        ("e\u0301", 1),
        ("日本", 4),
        ("👩\u200d🚒", 2),
        ("🇧🇷", 2),
        ("❤\ufe0f", 2),
        ("👍🏽", 2),
        ("שלום", 4),
        ("\u200b", 0),
        ("ｗｉｄｅ", 8),
        ("각", 2),
        ("", 0),
    ],
)
def test_width_agrees_with_rich(text, width):
    assert cells.width(text) == width == cell_len(text)


@given(st.text(max_size=200), st.integers(1, 30))
def test_wrap_keeps_every_code_point_in_order(text, width):
    rows = cells.wrap(text, width)
    assert "".join(text[a:b] for a, b in rows) == text
    for a, b in rows:
        row = text[a:b].rstrip(" ")
        assert cells.width(row) <= width or len(list(cells.clusters(row))) == 1


def test_wrap_breaks_at_spaces():
    text = "the quick brown fox"
    assert [text[a:b] for a, b in cells.wrap(text, 10)] == ["the quick ", "brown fox"]


@pytest.mark.parametrize("width", [40, 64, 100, 160])
def test_no_line_is_wider_than_asked(width):
    options = WriterOptions(width=width, show_segments=True, verbose=1, rules=sample.RULES)
    out = render("text", sample.article(), sample.clean(), sample.failed(), options=options)
    assert [r for r in out.splitlines() if cells.width(r) > width] == []


def test_text_of_the_user_steers_no_terminal():
    out = render("text", options=WriterOptions(color=False, show_segments=True))
    assert not set("\x1b\x07\u202e\ud83d\r") & set(out)
    assert "[31m" in out  # the harmless rest is still there


def test_colours_only_where_asked_and_plain_ascii_without(monkeypatch):
    class Terminal(io.StringIO):
        encoding = "utf-8"

        def isatty(self):
            return True

    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert theme_for(Terminal(), color=None, width=80).color
    assert not theme_for(io.StringIO(), color=None, width=80).color
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert theme_for(io.StringIO(), color=None, width=80).color
    monkeypatch.setenv("NO_COLOR", "1")
    assert not theme_for(Terminal(), color=None, width=80).color
    assert theme_for(Terminal(), color=True, width=80).color
    plain = render("text", sample.many(3))
    assert plain.isascii()
    painted = render("text", sample.many(3), options=WriterOptions(color=True))
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain


def test_a_stream_that_is_not_utf8_gets_escapes_instead_of_a_crash():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", newline="\n")
    write("text", stream, sample.run())
    stream.flush()
    assert b"\\U0001f30a" in raw.getvalue()


def test_findings_that_start_at_one_place_keep_their_numbers():
    text = "in May 12, 2023 at noon"
    findings = tuple(sample.finding(text, part) for part in ("May", "May 12, 2023", "12"))
    report = Report("a", Status.OK, "en", 6, text=text, findings=findings)
    rows = render("text", report).splitlines()
    at = rows.index(f"1 | {text}")
    assert rows[at + 1] == "  |    1,2^3^^^^^^^"


def test_a_second_pivot_is_named():
    scores = {"stability_es": dataclasses.replace(
        sample.article().scores["stability"], name="stability_es"
    )}  # fmt: skip
    out = render("text", dataclasses.replace(sample.article(), scores=scores))
    assert "stability via Spanish  61.4" in out


def test_summary_block_names_scores_reference_and_likely_source():
    out = render("text", sample.article())
    head = out.split("\n\n1 | ")[0]
    for part in (
        "FAIL  news/storm 1.txt",
        "English",
        "80 words",
        "likely source: Portuguese (71 %)",
        "63rd percentile of human news under",
        "not measured: no judge for this language",
        "7 findings: 1 critical, 2 major, 3 minor, 1 neutral; 2 suppressed",
        "--fail-on major",
    ):
        assert part in head


def test_findings_come_in_order_of_place_with_reason_rewrite_and_source():
    out = render("text", sample.article())
    assert out.index("An emoji") < out.index("Portuguese habit") < out.index("Broken")
    block = out[out.index("1 major") : out.index("2 critical")]
    assert "=> on Friday, March 11," in block
    assert "from Portuguese, Spanish - calques/weekday-day - high confidence" in block


def test_check_shows_the_three_least_stable_and_roundtrip_shows_all():
    out = render("text", sample.article())
    least = out[out.index("Least stable sentences") :]
    assert least.index("until Monday") < least.index("O prefeito") < least.index("A tempestade")
    assert "lost: <script>, quays; gained: pier" in least
    every = render("text", sample.article(), options=WriterOptions(show_segments=True))
    assert "Sentences there and back" in every
    assert "loop" in every
    assert "fluency 80.0" in every


def test_several_documents_end_in_a_table_with_the_worst_first():
    out = render("text")
    table = out[out.index("verdict     ") :]
    assert table.index("broken.docx") < table.index("storm 1.txt") < table.index("primavera.po")
    assert "3 documents (1 could not be checked)" in table
    assert "not checked: the file is not a ZIP archive; at byte 0" in out


def test_long_lines_and_many_findings_stay_readable():
    text = "word " * 200_000 + "🌊 bad end"
    report = Report(
        path="long.txt",
        status=Status.OK,
        lang="en",
        words=200_002,
        text=text,
        findings=(sample.finding(text, "bad"),),
    )
    out = render("text", report)
    assert len(out) < 2000
    assert under_carets(out) == ["bad"]
    out = render("text", sample.many(1000))
    assert "800 milder findings not shown" in out
    assert out.count("major  Number") == 100


def test_a_report_without_its_text_still_lists_its_findings():
    report = dataclasses.replace(sample.article(), text="")
    out = render("text", report)
    assert "  3:20  this Friday (11)" in out
    assert "on Friday, March 11," in out


@pytest.mark.parametrize("kind", ["text", "markdown", "html"])
def test_a_score_says_what_it_rests_on(kind):
    shown = " ".join(re.sub(r"<[^>]*>", "", render(kind, sample.article())).split())
    assert "because wording alone: translated 80%; 2 findings that speak for a machine" in shown
