"""Widening the vocabulary and finding it again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from judge import encoder, vocabulary

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "a", "ש", "של", "שלום", "అ", "అది", "Ω"]
SCORES = np.array([0, 0, 0, 0, -1, -2, -9, -3, -4, -8, -5, -1], np.float32)


@pytest.fixture
def weights() -> encoder.Weights:
    return encoder.Weights(4, 1, 1, 1e-12, PIECES, SCORES)


def test_letters_come_first_then_the_likeliest_within_the_quota(weights: encoder.Weights) -> None:
    ids = vocabulary.widen(weights, np.arange(6), {"HEBREW": 2, "TELUGU": 1})
    assert [PIECES[i] for i in ids[6:]] == ["ש", "של", "అ"]


def test_kept_pieces_are_found_by_name(weights: encoder.Weights, tmp_path: Path) -> None:
    kept = np.array([0, 1, 2, 3, 4, 6, 8])
    path = tmp_path / "pieces.model"
    path.write_bytes(encoder.sentencepiece_model([PIECES[i] for i in kept], SCORES[kept]))
    assert vocabulary.pieces_of(weights, path).tolist() == kept.tolist()
    weights.pieces = PIECES[:6]
    with pytest.raises(KeyError):
        vocabulary.pieces_of(weights, path)


def test_the_quotas_leave_room_for_sixteen_bits() -> None:
    assert 56_000 + sum(vocabulary.QUOTAS.values()) < 65_536
