"""A house's threshold, measured on files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mtcheck.api.calibrate_origin import LEAST_TEXTS, calibrate_origin
from mtcheck.api.checker import Checker
from mtcheck.core.config import Config, JudgeConfig
from mtcheck.core.errors import UsageError
from mtcheck.scoring.statistics import auc
from tests.engines.tiny_judge import write_judge

CALM = "Nobody knew why he'd gone; she shrugged, lit up and said so again to her brother."
STIFF = "In view of the situation of the region, the measure of the state is a fact of the day."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_judge(tmp_path_factory.mktemp("judge") / "tiny")


def accepted(folder: Path, n: int, *, lines: int = 8) -> Path:
    folder.mkdir()
    for i in range(n):
        text = [STIFF if k * n < i * lines else CALM for k in range(lines)]
        (folder / f"{i:03}.txt").write_text(f"Number {i}.\n" + "\n".join(text) + "\n")
    return folder


def test_the_share_of_accepted_texts_that_is_wanted_stays_below(
    folder: Path, tmp_path: Path
) -> None:
    texts = accepted(tmp_path / "accepted", 60)
    (texts / "short.txt").write_text("Nobody knew why he'd gone.\n")
    (texts / "pt.txt").write_text(
        "O comité adiou a votação até que o orçamento seja aprovado. " * 9
    )
    config = Config(judge=JudgeConfig(model=str(folder)), cache_dir=str(tmp_path / "cache"))
    out, said = tmp_path / "origin.json", []
    (found,) = calibrate_origin(
        [str(texts)], config=config, out=out, false_alarms=0.1, progress=said.append
    )
    assert (found.lang, found.n) == ("en", 60)
    assert found.expected == pytest.approx(6 / 61)
    assert sorted(Path(line.split(": ")[0]).name for line in said) == ["pt.txt", "short.txt"]
    data = json.loads(out.read_text())
    assert data["languages"]["en"]["high"] == found.high
    own = Config(judge=JudgeConfig(model=str(folder), calibration=str(out)),
                 cache_dir=str(tmp_path / "cache"))  # fmt: skip
    labels = []
    for which in (config, own):
        reports = Checker(which).check_many(sorted(texts.glob("[0-9]*.txt")), lang="en")
        scores = [r.scores["machine_translated"] for r in reports]
        labels.append(sum(s.label == "machine-translated" for s in scores))
        assert ("house:" in scores[0].signature) == (which is own)
        assert auc([s.value or 0 for s in scores], [i > 30 for i in range(60)]) > 0.9
    assert labels[0] > 6 >= labels[1]


def test_too_few_texts_are_an_error_and_write_nothing(folder: Path, tmp_path: Path) -> None:
    texts = accepted(tmp_path / "few", LEAST_TEXTS - 1)
    config = Config(judge=JudgeConfig(model=str(folder)), cache_dir=str(tmp_path / "cache"))
    with pytest.raises(UsageError) as caught:
        calibrate_origin([str(texts)], config=config, out=tmp_path / "o.json")
    assert caught.value.code == "too-few-texts"
    assert not (tmp_path / "o.json").exists()


def test_without_a_judge_there_is_nothing_to_measure(tmp_path: Path) -> None:
    texts = accepted(tmp_path / "texts", 2)
    config = Config(judge=JudgeConfig(model="none"), cache_dir=str(tmp_path / "cache"))
    with pytest.raises(UsageError) as caught:
        calibrate_origin([str(texts)], config=config, out=tmp_path / "o.json")
    assert caught.value.code == "no-judge"
