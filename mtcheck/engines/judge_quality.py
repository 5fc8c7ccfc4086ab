"""Quality and fluency of single segments: what the encoder read, as one number on a z-scale."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtcheck.core.errors import ModelError
from mtcheck.core.evidence import SegmentScore
from mtcheck.engines.judge_encoder import Encoder, Part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_UNKNOWN_SHARE = 0.2
_LIKENESS_SCALE = 4.0


def pool(states: NDArray[np.float32], part: Part) -> NDArray[np.float32]:
    """Return what the heads read of a part's states (pieces, width).

    For a single text the first state and the mean over all; for a pair the first state, the mean
    over the target and over the source, the distance of both means, their product, and
    `likenesses`.
    """
    import numpy as np

    first, target = states[0], states[part.source :].mean(axis=0)
    if not part.source:
        return np.concatenate([first, target])
    source = states[: part.source].mean(axis=0)
    near = likenesses(states[1 : part.source - 1], states[part.source + 1 : -1])
    return np.concatenate([first, target, source, abs(target - source), target * source, near])


def likenesses(source: NDArray[np.float32], target: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how well each side's pieces are matched by the other's, shape (4,).

    A piece is matched by the piece of the other side whose state has the highest cosine (as in
    BERTScore, Zhang et al. 2020). The mean over the source's pieces, over the target's, and the
    least of each; zeros where a side is empty.

    Args:
        source: states of the source's pieces without marks, shape (pieces, width).
        target: those of the target's.
    """
    import numpy as np

    if not (len(source) and len(target)):
        return np.zeros(4, np.float32)
    units = [x / np.linalg.norm(x, axis=1, keepdims=True).clip(1e-12) for x in (source, target)]
    cosine = units[0] @ units[1].T
    best = cosine.max(axis=1), cosine.max(axis=0)
    found = [x.mean() for x in best] + [x.min() for x in best]
    return np.array(found, np.float32) * np.float32(_LIKENESS_SCALE)


@dataclass(frozen=True, slots=True)
class Head:
    """A network of one hidden layer, tanh.

    ``w1`` (inputs, units), ``b1`` (units,), ``w2`` (units, outputs), ``b2`` (outputs,).
    ``quantiles`` are those of the output on human-judged segments, evenly spaced; none where the
    output is no score.
    """

    w1: NDArray[np.float32]
    b1: NDArray[np.float32]
    w2: NDArray[np.float32]
    b2: NDArray[np.float32]
    quantiles: NDArray[np.float32]

    @classmethod
    def of(cls, data: Mapping[str, NDArray[Any]], prefix: str = "") -> Head:
        """Take a head from arrays that are stored under the names of its fields.

        Raises:
            KeyError: an array is missing.
        """
        import numpy as np

        weights = [data[f"{prefix}{x}"] for x in ("w1", "b1", "w2", "b2")]
        quantiles = data.get(f"{prefix}quantiles", np.zeros(0))
        return cls(*(x.astype(np.float32) for x in (*weights, quantiles)))

    def outputs(self, pooled: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the outputs for rows of `pool`, shape (rows, outputs).

        A head of an older model reads no likenesses, which come last.
        """
        import numpy as np

        read_ = pooled[:, : len(self.w1)]
        return np.asarray(np.tanh(read_ @ self.w1 + self.b1) @ self.w2 + self.b2)

    def percentile(self, raw: float) -> float:
        """Return the share (0–100) of human-judged segments that score lower."""
        import numpy as np

        place = np.interp(raw, self.quantiles, np.linspace(0, 100, len(self.quantiles)))
        return float(place)

    def score(self, raw: float) -> SegmentScore:
        """Return a score of the network's output."""
        return SegmentScore(value=self.percentile(raw), raw=raw)


@dataclass(frozen=True, slots=True)
class Heads:
    """The heads of the scores from 0 to 100, and what was measured of them."""

    fluency: Head
    quality: Head
    card: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """Outputs for one text; ``flags``: ``split``, ``unknown-script``."""

    outputs: NDArray[np.float32]
    flags: tuple[str, ...]


def read(
    encoder: Encoder, head: Head, sources: Sequence[str] | None, targets: Sequence[str]
) -> list[Reading]:
    """Return a head's outputs for targets or pairs, in order; parts are pooled by length."""
    import numpy as np

    parts = encoder.parts(sources, targets)
    if not parts:
        return []
    rows: list[Any] = [None] * len(parts)
    for i, states in encoder.states(parts):
        rows[i] = pool(states, parts[i])
    outputs = head.outputs(np.stack(rows))
    size = np.array([max(1, p.size) for p in parts], np.float32)
    texts = np.array([p.text for p in parts])
    total = np.bincount(texts, size)
    pooled = np.zeros((len(targets), outputs.shape[1]), np.float32)
    np.add.at(pooled, texts, outputs * (size / total[texts])[:, None].astype(np.float32))
    unknown = np.bincount(texts, [p.unknown for p in parts]) / total
    many = np.bincount(texts) > 1
    return [
        Reading(row, (("unknown-script",) * bool(u > _UNKNOWN_SHARE)) + ("split",) * bool(m))
        for row, u, m in zip(pooled, unknown, many, strict=True)
    ]


def load_heads(folder: Path) -> Heads:
    """Read heads.npz and quality.json.

    Raises:
        ModelError: ``damaged-model`` if they can't be read.
    """
    import numpy as np

    try:
        card = json.loads((folder / "quality.json").read_text("utf-8"))
        with np.load(folder / "heads.npz", allow_pickle=False) as data:
            return Heads(Head.of(data, "fluency_"), Head.of(data, "quality_"), card)
    except (KeyError, ValueError, OSError) as error:
        raise ModelError(
            "damaged-model",
            f"the judge's heads can't be read: {error}",
            where=str(folder),
            try_="mtcheck models verify",
        ) from error
