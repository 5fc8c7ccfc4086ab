"""Suspicious words: found by leaving words out, with exact spans."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.core.evidence import SegmentScore
from mtcheck.engines import judge_words as jw
from mtcheck.engines.base import EngineInfo

BAD = {"gronk": 1.0, "blarg": 0.5, "meh": 0.05, "zug": 0.8, "uff": 0.6}


class Loud:
    """A judge that dislikes certain words, each by its own measure."""

    info = EngineInfo("judge", "loud", "0", "none", "1")
    score_languages = ("de", "en")
    unit = "points"

    def __init__(self) -> None:
        self.asked = 0

    def fluency(self, texts: Sequence[str], *, lang: str) -> list[SegmentScore]:
        self.asked += len(texts)
        raw = [-sum(v for w, v in BAD.items() if w in t.lower()) for t in texts]
        return [SegmentScore(50 + 10 * r, r) if t.strip() else SegmentScore(0.0)
                for t, r in zip(texts, raw, strict=True)]  # fmt: skip

    def quality(
        self, sources: Sequence[str], targets: Sequence[str], *, source_lang: str, target_lang: str
    ) -> list[SegmentScore]:
        assert all("source of" in s for s in sources)
        return self.fluency(targets, lang=target_lang)


def find(texts: list[str], **more: Any) -> list[list[str]]:
    judge = Loud()
    scores = judge.fluency(texts, lang="en")
    found = jw.add_words(judge, scores, None, texts, source_lang=None, target_lang="en", **more)
    assert [(s.value, s.raw, s.flags) for s in found] == [(s.value, s.raw, s.flags) for s in scores]
    return [[w.span.of(t) for w in s.suspicious] for s, t in zip(found, texts, strict=True)]


def test_words_that_lower_the_score_are_named() -> None:
    assert find(["A (gronk) sat, meh, there.", "All is well here."]) == [["gronk"], []]


def test_the_worst_three_in_order_of_place() -> None:
    assert find(["Blarg uff and zug and gronk today."]) == [["uff", "zug", "gronk"]]


def test_drops_are_on_the_scale_of_raw() -> None:
    judge = Loud()
    texts = ["Some 👍🏽 gronk."]
    (score,) = jw.add_words(
        judge, judge.fluency(texts, lang="en"), None, texts, source_lang=None, target_lang="en"
    )
    (word,) = score.suspicious
    assert word.span.of(texts[0]) == "gronk"  # offsets are code points
    assert word.drop == pytest.approx(1.0)


def test_only_the_lowest_segments_are_searched() -> None:
    texts = ["A gronk sat there.", "A blarg sat there.", ""]
    assert find(texts, most=1) == [["gronk"], [], []]
    assert find(texts, below=42) == [["gronk"], [], []]


def test_unmeasured_and_endless_segments_are_left_alone() -> None:
    judge = Loud()
    long = "gronk " * (jw.MAX_WORDS + 1)
    texts = ["gronk here", long, "gronk"]
    scores = [SegmentScore(None, flags=("wrong-script",)), *judge.fluency(texts[1:], lang="en")]
    judge.asked = 0
    found = jw.add_words(judge, scores, None, texts, source_lang=None, target_lang="en")
    assert found == scores
    assert judge.asked == 0


def test_pairs_are_scored_with_their_source() -> None:
    judge = Loud()
    texts = ["eins gronk", "zwei gronk"]
    sources = [f"source of {t}" for t in texts]
    scores = judge.quality(sources, texts, source_lang="en", target_lang="de")
    found = jw.add_words(judge, scores, sources, texts, source_lang="en", target_lang="de")
    assert [[w.span.of(t) for w in s.suspicious] for s, t in zip(found, texts, strict=True)] == [
        ["gronk"], ["gronk"],
    ]  # fmt: skip


@given(st.text(max_size=40), st.sampled_from(["en", "zh"]))
def test_spans_are_words_without_edges(text: str, lang: str) -> None:
    spans = jw.words(text, lang)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    for span in spans:
        word = span.of(text)
        assert word
        assert not any(c.isspace() for c in word)
        assert word[0].isalnum() or word[0] == "_"
        assert len(jw.without(text, span)) in (len(text) - len(span), len(text) - len(span) - 1)


def test_chinese_is_searched_by_pairs_of_characters() -> None:
    assert [s.of("今天天气,OK!") for s in jw.words("今天天气,OK!", "zh")] == ["今天", "天气", "OK"]


def test_leaving_a_word_out_leaves_one_space() -> None:
    text = "one two three"
    assert [jw.without(text, s) for s in jw.words(text, "en")] == [
        " two three", "one three", "one two ",
    ]  # fmt: skip
