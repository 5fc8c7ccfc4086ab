"""Texts with their labels, and what models that have not seen a text's year say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from judge.origin_features import Texts
from judge.origin_figures import FALSE_ALARMS, STRICT_BELOW, figures, mean_figures, threshold
from judge.origin_fit import (
    MACHINE,
    ORIGINAL,
    Logits,
    Options,
    Weights,
    calibration,
    folds,
    probabilities,
    raw,
    two_tasks,
)
from judge.origin_outlets import from_abroad
from judge.origin_read import Readings
from mtcheck.engines.judge_origin_reader import SOURCES

STATED = {"None": "not stated"}
ABROAD, AT_HOME = "news from where English is not the first language", "other news"
LEAST = 10  # originals and machine translations of a domain whose figures are given


@dataclass(slots=True)
class Labelled:
    """Texts with what is known of each: all arrays have one entry a text."""

    t: Texts
    y: NDArray[Any]
    group: NDArray[Any]
    source: NDArray[Any]
    options: Options
    domain: NDArray[Any]
    year: NDArray[np.int64]
    held_out: list[NDArray[np.bool_]]
    abroad: NDArray[np.bool_]
    """Texts of outlets where English is not the first language of most people."""
    comparable: NDArray[np.bool_]
    """Texts of domains that have originals; of talks there are translations alone."""
    read: NDArray[np.float32] | None = None

    @classmethod
    def of(
        cls,
        t: Texts,
        records: list[dict[str, Any]],
        options: Options,
        readings: Readings | None = None,
    ) -> Labelled:
        """Look up the documents' fields; ``held_out`` are masks of texts to hold out together."""
        label, group, domain, source = (
            np.array([str(r[k]) for r in records])
            for k in ("label", "group", "domain", "source_lang")
        )
        year = np.array([r["year"] for r in records])
        known = np.isin(domain, sorted(set(domain[label == ORIGINAL])))
        masks = folds(year, label)
        return cls(
            t, label[t.doc], group[t.doc], source[t.doc], options, domain[t.doc], year[t.doc],
            [m[t.doc] for m in masks],
            np.array([from_abroad(str(r.get("doc_id"))) for r in records])[t.doc], known[t.doc],
            None if readings is None else readings.of(t.segments),
        )  # fmt: skip

    @property
    def news(self) -> NDArray[np.bool_]:
        """Tell which texts are news."""
        return np.asarray(self.domain == "news")

    @property
    def complete(self) -> NDArray[np.bool_]:
        """Tell which texts are of a year (or half) that has all three labels."""
        out = np.zeros(len(self.y), bool)
        for fold in self.held_out:
            if len(set(self.y[fold])) == 3:
                out |= fold
        return out

    def figures(self, p: NDArray[np.float32], rows: NDArray[np.bool_]) -> dict[str, float | None]:
        """Return the figures of some texts."""
        return figures(p[rows], self.y[rows], self.group[rows])

    def sources(self, readings: Readings | None) -> tuple[NDArray[np.float32], list[str]] | None:
        """Return the reader's logits of source languages, and those; None without a reader."""
        if self.read is None or readings is None:
            return None
        return self.read[:, SOURCES:], readings.langs

    def weights(self, rows: NDArray[np.bool_]) -> Weights | None:
        """Train on some texts; None where a class is missing."""
        return two_tasks(
            self.t, self.y, self.group, self.source, rows, rows & self.comparable, self.options
        )

    def calibrate(self, held: Logits, rows: NDArray[np.bool_], *, rules: bool) -> dict[str, Any]:
        """Fit the calibration on the held-out logits of some texts."""
        return calibration(
            self.t, self.y, held, rows & self.comparable, self.complete, rules=rules,
            temper=self.options.temper,
        )  # fmt: skip


def held_out_logits(s: Labelled) -> Logits:
    """Return logits by models that were trained without the text's year; NaN where none was."""
    n = len(s.y)
    held = (np.full(n, np.nan, np.float32), np.full(n, np.nan, np.float32))
    for test in s.held_out:
        weights = s.weights(~test)
        if weights is not None:
            for store, values in zip(held, raw(s.t, weights), strict=True):
                store[test] = values[test]
    return Logits(*held, s.read)


@dataclass(frozen=True, slots=True)
class UnseenFold:
    """A fold by a calibration that has not seen it: masks, and probabilities of all scored texts.

    ``test`` are the fold's scored texts, ``seen`` the others.
    """

    test: NDArray[np.bool_]
    seen: NDArray[np.bool_]
    p: NDArray[np.float32]


def unseen_folds(s: Labelled, held: Logits, *, rules: bool) -> list[UnseenFold]:
    """Calibrate without each fold in turn, where that leaves all labels."""
    out = []
    scored = held.scored
    for fold in s.held_out:
        test, seen = fold & scored, scored & ~fold
        if test.any() and len(set(s.y[seen & s.complete])) == 3:
            card = s.calibrate(held, seen, rules=rules)
            p = probabilities(s.t, held, card, scored, rules=rules)
            out.append(UnseenFold(test, seen, p))
    return out


def unseen_probabilities(s: Labelled, folds: Sequence[UnseenFold]) -> NDArray[np.float32]:
    """Return held-out probabilities whose calibration too has not seen the text's year."""
    p = np.full(len(s.y), np.nan, np.float32)
    for fold in folds:
        p[fold.test] = fold.p[fold.test]
    return p


def unseen_figures(
    s: Labelled, p: NDArray[np.float32], chosen: NDArray[np.bool_]
) -> dict[str, float | None]:
    """Return the figures within each held-out year, averaged: their models are not one ranking."""
    parts = [fold & chosen & s.comparable & ~np.isnan(p) for fold in s.held_out]
    return mean_figures([s.figures(p, rows) for rows in parts if len(set(s.y[rows])) == 3])


def unseen_parts(s: Labelled, p: NDArray[np.float32]) -> dict[str, dict[str, float | None]]:
    """Return the figures of whole texts of each held-out year, and of each domain of a year."""
    out = {}
    for year in sorted(set(s.year.tolist())):
        rows = s.t.whole & (s.year == year) & s.comparable & ~np.isnan(p)
        domains = sorted(set(s.domain[rows].tolist()))
        for name in ("", *domains) if len(domains) > 1 else ("",):
            part = rows & (s.domain == name) if name else rows
            if min(int((part & (s.y == kind)).sum()) for kind in (ORIGINAL, MACHINE)) >= LEAST:
                key = f"{year}, {STATED.get(name, name)}" if name else str(year)
                out[key] = s.figures(p, part)
    return out


def unseen_false_alarms(s: Labelled, folds: Sequence[UnseenFold]) -> dict[str, Any]:
    """Return how many long originals a threshold of other years' news flags.

    Of news, of other domains, and of news by where it was written, with the median value.
    """
    originals = (s.y == ORIGINAL) & (s.t.words >= STRICT_BELOW)
    p, flagged = np.full(len(s.y), np.nan, np.float32), np.zeros(len(s.y), bool)
    for fold in folds:
        base = fold.p[fold.seen & originals & s.news]
        if len(base):
            test = fold.test & originals & s.t.whole
            p[test] = fold.p[test]
            flagged[test] = p[test] >= max(0.5, threshold(base, FALSE_ALARMS))

    def count(rows: NDArray[np.bool_]) -> dict[str, Any]:
        return {"n": int((rows & known).sum()), "flagged": int((rows & flagged).sum())}

    known = ~np.isnan(p)
    others = sorted(set(s.domain[known].tolist()) - {"news"})
    registers = {ABROAD: s.news & known & s.abroad, AT_HOME: s.news & known & ~s.abroad}
    return {
        **count(s.news),
        "others": {STATED.get(name, name): count(s.domain == name) for name in others},
        "registers": {
            name: {**count(rows), "median": round(float(np.median(p[rows])), 3)}
            for name, rows in registers.items()
            if rows.any()
        },
    }
