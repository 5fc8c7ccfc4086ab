"""English of other kinds than the origin models were trained on, for `mtcheck evaluate origin`.

    python -m judge.origin_elsewhere --qe DATA/qe --out WORK/elsewhere.jsonl
    mtcheck evaluate origin WORK/elsewhere.jsonl --by domain

The sources and translations of judged segments, put together to texts: talks are runs of lines as
they were spoken, the others sentences of different articles. Where people judged translations out
of English the sources are originals, where they judged translations into it machine translations.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from judge import records as files
from judge.origin_fit import MACHINE, ORIGINAL

Record = dict[str, Any]
LINES = 10  # of a text
MOST = 150  # texts of a kind
TALKS = "ted21-mqm"
# Data set and pair: kind of text, label. Talks into English are left out: they were trained on.
KINDS = {
    (TALKS, "en-de"): ("talks", ORIGINAL),
    (TALKS, "en-ru"): ("talks", ORIGINAL),
    ("mlqe-pe", "en-de"): ("encyclopaedia", ORIGINAL),
    ("mlqe-pe", "en-zh"): ("encyclopaedia", ORIGINAL),
    ("mlqe-pe", "et-en"): ("encyclopaedia", MACHINE),
    ("mlqe-pe", "ro-en"): ("encyclopaedia", MACHINE),
    ("mlqe-pe", "ne-en"): ("encyclopaedia", MACHINE),
    ("mlqe-pe", "si-en"): ("encyclopaedia", MACHINE),
    ("mlqe-pe", "ru-en"): ("forum and quotations", MACHINE),
    ("qe23", "en-hi"): ("mixed", ORIGINAL),
    ("qe23", "en-gu"): ("mixed", ORIGINAL),
}


def texts(judged: Iterable[Record], seed: int = 0) -> Iterator[Record]:
    """Yield texts with the fields that `mtcheck evaluate origin` reads.

    Args:
        judged: segments with dataset, lp, doc_id, seg, src, mt.
        seed: of the order in which sentences that are no document are put together.
    """
    talks: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    loose: dict[tuple[str, str, str], dict[str, None]] = defaultdict(dict)
    for r in judged:
        kind, label = KINDS.get((r["dataset"], r["lp"]), ("", ""))
        line = " ".join((r["src"] if label == ORIGINAL else r["mt"]).split())
        if r["dataset"] == TALKS and kind:
            talks[r["lp"], r["doc_id"]][int(r["seg"])] = line
        elif kind:
            source = "en" if label == ORIGINAL else r["lp"].split("-")[0]
            loose[kind, label, source][line] = None
    runs: dict[tuple[str, str, str], list[list[str]]] = {}
    heard: set[str] = set()  # some talks were translated into both languages
    for _, talk in sorted(talks.items()):
        spoken = [line for seg in sorted(talk) if (line := talk[seg]) not in heard]
        heard |= set(spoken)
        runs.setdefault(("talks", ORIGINAL, "en"), []).extend(_cut(spoken))
    for key, lines in sorted(loose.items()):
        mixed = list(lines)
        random.Random(seed).shuffle(mixed)
        runs[key] = _cut(mixed)
    for (kind, label, source), parts in runs.items():
        for i, part in enumerate(parts[:MOST]):
            yield {"text": "\n".join(part), "lang": "en", "label": label, "domain": kind,
                   "source_lang": source, "group": f"{kind}:{source}:{i}"}  # fmt: skip


def _cut(lines: list[str]) -> list[list[str]]:
    """Return runs of `LINES` lines; the rest is left out."""
    return [lines[i : i + LINES] for i in range(0, len(lines) - LINES + 1, LINES)]


def main() -> None:
    """Run the step from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--qe", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--suffix", default=".jsonl.xz")
    args = parser.parse_args()
    judged = [r for x in ("train", "dev") for r in files.records(args.qe / f"{x}{args.suffix}")]
    with args.out.open("w", encoding="utf-8") as out:
        for record in texts(judged):
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
