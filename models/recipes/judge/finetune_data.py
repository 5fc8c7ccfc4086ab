"""Prepares what the encoder is fine-tuned on: pairs, targets by themselves, windows of documents.

    python -m judge.finetune_data --qe DATA/qe --origin DATA/origin --encoder WORK/encoder \
        --out WORK/finetune.npz

All usable pairs are taken. Which of them an epoch shows is drawn anew each time, by source
(`judge.finetune_batches`): in some sets up to fifteen systems translated the same few hundred
sources, and a network that sees them all learns which sources score low.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from judge import negatives
from judge import records as files
from judge.encoder import SPECIAL
from judge.scales import group, usable, z_within_groups
from mtcheck.engines.judge_encoder import plain_marks

Record = dict[str, Any]

# What a record of a data set weighs: less where a single judge scored it.
WEIGHTS = {
    "mlqe-pe": 1.0,
    "qe23": 1.0,
    "wmt20-mqm": 1.0,
    "wmt21-mqm": 0.8,
    "ted21-mqm": 0.5,
    "wmt21-da": 0.4,
}
OTHER_WEIGHT = 0.5
REFERENCE_QUALITY, REFERENCE_WEIGHT = 1.2, 0.4
DAMAGED_WEIGHT = 0.5
ORDINARY, REFERENCE, DAMAGED = range(3)
MAX_PIECES = 250  # of a pair or window, marks included; longer ones are left out
LABELS = ("human-original", "human-translation", "mt")
WINDOWS = {"human-original": 6, "human-translation": 3, "mt": 2}  # of a document
MAX_SENTENCES = 4
_START, _END = SPECIAL.index("<s>"), SPECIAL.index("</s>")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Rows of piece ids with what is known about them.

    Row i is ``ids[start[i]:start[i + 1]]``: the source until ``middle[i]``, then the target; a
    window has no source. ``quality`` and ``fluency`` are NaN and ``label`` −1 where not known.
    Translations of the same source share a number in ``source`` (−1 for windows); ``kind`` is
    `ORDINARY`, `REFERENCE` or `DAMAGED`.
    """

    ids: NDArray[np.uint16]
    start: NDArray[np.int64]
    middle: NDArray[np.int64]
    quality: NDArray[np.float32]
    fluency: NDArray[np.float32]
    label: NDArray[np.int64]
    weight: NDArray[np.float32]
    source: NDArray[np.int64]
    kind: NDArray[np.int64]

    def row(self, i: int, *, pair: bool) -> tuple[list[int], list[int]]:
        """Return the pieces of a row with marks, and their kinds: 0 source, 1 target."""
        source = self.ids[self.start[i] : self.middle[i]].tolist()
        target = self.ids[self.middle[i] : self.start[i + 1]].tolist()
        return pair_row(source if pair else None, target)

    def length(self, *, pair: bool) -> NDArray[np.int64]:
        """Return the lengths of all rows, marks included."""
        if pair:
            return np.diff(self.start) + 4
        return self.start[1:] - self.middle + 2

    def save(self, path: Path) -> None:
        """Write the corpus."""
        np.savez(path, **{f.name: getattr(self, f.name) for f in fields(self)})

    @classmethod
    def load(cls, path: Path) -> Corpus:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as data:
            return cls(**{f.name: data[f.name] for f in fields(cls)})


def pair_row(source: list[int] | None, target: list[int]) -> tuple[list[int], list[int]]:
    """Return ``<s> source </s> </s> target </s>``, or ``<s> target </s>``, and the kinds."""
    if source is None:
        row = [_START, *target, _END]
        return row, [1] * len(row)
    first, second = [_START, *source, _END], [_END, *target, _END]
    return first + second, [0] * len(first) + [1] * len(second)


def choose(path: Path, *, seed: int, share: float = 1.0) -> list[Record]:
    """Return all usable pairs, references and damaged pairs, in random order.

    Each has ``quality``, ``fluency``, ``weight``, ``kind`` and the number of its ``source``.

    Args:
        path: records with scores.
        seed: of every choice.
        share: of the sources to take.
    """
    rng = random.Random(seed)
    every = list(files.records(path))
    scores = z_within_groups(every)
    by_source: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for r, z in zip(every, scores, strict=True):
        if usable(r):
            known = {"quality": float(z), "fluency": float(z), "kind": ORDINARY}
            weight = WEIGHTS.get(r["dataset"], OTHER_WEIGHT)
            by_source[group(r), r["src"]].append({**r, **known, "weight": weight})
    names = sorted(by_source)
    out, pool = [], []
    for number, name in enumerate(sorted(rng.sample(names, round(len(names) * share)))):
        made = [{**r, "source": number} for r in by_source[name]]
        made += [reference(r) for r in made[:1] if r.get("ref") and usable({**r, "mt": r["ref"]})]
        out += made
        pool.append(rng.choice(made))
    damaged = negatives.make(pool, seed=seed, share=share)
    out += [{**r, "weight": DAMAGED_WEIGHT, "kind": DAMAGED} for r in damaged]
    rng.shuffle(out)
    return out


def reference(r: Record) -> Record:
    """Return the human translation of a record's source: better than what systems make of it."""
    known = {"quality": REFERENCE_QUALITY, "fluency": REFERENCE_QUALITY, "kind": REFERENCE}
    return {**r, "mt": r["ref"], **known, "weight": REFERENCE_WEIGHT}


def windows(paths: Sequence[Path], *, seed: int) -> list[Record]:
    """Return windows of one to four lines of documents, with ``label``, ``lang``, ``weight``.

    Languages without all three labels would teach the language instead; they are left out. Within
    a language every label weighs the same.
    """
    rng = random.Random(seed)
    out: list[Record] = []
    for path in paths:
        for r in files.records(path):
            lines = [x for x in r["text"].split("\n") if x.strip()]
            for _ in range(WINDOWS[r["label"]]):
                size = rng.randint(1, MAX_SENTENCES)
                start = rng.randint(0, max(0, len(lines) - size))
                text = plain_marks(" ".join(lines[start : start + size]))
                out.append({"text": text, "lang": r["lang"], "label": r["label"]})
    counts = Counter((w["lang"], w["label"]) for w in out)
    langs = {lang for lang, _ in counts if all(counts[lang, x] for x in LABELS)}
    kept = [w for w in out if w["lang"] in langs]
    sizes = Counter(w["lang"] for w in kept)
    for w in kept:
        w["weight"] = sizes[w["lang"]] / (len(LABELS) * counts[w["lang"], w["label"]])
    rng.shuffle(kept)
    return kept


def encode(pieces: Any, pairs: Sequence[Record], texts: Sequence[Record]) -> Corpus:
    """Return pairs and windows as a corpus; rows that are too long are left out."""
    sources = pieces.encode([r["src"] for r in pairs]) + [[] for _ in texts]
    targets = pieces.encode([r["mt"] for r in pairs] + [w["text"] for w in texts])
    records = [*pairs, *texts]
    kept = [i for i, (s, t) in enumerate(zip(sources, targets, strict=True))
            if t and len(s) + len(t) + 4 <= MAX_PIECES]  # fmt: skip
    sizes = np.array([len(sources[i]) + len(targets[i]) for i in kept], np.int64)
    start = np.concatenate([[0], np.cumsum(sizes)])

    def column(name: str) -> NDArray[np.float32]:
        values = (records[i].get(name) for i in kept)
        return np.array([np.nan if v is None else v for v in values], np.float32)

    label = [LABELS.index(r["label"]) if r.get("label") in LABELS else -1 for r in records]
    return Corpus(
        ids=np.array([p for i in kept for p in (*sources[i], *targets[i])], np.uint16),
        start=start,
        middle=start[:-1] + np.array([len(sources[i]) for i in kept], np.int64),
        quality=column("quality"),
        fluency=column("fluency"),
        label=np.array([label[i] for i in kept], np.int64),
        weight=column("weight"),
        source=np.array([records[i].get("source", -1) for i in kept], np.int64),
        kind=np.array([records[i].get("kind", ORDINARY) for i in kept], np.int64),
    )


def main() -> None:
    """Run the step from the command line."""
    import sentencepiece

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--qe", type=Path, required=True)
    parser.add_argument("--origin", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True, help="holds pieces.model")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--suffix", default=".jsonl.xz")
    parser.add_argument("--share", type=float, default=1.0, help="of the sources")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(args.encoder / "pieces.model"))
    pairs = choose(args.qe / f"train{args.suffix}", seed=args.seed, share=args.share)
    names = [args.origin / f"{x}_train{args.suffix}" for x in ("en", "other")]
    texts = windows([p for p in names if p.exists()], seed=args.seed)
    corpus = encode(pieces, pairs, texts)
    corpus.save(args.out)
    card = {
        "pairs": int((corpus.label < 0).sum()),
        "sources": len(np.unique(corpus.source[corpus.label < 0])),
        "references": int((corpus.kind == REFERENCE).sum()),
        "windows": int((corpus.label >= 0).sum()),
        "mean_pieces": round(float(np.diff(corpus.start).mean()), 1),
        "languages": sorted({x for r in pairs for x in r["lp"].split("-")}),
        "sets": dict(
            sorted(
                Counter(
                    r.get("damage") or group(r) for r in pairs if r["kind"] != REFERENCE
                ).items()
            )
        ),
    }
    args.out.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")
    print(json.dumps(card, indent=1))


if __name__ == "__main__":
    main()
