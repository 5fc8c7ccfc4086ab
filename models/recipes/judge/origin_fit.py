"""Fits the two questions of origin, *translated?* and *by a machine?*, and their calibration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from judge.origin_features import Texts
from mtcheck.engines.judge_combiner import (
    GROUPS,
    machine_probability,
    platt_features,
    probability,
    rule_columns,
)
from mtcheck.engines.judge_origin_reader import MACHINE as MACHINE_READ
from mtcheck.engines.judge_origin_reader import SOURCES, TRANSLATED

ORIGINAL, HUMAN, MACHINE = "human-original", "human-translation", "mt"
C_TRANSLATED, C_MACHINE = 4.0, 4.0
WINDOW_WEIGHT = 0.5
CALIBRATION_WINDOW_WEIGHT = 0.2
# Share of the weight that goes to pairs of a human and a machine translation of one document: what
# differs between them is not the topic.
PAIRED = 0.75
# At a tolerance of 1e-3 lbfgs stops where rows of length one have hardly moved it.
TOLERANCE = 1e-4
_RIDGE = 1.0


@dataclass(frozen=True, slots=True)
class Options:
    """How a language is trained.

    ``lexical`` is the number of n-grams of all words; ``most_pairs`` that of pairs of one document;
    with ``balanced`` a source language weighs the square root of its texts; ``temper`` is the
    exponent of `machine_probability`.
    """

    lexical: int = 0
    most_pairs: int = 3
    balanced: bool = False
    temper: float = 1.0


# Chosen on unseen years (`judge.origin_ablation`); for the other languages not tried.
OPTIONS = {"en": Options(lexical=60_000, most_pairs=10, balanced=True, temper=0.8)}

Weights = tuple[NDArray[np.float32], NDArray[np.float32]]


class Logits(NamedTuple):
    """Logits of both questions by n-grams, shape (texts,), and by the reader, (texts, 2)."""

    translated: NDArray[np.float32]
    machine: NDArray[np.float32]
    read: NDArray[np.float32] | None = None

    @property
    def scored(self) -> NDArray[np.bool_]:
        """Tell which texts have a logit of each kind."""
        known = ~np.isnan(self.translated)
        return known if self.read is None else known & ~np.isnan(self.read[:, :SOURCES]).any(axis=1)

    def of_reader(self, task: str, rows: NDArray[np.bool_]) -> NDArray[np.float32] | None:
        """Return the reader's logits of some texts for a question; None where there is none."""
        place = {"translated": TRANSLATED, "machine": MACHINE_READ}[task]
        return None if self.read is None else self.read[rows, place]


def two_tasks(
    t: Texts,
    y: NDArray[Any],
    group: NDArray[Any],
    source: NDArray[Any],
    rows: NDArray[np.bool_],
    comparable: NDArray[np.bool_],
    options: Options,
) -> Weights | None:
    """Return the weights of *translated?* and *by a machine?*, None where a class is missing.

    Args:
        t: texts.
        y: their labels.
        group: source document of each.
        source: source language of each.
        rows: those to train on.
        comparable: those of them to train *translated?* on; a domain without originals would be
            taken for a sign of translation.
        options: of the language.
    """
    if len(set(y[rows])) < 3:
        return None
    weight = np.where(t.whole, 1.0, WINDOW_WEIGHT)
    plain = t.x[:, : t.plain].tocsr()
    translated = fit(plain[comparable], y[comparable] != ORIGINAL, weight[comparable], C_TRANSLATED)
    both = sp.hstack([t.x, sp.csr_matrix(t.style)]).tocsr()
    pairs = same_document(group, y, rows & t.whole, options.most_pairs)
    share = np.ones(len(pairs))
    if options.balanced:
        share = spread(source[pairs[:, 0]])
        for label in (HUMAN, MACHINE):
            chosen = rows & (y == label)
            weight[chosen] *= spread(source[chosen])
    return translated, fit_machine(both, y, weight, rows & (y != ORIGINAL), pairs, share)


def spread(kind: NDArray[Any]) -> NDArray[np.float64]:
    """Return weights, one on average, by which n rows of a kind count as √n."""
    _, inverse, n = np.unique(kind, return_inverse=True, return_counts=True)
    weight = 1 / np.sqrt(n[inverse])
    return np.asarray(weight * (len(weight) / max(weight.sum(), 1e-9)))


def raw(t: Texts, weights: Weights) -> Weights:
    """Return the uncalibrated logits of both tasks by n-grams."""
    translated, machine = weights
    k = t.x.shape[1]
    return (t.x[:, : t.plain] @ translated[:-1] + translated[-1],
            t.x @ machine[:k] + t.style @ machine[k:-1] + machine[-1])  # fmt: skip


def fit(
    x: sp.csr_matrix, y: NDArray[np.bool_], weight: NDArray[np.float64], c: float
) -> NDArray[np.float32]:
    """Return coefficients and, last, the intercept of a class-balanced logistic regression."""
    model = LogisticRegression(C=c, class_weight="balanced", tol=TOLERANCE, max_iter=300)
    model.fit(x.astype(np.float64), y, sample_weight=weight)
    return np.append(model.coef_[0], model.intercept_).astype(np.float32)


def same_document(
    group: NDArray[Any], y: NDArray[Any], rows: NDArray[np.bool_], most: int
) -> NDArray[np.int64]:
    """Return pairs of rows (machine, human translation) of one source document, shape (n, 2)."""
    rng = np.random.default_rng(0)
    groups: dict[Any, list[int]] = {}
    for i in np.flatnonzero(rows & (y != ORIGINAL)):
        groups.setdefault(group[i], []).append(int(i))
    out: list[tuple[int, int]] = []
    for members in groups.values():
        machine = [i for i in members if y[i] == MACHINE]
        found = [(m, h) for m in machine for h in members if y[h] == HUMAN]
        keep = rng.permutation(len(found))[:most]
        out += [found[k] for k in keep]
    return np.array(out, np.int64).reshape(-1, 2)


def fit_machine(
    x: sp.csr_matrix,
    y: NDArray[Any],
    weight: NDArray[np.float64],
    rows: NDArray[np.bool_],
    pairs: NDArray[np.int64],
    share: NDArray[np.float64],
) -> NDArray[np.float32]:
    """Fit *by a machine?* on single texts and on differences within documents at once.

    Differences see no intercept; half of them are turned round, so that both signs occur.
    ``share`` is the weight of each pair.
    """
    if not len(pairs):
        return fit(x[rows], y[rows] == MACHINE, weight[rows], C_MACHINE)
    sign = np.where(np.arange(len(pairs)) % 2 == 0, 1.0, -1.0)
    apart = sp.diags(sign) @ (x[pairs[:, 0]] - x[pairs[:, 1]])
    truth = y[rows] == MACHINE
    single = balanced(truth, weight[rows])
    total = float(weight[rows].sum())
    one = sp.csr_matrix(np.append(np.ones(len(truth)), np.zeros(len(pairs)))[:, None])
    table = sp.hstack([sp.vstack([x[rows], apart]), one]).tocsr().astype(np.float64)
    model = LogisticRegression(C=C_MACHINE, fit_intercept=False, tol=TOLERANCE, max_iter=300)
    model.fit(
        table,
        np.append(truth, sign > 0),
        sample_weight=np.append(
            single * (total * (1 - PAIRED) / single.sum()),
            share * (total * PAIRED / share.sum()),
        ),
    )
    return np.asarray(model.coef_[0], np.float32)


def balanced(y: NDArray[np.bool_], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return weights whose sums are equal for both classes, and one on average."""
    return np.asarray(weight / np.where(y, weight[y].sum(), weight[~y].sum()) * len(y) / 2)


def fit_platt(
    score: NDArray[np.float32],
    words: NDArray[np.int64],
    y: NDArray[np.bool_],
    weight: NDArray[np.float64],
    rules: NDArray[np.int64] | None = None,
    read: NDArray[np.float32] | None = None,
) -> list[float]:
    """Return the weights of `mtcheck.engines.judge_combiner.probability`, classes balanced.

    Those of the rules are never negative: a finding may be no sign, but never the opposite one.
    """
    x = platt_features(score.astype(np.float32), words, read).astype(np.float64)
    free = x.shape[1]
    if rules is not None:
        x = np.concatenate([x, rule_columns(rules, words)], axis=1)
    sign, weight = np.where(y, 1.0, -1.0), balanced(y, weight)

    def loss(b: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = sign * (x @ b)
        slope = -(x.T @ (weight * sign / (1 + np.exp(np.clip(z, -30, 30))))) + _RIDGE * b
        return float((weight * np.logaddexp(0, -z)).sum() + _RIDGE / 2 * (b @ b)), slope

    bounds = [(None, None)] * free + [(0, None)] * (x.shape[1] - free)
    found = minimize(loss, np.zeros(x.shape[1]), jac=True, bounds=bounds, method="L-BFGS-B")
    return [round(float(v), 5) for v in found.x]


def rule_mask(task: str) -> NDArray[np.int64]:
    """Return ones for the groups of rules that may speak to a task, zeros for the others."""
    return np.array([group.split("-")[0] == task for group in GROUPS], np.int64)


def calibration(
    t: Texts,
    y: NDArray[Any],
    held: Logits,
    rows: NDArray[np.bool_],
    complete: NDArray[np.bool_],
    *,
    rules: bool,
    temper: float,
) -> dict[str, Any]:
    """Return the weights of both tasks, fitted on held-out logits, and the exponent.

    Args:
        t: texts.
        y: their labels.
        held: logits by models that had not seen the text's year.
        rows: texts to fit on.
        complete: texts of years that have all labels. Only those count for *by a machine?*: in
            other years a human translation would be told by its year.
        rules: whether the rules' findings enter.
        temper: see `machine_probability`.
    """
    weight = np.where(t.whole, 1.0, CALIBRATION_WINDOW_WEIGHT)
    card: dict[str, Any] = {"temper": temper}
    for task, logits, ok, truth in (
        ("translated", held.translated, rows, y != ORIGINAL),
        ("machine", held.machine, rows & complete & (y != ORIGINAL), y == MACHINE),
    ):
        counts = t.rules[ok] * rule_mask(task) if rules else None
        by_reader = held.of_reader(task, ok)
        card[task] = fit_platt(logits[ok], t.words[ok], truth[ok], weight[ok], counts, by_reader)
    return card


def probabilities(
    t: Texts, logits: Logits, card: dict[str, Any], rows: NDArray[np.bool_], *, rules: bool
) -> NDArray[np.float32]:
    """Return the probability of a machine for some rows, NaN elsewhere."""
    out = np.full(len(t.words), np.nan, np.float32)
    counts = t.rules[rows] if rules else None
    translated, given = (
        probability(raw_[rows], t.words[rows], card[task], counts, logits.of_reader(task, rows))
        for task, raw_ in (("translated", logits.translated), ("machine", logits.machine))
    )
    out[rows] = machine_probability(translated, given, card.get("temper", 1.0))
    return out


def folds(year: NDArray[np.int64], label: NDArray[Any]) -> list[NDArray[np.bool_]]:
    """Return masks of what to hold out: each year without which all three labels remain.

    Where there are fewer than two such years with all labels, two halves of the documents.
    """
    years = [year == y for y in sorted(set(year))]
    out = [m for m in years if len(set(label[~m])) == 3]
    if sum(len(set(label[m])) == 3 for m in out) >= 2:
        return out
    half = np.array([hash_group(i) for i in range(len(year))]) % 2 == 0
    return [half, ~half]


def hash_group(i: int) -> int:
    """Spread document indices evenly but reproducibly."""
    return (i * 2_654_435_761 >> 7) & 0xFFFF
