"""What each choice in the origin model gives on years that it has not seen: the card's ablation.

    python -m judge.origin_ablation --data DIR                      # choices of training, English
    python -m judge.origin_ablation --data DIR --qe DIR --read FILE # what the reader adds
    python -m judge.origin_ablation --data DIR --likelihood 220     # documents in pairs

The first two print tables of models trained without each year. The last measures whether the
embedded MarianMT finds machine translations likelier than human ones of the same documents.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from judge.origin_features import Extractor, Texts, function_words
from judge.origin_figures import same_document_share
from judge.origin_fit import HUMAN, MACHINE, OPTIONS, Logits, Options
from judge.origin_held_out import (
    Labelled,
    held_out_logits,
    unseen_figures,
    unseen_folds,
    unseen_probabilities,
)
from judge.origin_more import read_english
from judge.origin_read import TRAIN_SEED, WINDOWS, Readings
from mtcheck.engines import judge_features as jf
from mtcheck.engines.model_store import embedded_folder
from mtcheck.scoring.statistics import auc

COLUMNS = ("original_vs_mt", "translation_vs_mt", "human_vs_mt", "same_document", "ece")
TEMPERS = (0.8, 0.6, 0.4)
SENTENCES = 4  # of a document
LENGTHS = range(5, 61)  # words of a sentence that is scored


def columns(t: Texts, keep: NDArray[np.bool_]) -> Texts:
    """Return the texts with some columns of their n-grams only."""
    return replace(t, x=t.x[:, keep].tocsr(), plain=int(keep[: t.plain].sum()))


HEAD = (
    "| model | original vs mt | translation vs mt | human vs mt | pairs | ECE | news |",
    "|---|---|---|---|---|---|---|",
)


def choices(records: list[dict[str, Any]], *, size: int) -> Iterator[str]:
    """Yield the rows of the n-grams: the first model, each step to this one, what it leaves."""
    chosen = OPTIONS["en"]
    extractor = Extractor("en", function_words(records, "en"), size, chosen.lexical)
    t = extractor.transform(records, windows=WINDOWS, seed=1, fit=True)
    everything = np.ones(len(extractor.keys), bool)
    plain = np.arange(len(everything)) < t.plain
    grammar = extractor.keys >= jf.WORD_KEYS
    pairs = Options(most_pairs=chosen.most_pairs)
    balanced = replace(pairs, balanced=True)
    words = replace(balanced, lexical=chosen.lexical)
    yield from HEAD
    for name, keep, options in (
        ("three pairs a document, no n-grams of all words", plain, Options()),
        ("+ ten pairs a document", plain, pairs),
        ("+ source languages by their square roots", plain, balanced),
        ("+ n-grams of all words", everything, words),
        ("that without n-grams of characters", grammar, words),
    ):
        s = Labelled.of(columns(t, keep), records, options)
        held = held_out_logits(s)
        yield _row(name, s, held)
        if keep is everything:
            yield from _tempered(s, held)


def with_reader(records: list[dict[str, Any]], readings: Readings, *, size: int) -> Iterator[str]:
    """Yield the rows of the model without and with its reader."""
    options = replace(OPTIONS["en"], temper=1.0)
    extractor = Extractor("en", function_words(records, "en"), size, options.lexical)
    t = extractor.transform(records, windows=WINDOWS, seed=TRAIN_SEED, fit=True)
    s = Labelled.of(t, records, options)
    held = held_out_logits(s)
    yield from HEAD
    yield _row("n-grams and rules", s, held)
    s.read = readings.of(t.segments)
    held = held._replace(read=s.read)
    yield _row("+ the reader", s, held)
    yield from _tempered(s, held)


def _tempered(s: Labelled, held: Logits) -> Iterator[str]:
    for temper in TEMPERS:
        s.options = replace(s.options, temper=temper)
        yield _row(f"+ exponent {temper:g} of *translated?*", s, held)


def _row(name: str, s: Labelled, held: Logits) -> str:
    p = unseen_probabilities(s, unseen_folds(s, held, rules=True))
    found, news = (unseen_figures(s, p, s.t.whole & part) for part in (True, s.news))
    values = [found.get(c) for c in COLUMNS] + [news.get("original_vs_mt")]
    cells = ["–" if v is None else f"{v:.3f}".removeprefix("0") for v in values]
    return f"| {name} | {' | '.join(cells)} |"


def document_features(scores: Sequence[Sequence[float]]) -> dict[str, float]:
    """Return what is compared of a document's log-probabilities (nats), a list a sentence."""
    tokens = np.concatenate([np.asarray(s, np.float64) for s in scores])
    return {
        "mean": float(tokens.mean()),
        "variance": float(tokens.var()),
        "lower tenth": float(np.quantile(tokens, 0.1)),
        "lower quarter": float(np.quantile(tokens, 0.25)),
        "share over one half": float((tokens > np.log(0.5)).mean()),
        "worst sentence": min(float(np.mean(s)) for s in scores),
    }


def paired(records: list[dict[str, Any]], documents: int, seed: int = 5) -> list[dict[str, Any]]:
    """Return a human and a machine translation of each of ``documents`` source documents."""
    rng = random.Random(seed)
    groups: dict[Any, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for r in records:
        groups[r["group"]][r["label"]].append(r)
    both = [g for g in groups.values() if g[HUMAN] and g[MACHINE]]
    rng.shuffle(both)
    return [rng.choice(g[label]) for g in both[:documents] for label in (HUMAN, MACHINE)]


def likelihood(records: list[dict[str, Any]], *, pivot: str = "pt") -> Iterator[str]:
    """Yield the rows of AUC and pairs for each feature of the likelihood of some sentences.

    The model translates a sentence to the pivot; what is scored is the sentence given that
    translation (``given``), and given nothing (``alone``).
    """
    import ctranslate2
    import sentencepiece

    folder = embedded_folder("marian-mul-small")
    model = ctranslate2.Translator(str(folder / "ct2"), compute_type="int8")
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    rng = random.Random(5)
    found: list[dict[str, float]] = []
    for r in records:
        lines = [" ".join(line.split()) for line in r["text"].split("\n") if line.strip()]
        lines = [line for line in lines if len(line.split()) in LENGTHS] or lines[:1]
        targets = pieces.encode(rng.sample(lines, min(SENTENCES, len(lines))), out_type=str)
        there = model.translate_batch([[f">>{pivot}<<", *s, "</s>"] for s in targets], beam_size=1)
        given = model.score_batch([[">>en<<", *h.hypotheses[0], "</s>"] for h in there], targets)
        alone = model.score_batch([[">>en<<", "</s>"]] * len(targets), targets)
        found.append({
            f"{kind}: {name}": value
            for kind, made in (("given", given), ("alone", alone))
            for name, value in document_features([s.log_probs for s in made]).items()
        })  # fmt: skip
    y, group = (np.array([str(r[k]) for r in records]) for k in ("label", "group"))
    machine = (y == MACHINE).tolist()
    yield "| feature | translation vs mt | pairs |"
    yield "|---|---|---|"
    for name in found[0]:
        values = np.array([f[name] for f in found], np.float32)
        yield (
            f"| {name} | {auc(values.tolist(), machine):.3f} | "
            f"{same_document_share(values, y, group):.3f} |"
        )


def main() -> None:
    """Run the step from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--suffix", default=".jsonl.xz")
    parser.add_argument("--likelihood", type=int, metavar="DOCUMENTS")
    parser.add_argument("--qe", type=Path, help="judged segments, for more documents")
    parser.add_argument("--read", type=Path, help="what `judge.origin_read` wrote")
    args = parser.parse_args()
    records, _ = read_english(args.data, args.qe, args.suffix)
    readings = Readings.load(args.read) if args.read else None
    rows = (
        likelihood(paired(records, args.likelihood))
        if args.likelihood
        else with_reader(records, readings, size=args.size)
        if readings is not None
        else choices(records, size=args.size)
    )
    for row in rows:
        print(row, flush=True)


if __name__ == "__main__":
    main()
