"""Suspicious words in a report: exact places, no findings, no weight at the gate."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcheck.core.config import from_mapping
from mtcheck.core.documents import Article
from mtcheck.core.from_json import report_from_dict
from mtcheck.core.report import Report, Verdict
from mtcheck.core.to_json import segment_to_dict
from mtcheck.engines import judge_words
from mtcheck.run import measure
from mtcheck.run.pipeline import Job, Pipeline
from tests.engines.tiny_judge import write_judge


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.setattr(judge_words, "MIN_DROP", -1000.0)  # every word of every segment
    monkeypatch.setattr(measure, "_LOW", 101.0)
    folder = write_judge(tmp_path / "judge")
    config = from_mapping({"roundtrip": False, "judge": {"model": str(folder)},
                           "gate": {"min_fluency": 1}}, where="test")  # fmt: skip
    text = "Die Katze ruht auf dem Sofa. \U0001f44d Der Hund bellt bei Nacht im Hof."
    return Pipeline(config, version="test").check([Job(Article(text, lang="de"))])[0]


def test_places_are_those_of_the_text_as_given(report: Report) -> None:
    assert len(report.segments) == 2
    for segment in report.segments:
        assert segment.fluency is not None
        inside = [w.span.of(segment.text) for w in segment.fluency.suspicious]
        text = " " * segment.span.start + segment.text
        assert [w.span.of(text) for w in segment.suspicious] == inside
        assert len(inside) == judge_words.MOST
        assert all(word.isalpha() for word in inside)


def test_they_are_no_findings(report: Report) -> None:
    words = {w.span for s in report.segments for w in s.suspicious}
    assert not words & {f.span for f in report.findings}


def test_json_has_them_and_reads_them_again(report: Report) -> None:
    (document,) = report.to_dict()["documents"]
    made = document["segments"][1]["suspicious"]
    assert [set(w) for w in made] == [{"start", "end", "drop"}] * judge_words.MOST
    again = report_from_dict(document, text="", tool=report.tool).segments[1]
    assert [w.span for w in again.suspicious] == [w.span for w in report.segments[1].suspicious]
    assert segment_to_dict(again)["suspicious"] == made


@pytest.mark.parametrize("wanted", [False, True])
def test_asked_for_they_need_no_gate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    monkeypatch.setattr(judge_words, "MIN_DROP", -1000.0)
    monkeypatch.setattr(measure, "_LOW", 101.0)
    folder = write_judge(tmp_path / "judge")
    config = from_mapping({"roundtrip": False, "judge": {"model": str(folder), "words": wanted}},
                          where="test")  # fmt: skip
    text = "Die Katze ruht auf dem Sofa."
    report = Pipeline(config, version="test").check([Job(Article(text, lang="de"))])[0]
    assert bool(report.segments[0].suspicious) is wanted
    assert ("fluency" in report.scores) is wanted
    assert report.verdict is Verdict.PASS


def test_without_a_judge_the_words_are_missing_and_the_gate_does_not_mind(tmp_path: Path) -> None:
    config = from_mapping({"roundtrip": False, "judge": {"model": str(tmp_path), "words": True}},
                          where="test")  # fmt: skip
    text = "Die Katze ruht auf dem Sofa."
    report = Pipeline(config, version="test").check([Job(Article(text, lang="de"))])[0]
    assert not any(skip.blocking for skip in report.skips)
    assert any(skip.what == "judge" for skip in report.skips)
