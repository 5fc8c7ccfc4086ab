"""The judge as a folder: opening it, what it says of itself, damage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mtcheck.core.config import JudgeConfig
from mtcheck.core.errors import ModelError
from mtcheck.engines.judge import Judge, open_judge

MACHINE = ["In view of the situation of the region,", "the measure of the state is a fact."]
HUMAN = ["Nobody knew why he'd gone;", "she shrugged, lit up and said so."]
SOURCES = ["The cat sleeps.", "The dog barks at night.", "It is late."]
TARGETS = ["Die Katze ruht.", "Der Hund bellt bei Nacht.", "Es ist so weit."]


def test_other_languages_are_not_measured(judge: Judge) -> None:
    result = judge.origin(["Olá, mundo."], lang="pt")
    assert result.machine_translated is None
    assert result.note == "not measured for Portuguese text, only for en"


def test_a_folder_without_a_judge(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no judge") as caught:
        open_judge(JudgeConfig(model=str(tmp_path)))
    assert caught.value.code == "no-such-model"


@pytest.mark.parametrize("name", ["heads.npz", "encoder/model.bin", "origin.json"])
def test_damage_is_named(tmp_path: Path, tiny_judge: Path, name: str) -> None:
    import shutil

    broken = tmp_path / "broken"
    shutil.copytree(tiny_judge, broken)
    (broken / name).write_bytes(b"{}")
    judge = open_judge(JudgeConfig(model=str(broken)), threads=1)
    with pytest.raises(ModelError) as caught:
        judge.origin(HUMAN, lang="en")
        judge.fluency(TARGETS, lang="de")
    assert caught.value.code == "damaged-model"


def test_info_changes_with_the_list_of_hashes(tmp_path: Path, tiny_judge: Path) -> None:
    import shutil

    shutil.copytree(tiny_judge, tmp_path / "sealed")
    (tmp_path / "sealed" / "sha256.txt").write_text("0  heads.npz\n")
    sealed = open_judge(JudgeConfig(model=str(tmp_path / "sealed"))).info
    plain = open_judge(JudgeConfig(model=str(tiny_judge))).info
    assert sealed.sha256 != plain.sha256
    assert sealed.kind == "judge"
    assert plain.model == "tiny"


def test_cards_of_languages(tiny_judge: Path, judge: Judge) -> None:
    assert judge.origin_languages == ("en",)
    assert judge.score_languages == tuple(
        json.loads((tiny_judge / "quality.json").read_text())["languages"]
    )
