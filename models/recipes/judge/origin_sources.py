"""Trains *translated from what?* with an honest "other"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from judge.origin_features import Texts, grammar
from judge.origin_fit import ORIGINAL, WINDOW_WEIGHT, fit, hash_group
from mtcheck.engines.judge_sources import openness
from mtcheck.scoring.statistics import auc

C_SOURCE = 4.0
MIN_SOURCE_DOCS = 100


def train_sources(
    t: Texts,
    y: NDArray[Any],
    keys: NDArray[np.uint32],
    held_out: list[NDArray[np.bool_]],
    by_reader: tuple[NDArray[np.float32], list[str]] | None = None,
) -> tuple[NDArray[np.float32], dict[str, Any]] | None:
    """Train one model against the rest for each language; None where there are too few.

    How a language outside the training set looks is learned by leaving each one out in turn.

    Args:
        t: texts.
        y: source language of each, "" of originals.
        keys: of the columns of ``t.x``.
        held_out: masks of the years; how far to trust the logits is fitted on such as have not
            seen the text's.
        by_reader: the reader's logits and its languages.
    """
    langs = [s for s, n in Counter(y[t.whole]).most_common() if s and n >= MIN_SOURCE_DOCS]
    if len(langs) < 4:
        return None
    rows = np.isin(y, langs)
    weight = np.where(t.whole, 1.0, WINDOW_WEIGHT)
    x = grammar(t.x, keys)

    def one_against_rest(names: list[str], rows: NDArray[np.bool_]) -> NDArray[np.float32]:
        return np.stack([fit(x[rows], y[rows] == n, weight[rows], C_SOURCE) for n in names])

    # Half of the documents train, the other half shows known languages; whole documents only.
    half = np.array([hash_group(i) for i in t.doc]) % 2 == 0
    signs: list[tuple[float, float]] = []
    known: list[bool] = []
    for left in [None, *langs]:
        names = [n for n in langs if n != left]
        w = one_against_rest(names, rows & t.whole & half & (y != (left or "-")))
        test = rows & t.whole & ~half if left is None else t.whole & (y == left)
        logits = x[test] @ w[:, :-1].T + w[:, -1]
        signs += [openness(v) for v in logits]
        known += [left is None] * len(logits)
    sign, is_known = np.array(signs), np.array(known)
    opened = LogisticRegression(C=100, class_weight="balanced", max_iter=2000).fit(sign, is_known)
    others = unseen(t, y, keys, held_out, langs, by_reader)
    scale = [2.0, 0.0] if others is None else others.fit(np.ones(len(others.truth), bool))
    card = {
        "langs": langs,
        "scale": scale[0],
        "read": scale[1] if by_reader is not None else 0.0,
        "known": [round(float(v), 4) for v in (*opened.coef_[0], opened.intercept_[0])],
        "known_auc": round(auc(opened.decision_function(sign).tolist(), is_known.tolist()), 3),
        "threshold": 0.5,
        "unseen_years": {} if others is None else others.accuracy(),
    }
    return one_against_rest(langs, rows), card


@dataclass(slots=True)
class Unseen:
    """Logits of whole translations by models that had not seen their year.

    ``words`` and ``read`` have shape (texts, languages), −∞ for a language that a model could not
    learn; ``truth`` are places of the right language, ``fold`` numbers the year.
    """

    words: NDArray[np.float64]
    read: NDArray[np.float64] | None
    truth: NDArray[np.int64]
    fold: NDArray[np.int64]

    def loss(self, weights: Sequence[float], rows: NDArray[np.bool_]) -> float:
        """Return the mean log-loss of some texts."""
        z = self.joined(weights)[rows]
        z = z - z.max(axis=1, keepdims=True)
        right = z[np.arange(len(z)), self.truth[rows]]
        return float(np.mean(np.log(np.exp(z).sum(axis=1)) - right))

    def joined(self, weights: Sequence[float]) -> NDArray[np.float64]:
        """Return the sum of both, weighted."""
        z = self.words * weights[0]
        return z if self.read is None else z + self.read * weights[1]

    def fit(self, rows: NDArray[np.bool_]) -> list[float]:
        """Return the weights of n-grams and, where there is one, of the reader."""
        start = [2.0] if self.read is None else [2.0, 0.5]
        bounds = [(0.05, 10.0)] * len(start)
        found = minimize(self.loss, start, args=(rows,), method="Nelder-Mead", bounds=bounds)
        return [round(float(v), 3) for v in found.x]

    def accuracy(self) -> dict[str, float]:
        """Return the mean accuracy by year, each year with the weights of the others."""
        right, n = [], 0
        for fold in set(self.fold.tolist()):
            rows = self.fold == fold
            weights = self.fit(~rows) if not rows.all() else self.fit(rows)
            best = self.joined(weights)[rows].argmax(axis=1)
            right.append(float((best == self.truth[rows]).mean()))
            n += int(rows.sum())
        return {"n": n, "accuracy": round(float(np.mean(right)), 3)} if right else {}


def unseen(
    t: Texts,
    y: NDArray[Any],
    keys: NDArray[np.uint32],
    held_out: list[NDArray[np.bool_]],
    langs: list[str],
    by_reader: tuple[NDArray[np.float32], list[str]] | None,
) -> Unseen | None:
    """Return the logits of years that were not trained on.

    Languages that a year has and the others lack can't be told; they are left out.
    """
    x, weight = grammar(t.x, keys), np.where(t.whole, 1.0, WINDOW_WEIGHT)
    read = None if by_reader is None else ordered(by_reader, langs)
    parts: list[tuple[Any, Any, Any, Any]] = []
    for fold, test in enumerate(held_out):
        counts = Counter(y[t.whole & ~test])
        learned = np.array([counts[lang] >= MIN_SOURCE_DOCS for lang in langs])
        some = np.array(langs)[learned]
        rows, scored = ~test & np.isin(y, some), test & t.whole & np.isin(y, some)
        if read is not None:
            learned_read = ~np.isnan(read)
            scored &= learned_read[np.arange(len(y)), [max(0, _place(langs, s)) for s in y]]
        if len(some) < 4 or not scored.any():
            continue
        words = np.full((int(scored.sum()), len(langs)), -np.inf)
        for i in np.flatnonzero(learned):
            w = fit(x[rows], y[rows] == langs[i], weight[rows], C_SOURCE)
            words[:, i] = x[scored] @ w[:-1] + w[-1]
        by_read = None if read is None else np.nan_to_num(read[scored], nan=-np.inf)
        truth = np.array([langs.index(s) for s in y[scored]])
        parts.append((words, by_read, truth, np.full(len(truth), fold)))
    if not parts:
        return None
    words, by_read, truth, fold = zip(*parts, strict=True)
    return Unseen(
        np.concatenate(words), None if read is None else np.concatenate(by_read),
        np.concatenate(truth), np.concatenate(fold),
    )  # fmt: skip


def ordered(
    by_reader: tuple[NDArray[np.float32], list[str]], langs: list[str]
) -> NDArray[np.float64]:
    """Return the reader's logits with the columns of ``langs``; NaN for one it does not know."""
    logits, names = by_reader
    out = np.full((len(logits), len(langs)), np.nan)
    for i, lang in enumerate(langs):
        if lang in names:
            out[:, i] = logits[:, names.index(lang)]
    return out


def _place(langs: list[str], lang: str) -> int:
    return langs.index(lang) if lang in langs else -1


def source_figures(
    d: Texts,
    dev_set: list[dict[str, Any]],
    weights: NDArray[np.float32],
    card: dict[str, Any],
    keys: NDArray[np.uint32],
    by_reader: tuple[NDArray[np.float32], list[str]] | None = None,
) -> dict[str, Any]:
    """Return the card's figures on dev documents."""
    truth = np.array([r["source_lang"] if r["label"] != ORIGINAL else "" for r in dev_set])[d.doc]
    logits = grammar(d.x, keys) @ weights[:, :-1].T + weights[:, -1]
    joined = logits * card["scale"]
    if by_reader is not None:
        joined = joined + card["read"] * ordered(by_reader, card["langs"])
    share = np.exp(joined - joined.max(1, keepdims=True))
    share /= share.sum(1, keepdims=True)
    known = np.array([1 / (1 + np.exp(-(np.array(openness(v)) @ card["known"][:-1]
                                        + card["known"][-1]))) for v in logits])  # fmt: skip
    best = np.array(card["langs"])[share.argmax(1)]
    named = share.max(1) * known >= card["threshold"]
    ok = d.whole & np.isin(truth, card["langs"])
    other = d.whole & (truth != "") & ~np.isin(truth, card["langs"])
    return {
        "n": int(ok.sum()),
        "accuracy": round(float((best[ok] == truth[ok]).mean()), 3),
        "named": round(float(named[ok].mean()), 3),
        "accuracy_named": round(float((best[ok & named] == truth[ok & named]).mean()), 3),
        "unknown_languages_n": int(other.sum()),
        "unknown_languages_named": round(float(named[other].mean()), 3) if other.any() else None,
    }
