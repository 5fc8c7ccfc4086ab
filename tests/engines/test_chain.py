import pytest

from mtcheck.core.errors import ModelError
from mtcheck.engines.chain import ChainTranslator
from tests.engines.mirror import MirrorTranslator


def chain(**options):
    first = MirrorTranslator(pairs=frozenset({("pt", "en")}), **options)
    second = MirrorTranslator(pairs=frozenset({("en", "de")}), sha256="1" * 64)
    return ChainTranslator(first, second)


def test_a_chain_serves_what_both_legs_serve():
    assert chain().serves("pt", "de")
    assert not chain().serves("pt", "en")
    assert not chain().serves("en", "de")


def test_a_chain_translates_twice_and_keeps_order():
    made = chain().translate(["um dois", "três"], source="pt", target="de")
    assert [t.text for t in made] == ["um dois", "três"]  # mirrored twice
    assert [t.n_tokens for t in made] == [4, 2]
    # Mean over the tokens of both legs, each of which scores the same text length.
    assert made[0].logprob == pytest.approx(-0.07)


def test_flags_of_the_first_leg_are_kept():
    made = chain(max_source_tokens=2).translate(["a bc de fg hi"], source="pt", target="de")
    assert made[0].flags == ("split",)


def test_info_names_both_models():
    info = chain().info
    assert info.model == "mirror+mirror"
    assert info.sha256 == f"{'0' * 12}+{'1' * 12}"
    assert info.params["via"] == "en"
    same = MirrorTranslator()
    assert ChainTranslator(same, same).info.sha256 == "0" * 64


def test_a_pair_that_one_leg_lacks_is_an_error():
    with pytest.raises(ModelError) as caught:
        chain().translate(["a"], source="fr", target="de")
    assert caught.value.code == "no-pair"
