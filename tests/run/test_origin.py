"""Origin scores of a document: wording, rules and votes together."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcheck.core.config import Config, from_mapping
from mtcheck.core.documents import Article
from mtcheck.core.report import Report
from mtcheck.core.scores import Score
from mtcheck.run.pipeline import Job, Pipeline
from tests.engines.tiny_judge import write_judge

PLAIN = "Nobody knew why he'd gone; she shrugged, lit up and said so."
TRANSLATED = "In view of the situation of the region, the measure of the state is a fact."
SIGNS = PLAIN + " In turn, on the territory of the region it is necessary to wait."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_judge(tmp_path_factory.mktemp("judge") / "tiny")


def check(text: str, folder: Path | str, **more: object) -> Report:
    settings = {"roundtrip": False, "judge": {"model": str(folder)}, **more}
    config: Config = from_mapping(settings, where="test")
    return Pipeline(config, version="test").check([Job(Article(text, lang="en"))])[0]


def machine(report: Report) -> Score:
    return report.scores["machine_translated"]


def test_findings_raise_the_probability_and_are_named(folder: Path) -> None:
    report = check(SIGNS, folder)
    alone = check(SIGNS, folder, rules={"select": ["numbers"]})
    assert "by:wording+rules" in machine(report).signature
    assert machine(report).value > machine(alone).value  # type: ignore[operator]
    assert report.scores["translated"].value > alone.scores["translated"].value  # type: ignore[operator]
    fired = {f.rule for f in report.findings}
    named = machine(report).reasons[1]
    assert "speak for a translation" in named
    assert any(rule in named for rule in fired)


def test_a_choice_of_rules_leaves_the_verdict_to_the_wording(folder: Path) -> None:
    score = machine(check(SIGNS, folder, rules={"ignore": ["calques"]}))
    assert "by:wording|" in score.signature
    assert len(score.reasons) == 1


def test_silenced_findings_are_signs_all_the_same(folder: Path) -> None:
    silenced = check(f"{SIGNS}\n\n<!-- mtcheck-disable-line -->\n".replace("\n\n", " "), folder)
    assert silenced.suppressed
    assert not silenced.findings
    said, usual = (machine(r).reasons[1].split(" (")[0] for r in (silenced, check(SIGNS, folder)))
    assert said == usual


def test_source_languages_join_judge_and_votes(folder: Path) -> None:
    score = check(SIGNS, folder).scores["translated_from"]
    assert score.distribution is not None
    assert sum(score.distribution.values()) == pytest.approx(1)
    assert {"de", "ru", "other"} <= set(score.distribution)
    assert score.reasons[0].startswith("grammar of the wording: ")
    assert score.reasons[1].startswith("rules' findings: ")
    silent = check(PLAIN, folder).scores["translated_from"]
    assert silent.distribution is not None
    assert set(silent.distribution) == {"de", "ru", "other"} < set(score.distribution)


def test_a_few_words_name_no_language(folder: Path) -> None:
    short = check("The vote is this Friday (11), they said.", folder).scores["translated_from"]
    assert short.abstained
    assert short.label is None
    assert short.value is None
    long = check(f"{TRANSLATED} " * 4, folder).scores["translated_from"]
    assert long.label == "de"
    assert long.value is not None


def test_a_text_that_reads_like_an_original_has_no_source_language(folder: Path) -> None:
    report = check(f"{PLAIN} " * 5, folder)
    assert report.scores["translated"].value < 0.5  # type: ignore[operator]
    score = report.scores["translated_from"]
    assert score.distribution is not None
    assert max(score.distribution.values()) > 0.5
    assert score.label is None
    assert score.note is not None
    assert "like an original" in score.note


def test_without_a_judge_the_votes_stand_alone() -> None:
    report = check(SIGNS, "none")
    assert "machine_translated" not in report.scores
    score = report.scores["translated_from"]
    assert "other" not in (score.distribution or {})
    assert "by:rules|" in score.signature + "|"
