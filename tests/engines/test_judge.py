"""The judge from folder to scores, on tiny made-up weights."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.core.config import JudgeConfig
from mtcheck.core.errors import ModelError
from mtcheck.core.evidence import SegmentScore
from mtcheck.engines import judge_features as jf
from mtcheck.engines.judge import Judge, open_judge
from mtcheck.engines.judge_combiner import OTHER, RuleEvidence
from mtcheck.engines.judge_encoder import END, START, Encoder, Part, cut, make_part
from mtcheck.engines.judge_origin import load_origin
from mtcheck.engines.judge_quality import Head, likenesses, pool
from tests.engines.tiny_judge import DIM, write_judge

MACHINE = ["In view of the situation of the region,", "the measure of the state is a fact."]
HUMAN = ["Nobody knew why he'd gone;", "she shrugged, lit up and said so."]
SOURCES = ["The cat sleeps.", "The dog barks at night.", "It is late."]
TARGETS = ["Die Katze ruht.", "Der Hund bellt bei Nacht.", "Es ist so weit."]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_judge(tmp_path_factory.mktemp("judge") / "tiny")


@pytest.fixture(scope="module")
def judge(folder: Path) -> Judge:
    return open_judge(JudgeConfig(model=str(folder)), threads=1)


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


def test_other_languages_are_not_measured(judge: Judge) -> None:
    result = judge.origin(["Olá, mundo."], lang="pt")
    assert result.machine_translated is None
    assert result.note == "not measured for Portuguese text, only for en"


@given(st.lists(st.text(max_size=60), max_size=5))
def test_any_text_gets_a_probability_or_none(folder: Path, segments: list[str]) -> None:
    model = load_origin(folder, "en")
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


def test_an_exponent_weakens_what_says_translated(folder: Path, judge: Judge) -> None:
    plain = judge.origin(HUMAN, lang="en")
    model = load_origin(folder, "en")
    assert model is not None
    assert plain.translated is not None
    assert plain.machine_translated is not None
    weak = dataclasses.replace(model, calibration={**model.calibration, "temper": 0.5})
    result = weak.predict(HUMAN)
    assert result.translated == plain.translated
    ratio = plain.machine_translated / plain.translated
    assert result.machine_translated == pytest.approx(plain.translated**0.5 * ratio, rel=1e-5)


def test_n_grams_of_all_words_enter_the_machine_question_alone(folder: Path) -> None:
    model = load_origin(folder, "en")
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


def test_scores_keep_order_and_do_not_depend_on_the_batch(judge: Judge) -> None:
    together = judge.quality(SOURCES, TARGETS, source_lang="en", target_lang="de")
    alone = [
        judge.quality([s], [t], source_lang="en", target_lang="de")[0]
        for s, t in zip(SOURCES, TARGETS, strict=True)
    ]
    for a, b in zip(together, alone, strict=True):
        assert a.raw == pytest.approx(b.raw, abs=0.02)  # int8 batches round a little differently
        assert a.value is not None
        assert 0 <= a.value <= 100
    assert len({s.raw for s in together}) == 3


def test_quality_reads_the_source_and_fluency_does_not(judge: Judge) -> None:
    one, two = (
        judge.quality([s], TARGETS[:1], source_lang="en", target_lang="de")[0].raw
        for s in SOURCES[:2]
    )
    assert one != two
    assert judge.fluency(TARGETS, lang="de")[0].raw is not None


def test_guards_come_before_the_network(judge: Judge) -> None:
    sources = ["The dog sleeps all day.", "Hello there.", "Hello there.", ""]
    targets = ["The dog sleeps all day.", "", "Собака спит.", "Guten Tag."]
    found = judge.quality(sources, targets, source_lang="en", target_lang="de")
    assert [(s.value, s.raw, s.flags) for s in found] == [
        (0.0, None, ("copied-source",)),
        (0.0, None, ("empty",)),
        (None, None, ("wrong-script",)),
        (None, None, ("no-source",)),
    ]


def test_unsupported_languages_are_not_scored_unless_asked_for(folder: Path, judge: Judge) -> None:
    found = judge.quality(SOURCES, TARGETS, source_lang="en", target_lang="fi")
    assert all(s.value is None and s.flags == ("unsupported-language",) for s in found)
    bold = open_judge(JudgeConfig(model=str(folder), allow_unsupported=True), threads=1)
    assert bold.fluency(TARGETS, lang="fi")[0].value is not None


def test_unknown_pieces_are_not_scored(judge: Judge) -> None:
    found = judge.fluency(["ŁŁŁŁ ŁŁŁŁŁ ŁŁŁŁŁŁ"], lang="de")[0]
    assert (found.value, found.flags) == (None, ("unknown-script",))


def test_long_texts_are_split_and_said_so(judge: Judge) -> None:
    text = " ".join(f"wort{i}" for i in range(120))
    found = judge.fluency([text, "kurz"], lang="de")
    assert found[0].flags == ("split",)
    assert found[0].value is not None
    assert found[1].flags == ()


def test_long_pairs_are_cut_in_the_same_proportion() -> None:
    parts = cut(3, list(range(10, 10 + 400)), list(range(500, 500 + 200)))
    assert [(p.text, p.source, p.size) for p in parts] == [(3, 202, 100)] * 2
    assert [i for p in parts for i in p.ids[1 : p.source - 1]] == list(range(10, 410))
    assert [i for p in parts for i in p.ids[p.source + 1 : -1]] == list(range(500, 700))
    assert parts[0].ids[0] == START
    assert [p.ids[p.source - 1] for p in parts] == [END, END]
    assert max(len(p.ids) for p in parts) <= 512


def test_parts_mark_their_sides_and_count_what_is_unknown(folder: Path) -> None:
    encoder = Encoder(folder / "encoder", threads=1)
    (pair,) = encoder.parts(["ab"], ["cŁ"])
    assert pair.ids == [START, *pair.ids[1:4], END, END, *pair.ids[6:9], END]
    assert (pair.source, pair.size, pair.unknown) == (5, 3, 1)
    (empty,) = encoder.parts(None, [""])
    assert (empty.ids, empty.source, empty.size) == ([START, END], 0, 0)


def test_the_encoder_tells_source_from_target(folder: Path) -> None:
    encoder = Encoder(folder / "encoder", threads=1)
    pair = make_part(0, [5, 6], [7])
    same = Part(0, pair.ids, 0, pair.size, 0)  # the same pieces, all of them as target
    states = dict(encoder.states([pair, same]))
    assert states[0].shape == (7, DIM)
    assert not np.allclose(states[0], states[1], atol=1e-2)


def test_parts_are_pooled_by_length(judge: Judge) -> None:
    first, second = "ab " * 100, "cd " * 100
    whole = judge.fluency([first + second], lang="de")[0]
    assert whole.flags == ("repetition",)
    text = " ".join(f"wort{i}" for i in range(80))
    encoder, head = judge._encoder, judge._heads.fluency
    parts = encoder.parts(None, [text])
    assert len(parts) > 1
    raw = np.array([head.outputs(pool(s, parts[i])[None])[0, 0]
                    for i, s in sorted(encoder.states(parts), key=lambda x: x[0])])  # fmt: skip
    expected = np.average(raw, weights=[p.size for p in parts])
    assert judge.fluency([text], lang="de")[0].raw == pytest.approx(expected, abs=0.02)


def test_what_is_pooled_of_a_pair() -> None:
    states = np.arange(12, dtype=np.float32).reshape(6, 2)
    pooled = pool(states, Part(0, [0] * 6, 4, 1, 0))[:10].reshape(5, 2)
    assert pooled.tolist() == [[0, 1], [9, 10], [3, 4], [6, 6], [27, 40]]
    assert pool(states, Part(0, [0] * 6, 0, 4, 0)).tolist() == [0, 1, 5, 6]


def test_each_side_is_matched_by_the_nearest_of_the_other() -> None:
    source = np.array([[2.0, 0.0], [0.0, 3.0]], np.float32)
    target = np.array([[1.0, 0.0], [5.0, 0.0], [0.0, -1.0]], np.float32)
    # Source: 1 and 0; target: 1, 1 and 0.
    expected = 4 * np.array([1 / 2, 2 / 3, 0, 0])
    assert likenesses(source, target) == pytest.approx(expected)
    assert likenesses(source, target[:0]).tolist() == [0] * 4


def test_a_head_of_an_older_model_reads_no_likenesses() -> None:
    old = Head(np.ones((2, 1), np.float32), np.zeros(1), np.ones((1, 1)), np.zeros(1), np.zeros(0))
    pooled = np.array([[0.1, 0.2, 9.0]], np.float32)
    assert old.outputs(pooled)[0, 0] == pytest.approx(np.tanh(0.3))


def test_another_language_is_no_translation(judge: Judge) -> None:
    text = ["Le comité a reporté le vote jusqu'à ce que le budget soit approuvé."]
    assert judge.quality(SOURCES[:1], text, source_lang="en", target_lang="de") == [
        SegmentScore(0.0, None, ("wrong-language",))
    ]
    assert judge.fluency(text, lang="de") == [SegmentScore(None, None, ("wrong-language",))]


def test_a_folder_without_a_judge(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no judge") as caught:
        open_judge(JudgeConfig(model=str(tmp_path)))
    assert caught.value.code == "no-such-model"


@pytest.mark.parametrize("name", ["heads.npz", "encoder/model.bin", "origin.json"])
def test_damage_is_named(tmp_path: Path, folder: Path, name: str) -> None:
    import shutil

    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    (broken / name).write_bytes(b"{}")
    judge = open_judge(JudgeConfig(model=str(broken)), threads=1)
    with pytest.raises(ModelError) as caught:
        judge.origin(HUMAN, lang="en")
        judge.fluency(TARGETS, lang="de")
    assert caught.value.code == "damaged-model"


def test_info_changes_with_the_list_of_hashes(tmp_path: Path, folder: Path) -> None:
    import shutil

    shutil.copytree(folder, tmp_path / "sealed")
    (tmp_path / "sealed" / "sha256.txt").write_text("0  heads.npz\n")
    sealed = open_judge(JudgeConfig(model=str(tmp_path / "sealed"))).info
    plain = open_judge(JudgeConfig(model=str(folder))).info
    assert sealed.sha256 != plain.sha256
    assert sealed.kind == "judge"
    assert plain.model == "tiny"


def test_cards_of_languages(folder: Path, judge: Judge) -> None:
    assert judge.origin_languages == ("en",)
    assert judge.score_languages == tuple(
        json.loads((folder / "quality.json").read_text())["languages"]
    )
