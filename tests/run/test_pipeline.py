"""Documents through the real pipeline: real rules, real embedded models."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from mtcheck.core.config import Config, from_mapping
from mtcheck.core.documents import Article, Meta
from mtcheck.core.report import Report, Status, Verdict
from mtcheck.core.scores import Score
from mtcheck.core.to_json import report_to_dict
from mtcheck.run.batch import run
from mtcheck.run.pipeline import Job, Pipeline

RULES_ONLY = from_mapping({"roundtrip": False, "judge": {"model": "none"}}, where="test")


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline(RULES_ONLY, version="test")


def check(pipeline: Pipeline, item: object, **more: object) -> Report:
    return pipeline.check([Job(item, **more)])[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "😀 The vote is this Friday (11), they said. 👩‍🚀",
        "First line.\r\n\r\nThe vote is this Friday (11), they said.\r\n",
        "e\u0301te\u0301. The vote is this Friday (11), they said.",
        "مرحبا. The vote is this Friday (11), they said.",
        "\ufeffThe vote is this\u00a0Friday (11), they said.",
    ],
)
def test_spans_are_exact_in_the_text_as_given(pipeline: Pipeline, text: str) -> None:
    report = check(pipeline, text, lang="en")
    found = [f for f in report.findings if f.rule == "dates/en-weekday-paren-day"]
    assert len(found) == 1
    span = found[0].span
    assert text[span.start : span.end] == found[0].text
    assert found[0].text.replace("\u00a0", " ") == "this Friday (11)"
    lines = text[: span.start].replace("\r\n", "\n").split("\n")
    assert (found[0].line, found[0].column) == (len(lines), len(lines[-1]) + 1)


def test_segments_cover_the_text_as_given(pipeline: Pipeline, seed: Path) -> None:
    report = check(pipeline, seed)
    assert report.lang == "en" and report.status is Status.OK
    assert all(report.text[s.span.start : s.span.end] == s.text for s in report.segments)
    joined = "".join(s.text for s in report.segments)
    assert "".join(joined.split()) == "".join(report.text.split())


def test_published_date_of_the_api_resolves_weekdays(pipeline: Pipeline) -> None:
    import datetime as dt

    article = Article(
        "The vote is this Friday (11), the mayor said.",
        lang="en",
        meta=Meta(published=dt.date(2022, 2, 10)),
    )
    report = check(pipeline, article)
    (finding,) = [f for f in report.findings if f.rule == "dates/en-weekday-paren-day"]
    assert finding.suggestion == "on Friday, Feb. 11"
    assert finding.source_langs[0] == "pt"


def test_one_bad_document_stops_nothing(pipeline: Pipeline, tmp_path: Path, seed: Path) -> None:
    binary = tmp_path / "binary.txt"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4)
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    jobs = [Job(p) for p in (seed, binary, tmp_path / "missing.txt", empty, seed)]
    reports = pipeline.check(jobs)
    assert [r.status for r in reports] == [
        Status.OK, Status.FAILED, Status.FAILED, Status.FAILED, Status.OK,
    ]  # fmt: skip
    assert [r.path for r in reports] == [j.path for j in jobs]
    codes = [r.skips[0].code for r in reports[1:4]]
    assert codes[1:] == ["no-such-file", "empty"]
    assert all(r.verdict is Verdict.INCOMPLETE for r in reports[1:4])
    assert dataclasses.replace(reports[0], timings_ms={}) == dataclasses.replace(
        reports[4], timings_ms={}
    )


def test_a_rule_that_raises_costs_only_itself(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mtcheck.checks.rule import Rule

    original = Rule.check

    def broken(self: Rule, view: object) -> object:
        if self.id == "dates/en-weekday-paren-day":
            raise RuntimeError("boom")
        return original(self, view)  # type: ignore[arg-type]

    monkeypatch.setattr(Rule, "check", broken)
    report = check(pipeline, "It is this Friday (11), at the gates of the European Union.",
                   lang="en")  # fmt: skip
    assert report.findings
    assert report.verdict is not Verdict.PASS
    assert any("en-weekday-paren-day" in s.what + s.why for s in report.skips)


def test_inline_suppressions_and_unused_ones(pipeline: Pipeline, tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(
        "<!-- mtcheck-disable-next-line dates/en-weekday-paren-day: a quotation -->\n"
        "The vote is this Friday (11), they said.\n\n"
        "<!-- mtcheck-disable-next-line encoding -->\n"
        "Nothing is wrong here.\n"
    )
    report = check(pipeline, file, lang="en")
    assert "dates/en-weekday-paren-day" in {f.rule for f in report.suppressed}
    assert "dates/en-weekday-paren-day" not in {f.rule for f in report.findings}
    assert any("line 4" in note and "encoding" in note for note in report.notes)


def test_overrides_by_path_and_language(tmp_path: Path) -> None:
    text = "The vote is this Friday (11), they said.\n"
    (tmp_path / "quiet").mkdir()
    for name in ("loud.txt", "quiet/a.txt"):
        (tmp_path / name).write_text(text)
    config = from_mapping(
        {
            "roundtrip": False,
            "judge": {"model": "none"},
            "lang": "en",
            "overrides": [
                {"paths": ["quiet/"], "ignore": ["dates"]},
                {"langs": ["en"], "severity": {"dates/en-weekday-paren-day": "critical"}},
            ],
        },
        where="test",
    )
    reports = Pipeline(config, version="test").check(
        [Job(tmp_path / "loud.txt"), Job(tmp_path / "quiet/a.txt")]
    )
    assert [f.severity.value for f in reports[0].findings if f.rule.startswith("dates/")] == [
        "critical"
    ]
    assert not [f for f in reports[1].findings if f.rule.startswith("dates/")]


def test_changed_lines_alone_are_reported(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("It is this Friday (11), he said.\n\nIt is this Monday (14), he said.\n")
    pipeline = Pipeline(RULES_ONLY, version="test", only_lines={str(file): [(3, 3)]})
    report = check(pipeline, file, lang="en")
    assert {f.line for f in report.findings if f.rule.startswith("dates/")} == {3}
    assert {f.line for f in report.suppressed if f.rule.startswith("dates/")} == {1}


def test_too_much_machine_translation_is_placed(monkeypatch: pytest.MonkeyPatch) -> None:
    score = Score("machine_translated", 0.9, "probability", 1, "s", better="lower")
    monkeypatch.setattr(
        "mtcheck.run.pipeline.all_scores", lambda *_, **__: ({"machine_translated": score}, [])
    )
    gate = {"fail_on": "never", "max_machine_translated": 0.5}
    config = dataclasses.replace(RULES_ONLY, gate=from_mapping({"gate": gate}, where="test").gate)
    text = "She drove to the the harbour.\n\nIt is this Friday (11), he said."
    (reason,) = check(Pipeline(config, version="test"), text, lang="en").gate.reasons
    assert reason.message == "machine translated 0.9 is above 0.5"
    assert reason.worst == ("<text>:1:14 repetition/xx-repeated-word",)


def test_unknown_language_is_said_and_nothing_invented() -> None:
    pipeline = Pipeline(Config(judge=RULES_ONLY.judge), version="test")
    report = check(pipeline, "12345 — 67890")
    assert report.lang is None
    assert "stability" not in report.scores or report.scores["stability"].value is None
    assert report.verdict is Verdict.INCOMPLETE


def test_no_model_for_a_language_is_incomplete() -> None:
    pipeline = Pipeline(Config(judge=RULES_ONLY.judge), version="test")
    report = check(pipeline, "Tämä on lyhyt suomenkielinen uutinen kunnan päätöksestä.", lang="fi")
    assert report.verdict is Verdict.INCOMPLETE
    (skip,) = [s for s in report.skips if s.code == "model-missing"]
    assert "Finnish" in skip.what


def test_round_trip_of_the_embedded_model(seed: Path) -> None:
    text = "\n\n".join(seed.read_text().split("\n\n")[:2])
    report = check(Pipeline(Config(judge=RULES_ONLY.judge), version="test"), text, lang="en")
    assert all(len(s.roundtrips) == 1 for s in report.segments)
    for trip in (s.roundtrips[0] for s in report.segments):
        assert trip.pivot == "pt" and trip.forward and trip.back
        assert (trip.chrf is None) == (trip.similarity is None)
    stability = report.scores["stability"]
    assert stability.value is None or 0 <= stability.value <= 100
    assert "pivot:pt" in stability.signature and "marian-mul-small@" in stability.signature


def test_an_untranslated_catalogue_passes_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "fr.po"
    path.write_text('msgid ""\nmsgstr "Language: fr\\n"\n\nmsgid "Save"\nmsgstr ""\n')
    gate = {"max_penalty": 1, "min_stability": 1}
    config = dataclasses.replace(RULES_ONLY, gate=from_mapping({"gate": gate}, where="test").gate)
    report = check(Pipeline(config, version="test"), path)
    assert (report.status, report.verdict) == (Status.OK, Verdict.PASS)
    assert any("no unit is translated yet" in note for note in report.notes)
    path.write_text(" \n")
    assert check(Pipeline(config, version="test"), path).status is Status.FAILED


def _same(a: object, b: object) -> bool:
    """Tell whether two records are equal; figures within the tolerance of docs/speed.md."""
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(_same(a[k], b[k]) for k in a if k != "timings_ms")
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, float) and isinstance(b, float):
        return a == pytest.approx(b, abs=1e-3)
    return a == b


def test_company_order_and_processes_change_no_report(seed: Path) -> None:
    config = from_mapping({"roundtrip": {"cache": False}}, where="test")
    texts = {
        "en": seed.read_text(encoding="utf-8")[:900],
        "pt": "A câmara aprovou o orçamento. Duas escolas fecharam por causa da neve, disse ela.",
        "de": "Niemand wurde verletzt. Die Brücke ist die älteste der Stadt und bleibt gesperrt.",
    }
    jobs = [Job(Article(text, lang=lang, uri=lang)) for lang, text in texts.items()]
    alone = {job.path: report_to_dict(Pipeline(config, version="test").check([job])[0])
             for job in jobs}  # fmt: skip
    together = Pipeline(config, version="test").check(jobs[::-1])
    apart = list(run(jobs, config, version="test", processes=2))
    for report in (*together, *apart):
        assert _same(report_to_dict(report), alone[report.path]), report.path
