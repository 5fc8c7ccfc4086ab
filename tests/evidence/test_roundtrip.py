import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.core.errors import ModelError
from mtcheck.engines import guards
from mtcheck.engines.base import EngineInfo, Translation
from mtcheck.evidence.roundtrip import chrf_plus_plus, chrf_signature, is_off_target, roundtrip
from tests.engines.mirror import MirrorTranslator
from tests.engines.sentences import SENTENCES


class Phrasebook:
    """Translates what it has an entry for, and everything else by itself."""

    info = EngineInfo("translator", "phrasebook", "0" * 64, "test", "1")

    def __init__(self, entries=None, logprob=-0.5):
        self.entries = entries or {}
        self.logprob = logprob

    def serves(self, source, target):
        return True

    def translate(self, texts, *, source, target):
        return [Translation(self.entries.get(t, t), self.logprob, len(t.split())) for t in texts]


class Letters:
    """Embeds a text as its letter counts."""

    info = EngineInfo("embedder", "letters", "0" * 64, "test", "1")

    def serves(self, lang):
        return lang != "fi"

    def embed(self, texts):
        rows = np.array([[t.lower().count(c) + 0.01 for c in "abcdefghij"] for t in texts])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def run(texts, forward=None, backward=None, embedder=None, **options):
    return roundtrip(
        texts,
        lang=options.pop("lang", "en"),
        pivot=options.pop("pivot", "pt"),
        forward=forward or MirrorTranslator(),
        backward=backward or MirrorTranslator(),
        embedder=embedder,
        **options,
    )


words = st.lists(st.text("abcdefgh", min_size=2, max_size=6), min_size=1, max_size=6)


@given(st.lists(words.map(" ".join), max_size=12))
def test_one_result_for_each_text_in_order(texts):
    trips = run(texts)
    assert len(trips) == len(texts)
    for text, trip in zip(texts, trips, strict=True):
        assert trip.back == text
        assert trip.pivot == "pt"
        assert trip.lost == trip.gained == ()
        excluded = bool(guards.EXCLUDING.intersection(trip.flags))
        assert (trip.chrf is None) == excluded
        if not excluded:
            assert trip.chrf == pytest.approx(100)


@given(st.text(max_size=60), st.text(max_size=60))
def test_chrf_is_sacrebleus(hypothesis, reference):
    from sacrebleu.metrics.chrf import CHRF

    expected = CHRF(word_order=2).sentence_score(hypothesis, [reference]).score
    assert chrf_plus_plus(hypothesis, reference) == expected


def test_the_signature_is_sacrebleus():
    assert chrf_signature().startswith("nrefs:1|case:mixed|eff:yes|nc:6|nw:2|space:no|version:")


SOURCE = "The bridge is the oldest in the city."
THERE = "A ponte é a mais antiga da cidade."
BACK = "The bridge is the most ancient of the city."


def test_both_legs_and_what_changed():
    trip = run([SOURCE], Phrasebook({SOURCE: THERE}, -1.5), Phrasebook({THERE: BACK}), Letters())[0]
    assert (trip.forward, trip.back, trip.flags) == (THERE, BACK, ())
    assert (trip.forward_logprob, trip.back_logprob) == (-1.5, -0.5)
    assert trip.chrf == chrf_plus_plus(BACK, SOURCE)
    assert 0.5 < trip.similarity <= 1
    assert trip.lost == ("oldest", "in")
    assert trip.gained == ("most", "ancient", "of")


def test_an_untranslated_segment_is_a_copy_and_not_scored():
    backward = MirrorTranslator()
    trip = run([SOURCE], Phrasebook(), backward, Letters())[0]
    assert "copy" in trip.flags
    assert trip.chrf is None
    assert trip.similarity is None
    assert trip.back is None
    assert backward.seen == []  # no evidence, so no work


@given(st.lists(words.map(" ".join), max_size=40), st.integers(1, 7))
def test_groups_change_nothing(texts, size):
    whole = run(texts, embedder=Letters())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mtcheck.evidence.roundtrip._GROUP", size)
        assert run(texts, embedder=Letters()) == whole


def test_equal_segments_make_one_trip():
    forward, backward = MirrorTranslator(), MirrorTranslator()
    trips = run([SOURCE, THERE, SOURCE], forward, backward)
    assert trips[0] is trips[2]
    assert len(forward.seen) == len(backward.seen) == 2


@pytest.mark.parametrize("broken", ["forward", "backward"])
def test_a_fault_in_a_group_reaches_the_caller(monkeypatch, broken):
    class Broken(MirrorTranslator):
        def translate(self, texts, *, source, target):
            if any("w7" in t or "7w" in t for t in texts):
                raise ModelError("backend-failed", "out of memory")
            return super().translate(texts, source=source, target=target)

    monkeypatch.setattr("mtcheck.evidence.roundtrip._GROUP", 2)
    with pytest.raises(ModelError, match="out of memory"):
        run([f"some words w{i}" for i in range(20)], **{broken: Broken()})


def test_both_legs_are_under_way_at_the_same_time(monkeypatch):
    """The second group starts on its way before the first one is back."""
    started = threading.Event()

    class Forward(MirrorTranslator):
        def translate(self, texts, *, source, target):
            if "second" in texts:
                started.set()
            return super().translate(texts, source=source, target=target)

    class Backward(MirrorTranslator):
        def translate(self, texts, *, source, target):
            assert started.wait(10)
            return super().translate(texts, source=source, target=target)

    monkeypatch.setattr("mtcheck.evidence.roundtrip._GROUP", 1)
    assert len(run(["the first", "second"], Forward(), Backward())) == 2


def test_a_loop_on_the_way_back_is_found():
    back = "The bridge" + " is the old" * 12
    trip = run([SOURCE], Phrasebook({SOURCE: THERE}), Phrasebook({THERE: back}))[0]
    assert trip.flags == ("loop", "overlong")
    assert trip.chrf is None


def test_nothing_is_sent_back_of_nothing():
    backward = MirrorTranslator()
    trip = run([SOURCE, "  "], Phrasebook({SOURCE: ""}), backward)
    assert trip[0].flags == ("empty",)
    assert trip[0].back is None
    assert trip[1].flags == ()
    assert trip[1].chrf is None
    assert backward.seen == []


def test_a_leg_below_its_floor_is_not_measured():
    legs = Phrasebook({SOURCE: THERE}, -3.0), Phrasebook({THERE: BACK}, -1.0)
    assert run([SOURCE], *legs, floors=(-2.0, None))[0].flags == ("low-confidence",)
    assert run([SOURCE], *legs, floors=(None, -0.9))[0].flags == ("low-confidence",)
    assert run([SOURCE], *legs, floors=(-3.0, -1.0))[0].flags == ()
    assert run([SOURCE], *legs, floors=(-2.0, -0.9))[0].chrf is None


def test_the_wrong_language_is_not_scored():
    spanish = "El puente es el más antiguo de toda la ciudad."
    trip = run([SOURCE], Phrasebook({SOURCE: spanish}), Phrasebook({spanish: BACK}))[0]
    assert trip.flags == ("off-target",)
    assert trip.chrf is None


def test_a_repair_is_said_and_scored():
    doubled = "The bridge is is the oldest."
    back = "The bridge is the oldest."
    trip = run([doubled], Phrasebook({doubled: THERE}), Phrasebook({THERE: back}))[0]
    assert trip.flags == ("repaired",)
    assert trip.chrf is not None


@pytest.mark.parametrize("lang", list(SENTENCES))
def test_human_sentences_are_on_target(lang):
    others = [other for other in SENTENCES if other != lang]
    assert not any(is_off_target(text, lang) for text in SENTENCES[lang])
    for other in others:
        assert sum(is_off_target(text, other) for text in SENTENCES[lang]) >= 5


def test_languages_that_look_alike_are_not_told_apart():
    assert not is_off_target("Rådet skal stemme over det nye budsjettet på tirsdag.", "da")


def test_without_an_embedder_for_the_language_there_is_no_similarity():
    legs = Phrasebook({SOURCE: THERE}), Phrasebook({THERE: BACK})
    assert run([SOURCE], *legs, None)[0].similarity is None
    assert run([SOURCE], *legs, Letters())[0].similarity is not None

    class Finnish(Letters):
        def serves(self, lang):
            return False

    trip = run([SOURCE], *legs, Finnish())[0]
    assert trip.similarity is None
    assert trip.chrf is not None


def test_a_pair_that_is_not_served_is_an_error():
    with pytest.raises(ModelError):
        run(["a b"], MirrorTranslator(pairs=frozenset({("pt", "en")})))
