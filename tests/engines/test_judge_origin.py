"""Origin of texts, on tiny made-up weights."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.core.config import JudgeConfig
from mtcheck.engines import judge_features as jf
from mtcheck.engines.judge import Judge, open_judge
from mtcheck.engines.judge_combiner import OTHER, RuleEvidence
from mtcheck.engines.judge_origin import load_origin
from tests.engines.tiny_judge import write_judge

MACHINE = ["In view of the situation of the region,", "the measure of the state is a fact."]
HUMAN = ["Nobody knew why he'd gone;", "she shrugged, lit up and said so."]
SOURCES = ["The cat sleeps.", "The dog barks at night.", "It is late."]
TARGETS = ["Die Katze ruht.", "Der Hund bellt bei Nacht.", "Es ist so weit."]


def test_origin_tells_the_two_apart(judge: Judge) -> None:
    machine, human = judge.origin(MACHINE, lang="en"), judge.origin(HUMAN, lang="en")
    assert machine.machine_translated is not None
    assert human.machine_translated is not None
    assert machine.machine_translated > 0.6 > 0.2 > human.machine_translated
    assert (machine.label, human.label) == ("machine-translated", "not-machine-translated")
    assert machine.translated is not None
    assert machine.translated >= machine.machine_translated
    assert machine.n == 2


def test_origin_prints_its_false_positive_rate(judge: Judge) -> None:
    result = judge.origin(HUMAN, lang="en")
    assert result.fpr is not None
    assert result.reference is not None
    assert "of human-written news and" in result.reference
    assert "human translations of under 80 words score this high (en)" in result.reference
    assert judge.origin(MACHINE, lang="en").fpr == 0


def test_origin_abstains_between_its_thresholds(judge: Judge) -> None:
    result = judge.origin(["ŁŁŁ"], lang="en")  # nothing the model knows: one half by one half
    assert result.machine_translated == pytest.approx(0.25)
    assert result.abstained
    assert result.label is None
    assert result.note is not None
    assert "fewer than 80 words" in result.note


def test_origin_intervals_hold_the_value_and_repeat(judge: Judge) -> None:
    result = judge.origin([*MACHINE, *HUMAN], lang="en")
    assert result.interval is not None
    assert result.machine_translated is not None
    assert 0 <= result.interval[0] <= result.machine_translated <= result.interval[1] <= 1
    assert result.interval[0] < result.interval[1]
    assert judge.origin([*MACHINE, *HUMAN], lang="en") == result
    assert judge.origin(MACHINE[:1], lang="en").interval is None


def test_size_of_the_blocks_changes_nothing(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    text = [f"{s} {i}" for i in range(40) for s in (*MACHINE, *HUMAN)]
    result = judge.origin(text, lang="en")
    monkeypatch.setattr("mtcheck.engines.judge_origin._BLOCK", 7)
    assert judge.origin(text, lang="en") == result


def test_translated_from_is_a_distribution_with_other(judge: Judge) -> None:
    result = judge.origin(MACHINE, lang="en")
    assert result.translated_from is not None
    assert set(result.translated_from) == {"de", "ru", OTHER}
    assert sum(result.translated_from.values()) == pytest.approx(1)
    assert result.translated_from_label == "de"
    unclear = judge.origin(["ŁŁŁ"], lang="en")
    assert unclear.translated_from is not None
    assert unclear.translated_from[OTHER] > 0.5
    assert unclear.translated_from_label is None


@pytest.mark.parametrize("segments", [[], [""], ["  ", "\n"]])
def test_no_words_are_not_measured(judge: Judge, segments: list[str]) -> None:
    result = judge.origin(segments, lang="en")
    assert result.machine_translated is None
    assert result.note == "no words to judge"


@given(st.lists(st.text(max_size=60), max_size=5))
def test_any_text_gets_a_probability_or_none(tiny_judge: Path, segments: list[str]) -> None:
    model = load_origin(tiny_judge, "en")
    assert model is not None
    value = model.predict(segments).machine_translated
    assert value is None or 0 <= value <= 1


def test_findings_of_rules_join_the_wording(judge: Judge) -> None:
    plain = judge.origin(HUMAN, lang="en")
    silent = judge.origin(HUMAN, lang="en", evidence=RuleEvidence((0, 0, 0, 0)))
    loud = judge.origin(
        HUMAN, lang="en", evidence=RuleEvidence((3, 0, 2, 0), {"translated": ("calques/en-x",)})
    )
    values = [r.machine_translated for r in (plain, silent, loud)]
    assert None not in values
    assert values[0] == values[1] < values[2]  # type: ignore[operator]
    assert (plain.by_rules, silent.by_rules, loud.by_rules) == (False, True, True)
    # Each way of judging has its own thresholds and its own false-positive rates.
    assert plain.reference is not None
    assert "of under 80 words" in plain.reference
    assert silent.reference is not None
    assert "of any number of words" in silent.reference
    assert loud.reasons[0].startswith("wording alone: translated ")
    assert "3 findings that speak for a translation" in loud.reasons[1]
    assert "human-written texts: 0.5): calques/en-x" in loud.reasons[1]
    assert "2 findings that speak for a machine" in loud.reasons[2]
    assert len(plain.reasons) == 1


def test_an_exponent_weakens_what_says_translated(tiny_judge: Path, judge: Judge) -> None:
    plain = judge.origin(HUMAN, lang="en")
    model = load_origin(tiny_judge, "en")
    assert model is not None
    assert plain.translated is not None
    assert plain.machine_translated is not None
    weak = dataclasses.replace(model, calibration={**model.calibration, "temper": 0.5})
    result = weak.predict(HUMAN)
    assert result.translated == plain.translated
    ratio = plain.machine_translated / plain.translated
    assert result.machine_translated == pytest.approx(plain.translated**0.5 * ratio, rel=1e-5)


def test_n_grams_of_all_words_enter_the_machine_question_alone(tiny_judge: Path) -> None:
    model = load_origin(tiny_judge, "en")
    assert model is not None
    chosen = jf.count(HUMAN[0], model.function_words, mask_names=True, lexical=True).keys
    extra = chosen[chosen >= jf.LEXICAL_KEYS]
    n = len(model.keys)
    known = model.keys < jf.WORD_KEYS  # the others' keys are numbered otherwise in such a model
    keys = np.concatenate([model.keys[known], extra])
    made = dataclasses.replace(
        model,
        keys=keys,
        idf=np.ones(len(keys), np.float32),
        translated=np.append(model.translated[:n][known], model.translated[-1]),
        machine=np.concatenate(
            [model.machine[:n][known], np.full(len(extra), 5.0), model.machine[n:]]
        ).astype(np.float32),
        sources=None,
        calibration={**model.calibration, "lexical": True},
    )
    without = dataclasses.replace(
        made,
        keys=keys[: known.sum()],
        idf=made.idf[: known.sum()],
        machine=np.concatenate([made.machine[: known.sum()], made.machine[len(keys) :]]),
    )
    results = [m.predict(HUMAN) for m in (made, without)]
    values = [(r.translated, r.machine_translated) for r in results]
    assert values[0][0] == values[1][0]
    assert values[0][1] is not None
    assert values[1][1] is not None
    assert values[0][1] > values[1][1]


def test_few_findings_widen_the_interval(judge: Judge) -> None:
    text = ["ŁŁŁ", "ŁŁŁ"]  # nothing the model knows: its wording is the same in all draws
    without = judge.origin(text, lang="en", evidence=RuleEvidence((0, 0, 0, 0))).interval
    some = judge.origin(text, lang="en", evidence=RuleEvidence((1, 0, 1, 0))).interval
    assert without is not None
    assert some is not None
    assert without[1] - without[0] < 0.01 < some[1] - some[0]


def test_a_judge_without_rules_leaves_them_alone(tmp_path: Path) -> None:
    folder = write_judge(tmp_path / "judge")
    card = json.loads((folder / "origin.json").read_text())
    del card["languages"]["en"]["rules"]
    (folder / "origin.json").write_text(json.dumps(card))
    judge = open_judge(JudgeConfig(model=str(folder)), threads=1)
    evidence = RuleEvidence((9, 0, 9, 0))
    with_rules = judge.origin(HUMAN, lang="en", evidence=evidence)
    assert with_rules == judge.origin(HUMAN, lang="en")
    assert not with_rules.by_rules
