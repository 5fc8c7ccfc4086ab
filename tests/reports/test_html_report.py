import base64
import dataclasses
import hashlib
import re
from html.parser import HTMLParser

import html5lib
import pytest

from mtcheck.core.findings import Severity
from mtcheck.reports.page import markup, scores, segments
from tests.reports import sample
from tests.reports.harness import render

EVIL = """"><script>alert(1)</script><img src=x onerror=alert(2)>'`javascript:alert(3)&lt;b&gt;"""


class Elements(HTMLParser):
    """Collects start tags and all text outside of style and script."""

    def __init__(self):
        super().__init__()
        self.tags = []
        self.text = []
        self.skip = False

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.skip = tag in ("style", "script")

    def handle_endtag(self, tag):
        self.skip = False

    def handle_data(self, data):
        if not self.skip:
            self.text.append(data)


def elements(page):
    parser = Elements()
    parser.feed(page)
    return parser


def evil_report():
    def rotten(finding):
        return dataclasses.replace(
            finding, rule=EVIL, message=EVIL, suggestion=EVIL, unit=EVIL, mqm=EVIL, text=EVIL,
            source_langs=(EVIL,),
        )  # fmt: skip

    article = sample.article()
    text = f"{EVIL} and {EVIL}"
    finding = rotten(sample.finding(text, EVIL, nth=1))
    trip = dataclasses.replace(
        article.segments[0].roundtrips[0], pivot=EVIL, forward=EVIL, back=f"x {EVIL}", flags=(EVIL,)
    )
    segment = dataclasses.replace(
        article.segments[0], text=EVIL, source=EVIL, lang=EVIL, roundtrips=(trip,)
    )
    score = dataclasses.replace(
        article.scores["stability"], name=EVIL, unit=EVIL, reference=EVIL, note=EVIL, label=EVIL,
        signature=EVIL,
    )  # fmt: skip
    classes = dataclasses.replace(article.scores["translated_from"], distribution={EVIL: 0.9})
    gate = dataclasses.replace(
        article.gate,
        reasons=(dataclasses.replace(article.gate.reasons[0], message=EVIL, worst=(EVIL,)),),
    )
    return dataclasses.replace(
        article, path=EVIL, lang=EVIL, text=text, findings=(finding,), segments=(segment,),
        scores={EVIL: score, "b": classes}, notes=(EVIL,), gate=gate, provenance={EVIL: EVIL},
        skips=(dataclasses.replace(article.skips[0], what=EVIL, why=EVIL, needed=EVIL),),
    )  # fmt: skip


def test_it_is_valid_html5():
    for documents in ((), (sample.article(),), (sample.failed(),), (sample.many(30),),
                      (evil_report(),)):  # fmt: skip
        html5lib.HTMLParser(strict=True).parse(render("html", *documents))


def test_user_text_is_never_markup():
    clean, rotten = (
        elements(render("html", sample.article())),
        elements(render("html", evil_report(), sample.failed())),
    )
    assert {t for t, _ in rotten.tags} <= {t for t, _ in clean.tags} | {"h1"}
    assert [t for t, _ in rotten.tags].count("script") == 1
    allowed = {
        "aria-label", "aria-labelledby", "aria-pressed", "charset", "checked", "class", "content",
        "cx", "cy", "d", "data-index", "data-k", "data-label", "data-n", "data-order",
        "data-unstable", "dir", "height", "hidden", "href", "http-equiv", "id", "lang", "max",
        "min", "name", "open", "r", "role", "rx", "scope", "tabindex", "text-anchor", "title",
        "type", "value", "viewbox", "width", "x", "x1", "x2", "y", "y1", "y2",
    }  # fmt: skip
    for _, attributes in rotten.tags:
        assert set(attributes) <= allowed
        assert attributes.get("href", "#").startswith("#")
    # And it is all still there to be read.
    assert "".join(rotten.text).count(EVIL) > 15


def test_nothing_is_loaded_and_the_policy_allows_only_its_own_style_and_script():
    page = render("html", sample.clean(), sample.many(3), sample.failed())
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?(?!#)[a-z]|url\(|@import|https?://", page)
    assert " style=" not in page
    assert not re.search(
        r"\son[a-z]+\s*=", re.sub(r"<(script|style)>.*?</\1>", "", page, flags=re.S)
    )
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        body = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.S)[1]
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_highlights_hold_exactly_what_is_flagged_and_lead_to_their_note():
    tree = html5lib.parse(render("html", sample.article()), namespaceHTMLElements=False)
    ids = {e.get("id"): e for e in tree.iter() if e.get("id")}
    assert len(ids) == sum(1 for e in tree.iter() if e.get("id"))
    marked: dict[str, str] = {}
    for mark in tree.iter("a"):
        if "hl" not in (mark.get("class") or ""):
            continue
        assert mark.get("href")[1:] in ids
        for number in mark.get("data-n").split():
            marked[number] = marked.get(number, "") + "".join(mark.itertext())
    wanted = {
        str(i): f.text.replace("\ud83d", "\ufffd").replace("\r\n", "")
        for i, f in enumerate(sample.article().findings, start=1)
    }
    assert marked == wanted


def test_overlapping_findings_are_each_marked_in_full():
    text = "one two three four"
    findings = tuple(
        sample.finding(text, part, severity=severity)
        for part, severity in (
            ("one two three", Severity.MINOR),
            ("two", Severity.CRITICAL),
            ("two three four", Severity.MAJOR),
            ("two", Severity.NEUTRAL),
        )
    )
    report = dataclasses.replace(
        sample.article(), text=text, findings=tuple(sorted(findings, key=lambda f: f.span))
    )
    tree = html5lib.parse(render("html", report), namespaceHTMLElements=False)
    line = next(p for p in tree.iter("p") if p.get("class") == "line")
    assert "".join(line.itertext()) == text
    marked: dict[str, str] = {}
    for mark in line.iter("a"):
        for number in mark.get("data-n").split():
            marked[number] = marked.get(number, "") + "".join(mark.itertext())
    assert sorted(marked.values()) == sorted(f.text for f in findings)
    stops = [m.get("id") for m in line.iter("a") if m.get("tabindex") is None]
    assert len(stops) == len(set(stops))


def test_every_part_of_a_report_is_on_the_page():
    page = render("html")
    plain = " ".join("".join(elements(page).text).split())
    for part in (
        "Not checked: the file is not a ZIP archive",
        "63rd percentile of human news under this model",
        "no judge for this language",
        "95 % interval 58.1 to 64.9",
        "A tempestade fecha o porto",
        "Source: Spring has come.",
        "2 suppressed",
        "from Portuguese, Spanish",
        "on Friday, March 11,",
        "read as UTF-8 with a byte order mark",
        "marian-mul-small@abc",
        "mtcheck 9.9.9",
    ):
        assert part in plain
    assert page.index('id="d3"') < page.index('id="d1"') < page.index('id="d2"')  # worst first


def test_word_diff_marks_what_was_lost_and_gained():
    assert segments.diff("The storm closes the harbour.", "The storm shuts the harbour.") == (
        "The storm <del>closes</del> the harbour.",
        "The storm <ins>shuts</ins> the harbour.",
    )
    assert segments.diff("a  b", "A b") == ("a  b", "A b")
    assert segments.diff("東京の新聞", "東京の雑誌") == (
        "東京の<del>新聞</del>",
        "東京の<ins>雑誌</ins>",
    )
    assert segments.diff("a <b>", None) == ("a &lt;b&gt;", "–")
    long = "word " * 2000
    assert segments.diff(long, long + "x") == (long, long + "x")


@pytest.mark.parametrize(
    ("unit", "value", "interval", "wanted"),
    [
        ("probability", 0.5, None, (0.0, 1.0)),
        ("0–100 over segments", 61.0, (50.0, 70.0), (0.0, 100.0)),
        ("points per 1,000 words", 12.0, None, (0.0, 50.0)),
        ("points per 1,000 words", 412.0, None, (0.0, 500.0)),
        ("points per 1,000 words", 999.0, (900.0, 1100.0), (0.0, 2000.0)),
    ],
)
def test_scales_hold_the_value_and_its_interval(unit, value, interval, wanted):
    score = dataclasses.replace(
        sample.article().scores["penalty"], unit=unit, value=value, interval=interval
    )
    assert scores.domain(score) == wanted


def test_reference_distribution_is_drawn_with_its_median():
    stability = dataclasses.replace(
        sample.article().scores["stability"], reference_quantiles=(48.0, 54.0, 58.0, 61.0, 68.0)
    )
    report = dataclasses.replace(sample.article(), scores={"stability": stability})
    page = render("html", report)
    assert '<path class="reference"' in page
    assert "reference: median 58.0, 5 to 95 % 48.0 to 68.0" in page
    # 58 on a scale of 0 to 100 that is drawn from 6 to 234.
    assert f'class="median" x1="{6 + 2.28 * 58:.1f}"' in page


def test_long_texts_and_many_findings_stay_openable():
    page = render("html", sample.many(4000))
    assert "3,000 milder findings not shown here." in page
    assert page.count('class="note ') == 1000
    assert len(page) < 3_000_000
    page = render("html", *(dataclasses.replace(sample.many(1), path=f"{i}") for i in range(120)))
    assert page.count('class="document"') == 100
    assert "The worst 100 documents are shown in full." in page


def luminance(color):
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_reaches_the_contrast_of_wcag_aa(scheme):
    style = markup.asset("report.css")
    block = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[scheme]
    colors = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    pairs = [(ink, paper) for ink in ("ink", "soft", "accent") for paper in ("paper", "card")]
    for kind in ("critical", "major", "minor", "neutral", "good"):
        pairs += [(kind, f"{kind}-bg"), (kind, "card"), (kind, "paper"), ("ink", f"{kind}-bg"),
                  ("soft", f"{kind}-bg")]  # fmt: skip
    for ink, paper in pairs:
        light, dark = sorted((luminance(colors[ink]), luminance(colors[paper])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, paper)
