"""The part that both backends share, over a model that mirrors words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.core.errors import ModelError
from mtcheck.engines.base import Translation
from tests.engines.mirror import MirrorTranslator

texts = st.lists(
    st.lists(st.text("abcdefgh", min_size=1, max_size=8), min_size=1, max_size=12).map(" ".join),
    max_size=20,
)


def mirrored(text):
    return " ".join(w[::-1] for w in text.split())


@given(texts, st.integers(1, 50))
def test_order_and_results_do_not_depend_on_batches(batch, batch_tokens):
    model = MirrorTranslator(batch_tokens=batch_tokens)
    made = model.translate(batch, source="en", target="pt")
    assert [t.text for t in made] == [mirrored(t) for t in batch]


@given(texts)
def test_equal_texts_are_translated_once(batch):
    model = MirrorTranslator()
    assert len(model.translate(batch * 3, source="en", target="pt")) == 3 * len(batch)
    assert sorted(model.seen) == sorted(set(batch))


@given(texts, st.integers(1, 5))
def test_long_texts_are_split_and_say_so(batch, limit):
    made = MirrorTranslator(max_source_tokens=limit).translate(batch, source="en", target="pt")
    for text, result in zip(batch, made, strict=True):
        assert result.text == mirrored(text)
        assert ("split" in result.flags) == (len(text.split()) > limit)
        assert result.n_tokens == len(text.split())


def test_line_breaks_inside_a_text_are_spaces():
    model = MirrorTranslator()
    model.translate(["over\n  the\thill"], source="en", target="pt")
    assert model.seen == ["over the hill"]


@pytest.mark.parametrize("text", ["12:30", "*** 1.500 €", "—"])
def test_texts_without_letters_do_not_reach_the_model(text):
    model = MirrorTranslator()
    assert model.translate([text], source="en", target="pt") == [
        Translation(text, None, 0, ("copy",))
    ]
    assert model.seen == []


@pytest.mark.parametrize("text", ["", "  \n"])
def test_nothing_comes_of_nothing(text):
    assert MirrorTranslator().translate([text], source="en", target="pt") == [
        Translation("", None, 0)
    ]


def test_the_target_token_is_the_target_languages():
    by_map = MirrorTranslator(target_token={"pt": ">>por<<"})
    by_function = MirrorTranslator(target_token=lambda lang: f">>{lang}<<")
    for model in (by_map, by_function):
        model.translate(["hello there"], source="en", target="pt")
    assert by_map.tokens == [">>por<<"]
    assert by_function.tokens == [">>pt<<"]
    by_map.translate(["hello there"], source="pt", target="en")
    assert by_map.tokens == [">>por<<", None]


def test_a_pair_that_is_not_served_is_an_error_that_names_it():
    model = MirrorTranslator(pairs=frozenset({("en", "pt")}))
    assert model.serves("en", "pt")
    assert not model.serves("pt", "en")
    with pytest.raises(ModelError, match="from Portuguese to English") as caught:
        model.translate(["olá"], source="pt", target="en")
    assert caught.value.code == "no-pair"
    assert not MirrorTranslator().serves("en", "en")


def test_what_loops_is_translated_again():
    model = MirrorTranslator()
    made = model.translate(["stuck in mud", "not so"], source="en", target="pt")
    assert [t.text for t in made] == ["kcuts ni dum", "ton os"]
    assert [t.flags for t in made] == [("retried",), ()]
    assert model.seen.count("stuck in mud") == 2
    assert model.seen.count("not so") == 1
