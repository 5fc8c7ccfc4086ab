"""Trains the origin models: origin-<lang>.npz and origin.json.

    python -m judge.origin --data DIR --out models/judge-small --langs en de cs ru uk zh ja fr

``DIR`` holds ``{en,other}_{train,dev}.jsonl.xz`` (records with text, lang, label, year, domain,
source_lang, group). Calibration never sees a score of a text whose year the scoring model was
trained on: what has to be calibrated is the model's behaviour on years to come. Each language is
written as soon as it is done; a second run skips languages that are.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from judge import records as files
from mtcheck.engines import judge_features as jf
from mtcheck.engines.judge_origin import STYLE_SCALE, openness, platt, platt_features
from mtcheck.scoring.statistics import auc, expected_calibration_error

ORIGINAL, HUMAN, MACHINE = "human-original", "human-translation", "mt"
C_TRANSLATED, C_MACHINE, C_SOURCE = 1.0, 4.0, 4.0
WINDOWS, WINDOW_WEIGHT = 1, 0.5
DENSE_SCRIPTS = {"zh", "ja"}
BANDS = (("under 80", 80), ("80 to 250", 250), ("over 250", None))
MIN_SOURCE_DOCS = 100
MIN_BAND = 20


@dataclass(slots=True)
class Texts:
    """Documents and random windows of them, as features.

    ``x`` is TF-IDF (rows of length one), ``style`` the scaled densities, ``doc`` the document's
    index, ``whole`` marks whole documents, ``words`` lengths.
    """

    x: sp.csr_matrix
    style: NDArray[np.float32]
    doc: NDArray[np.int64]
    whole: NDArray[np.bool_]
    words: NDArray[np.int64]


def read(path: Path, langs: Sequence[str]) -> list[dict[str, Any]]:
    """Return the records of a JSONL file (plain or .xz) in the languages wanted."""
    return [r for r in files.records(path) if r["lang"] in langs]


def masks_names(lang: str) -> bool:
    """Tell whether a capital means a name; in German it means any noun."""
    return lang != "de"


def function_words(records: list[dict[str, Any]], lang: str, size: int = 250) -> NDArray[np.uint32]:
    """Return the keys of the words that most human documents use; none for dense scripts."""
    if lang in DENSE_SCRIPTS:
        return np.zeros(0, np.uint32)
    counts: Counter[str] = Counter()
    for r in records:
        if r["label"] != MACHINE:
            clean = jf.normalise(r["text"], mask_names=masks_names(lang))
            counts.update({w for w in jf.words(clean) if w[0].isalpha()})
    return np.unique(np.array([jf.word_key(w) for w, _ in counts.most_common(size)], np.uint32))


class Extractor:
    """Counts sentences once, then sums them to documents and windows."""

    def __init__(self, function_words: NDArray[np.uint32], size: int, mask_names: bool) -> None:
        self.function_words, self.size, self.mask_names = function_words, size, mask_names
        self.keys = np.zeros(0, np.uint32)
        self.idf = np.zeros(0, np.float32)
        self.mean = self.spread = np.zeros(0, np.float32)

    def transform(
        self, records: list[dict[str, Any]], *, windows: int, seed: int, fit: bool = False
    ) -> Texts:
        """Return the features of all documents and of ``windows`` random windows of each."""
        rng = random.Random(seed)
        sentences: list[str] = []
        spans: list[tuple[int, int, int, bool]] = []
        for i, r in enumerate(records):
            lines = [s for s in r["text"].split("\n") if s.strip()]
            start = len(sentences)
            sentences += lines
            spans.append((i, start, start + len(lines), True))
            for _ in range(windows):
                n = min(len(lines), rng.choice((1, 2, 3, 4, 6, 8)))
                a = start + rng.randrange(len(lines) - n + 1)
                spans.append((i, a, a + n, False))
        counted = [jf.count(s, self.function_words, mask_names=self.mask_names) for s in sentences]
        whole = np.array([w for *_, w in spans])
        if fit:
            self._choose(counted, [s for s in spans if s[3]])
        table = self._table(counted)
        ends = np.cumsum([0, *(b - a for _, a, b, _ in spans)])
        pick = np.concatenate([np.arange(a, b) for _, a, b, _ in spans])
        total = sp.csr_matrix((np.ones(len(pick), np.float32), pick, ends),
                              shape=(len(spans), len(sentences))) @ table  # fmt: skip
        style = np.array([jf.style(sentences[a:b]) for _, a, b, _ in spans])
        if fit:
            self.mean, self.spread = style[whole].mean(0), style[whole].std(0) + 1e-6
        sizes = np.array([jf.n_words(s) for s in sentences])
        return Texts(
            self._tfidf(total.tocsr()),
            (np.clip((style - self.mean) / self.spread, -4, 4) * STYLE_SCALE).astype(np.float32),
            np.array([i for i, *_ in spans]),
            whole,
            np.array([sizes[a:b].sum() for _, a, b, _ in spans]),
        )

    def _choose(self, counted: list[jf.Counts], spans: list[tuple[int, int, int, bool]]) -> None:
        # By document frequency, not by label: labels of held-out years must not leak in here.
        per_doc = [np.unique(np.concatenate([counted[j].keys for j in range(a, b)]))
                   for _, a, b, _ in spans]  # fmt: skip
        keys, df = np.unique(np.concatenate(per_doc), return_counts=True)
        order = np.argsort(-df, kind="stable")[: self.size]
        order = np.sort(order[df[order] >= 3])
        self.keys = keys[order]
        idf = np.log((1 + len(spans)) / (1 + df[order])) + 1
        self.idf = idf.astype(np.float16).astype(np.float32)

    def _table(self, counted: list[jf.Counts]) -> sp.csr_matrix:
        columns, values, ends = [], [], [0]
        for c in counted:
            at = np.searchsorted(self.keys, c.keys).clip(max=len(self.keys) - 1)
            hit = self.keys[at] == c.keys
            columns.append(at[hit].astype(np.int32))
            values.append(c.counts[hit])
            ends.append(ends[-1] + int(hit.sum()))
        return sp.csr_matrix((np.concatenate(values), np.concatenate(columns), ends),
                             shape=(len(counted), len(self.keys)))  # fmt: skip

    def _tfidf(self, counts: sp.csr_matrix) -> sp.csr_matrix:
        x = counts.astype(np.float32)
        x.data = (np.log(x.data) + 1) * self.idf[x.indices]
        norm = np.sqrt(np.asarray(x.multiply(x).sum(1)).ravel())
        return sp.diags((1 / np.maximum(norm, 1e-9)).astype(np.float32)) @ x


def fit(x: sp.csr_matrix, y: NDArray, weight: NDArray, c: float) -> NDArray[np.float32]:
    """Return coefficients and, last, the intercept of a class-balanced logistic regression."""
    model = LogisticRegression(C=c, class_weight="balanced", tol=1e-3, max_iter=300)
    model.fit(x, y, sample_weight=weight)
    return np.append(model.coef_[0], model.intercept_).astype(np.float32)


def two_tasks(
    t: Texts, label: NDArray, rows: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    """Return the weights of *translated?* and *by a machine?*, None where a class is missing."""
    weight = np.where(t.whole, 1.0, WINDOW_WEIGHT)
    y = label[t.doc]
    if len(set(y[rows])) < 3:
        return None
    translated = fit(t.x[rows], y[rows] != ORIGINAL, weight[rows], C_TRANSLATED)
    some = rows & (y != ORIGINAL)
    both = sp.hstack([t.x[some], sp.csr_matrix(t.style[some])]).tocsr()
    return translated, fit(both, y[some] == MACHINE, weight[some], C_MACHINE)


def raw(t: Texts, weights: tuple[NDArray, NDArray]) -> tuple[NDArray, NDArray]:
    """Return the uncalibrated logits of both tasks."""
    translated, machine = weights
    k = t.x.shape[1]
    return (t.x @ translated[:k] + translated[-1],
            t.x @ machine[:k] + t.style @ machine[k:-1] + machine[-1])  # fmt: skip


def fit_platt(score: NDArray, words: NDArray, y: NDArray, weight: NDArray) -> list[float]:
    """Return the weights of `mtcheck.engines.judge_origin.platt`, classes balanced."""
    weight = weight / np.where(y, weight[y].sum(), weight[~y].sum()) * len(y) / 2
    model = LogisticRegression(C=100, fit_intercept=False, max_iter=2000)
    model.fit(platt_features(score.astype(np.float32), words), y, sample_weight=weight)
    return [round(float(v), 5) for v in model.coef_[0]]


def folds(year: NDArray, label: NDArray) -> list[NDArray[np.bool_]]:
    """Return masks of the years to hold out: those that have all three labels.

    Where no year has, two halves of the documents.
    """
    whole = [year == y for y in sorted(set(year)) if len(set(label[year == y])) == 3]
    if len(whole) >= 2 or (whole and len(set(label[~whole[0]])) == 3):
        return whole
    half = np.array([hash_group(i) for i in range(len(year))]) % 2 == 0
    return [half, ~half]


def calibrate(
    t: Texts, label: NDArray, domain: NDArray, held: tuple[NDArray, NDArray]
) -> dict[str, Any]:
    """Return calibration weights and, for each band of length, quantiles and thresholds."""
    y = label[t.doc]
    scored = ~np.isnan(held[0])
    weight = np.where(t.whole, 1.0, 0.5)
    card: dict[str, Any] = {}
    ok = scored
    card["translated"] = fit_platt(held[0][ok], t.words[ok], y[ok] != ORIGINAL, weight[ok])
    ok = scored & (y != ORIGINAL)
    card["machine"] = fit_platt(held[1][ok], t.words[ok], y[ok] == MACHINE, weight[ok])
    p = np.full(len(y), np.nan, np.float32)
    p[scored] = (platt(held[0][scored], t.words[scored], card["translated"])
                 * platt(held[1][scored], t.words[scored], card["machine"]))  # fmt: skip
    card["bands"] = []
    low_edge = 0
    for name, below in BANDS:
        inside = scored & (t.words >= low_edge) & (t.words < (below or 10**9))
        if any((inside & (y == kind)).sum() < MIN_BAND for kind in (ORIGINAL, HUMAN, MACHINE)):
            inside = scored  # too few texts of this length to say anything of their own
        originals = inside & (y == ORIGINAL)
        news = originals & (domain[t.doc] == "news")
        kind = "news" if news.sum() >= 60 else "texts"
        base = p[news if kind == "news" else originals]
        human, machine = p[inside & (y == HUMAN)], p[inside & (y == MACHINE)]
        # Short texts need stronger evidence on both sides.
        strict = below is not None and below <= 80
        high = max(0.5, float(np.quantile(base, 0.99 if strict else 0.985)))
        low = min(float(np.quantile(machine, 0.05 if strict else 0.15)), 0.5)
        card["bands"].append({
            "name": name, "below": below, "kind": kind, "n": len(base),
            "high": round(high, 4), "low": round(low, 4),
            "original": _quantiles(base), "translation": _quantiles(human),
            "found": round(float((machine >= high).mean()), 3),
            "false_alarms": round(float((base >= high).mean()), 4),
            "false_alarms_translation": round(float((human >= high).mean()), 4),
        })  # fmt: skip
        low_edge = below or 0
    return card


def _quantiles(values: NDArray) -> list[float]:
    return [round(float(v), 4) for v in np.quantile(values, np.linspace(0, 1, 101))]


def train_sources(
    t: Texts, source: NDArray, label: NDArray, keys: NDArray[np.uint32]
) -> tuple[NDArray[np.float32], dict[str, Any]] | None:
    """Train *translated from what?*, with an honest "other".

    How a language outside the training set looks is learned by leaving each one out in turn.
    """
    y = np.where(label == ORIGINAL, "", source)[t.doc]
    langs = [s for s, n in Counter(y[t.whole]).most_common() if s and n >= MIN_SOURCE_DOCS]
    if len(langs) < 4:
        return None
    rows = np.isin(y, langs)
    weight = np.where(t.whole, 1.0, WINDOW_WEIGHT)
    x = grammar(t.x, keys)

    def one_against_rest(names: list[str], rows: NDArray) -> NDArray[np.float32]:
        return np.stack([fit(x[rows], y[rows] == n, weight[rows], C_SOURCE) for n in names])

    # Half of the documents train, the other half shows known languages; whole documents only.
    half = np.array([hash_group(i) for i in t.doc]) % 2 == 0
    signs, known, logits_all, truth = [], [], [], []
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
    out = one_against_rest(langs, rows)
    card = {
        "langs": langs,
        "scale": scale,
        "known": [round(float(v), 4) for v in (*opened.coef_[0], opened.intercept_[0])],
        "known_auc": round(auc(opened.decision_function(sign).tolist(), is_known.tolist()), 3),
        "threshold": 0.5,
    }
    return out, card


def grammar(x: sp.csr_matrix, keys: NDArray[np.uint32]) -> sp.csr_matrix:
    """Return the columns of word n-grams, rows of length one again."""
    part = x[:, np.flatnonzero(keys >= jf.WORD_KEYS)]
    norm = np.sqrt(np.asarray(part.multiply(part).sum(1)).ravel())
    return sp.diags((1 / np.maximum(norm, 1e-9)).astype(np.float32)) @ part


def hash_group(i: int) -> int:
    """Spread document indices evenly but reproducibly."""
    return (i * 2_654_435_761 >> 7) & 0xFFFF


def _log_loss(logits: NDArray, truth: NDArray, langs: list[str]) -> float:
    z = logits - logits.max(1, keepdims=True)
    z = z - np.log(np.exp(z).sum(1, keepdims=True))
    return -float(np.mean([z[i, langs.index(s)] for i, s in enumerate(truth)]))


def figures(p: NDArray, y: NDArray) -> dict[str, float | None]:
    """Return the card's figures of one set of texts; None where a label is missing."""
    o, h, m = y == ORIGINAL, y == HUMAN, y == MACHINE

    def between(humans: NDArray[np.bool_]) -> float | None:
        both = humans | m
        if not humans.any() or not m.any():
            return None
        return round(auc(p[both].tolist(), m[both].tolist()), 3)

    weight = sum(side / max(1, side.sum()) for side in (o, h, m))
    error = expected_calibration_error(p.tolist(), m.tolist(), weights=weight.tolist())
    return {
        "n": len(y),
        "original_vs_mt": between(o),
        "translation_vs_mt": between(h),
        "human_vs_mt": between(o | h),
        "ece": round(error, 3),
    }


def mean_figures(parts: list[dict[str, float | None]]) -> dict[str, float | None]:
    """Average figures over sets, ``n`` added up; what a set lacks is left out."""
    out: dict[str, float | None] = {}
    for key in parts[0] if parts else ():
        known = [f[key] for f in parts if f[key] is not None]
        total = sum(known) if key == "n" else np.mean(known) if known else None
        out[key] = None if total is None else round(float(total), 3)
    return out


def train(
    lang: str, train_set: list[dict[str, Any]], dev_set: list[dict[str, Any]], out: Path,
    *, size: int, seed: int = 1,
) -> dict[str, Any]:  # fmt: skip
    """Train, calibrate and write one language; return its entry of origin.json."""
    extractor = Extractor(function_words(train_set, lang), size, masks_names(lang))
    t = extractor.transform(train_set, windows=WINDOWS, seed=seed, fit=True)
    label, year, domain, source = (
        np.array([str(r[k]) if k != "year" else r[k] for r in train_set])
        for k in ("label", "year", "domain", "source_lang")
    )
    held = (np.full(len(t.doc), np.nan, np.float32), np.full(len(t.doc), np.nan, np.float32))
    held_out = folds(year, label)
    for fold in held_out:
        test = fold[t.doc]
        weights = two_tasks(t, label, ~test)
        if weights is not None:
            for store, values in zip(held, raw(t, weights), strict=True):
                store[test] = values[test]
    card = calibrate(t, label, domain, held)
    card["mask_names"] = masks_names(lang)
    final = two_tasks(t, label, np.ones(len(t.doc), bool))
    if final is None:
        raise ValueError(f"{lang}: a class has no document")
    arrays: dict[str, NDArray] = {
        "keys": extractor.keys, "idf": extractor.idf.astype(np.float16),
        "function_words": extractor.function_words,
        "style": np.stack([extractor.mean, extractor.spread]),
        "translated": final[0].astype(np.float16), "machine": final[1].astype(np.float16),
    }  # fmt: skip
    sources = train_sources(t, source, label, extractor.keys)
    if sources is not None:
        arrays["sources"] = sources[0].astype(np.float16)
        card["sources"] = sources[1]

    def probability(t: Texts, scores: tuple[NDArray, NDArray]) -> NDArray:
        return platt(scores[0], t.words, card["translated"]) * platt(
            scores[1], t.words, card["machine"]
        )

    d = extractor.transform(dev_set, windows=WINDOWS, seed=seed + 1)
    dev_label = np.array([r["label"] for r in dev_set])
    p = probability(d, raw(d, final))
    p_held = probability(t, held)

    def unseen(chosen: NDArray[np.bool_]) -> dict[str, float | None]:
        # Within each year, then averaged: the models of different years are not one ranking.
        parts = [
            figures(p_held[rows], label[t.doc[rows]])
            for rows in (fold[t.doc] & chosen & ~np.isnan(p_held) for fold in held_out)
            if rows.any()
        ]
        return mean_figures(parts)

    news = domain[t.doc] == "news"
    card["figures"] = {
        "dev": figures(p[d.whole], dev_label[d.doc[d.whole]]),
        "dev_windows": figures(p[~d.whole], dev_label[d.doc[~d.whole]]),
        "unseen_years": unseen(t.whole),
        "unseen_years_windows": unseen(~t.whole),
        "unseen_years_news": unseen(t.whole & news),
    }  # fmt: skip
    if sources is not None:
        card["figures"]["translated_from_dev"] = _source_figures(
            d, dev_set, *sources, extractor.keys
        )
    np.savez(out / f"origin-{lang}.npz", **arrays)
    return card


def _source_figures(
    d: Texts,
    dev_set: list[dict[str, Any]],
    weights: NDArray,
    card: dict[str, Any],
    keys: NDArray[np.uint32],
) -> dict[str, Any]:
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


def main() -> None:
    """Run the step from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--langs", nargs="+", default=["en", "de", "cs", "ru", "uk", "zh", "ja"])
    parser.add_argument("--size", type=int, default=100_000, help="features of English")
    parser.add_argument("--size-other", type=int, default=50_000)
    parser.add_argument("--suffix", default=".jsonl.xz")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    path = args.out / "origin.json"
    done = json.loads(path.read_text("utf-8")) if path.exists() else {"languages": {}}
    for lang in args.langs:
        if lang in done["languages"] and (args.out / f"origin-{lang}.npz").exists():
            continue
        begin = time.time()
        name = "en" if lang == "en" else "other"
        parts = [read(args.data / f"{name}_{p}{args.suffix}", [lang]) for p in ("train", "dev")]
        size = args.size if lang == "en" else args.size_other
        done["languages"][lang] = card = train(lang, *parts, args.out, size=size)
        path.write_text(json.dumps(done, indent=1) + "\n", "utf-8")
        print(lang, f"{time.time() - begin:.0f} s", json.dumps(card["figures"]), flush=True)


if __name__ == "__main__":
    main()
