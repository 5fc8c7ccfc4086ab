"""More English documents with a machine's hand in them: systems' outputs that people judged.

The judgements of quality (MQM) cover whole documents, each in the versions of many systems and of
people. Put together from their segments they add a year to the origin data, which has machine
translations of two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from judge import records as files
from judge.origin_features import read

Record = dict[str, Any]
# Not wmt21-mqm: its documents are in the origin data already.
DATASETS = ("wmt20-mqm", "ted21-mqm")
LINES = 12  # of a document; longer ones, such as talks, are cut into several
LEAST_LINES = 3


def documents(judged: Iterable[Record], known: Iterable[Record]) -> Iterator[Record]:
    """Yield documents with the fields that training reads, from judged segments.

    Args:
        judged: segments with dataset, lp, doc_id, seg, system, human, mt, year, domain.
        known: documents of the origin data. Human translations that are among them are not given
            again, and nothing is of a source document that only its dev part has.
    """
    texts = {r["text"] for r in known}
    dev = {r["group"] for r in known if r.get("split") == "dev"}
    parts: dict[tuple[str, str, str], list[Record]] = defaultdict(list)
    for r in judged:
        if r["dataset"] in DATASETS and r["lp"].endswith("-en"):
            parts[r["dataset"], r["doc_id"], r["system"]].append(r)
    for (_, doc_id, _), segments in sorted(parts.items()):
        segments.sort(key=lambda r: int(r["seg"]))
        first = segments[0]
        source = first["lp"].split("-")[0]
        group = f"{source}:{first['year']}:{doc_id}"
        if group in dev:
            continue
        lines = [" ".join(r["mt"].split()) for r in segments]
        several = len(lines) > 2 * LINES
        for start in range(0, len(lines), LINES if several else len(lines)):
            part = lines[start : start + LINES] if several else lines
            text = "\n".join(part)
            if len(part) < LEAST_LINES or text in texts:
                continue
            yield {
                "text": text, "lang": "en", "year": first["year"], "domain": first["domain"],
                "label": "human-translation" if first["human"] else "mt", "source_lang": source,
                "group": f"{group}:{start}" if several else group, "split": first["split"],
            }  # fmt: skip


def read_english(
    data: Path, qe: Path | None, suffix: str = ".jsonl.xz"
) -> tuple[list[Record], list[Record]]:
    """Return the English documents to train on, those of judged segments among them, and dev."""
    train, dev = (read(data / f"en_{x}{suffix}", ["en"]) for x in ("train", "dev"))
    return train + (read_documents(qe, [*train, *dev], suffix) if qe else []), dev


def read_documents(qe: Path, known: Iterable[Record], suffix: str = ".jsonl.xz") -> list[Record]:
    """Return the documents of a folder with ``train`` and ``dev`` judgements."""
    judged = [r for part in ("train", "dev") for r in files.records(qe / f"{part}{suffix}")]
    return list(documents(judged, known))
