"""Parallel text: from TSV to one file of piece ids, held-out slices, and batches.

    python -m marian.corpus --model MODEL --weights weights.toml --out DIR en-pt.tsv.xz …

writes `DIR/corpus.npz` and the slices `DIR/dev/<slice>.en-<language>.tsv`. Input lines are
`source name, English, other`, tab-separated. The language is read from the file's name.
"""

from __future__ import annotations

import argparse
import lzma
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .vocabulary import DIRECTIONS, LANGUAGES, Vocabulary

Row = tuple[str, str, str]
LONGEST = 90
"""Pairs with a longer side, in pieces, are left out."""


@dataclass(frozen=True)
class Mixture:
    """How often a pair is shown: weight of its source times weight of its direction."""

    sources: Mapping[str, float]
    directions: Mapping[tuple[str, str], float]
    held_out: Mapping[str, Mapping[str, tuple[int, int]]]
    """Slice name → source → rows [first, last) of that source; negative counts from the end."""

    @classmethod
    def read(cls, path: Path) -> Mixture:
        """Read `weights.toml`."""
        table = tomllib.loads(path.read_text("utf-8"))
        directions = {}
        for name, weight in table["directions"].items():
            source, target = name.split("-")
            directions[source, target] = float(weight)
        held = {
            name: {source: (int(first), int(last)) for source, (first, last) in rows.items()}
            for name, rows in table["held_out"].items()
        }
        return cls({k: float(v) for k, v in table["sources"].items()}, directions, held)


def read_rows(path: Path) -> Iterator[Row]:
    """Rows of a TSV file, plain or xz-compressed."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            name, english, other = line.rstrip("\n").split("\t")
            yield name, english, other


def split_rows(rows: Iterable[Row], mixture: Mixture) -> tuple[list[Row], dict[str, list[Row]]]:
    """Divide rows into training rows and held-out slices, by place within each source."""
    by_source: dict[str, list[Row]] = {}
    for row in rows:
        if mixture.sources.get(row[0], 0.0) > 0.0:
            by_source.setdefault(row[0], []).append(row)
    slices: dict[str, list[Row]] = {name: [] for name in mixture.held_out}
    for name, sources in mixture.held_out.items():
        for source, (first, last) in sources.items():
            found = by_source.get(source, [])
            end = len(found) + last if last <= 0 else last
            start = len(found) + first if first < 0 else first
            slices[name] += found[start:end]
            by_source[source] = found[:start] + found[end:]
    return [row for found in by_source.values() for row in found], slices


def usable(english: npt.NDArray[np.uint16], other: npt.NDArray[np.uint16], unknown: int) -> bool:
    """Whether a pair's lengths agree, are within bounds, and its characters are known."""
    short, long = sorted((len(english), len(other)))
    if short < 1 or long > LONGEST or (long > 12 and long > 2 * short):
        return False
    return int((english == unknown).sum() + (other == unknown).sum()) <= 1


@dataclass(frozen=True)
class Corpus:
    """Ids of all pairs, flat: pair i's English is `english[english_at[i]:english_at[i + 1]]`."""

    english: npt.NDArray[np.uint16]
    other: npt.NDArray[np.uint16]
    english_at: npt.NDArray[np.int64]
    other_at: npt.NDArray[np.int64]
    language: npt.NDArray[np.int8]
    source: npt.NDArray[np.int16]
    names: tuple[str, ...]

    @classmethod
    def build(cls, rows: Mapping[str, Sequence[Row]], vocabulary: Vocabulary) -> Corpus:
        """Encode rows given by language, dropping unusable and repeated pairs."""
        names: dict[str, int] = {}
        english, other, language, source = [], [], [], []
        for code, found in rows.items():
            found = list(dict.fromkeys(found))
            left = vocabulary.encode([row[1] for row in found], threads=2)
            right = vocabulary.encode([row[2] for row in found], threads=2)
            for (name, *_), a, b in zip(found, left, right, strict=True):
                if usable(a, b, vocabulary.unknown):
                    english.append(a)
                    other.append(b)
                    language.append(LANGUAGES.index(code))
                    source.append(names.setdefault(name, len(names)))
        return cls(
            np.concatenate(english),
            np.concatenate(other),
            np.cumsum([0, *map(len, english)]),
            np.cumsum([0, *map(len, other)]),
            np.array(language, dtype=np.int8),
            np.array(source, dtype=np.int16),
            tuple(names),
        )

    def save(self, path: Path) -> None:
        """Write as an uncompressed npz file."""
        arrays = {field.name: np.array(getattr(self, field.name)) for field in fields(self)}
        np.savez(path, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, path: Path) -> Corpus:
        """Read what `save` wrote."""
        with np.load(path) as arrays:
            values = dict(arrays)
        names = tuple(map(str, values.pop("names")))
        return cls(**values, names=names)

    @cached_property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Pieces of each pair's English and other side, [2, pairs]."""
        return np.stack([np.diff(self.english_at), np.diff(self.other_at)])

    def epoch(self, mixture: Mixture, rng: np.random.Generator) -> npt.NDArray[np.int64]:
        """Shuffled (pair, 1 if into English) rows; weights are rounded up or down at random."""
        weight = np.array([mixture.sources.get(name, 0.0) for name in self.names])[self.source]
        parts = []
        for source, target in DIRECTIONS:
            into_english = target == "en"
            code = source if into_english else target
            pairs = np.flatnonzero(self.language == LANGUAGES.index(code))
            mean = weight[pairs] * mixture.directions.get((source, target), 0.0)
            times = np.floor(mean + rng.random(len(pairs))).astype(np.int64)
            chosen = np.repeat(pairs, times)
            parts.append(np.stack([chosen, np.full(len(chosen), int(into_english))], axis=1))
        return rng.permutation(np.concatenate(parts))

    def plan(
        self, mixture: Mixture, tokens: int, rng: np.random.Generator, window: int = 20_000
    ) -> list[npt.NDArray[np.int64]]:
        """One epoch as batches of at most `tokens` padded positions a side, similar lengths."""
        rows = self.epoch(mixture, rng)
        english, other = self.lengths[:, rows[:, 0]]
        batches = []
        for start in range(0, len(rows), window):
            part = slice(start, start + window)
            a, b = english[part], other[part]
            order = np.lexsort((np.minimum(a, b), np.maximum(a, b)))
            longest = np.maximum(a, b)[order] + 2
            first = 0
            found = []
            for i, length in enumerate(longest):
                if i > first and length * (i + 1 - first) > tokens:
                    found.append(rows[part][order[first:i]])
                    first = i
            found.append(rows[part][order[first:]])
            batches += [found[i] for i in rng.permutation(len(found))]
        return batches

    def longest(self, batch: npt.NDArray[np.int64]) -> int:
        """Pieces in the longest side of a batch."""
        return int(self.lengths[:, batch[:, 0]].max())

    def arrays(
        self, batch: npt.NDArray[np.int64], vocabulary: Vocabulary
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Padded source [batch, S] (`>>lang<<` pieces `</s>`) and target [batch, T]."""
        sources, targets = [], []
        for pair, into_english in batch:
            english = self.english[self.english_at[pair] : self.english_at[pair + 1]]
            other = self.other[self.other_at[pair] : self.other_at[pair + 1]]
            code = "en" if into_english else LANGUAGES[self.language[pair]]
            source, target = (other, english) if into_english else (english, other)
            sources.append([vocabulary.language[code], *source, vocabulary.end])
            targets.append([*target, vocabulary.end])
        return pad(sources, vocabulary.pad), pad(targets, vocabulary.pad)


def pad(rows: Sequence[Sequence[int]], value: int) -> npt.NDArray[np.int64]:
    """Rows of unequal length as one array [rows, longest]."""
    out = np.full((len(rows), max(map(len, rows))), value, dtype=np.int64)
    for i, row in enumerate(rows):
        out[i, : len(row)] = row
    return out


def prepare(files: Sequence[Path], vocabulary: Vocabulary, mixture: Mixture, out: Path) -> Corpus:
    """Read files, write the held-out slices and the corpus; return the corpus.

    English sentences of any slice are left out of training in every language.
    """
    (out / "dev").mkdir(parents=True, exist_ok=True)
    train: dict[str, list[Row]] = {}
    secret: set[str] = set()
    for path in files:
        code = path.name.split(".")[0].removeprefix("en-")
        train[code], slices = split_rows(read_rows(path), mixture)
        for name, rows in slices.items():
            secret.update(row[1].lower() for row in rows)
            lines = "".join("\t".join(row) + "\n" for row in rows)
            (out / "dev" / f"{name}.en-{code}.tsv").write_text(lines, "utf-8")
    kept = {c: [row for row in rows if row[1].lower() not in secret] for c, rows in train.items()}
    corpus = Corpus.build(kept, vocabulary)
    corpus.save(out / "corpus.npz")
    return corpus


def main() -> None:
    """Command line: see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--model", required=True, type=Path, help="folder with the vocabulary")
    parser.add_argument("--weights", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    args = parser.parse_args()
    mixture = Mixture.read(args.weights)
    corpus = prepare(args.files, Vocabulary(args.model), mixture, args.out)
    rows = corpus.epoch(mixture, np.random.default_rng(0))
    for index, code in enumerate(LANGUAGES):
        kept = int((corpus.language == index).sum())
        shown = int((corpus.language[rows[:, 0]] == index).sum())
        print(f"{code}: {kept} pairs, {shown} shown in an epoch, both directions together")


if __name__ == "__main__":
    main()
