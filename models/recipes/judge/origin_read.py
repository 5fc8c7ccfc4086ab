"""What the readers say of each training text, for the calibration: `judge.origin --read`.

    python -m judge.origin_read --data DATA/origin --qe DATA/qe \
        --readers WORK/reader-2021 WORK/reader-2022 … WORK/reader --out WORK/read.npz

A text is read by the reader that was trained without the text's year, dev by the one that was
trained on all years.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from judge.origin_features import texts
from judge.origin_more import read_english
from mtcheck.engines.judge_origin_reader import SOURCES, OriginReader

Record = dict[str, Any]
WINDOWS = 1  # random windows of a document, as `judge.origin` takes them
TRAIN_SEED, DEV_SEED = 1, 2


@dataclass(frozen=True, slots=True)
class Readings:
    """Logits by text: translated, by a machine, then ``langs``; NaN for a language not learned."""

    langs: list[str]
    place: dict[int, int]
    logits: NDArray[np.float32]

    @classmethod
    def load(cls, path: Path) -> Readings:
        """Read what `main` wrote."""
        with np.load(path, allow_pickle=False) as data:
            place = {int(key): i for i, key in enumerate(data["keys"])}
            return cls(data["langs"].tolist(), place, data["logits"])

    def of(self, segments: Iterable[Sequence[str]]) -> NDArray[np.float32]:
        """Return the logits of texts; NaN for one that was not read."""
        empty = np.full(SOURCES + len(self.langs), np.nan, np.float32)
        rows = [self.place.get(key(text)) for text in segments]
        return np.stack([empty if i is None else self.logits[i] for i in rows])


def key(segments: Sequence[str]) -> int:
    """Return the number that a text is found by."""
    digest = hashlib.sha256("\n".join(segments).encode()).digest()
    return int.from_bytes(digest[:8], "little")


def read_all(
    reader: OriginReader,
    langs: Sequence[str],
    documents: Sequence[Record],
    seed: int,
    years: Collection[int] = (),
) -> dict[int, NDArray[np.float32]]:
    """Return the logits of documents of some years, or all, and of their random windows."""
    out = {}
    place = [reader.langs.index(x) if x in reader.langs else None for x in langs]
    # Windows are drawn for all documents in turn, whether they are read or not.
    cut = texts(documents, windows=WINDOWS, seed=seed)
    for record, (lines, cuts) in zip(documents, cut, strict=True):
        for a, b in cuts if not years or record["year"] in years else ():
            segments = lines[a:b]
            found = reader.read(segments).mean(np.ones((1, len(segments)), np.float32))[0]
            sources = [np.nan if p is None else found[SOURCES + p] for p in place]
            out[key(segments)] = np.append(found[:SOURCES], sources).astype(np.float32)
    return out


def main() -> None:
    """Run the step from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--qe", type=Path)
    parser.add_argument("--readers", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--suffix", default=".jsonl.xz")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    train, dev = read_english(args.data, args.qe, args.suffix)
    cards = [json.loads((r / "reader.json").read_text("utf-8")) for r in args.readers]
    langs = max((card["langs"] for card in cards), key=len)
    found: dict[int, NDArray[np.float32]] = {}
    for folder, card in zip(args.readers, cards, strict=True):
        reader = OriginReader(folder, threads=args.threads)
        if held := card["held_out"]:
            found |= read_all(reader, langs, train, TRAIN_SEED, held)
        else:
            found |= read_all(reader, langs, dev, DEV_SEED)
        print(folder, len(found), flush=True)
    np.savez(args.out, keys=np.array(list(found), np.uint64), logits=np.stack(list(found.values())),
             langs=np.array(langs))  # fmt: skip


if __name__ == "__main__":
    main()
