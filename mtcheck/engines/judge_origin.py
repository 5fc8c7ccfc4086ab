"""The origin model: was a text written, translated by a person, or translated by a machine?

Two logistic regressions over hashed n-grams answer two questions, *translated?* and, given that,
*by a machine?*; a third, for English, names the language translated from or says "other". All of
it is plain arrays: ``origin-<lang>.npz`` and the calibration in ``origin.json``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtcheck.core.errors import ModelError
from mtcheck.engines import judge_features as jf

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHORT = 80  # words; below, the zone of abstention is wider
OTHER = "other"
_RESAMPLES = 100
STYLE_SCALE = 0.05  # keeps the fourteen densities on the scale of single n-grams


@dataclass(frozen=True, slots=True)
class OriginResult:
    """What the model says of one text; values are None where nothing was measured (see ``note``).

    ``machine_translated`` and ``translated`` are probabilities (0 to 1) under equal shares of
    originals, human and machine translations; ``interval`` is a 95 % bootstrap interval of the
    former over the ``n`` segments. ``label`` is ``machine-translated``, ``not-machine-translated``
    or None where the model abstains. ``fpr`` and ``fpr_translation`` are the shares of human
    originals and of human translations of like length that score at least as high.
    ``translated_from`` maps languages and ``other`` to probabilities, None where the model has no
    such part; ``translated_from_label`` is its best language, None where it abstains.
    """

    machine_translated: float | None
    translated: float | None
    interval: tuple[float, float] | None = None
    n: int = 0
    words: int = 0
    abstained: bool = True
    label: str | None = None
    fpr: float | None = None
    fpr_translation: float | None = None
    reference: str | None = None
    translated_from: Mapping[str, float] | None = None
    translated_from_label: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class OriginModel:
    """Arrays and calibration of one language."""

    lang: str
    keys: NDArray[np.uint32]
    idf: NDArray[np.float32]
    function_words: NDArray[np.uint32]
    style_mean: NDArray[np.float32]
    style_spread: NDArray[np.float32]
    translated: NDArray[np.float32]  # (features + 1,), last is the intercept
    machine: NDArray[np.float32]  # (features + styles + 1,)
    sources: NDArray[np.float32] | None  # (languages, word n-grams + 1)
    calibration: Mapping[str, Any]

    def vector(self, counts: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return TF-IDF rows of length one for rows of counts over ``keys``."""
        import numpy as np

        rows = np.where(counts > 0, np.log(np.maximum(counts, 1e-9)) + 1, 0) * self.idf
        rows = np.maximum(rows, 0)
        norm = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(norm, 1e-9), dtype=np.float32)

    def predict(self, segments: Sequence[str]) -> OriginResult:
        """Judge one text given as its segments."""
        import numpy as np

        segments = [s for s in segments if s.strip()]
        n_words = sum(map(jf.n_words, segments))
        if n_words == 0:
            return OriginResult(None, None, note="no words to judge")
        counted = [
            jf.count(s, self.function_words, mask_names=self.calibration["mask_names"])
            for s in segments
        ]
        columns = np.unique(np.concatenate([c.keys for c in counted]))
        at = np.searchsorted(self.keys, columns).clip(max=len(self.keys) - 1)
        known = self.keys[at] == columns
        columns, at = columns[known], at[known]
        table = np.zeros((len(segments), len(columns)), np.float32)
        for row, c in zip(table, counted, strict=True):
            place = np.searchsorted(columns, c.keys).clip(max=max(0, len(columns) - 1))
            hit = columns[place] == c.keys if len(columns) else np.zeros(len(c.keys), bool)
            row[place[hit]] = c.counts[hit]
        small = self._restrict(at)
        draws = np.ones((1, len(segments)), np.float32)
        if len(segments) > 1:
            # Seeded by the text's size: the same text always gets the same interval.
            rng = np.random.default_rng(len(segments) * 65_537 + n_words)
            sample = rng.multinomial(
                len(segments), np.full(len(segments), 1 / len(segments)), size=_RESAMPLES
            )
            draws = np.concatenate([draws, sample.astype(np.float32)])
        rows = small.vector(draws @ table)
        style = self.styled(segments)
        p_translated = small._probability("translated", rows @ small.translated[:-1], n_words)
        raw = rows @ small.machine[: len(at)] + style @ small.machine[len(at) : -1]
        p_machine = p_translated * small._probability("machine", raw, n_words)
        interval = None
        if len(segments) > 1:
            low, high = np.quantile(p_machine[1:], [0.025, 0.975])
            value = float(p_machine[0])
            interval = (min(float(low), value), max(float(high), value))
        return self._result(
            float(p_machine[0]), float(p_translated[0]), interval, len(segments), n_words,
            *small._sources(rows[0]),
        )  # fmt: skip

    def styled(self, segments: Sequence[str]) -> NDArray[np.float32]:
        """Return the standardised densities, clipped to four spreads and scaled down."""
        import numpy as np

        z = (jf.style(segments) - self.style_mean) / self.style_spread
        return np.asarray(np.clip(z, -4, 4) * STYLE_SCALE, dtype=np.float32)

    def _restrict(self, at: NDArray[np.int64]) -> OriginModel:
        """Return the model over the features ``at`` alone; a text uses few of them."""
        import dataclasses

        import numpy as np

        size = len(self.keys)
        characters = int((self.keys < jf.WORD_KEYS).sum())
        known_words = at[at >= characters] - characters
        rest = np.arange(size, len(self.machine))
        return dataclasses.replace(
            self,
            keys=self.keys[at],
            idf=self.idf[at].astype(np.float32),
            translated=self.translated[np.append(at, size)].astype(np.float32),
            machine=self.machine[np.concatenate([at, rest])].astype(np.float32),
            sources=None
            if self.sources is None
            else self.sources[:, np.append(known_words, size - characters)].astype(np.float32),
        )

    def _probability(
        self, task: str, raw: NDArray[np.float32], n_words: int
    ) -> NDArray[np.float32]:
        """Platt scaling whose slope and offset depend on the logarithm of the length."""
        import numpy as np

        intercept = (self.translated if task == "translated" else self.machine)[-1]
        return platt(raw + intercept, np.full(len(raw), n_words), self.calibration[task])

    def _sources(self, row: NDArray[np.float32]) -> tuple[dict[str, float] | None, str | None]:
        import numpy as np

        card = self.calibration.get("sources")
        if self.sources is None or card is None:
            return None, None
        # Grammar only: character n-grams know the topic, and topics have a country.
        row = row[self.keys >= jf.WORD_KEYS]
        row = row / max(float(np.linalg.norm(row)), 1e-9)
        logits = (self.sources[:, :-1] @ row + self.sources[:, -1]) * card["scale"]
        share = np.exp(logits - logits.max())
        share /= share.sum()
        known = 1 / (1 + math.exp(-(np.array(openness(logits)) @ card["known"][:-1]
                                    + card["known"][-1])))  # fmt: skip
        out = dict(zip(card["langs"], (share * known).tolist(), strict=True))
        out[OTHER] = 1 - known
        best = max(out, key=lambda lang: out[lang])
        sure = best != OTHER and out[best] >= card["threshold"]
        return out, best if sure else None

    def _result(
        self, machine: float, translated: float, interval: tuple[float, float] | None,
        n: int, n_words: int, sources: dict[str, float] | None, source: str | None,
    ) -> OriginResult:  # fmt: skip
        band = next(b for b in self.calibration["bands"] if n_words < (b["below"] or math.inf))
        label = None
        if machine >= band["high"]:
            label = "machine-translated"
        elif machine <= band["low"]:
            label = "not-machine-translated"
        fpr = share_above(band["original"], machine)
        fpr_translation = share_above(band["translation"], machine)
        reference = (
            f"{_percent(fpr)} of human-written {band['kind']} and {_percent(fpr_translation)} of "
            f"human translations of {band['name']} words score this high ({self.lang})"
        )
        note = None
        if label is None:
            note = "the evidence is too weak for a verdict"
            if n_words < SHORT:
                note += f": fewer than {SHORT} words"
        return OriginResult(
            machine, translated, interval, n, n_words, label is None, label, fpr,
            fpr_translation, reference, sources, source, note,
        )  # fmt: skip


def openness(logits: NDArray[np.float32]) -> tuple[float, float]:
    """Return the two signs by which an unknown source language shows.

    They are the best one-against-rest logit, and its lead over the second.
    """
    first, second = sorted(logits.tolist(), reverse=True)[:2]
    return first, first - second


def platt(
    raw: NDArray[np.float32], n_words: NDArray[np.int64], weights: Sequence[float]
) -> NDArray[np.float32]:
    """Return calibrated probabilities; ``weights`` as in `platt_features`."""
    import numpy as np

    z = platt_features(raw, n_words) @ np.asarray(weights, np.float32)
    return np.asarray(1 / (1 + np.exp(-np.clip(z, -30, 30))), dtype=np.float32)


def platt_features(raw: NDArray[np.float32], n_words: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the columns raw, raw·log(words/200), log(words/200), 1.

    The logarithm is held between those of 10 and 1,000 words, the range calibrated on.
    """
    import numpy as np

    length = np.log(np.clip(n_words, 10, 1000) / 200)
    return np.stack([raw, raw * length, length, np.ones_like(raw)], axis=1).astype(np.float32)


def share_above(quantiles: Sequence[float], value: float) -> float | None:
    """Return the share of a distribution at or above ``value``.

    Args:
        quantiles: evenly spaced quantiles from the minimum to the maximum; empty = unknown.
        value: a probability.
    """
    if not quantiles:
        return None
    last = len(quantiles) - 1
    if value <= quantiles[0]:
        return 1.0
    if value > quantiles[last]:
        return 0.0
    i = next(i for i, q in enumerate(quantiles) if q >= value)
    left, right = quantiles[i - 1], quantiles[i]
    inside = (value - left) / (right - left) if right > left else 1.0
    return 1 - (i - 1 + inside) / last


def _percent(share: float | None) -> str:
    if share is None:
        return "an unknown share"
    if share < 0.005:
        return "under 0.5%"
    return f"{100 * share:.0f}%" if share >= 0.095 else f"{100 * share:.1f}%"


def load_origin(folder: Path, lang: str) -> OriginModel | None:
    """Return the model of one language, None if the folder has none for it.

    Raises:
        ModelError: ``damaged-model`` if files don't belong together.
    """
    import numpy as np

    card = folder / "origin.json"
    path = folder / f"origin-{lang}.npz"
    if not card.exists() or not path.exists():
        return None
    try:
        calibration = json.loads(card.read_text("utf-8"))["languages"][lang]
        with np.load(path, allow_pickle=False) as data:
            return OriginModel(
                lang=lang,
                keys=data["keys"],
                idf=data["idf"],
                function_words=data["function_words"],
                style_mean=data["style"][0],
                style_spread=data["style"][1],
                translated=data["translated"],
                machine=data["machine"],
                sources=data["sources"] if "sources" in data.files else None,
                calibration=calibration,
            )
    except (KeyError, ValueError, OSError) as error:
        raise ModelError(
            "damaged-model",
            f"the origin model for {lang} can't be read: {error}",
            where=str(path),
            try_="mtcheck models verify",
        ) from error
