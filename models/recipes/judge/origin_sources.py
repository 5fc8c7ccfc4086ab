"""Trains *translated from what?* with an honest "other"."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from judge.origin_features import Texts, grammar
from judge.origin_fit import ORIGINAL, WINDOW_WEIGHT, fit, hash_group
from mtcheck.engines.judge_origin import openness
from mtcheck.scoring.statistics import auc

C_SOURCE = 4.0
MIN_SOURCE_DOCS = 100


def train_sources(
    t: Texts, y: NDArray[Any], keys: NDArray[np.uint32]
) -> tuple[NDArray[np.float32], dict[str, Any]] | None:
    """Train one model against the rest for each language; None where there are too few.

    How a language outside the training set looks is learned by leaving each one out in turn.

    Args:
        t: texts.
        y: source language of each, "" of originals.
        keys: of the columns of ``t.x``.
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
    logits_all, truth = np.zeros((0, len(langs)), np.float32), y[:0]
    for left in [None, *langs]:
        names = [n for n in langs if n != left]
        w = one_against_rest(names, rows & t.whole & half & (y != (left or "-")))
        test = rows & t.whole & ~half if left is None else t.whole & (y == left)
        logits = x[test] @ w[:, :-1].T + w[:, -1]
        signs += [openness(v) for v in logits]
        known += [left is None] * len(logits)
        if left is None:
            logits_all, truth = logits, y[test]
    sign, is_known = np.array(signs), np.array(known)
    opened = LogisticRegression(C=100, class_weight="balanced", max_iter=2000).fit(sign, is_known)
    scale = min((0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0),
                key=lambda s: _log_loss(logits_all * s, truth, langs))  # fmt: skip
    card = {
        "langs": langs,
        "scale": scale,
        "known": [round(float(v), 4) for v in (*opened.coef_[0], opened.intercept_[0])],
        "known_auc": round(auc(opened.decision_function(sign).tolist(), is_known.tolist()), 3),
        "threshold": 0.5,
    }
    return one_against_rest(langs, rows), card


def unseen_accuracy(
    t: Texts, y: NDArray[Any], keys: NDArray[np.uint32], held_out: list[NDArray[np.bool_]]
) -> dict[str, float]:
    """Return the accuracy over whole translations of years that were not trained on.

    Languages that a year has and the others lack can't be told; they are left out.
    """
    x, weight = grammar(t.x, keys), np.where(t.whole, 1.0, WINDOW_WEIGHT)
    right: list[bool] = []
    years: list[float] = []
    for test in held_out:
        counts = Counter(y[t.whole & ~test])
        langs = [s for s, n in counts.items() if s and n >= MIN_SOURCE_DOCS]
        rows, scored = ~test & np.isin(y, langs), test & t.whole & np.isin(y, langs)
        if len(langs) < 4 or not scored.any():
            continue
        w = np.stack([fit(x[rows], y[rows] == n, weight[rows], C_SOURCE) for n in langs])
        best = np.array(langs)[(x[scored] @ w[:, :-1].T + w[:, -1]).argmax(1)]
        right += (best == y[scored]).tolist()
        years.append(float((best == y[scored]).mean()))
    return {"n": len(right), "accuracy": round(float(np.mean(years)), 3)} if years else {}


def source_figures(
    d: Texts,
    dev_set: list[dict[str, Any]],
    weights: NDArray[np.float32],
    card: dict[str, Any],
    keys: NDArray[np.uint32],
) -> dict[str, Any]:
    """Return the card's figures on dev documents."""
    truth = np.array([r["source_lang"] if r["label"] != ORIGINAL else "" for r in dev_set])[d.doc]
    logits = (grammar(d.x, keys) @ weights[:, :-1].T + weights[:, -1]) * card["scale"]
    share = np.exp(logits - logits.max(1, keepdims=True))
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


def _log_loss(logits: NDArray[np.float32], truth: NDArray[Any], langs: list[str]) -> float:
    z = logits - logits.max(1, keepdims=True)
    z = z - np.log(np.exp(z).sum(1, keepdims=True))
    return -float(np.mean([z[i, langs.index(s)] for i, s in enumerate(truth)]))
