"""A judge that can't do its work costs its scores: never the findings, never other documents."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from mtcheck.core.config import Config, from_mapping
from mtcheck.core.documents import Article
from mtcheck.core.report import Report, Status, Verdict
from mtcheck.run.pipeline import Job, Pipeline

TEXTS = (
    Article("The vote is this Friday (11), they said.", lang="en"),
    Article("El alcalde habló.", lang="es", source="The mayor spoke.", source_lang="en"),
)


def configured(folder: Path, **gate: float) -> Config:
    settings = {"roundtrip": False, "judge": {"model": str(folder)}, "gate": gate}
    return from_mapping(settings, where="test")


@pytest.fixture(params=["missing", "empty", "damaged"])
def judge(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "judge"
    if request.param != "missing":
        folder.mkdir()
    if request.param == "damaged":
        for name in ("origin.json", "quality.json"):
            (folder / name).write_text("{")
        for name in ("heads.npz", "origin-en.npz", "origin-es.npz"):
            (folder / name).write_bytes(b"no archive")
    return folder


def check(config: Config) -> list[Report]:
    return Pipeline(config, version="test").check([Job(text) for text in TEXTS])


def test_findings_are_there_without_a_judge(judge: Path) -> None:
    english, spanish = check(configured(judge))
    for report in (english, spanish):
        assert report.status is Status.OK, report.skips
        assert report.gate.verdict is Verdict.PASS
        assert report.skips and not any(skip.blocking for skip in report.skips)
    assert [f.rule for f in english.findings] == ["dates/en-weekday-paren-day"]


@pytest.mark.parametrize("gate", ["min_fluency", "min_quality", "max_machine_translated"])
def test_what_was_asked_for_and_not_measured_is_no_pass(judge: Path, gate: str) -> None:
    config = configured(judge, **{gate: 0.5})
    report = check(config)[1]
    assert report.gate.verdict is Verdict.INCOMPLETE
    assert any(gate.replace("_", "-") == reason.threshold for reason in report.gate.reasons)
    allowed = dataclasses.replace(
        config, gate=dataclasses.replace(config.gate, allow_incomplete=True)
    )
    assert check(allowed)[1].gate.verdict is Verdict.PASS
