"""Quality and fluency of segments, on tiny made-up weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mtcheck.core.config import JudgeConfig
from mtcheck.core.evidence import SegmentScore
from mtcheck.engines.judge import Judge, open_judge
from mtcheck.engines.judge_encoder import END, START, Encoder, Part, cut, make_part
from mtcheck.engines.judge_quality import Head, likenesses, pool
from tests.engines.tiny_judge import DIM

MACHINE = ["In view of the situation of the region,", "the measure of the state is a fact."]
HUMAN = ["Nobody knew why he'd gone;", "she shrugged, lit up and said so."]
SOURCES = ["The cat sleeps.", "The dog barks at night.", "It is late."]
TARGETS = ["Die Katze ruht.", "Der Hund bellt bei Nacht.", "Es ist so weit."]


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


def test_unsupported_languages_are_not_scored_unless_asked_for(
    tiny_judge: Path, judge: Judge
) -> None:
    found = judge.quality(SOURCES, TARGETS, source_lang="en", target_lang="fi")
    assert all(s.value is None and s.flags == ("unsupported-language",) for s in found)
    bold = open_judge(JudgeConfig(model=str(tiny_judge), allow_unsupported=True), threads=1)
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


def test_parts_mark_their_sides_and_count_what_is_unknown(tiny_judge: Path) -> None:
    encoder = Encoder(tiny_judge / "encoder", threads=1)
    (pair,) = encoder.parts(["ab"], ["cŁ"])
    assert pair.ids == [START, *pair.ids[1:4], END, END, *pair.ids[6:9], END]
    assert (pair.source, pair.size, pair.unknown) == (5, 3, 1)
    (empty,) = encoder.parts(None, [""])
    assert (empty.ids, empty.source, empty.size) == ([START, END], 0, 0)


def test_the_encoder_tells_source_from_target(tiny_judge: Path) -> None:
    encoder = Encoder(tiny_judge / "encoder", threads=1)
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
