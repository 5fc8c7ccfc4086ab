"""The embedded model, where this checkout has its weights."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "models" / "marian-mul-small"
CT2 = FOLDER / "ct2"
TOKENS = {"en": ">>eng<<", "pt": ">>por<<", "es": ">>spa<<", "fr": ">>fra<<", "de": ">>deu<<"}
PAIRS = frozenset(pair for lang in TOKENS if lang != "en" for pair in ((lang, "en"), ("en", lang)))

_JUDGE = FOLDER.parent / "judge-small"

needs_judge = pytest.mark.skipif(
    not all((_JUDGE / name).is_file() for name in ("heads.npz", "encoder/model.bin")),
    reason="the embedded judge's weights are not here",
)
needs_ct2 = pytest.mark.skipif(
    not (CT2 / "model.bin").is_file(), reason="the embedded model's weights are not here"
)
needs_hf = pytest.mark.skipif(
    not (FOLDER / "model.safetensors").is_file(), reason="the model's full weights are not here"
)
