"""Protocols of the engines: batch in, same order and length out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from mtcheck.core.evidence import SegmentScore

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """Everything about an engine that its output depends on.

    ``folder`` is where its files are, if it has any: calibration lies beside them. It is no part of
    what the output depends on.
    """

    kind: str  # translator, embedder, judge
    model: str  # id, with @revision where there is one
    sha256: str  # of the weights, first 12 hex digits are enough for signatures
    backend: str
    backend_version: str
    device: str = "cpu"
    compute_type: str = "default"
    params: Mapping[str, str] = field(default_factory=dict)
    folder: str | None = None


@dataclass(frozen=True, slots=True)
class Translation:
    """One translated text.

    ``logprob`` is the mean log-probability per target token in nats, None where the backend gives
    none; ``n_tokens`` counts target tokens. ``flags``: see `mtcheck.engines.guards`.
    """

    text: str
    logprob: float | None
    n_tokens: int
    flags: tuple[str, ...] = ()


class Translator(Protocol):
    """Translates texts of any length between the language pairs that it serves."""

    @property
    def info(self) -> EngineInfo:
        """What the output depends on."""
        ...

    def serves(self, source: str, target: str) -> bool:
        """Tell whether this translator can translate from ``source`` to ``target``."""
        ...

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[Translation]:
        """Translate ``texts``; one result for each, in the same order.

        Raises:
            ModelError: ``no-pair`` if it does not serve the pair.
        """
        ...


class Judging(Protocol):
    """Scores segments without a reference: by themselves (fluency) or with their source."""

    @property
    def info(self) -> EngineInfo:
        """What the output depends on."""
        ...

    @property
    def score_languages(self) -> tuple[str, ...]:
        """Languages that it was made for."""
        ...

    @property
    def unit(self) -> str:
        """What its values from 0 to 100 are."""
        ...

    def fluency(self, texts: Sequence[str], *, lang: str) -> list[SegmentScore]:
        """Score texts by themselves; one score for each, in the same order."""
        ...

    def quality(
        self, sources: Sequence[str], targets: Sequence[str], *, source_lang: str, target_lang: str
    ) -> list[SegmentScore]:
        """Score translations; one score a pair, in the same order."""
        ...


class Embedder(Protocol):
    """Sentence embeddings whose dot product is their cosine."""

    @property
    def info(self) -> EngineInfo:
        """What the output depends on."""
        ...

    def serves(self, lang: str) -> bool:
        """Tell whether the embedder knows the language."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an array of shape (len(texts), dimensions) with rows of length one."""
        ...
