"""Figures on text of other years and genres: documents and their human translations.

    python -m marian.documents --model FOLDER --limit 300 DATA/origin/*.jsonl.xz

Records, JSON Lines, are documents with `text` (sentences joined by newlines), `label`, `lang`,
`group` (shared by a document and its translations), `source_lang` and `pe_suspect`: WMT's source
sides and references, newer than the newstest sets that the model is trained on. Documents with
other numbers of lines than their translation are left out. Where no originals of a language are,
the direction out of it is measured backwards, from the translation to the original.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from .evaluate import direction_figures, table
from .translate import Translator
from .vocabulary import DIRECTIONS

Pair = tuple[str, str]
SHORTEST, LONGEST = 20, 400
"""Characters of a source sentence."""


def read(paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Records of files, packed by xz or not."""
    for path in paths:
        with (
            lzma.open(path, "rt", encoding="utf-8")
            if path.suffix == ".xz"
            else path.open(encoding="utf-8") as lines
        ):
            yield from map(json.loads, lines)


def aligned(records: Iterable[dict[str, Any]]) -> dict[Pair, list[Pair]]:
    """(Original, human translation) sentences by (language, target language)."""
    originals: dict[tuple[str, str], list[str]] = {}
    translations: dict[tuple[str, str, str], list[str]] = {}
    for record in records:
        lines = record["text"].split("\n")
        if record["label"] == "human-original":
            originals[record["group"], record["lang"]] = lines
        elif record["label"] == "human-translation" and not record.get("pe_suspect"):
            key = record["group"], record["source_lang"], record["lang"]
            translations.setdefault(key, lines)
    found: dict[Pair, list[Pair]] = defaultdict(list)
    for (group, source, target), lines in sorted(translations.items()):
        original = originals.get((group, source), [])
        if len(original) == len(lines):
            found[source, target] += [
                pair
                for pair in zip(original, lines, strict=True)
                if SHORTEST <= len(pair[0]) <= LONGEST
            ]
    return dict(found)


def chosen(pairs: dict[Pair, list[Pair]], limit: int, seed: int = 5) -> dict[Pair, list[Pair]]:
    """At most `limit` sentences of each direction of the model, backwards where need be."""
    found = {}
    for source, target in DIRECTIONS:
        rows = pairs.get((source, target)) or [(b, a) for a, b in pairs.get((target, source), [])]
        if rows:
            found[source, target] = random.Random(seed).sample(rows, min(limit, len(rows)))
    return found


def main() -> None:
    """Command line: see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", nargs="+", type=Path)
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--limit", type=int, default=300, help="sentences a direction")
    parser.add_argument("--beam", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    translator = Translator(args.model, args.threads)
    figures = {
        f"documents {source}→{target}": direction_figures(translator, rows, target, args.beam)
        for (source, target), rows in chosen(aligned(read(args.documents)), args.limit).items()
    }
    print(table(figures))


if __name__ == "__main__":
    main()
