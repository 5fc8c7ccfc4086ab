"""Damage that is done to translations."""

from __future__ import annotations

import random

import pytest
from judge import negatives


@pytest.mark.parametrize("damage", [k[0] for k in negatives.KINDS], ids=lambda d: d.__name__)
def test_damage_is_done_to_the_translation_alone(damage: negatives.Damage) -> None:
    r = {"src": "der Hund bellt laut bei Nacht", "mt": "the dog barks loudly at night", "lp": "x"}
    other = {"src": "y", "mt": "her aunt sold two chairs yesterday", "lp": "x"}
    before = dict(r)
    texts = {damage(r, other, random.Random(seed)) for seed in range(5)}
    assert any(t != r["mt"] for t in texts)
    assert all(t.strip() for t in texts)
    assert r == before


def test_texts_without_spaces_are_damaged_by_characters() -> None:
    parts = negatives.words("今天天气很好我们去公园散步")
    assert len(parts) > 4
    assert negatives.join(parts, "今天天气很好我们去公园散步") == "今天天气很好我们去公园散步"


def test_damage_makes_even_a_poor_translation_poorer() -> None:
    pool = [
        {"src": f"der Hund bellt laut bei Nacht {i}", "mt": f"the dog barks loudly at night {i}",
         "lp": "de-en", "quality": z, "fluency": z, "score": z}
        for i, z in enumerate([-2.4, 0.0, 1.5] * 10)
    ]  # fmt: skip
    made = negatives.make(pool, seed=1, share=0.01)
    assert {r["damage"] for r in made} >= {"dropped", "replaced", "truncated"}
    for r in made:
        assert r["quality"] <= r["score"] - negatives.COST
        assert r["fluency"] is None or r["fluency"] <= r["score"] - negatives.COST
        if r["score"] == 1.5:
            assert r["quality"] in {k[2] for k in negatives.KINDS}
