"""The origin model: was a text written, translated by a person, or translated by a machine?

Two logistic regressions over hashed n-grams answer two questions, *translated?* and, given that,
*by a machine?*; a third, for English, names the language translated from or says "other". All of
it is plain arrays: ``origin-<lang>.npz`` and the calibration in ``origin.json``. A language may
have a reader beside them (`mtcheck.engines.judge_origin_reader`), which answers the same questions.
"""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtcheck.core.errors import ModelError
from mtcheck.engines import judge_features as jf
from mtcheck.engines.judge_bootstrap import poisson, resamples
from mtcheck.engines.judge_combiner import (
    RuleEvidence,
    machine_probability,
    probability,
    reasons,
)
from mtcheck.engines.judge_origin_reader import MACHINE, SOURCES, TRANSLATED, OriginReader
from mtcheck.engines.judge_origin_result import OriginResult
from mtcheck.engines.judge_sources import source_shares
from mtcheck.engines.judge_verdict import verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_RESAMPLES = 100
_BLOCK = 128  # segments that are counted at a time
STYLE_SCALE = 0.05  # keeps the fourteen densities on the scale of single n-grams


@dataclass(frozen=True, slots=True)
class OriginModel:
    """Arrays and calibration of one language."""

    lang: str
    keys: NDArray[np.uint32]
    idf: NDArray[np.float32]
    function_words: NDArray[np.uint32]
    style_mean: NDArray[np.float32]
    style_spread: NDArray[np.float32]
    translated: NDArray[np.float32]  # (features but lexical ones + 1,), last is the intercept
    machine: NDArray[np.float32]  # (features + styles + 1,)
    sources: NDArray[np.float32] | None  # (languages, word n-grams and lexical ones + 1)
    calibration: Mapping[str, Any]
    reader: OriginReader | None = None

    def vector(self, counts: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return TF-IDF rows for rows of counts over ``keys``.

        The parts of the characters, of the function words and of all words have length one each:
        long texts would else be told by their characters alone.
        """
        import numpy as np

        rows = np.log(counts, where=counts > 0, out=np.full_like(counts, -1)) + 1
        rows *= self.idf
        np.maximum(rows, 0, out=rows)
        for part in np.split(rows, (self.characters, self.plain), axis=1):
            norm = np.sqrt(np.einsum("ij,ij->i", part, part))
            part /= np.maximum(norm, 1e-9)[:, None]
        return rows

    @property
    def characters(self) -> int:
        """Number of character n-grams; word n-grams come after them."""
        import numpy as np

        return int(np.searchsorted(self.keys, jf.WORD_KEYS))

    @property
    def plain(self) -> int:
        """Number of features before the n-grams of all words, which only some languages have."""
        return len(self.translated) - 1

    def predict(
        self, segments: Sequence[str], evidence: RuleEvidence | None = None
    ) -> OriginResult:
        """Judge one text given as its segments.

        Args:
            segments: the text's.
            evidence: what the rules found in it; None = they did not run, then the verdict rests
                on the wording alone and is calibrated for that.
        """
        import numpy as np

        segments = [s for s in segments if s.strip()]
        n_words = sum(map(jf.n_words, segments))
        if n_words == 0:
            return OriginResult(None, None, note="no words to judge")
        card = self.calibration
        if evidence is not None and "rules" in card:
            card = card["rules"]
        else:
            evidence = None
        # Seeded by the text's size: the same text always gets the same interval.
        rng = random.Random(len(segments) * 65_537 + n_words)
        times = _RESAMPLES if len(segments) > 1 else 0
        draws = resamples(rng, len(segments), times)
        small, row, logits = self._logits(segments, draws)
        read = None if self.reader is None else self.reader.read(segments).mean(draws)
        counts = None
        if evidence is not None:
            counts = np.array([evidence.counts, *poisson(rng, evidence.counts, times)])
        length = np.full(times + 1, n_words)
        reads = [None if read is None else read[:, i] for i in (TRANSLATED, MACHINE)]
        p_translated = probability(logits[0], length, card["translated"], counts, reads[0])
        p_given = probability(logits[1], length, card["machine"], counts, reads[1])
        p_machine = machine_probability(p_translated, p_given, card.get("temper", 1.0))
        alone = [
            float(probability(raw, length, self.calibration[task], None, by_reader)[0])
            for task, raw, by_reader in zip(("translated", "machine"), logits, reads, strict=True)
        ]
        value = float(p_machine[0])
        said = verdict(value, card["bands"], n_words, self.lang)
        shares, source = source_shares(
            # Grammar only: character n-grams know the topic, and topics have a country.
            row[small.characters :],
            small.sources,
            self.calibration.get("sources"),
            {} if self.reader is None or read is None
            else dict(zip(self.reader.langs, read[0, SOURCES:], strict=True)),
        )  # fmt: skip
        return OriginResult(
            machine_translated=value,
            translated=float(p_translated[0]),
            interval=_interval(value, p_machine[1:]),
            n=len(segments),
            words=n_words,
            abstained=said.label is None,
            label=said.label,
            fpr=said.fpr,
            fpr_translation=said.fpr_translation,
            reference=said.reference,
            translated_from=shares,
            translated_from_label=source,
            note=said.note,
            reasons=reasons(
                evidence,
                translated=alone[0],
                machine=alone[1],
                n_words=n_words,
                card=card,
            ),
            by_rules=evidence is not None,
        )

    def _logits(
        self, segments: Sequence[str], draws: NDArray[np.float32]
    ) -> tuple[OriginModel, NDArray[np.float32], tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Return the restricted model, the text's features and, for each draw, both logits."""
        small, counts = self._counted(segments, draws)
        rows = small.vector(counts)
        size = len(small.keys)
        machine = rows @ small.machine[:size] + small.machine[-1]
        # Densities of style are those of the text itself in all draws; they weigh little.
        machine += self.styled(segments) @ small.machine[size:-1]
        translated = rows[:, : small.plain] @ small.translated[:-1] + small.translated[-1]
        return small, rows[0], (translated, machine)

    def _counted(
        self, segments: Sequence[str], draws: NDArray[np.float32]
    ) -> tuple[OriginModel, NDArray[np.float32]]:
        """Return the model over the features that occur, and their counts in each draw.

        Counts are whole numbers far below 2²⁴, so that their sums are exact in any order.
        """
        import numpy as np

        columns = np.zeros(0, np.int64)
        totals = np.zeros((0, len(draws)), np.float32)  # a row for each feature
        for start in range(0, len(segments), _BLOCK):
            here, table = self._table(segments[start : start + _BLOCK])
            both = np.union1d(columns, here)
            if len(both) > len(columns):
                grown = np.zeros((len(both), len(draws)), np.float32)
                grown[np.searchsorted(both, columns)] = totals
                columns, totals = both, grown
            part = table.T @ draws[:, start : start + _BLOCK].T
            totals[np.searchsorted(columns, here)] += part
        return self._restrict(columns), np.ascontiguousarray(totals.T)

    def _table(self, segments: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the model's features that occur, ascending, and their counts by segment."""
        import numpy as np

        row, keys = jf.occurrences(
            segments,
            self.function_words,
            mask_names=self.calibration["mask_names"],
            lexical=self.calibration.get("lexical", False),
        )
        found, place = np.unique(keys, return_inverse=True)
        at = np.searchsorted(self.keys, found).clip(max=len(self.keys) - 1)
        known = self.keys[at] == found
        column = np.cumsum(known) - 1
        kept = known[place]
        size = int(known.sum())
        flat = row[kept] * size + column[place[kept]]
        table = np.bincount(flat, minlength=len(segments) * size)
        return at[known], table.reshape(len(segments), size).astype(np.float32)

    def styled(self, segments: Sequence[str]) -> NDArray[np.float32]:
        """Return the standardised densities, clipped to four spreads and scaled down."""
        import numpy as np

        z = (jf.style(segments) - self.style_mean) / self.style_spread
        return np.asarray(np.clip(z, -4, 4) * STYLE_SCALE, dtype=np.float32)

    def _restrict(self, at: NDArray[np.int64]) -> OriginModel:
        """Return the model over the features ``at`` alone; a text uses few of them."""
        import numpy as np

        size, characters = len(self.keys), self.characters
        known_words = at[at >= characters] - characters
        rest = np.arange(size, len(self.machine))
        return dataclasses.replace(
            self,
            keys=self.keys[at],
            idf=self.idf[at].astype(np.float32),
            translated=self.translated[np.append(at[at < self.plain], self.plain)].astype(
                np.float32
            ),
            machine=self.machine[np.concatenate([at, rest])].astype(np.float32),
            sources=None
            if self.sources is None
            else self.sources[:, np.append(known_words, size - characters)].astype(np.float32),
        )


def _interval(value: float, draws: NDArray[np.float32]) -> tuple[float, float] | None:
    import numpy as np

    if not len(draws):
        return None
    low, high = np.quantile(draws, [0.025, 0.975])
    return min(float(low), value), max(float(high), value)


def load_origin(folder: Path, lang: str, *, threads: int = 0) -> OriginModel | None:
    """Return the model of one language, None if the folder has none for it.

    ``threads`` is for the reader, where the language has one (``reader-<lang>/``); 0: as it likes.

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
                reader=OriginReader(folder / f"reader-{lang}", threads=threads)
                if calibration.get("reader")
                else None,
            )
    except (KeyError, ValueError, OSError) as error:
        raise ModelError(
            "damaged-model",
            f"the origin model for {lang} can't be read: {error}",
            where=str(path),
            try_="mtcheck models verify",
        ) from error
