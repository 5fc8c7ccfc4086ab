"""Quality and fluency of single segments: features of the encoder, a small network, a z-scale."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtcheck.core.errors import ModelError
from mtcheck.core.evidence import SegmentScore
from mtcheck.engines.judge_encoder import Encoded
from mtcheck.engines.judge_guards import repeated_share

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"\w+")
_FINAL = {
    ".": ".",
    "。": ".",
    "।": ".",
    "?": "?",
    "？": "?",
    "!": "!",
    "！": "!",
    ":": ":",
    "：": ":",
}


def target_scalars(target: str, encoded: Encoded) -> list[float]:
    """Return the plain features of a target: lengths, unusual pieces, repetition, signs."""
    import numpy as np

    n = max(1, encoded.pieces)
    size = max(1, len(target))
    words = _WORD.findall(target.lower())
    marks = sum(not c.isalnum() and not c.isspace() for c in target)
    return [
        float(np.log(n)),
        float(np.log(size / n)),
        encoded.logprob,
        encoded.unknown / n,
        len(set(words)) / max(1, len(words)),
        repeated_share(words, target),
        marks / size,
        sum(c.isdigit() for c in target) / size,
        sum(c.isupper() for c in target) / size,
        float(target.rstrip()[-1:] in _FINAL),
    ]


def pair_scalars(source: str, target: str, s: Encoded, t: Encoded) -> list[float]:
    """Return the plain features of a pair: ratios, numbers, copying, alignment of pieces."""
    import numpy as np

    sizes = np.log((len(target) + 1) / (len(source) + 1)), np.log((t.pieces + 1) / (s.pieces + 1))
    numbers = Counter(_NUMBER.findall(source)), Counter(_NUMBER.findall(target))
    total = sum(numbers[0].values()) + sum(numbers[1].values())
    odd = sum(((numbers[0] - numbers[1]) + (numbers[1] - numbers[0])).values())
    source_words, words = set(_WORD.findall(source.lower())), set(_WORD.findall(target.lower()))
    shared = len({w for w in source_words & words if not w.isdigit()}) / max(1, len(words))
    end = _FINAL.get(source.rstrip()[-1:], ""), _FINAL.get(target.rstrip()[-1:], "")
    return [
        float(sizes[0]), float(abs(sizes[0])), float(sizes[1]), float(abs(sizes[1])),
        float(np.log(max(1, s.pieces))), s.logprob, s.unknown / max(1, s.pieces),
        odd / max(1, total), float(odd), shared, float(end[0] != end[1]),
        *alignment(s.states, t.states),
    ]  # fmt: skip


def alignment(
    source: NDArray[np.float32], target: NDArray[np.float32]
) -> tuple[float, float, float, float, float, float]:
    """Return how well the pieces of each side find a partner on the other.

    Greedy matching as in YiSi-2 and BERTScore: mean, lowest tenth and minimum of the best cosine,
    from the target's side (precision) and from the source's (recall). No pieces: zeros.
    """
    import numpy as np

    if not len(source) or not len(target):
        return (0.0,) * 6
    a = source / np.maximum(np.linalg.norm(source, axis=1, keepdims=True), 1e-6)
    b = target / np.maximum(np.linalg.norm(target, axis=1, keepdims=True), 1e-6)
    cosine = b @ a.T
    precision, recall = cosine.max(axis=1), cosine.max(axis=0)
    return (
        float(precision.mean()), float(np.quantile(precision, 0.1)), float(precision.min()),
        float(recall.mean()), float(np.quantile(recall, 0.1)), float(recall.min()),
    )  # fmt: skip


def pair_vector(u: NDArray[np.float32], v: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return [u, v, |u−v|, u·v] and the cosine for rows of centred vectors of length one."""
    import numpy as np

    cosine = (u * v).sum(axis=1, keepdims=True)
    # Elements of a unit vector are about 1/√d; the scaling brings all blocks to order one.
    root = np.float32(u.shape[1] ** 0.5)
    return np.concatenate([u * root, v * root, abs(u - v) * root, u * v * root**2, cosine], axis=1)


@dataclass(frozen=True, slots=True)
class Head:
    """A linear part plus a one-hidden-layer network over standardised features.

    ``mean``, ``spread`` (features,), ``linear`` (features + 1,), ``hidden`` (features + 1, units),
    ``out`` (units + 1,); the last row of each is the intercept. ``quantiles`` are those of the
    output on human-judged segments, evenly spaced.
    """

    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    linear: NDArray[np.float32]
    hidden: NDArray[np.float32]
    out: NDArray[np.float32]
    quantiles: NDArray[np.float32]

    def raw(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return scores on the z-scale for rows of features."""
        import numpy as np

        x = np.clip((features - self.mean) / self.spread, -5, 5)
        units = np.maximum(x @ self.hidden[:-1] + self.hidden[-1], 0)
        network = units @ self.out[:-1] + self.out[-1]
        return np.asarray(x @ self.linear[:-1] + self.linear[-1] + network, dtype=np.float32)

    def percentile(self, raw: float) -> float:
        """Return the share (0–100) of human-judged segments that score lower."""
        import numpy as np

        place = np.interp(raw, self.quantiles, np.linspace(0, 100, len(self.quantiles)))
        return float(place)


@dataclass(frozen=True, slots=True)
class Heads:
    """Both heads and what they share."""

    center: NDArray[np.float32]
    fluency: Head
    quality: Head
    card: Mapping[str, Any]

    def unit(self, encoded: Sequence[Encoded]) -> NDArray[np.float32]:
        """Return centred sentence vectors of length one, shape (n, dimensions)."""
        import numpy as np

        rows = np.stack([e.mean for e in encoded]) - self.center
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6))

    def centred(self, e: Encoded) -> NDArray[np.float32]:
        """Return the states of a text around the mean state of all languages."""
        return e.states - self.center

    def fluency_features(
        self, targets: Sequence[str], encoded: Sequence[Encoded]
    ) -> NDArray[np.float32]:
        """Return one row of features a target."""
        import numpy as np

        v = self.unit(encoded)
        scalars = np.array(
            [target_scalars(t, e) for t, e in zip(targets, encoded, strict=True)], np.float32
        )
        return np.concatenate([v * np.float32(v.shape[1] ** 0.5), scalars], axis=1)

    def quality_features(
        self,
        sources: Sequence[str],
        targets: Sequence[str],
        s: Sequence[Encoded],
        t: Sequence[Encoded],
    ) -> NDArray[np.float32]:
        """Return one row of features a pair."""
        import dataclasses

        import numpy as np

        rows = []
        for source, target, a, b in zip(sources, targets, s, t, strict=True):
            a = dataclasses.replace(a, states=self.centred(a))
            b = dataclasses.replace(b, states=self.centred(b))
            rows.append(target_scalars(target, b) + pair_scalars(source, target, a, b))
        scalars = np.array(rows, np.float32)
        return np.concatenate([pair_vector(self.unit(s), self.unit(t)), scalars], axis=1)

    def scores(self, head: Head, features: NDArray[np.float32]) -> list[SegmentScore]:
        """Return one score a row."""
        return [
            SegmentScore(value=head.percentile(float(r)), raw=float(r)) for r in head.raw(features)
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

            def head(name: str) -> Head:
                fields = ("mean", "spread", "linear", "hidden", "out", "quantiles")
                return Head(*(data[f"{name}_{f}"].astype(np.float32) for f in fields))

            return Heads(data["center"].astype(np.float32), head("fluency"), head("quality"), card)
    except (KeyError, ValueError, OSError) as error:
        raise ModelError(
            "damaged-model",
            f"the judge's heads can't be read: {error}",
            where=str(folder),
            try_="mtcheck models verify",
        ) from error
