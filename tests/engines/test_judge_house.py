"""A house's own threshold of origin, from file to verdict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mtcheck.core.config import JudgeConfig
from mtcheck.core.errors import ModelError
from mtcheck.engines.judge import open_judge
from mtcheck.engines.judge_combiner import RuleEvidence
from mtcheck.engines.judge_house import House, read_house

BAND = {"kind": "news", "original": [0.0, 0.4], "translation": [0.0, 0.4], "low": 0.3}
SHORT = {**BAND, "name": "under 80", "below": 80, "high": 0.6}
LONG = {**BAND, "name": "80 and more", "below": None, "high": 0.5}
LINES = ["The view of the situation of the region is a fact."] * 12  # 132 words


def entry(by: str = "wording", high: float = 0.97) -> dict[str, Any]:
    return {"by": by, "n": 30, "high": high, "original": [0.1, high]}


def write(path: Path, sha256: str, **languages: dict[str, Any]) -> str:
    path.write_text(json.dumps({
        "schema": 1, "kind": "origin", "sha256": sha256, "texts": "our columns",
        "languages": languages,
    }))  # fmt: skip
    return str(path)


def test_long_texts_take_the_houses_threshold_and_short_ones_keep_the_models() -> None:
    house = House("our columns", {"en": entry(high=0.25)}, "x")
    card = {"bands": [SHORT, LONG], "rules": {"bands": [SHORT, LONG]}}
    made = house.calibration(card, "en")
    assert made["bands"][0] == SHORT
    assert made["bands"][1]["high"] == made["bands"][1]["low"] == 0.25
    assert made["bands"][1]["texts"] == "our columns"
    assert made["rules"] == card["rules"]
    assert house.calibration(card, "de") == card


def test_texts_judged_with_the_rules_set_the_threshold_of_that_way() -> None:
    house = House("our columns", {"en": entry("wording+rules")}, "x")
    card = {"bands": [SHORT, LONG], "rules": {"bands": [LONG]}}
    made = house.calibration(card, "en")
    assert made["bands"] == card["bands"]
    assert [b["below"] for b in made["rules"]["bands"]] == [80, None]
    assert [b["high"] for b in made["rules"]["bands"]] == [0.5, 0.97]
    assert house.calibration({"bands": [LONG]}, "en") == {"bands": [LONG]}


def test_the_verdict_and_its_words_are_the_houses(tiny_judge: Path, tmp_path: Path) -> None:
    plain = open_judge(JudgeConfig(model=str(tiny_judge)), threads=1)
    path = write(tmp_path / "h.json", plain.fingerprint, en=entry(high=1.0))
    own = open_judge(JudgeConfig(model=str(tiny_judge), calibration=path), threads=1)
    before, after = (j.origin(LINES, lang="en") for j in (plain, own))
    assert before.machine_translated == after.machine_translated
    assert (before.label, after.label) == ("machine-translated", None)
    assert after.reference is not None
    assert " of our columns and " in after.reference
    with_rules = own.origin(LINES, lang="en", evidence=RuleEvidence((0, 0, 0, 0)))
    assert with_rules.reference is not None
    assert "human-written news" in with_rules.reference
    assert plain.house is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "no-such-calibration"),
        ("{", "damaged-calibration"),
        ('{"schema": 1, "kind": "stability"}', "damaged-calibration"),
        ('{"schema": 1, "kind": "origin", "sha256": "x", "texts": "t", "languages": []}',
         "damaged-calibration"),
        ('{"schema": 1, "kind": "origin", "sha256": "x", "texts": "t", "languages": {}}',
         "stale-calibration"),
    ],
)  # fmt: skip
def test_a_file_that_can_not_be_used(tmp_path: Path, content: str | None, code: str) -> None:
    path = tmp_path / "house.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ModelError) as caught:
        read_house(path, sha256="y")
    assert caught.value.code == code
    assert caught.value.where == str(path)
