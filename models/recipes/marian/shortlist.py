"""List the pieces that translations into each language are made of: CTranslate2's `vmap.txt`.

    python -m marian.shortlist --model FOLDER --corpus DIR/corpus.npz --weights weights.toml

writes `FOLDER/ct2/vmap.txt` and lists the folder's hashes anew; run it behind `marian.export`,
which removes the file. One line a target language: its token, a tab, its pieces. The output layer
is then computed for these pieces only. A source's candidates follow from its token alone, not from
its other pieces, so that a translation does not depend on the sentences that share its batch.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .corpus import Corpus, Mixture
from .seal import seal
from .vocabulary import DIRECTIONS, LANGUAGES, TOKENS, Vocabulary

FILE = "vmap.txt"
SHARE = 2e-6
"""Least share of a language's pieces, as training shows them, that a piece on its list has."""


def counts(corpus: Corpus, mixture: Mixture, size: int) -> dict[str, npt.NDArray[np.float64]]:
    """Times that an epoch shows each piece in a target of each language, [size] by ISO 639-1 code.

    Languages that are no target are left out.
    """
    weight = np.array([mixture.sources.get(name, 0.0) for name in corpus.names])[corpus.source]
    english_lengths, other_lengths = corpus.lengths
    found: dict[str, npt.NDArray[np.float64]] = {}
    for source, target in DIRECTIONS:
        into_english = target == "en"
        code = source if into_english else target
        of_pair = np.where(corpus.language == LANGUAGES.index(code), weight, 0.0)
        of_pair *= mixture.directions.get((source, target), 0.0)
        ids, lengths = (
            (corpus.english, english_lengths) if into_english else (corpus.other, other_lengths)
        )
        shown = np.bincount(ids, weights=np.repeat(of_pair, lengths), minlength=size)
        if shown.any():
            found[target] = found.get(target, 0.0) + shown
    return found


def shortlists(
    shown: Mapping[str, npt.NDArray[np.float64]], vocabulary: Vocabulary, share: float
) -> dict[str, list[str]]:
    """Pieces by language that make up at least `share` of what is shown, in order of id.

    Tokens of languages and the pad are on no list; end and unknown are candidates anyway.
    """
    names = {i: piece for piece, i in vocabulary.ids.items()}
    never = {vocabulary.end, vocabulary.unknown, vocabulary.pad, *vocabulary.language.values()}
    return {
        code: [
            names[i]
            for i in map(int, np.flatnonzero((times > 0) & (times >= share * times.sum())))
            if i not in never
        ]
        for code, times in shown.items()
    }


def write(lists: Mapping[str, list[str]], path: Path) -> None:
    """Write lists by language as CTranslate2 reads them.

    Raises:
        ValueError: a piece holds a character that separates pieces or lines.
    """
    for pieces in lists.values():
        wrong = [piece for piece in pieces if set(piece) & set(" \t\r\n")]
        if wrong:
            raise ValueError(f"not to be listed: {wrong!r}")
    lines = [f"{TOKENS[code]}\t{' '.join(pieces)}\n" for code, pieces in lists.items()]
    path.write_text("".join(lines), "utf-8")


def main() -> None:
    """Command line: see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--corpus", required=True, type=Path)
    parser.add_argument("--weights", required=True, type=Path)
    parser.add_argument("--share", type=float, default=SHARE)
    parser.add_argument("--out", type=Path, help="write only this file, and seal nothing")
    args = parser.parse_args()
    vocabulary = Vocabulary(args.model)
    shown = counts(Corpus.load(args.corpus), Mixture.read(args.weights), vocabulary.size)
    lists = shortlists(shown, vocabulary, args.share)
    write(lists, args.out or args.model / "ct2" / FILE)
    if not args.out:
        seal(args.model)
    for code, pieces in lists.items():
        print(f"{code}: {len(pieces)} of {vocabulary.size} pieces")


if __name__ == "__main__":
    main()
