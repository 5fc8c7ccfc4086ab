"""Human scores of different data sets on one scale, and correlation with them."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from judge import records as files
from mtcheck.engines.judge_guards import guard
from mtcheck.scoring.statistics import ranks, spearman

Record = dict[str, Any]
MAX_CHARS = 700
DIRECT = "da-z"  # score_type of direct assessments


def group(record: Record) -> str:
    """Return the unit within which scores are comparable."""
    return f"{record['dataset']} {record['lp']}"


def usable(r: Record) -> bool:
    """Tell whether a pair is of ordinary length and no case for the guards."""
    if max(len(r["src"]), len(r["mt"])) > MAX_CHARS:
        return False
    return not guard(r["src"], r["mt"], target_lang=r["lp"].split("-")[1])


def z_within_groups(records: Sequence[Record]) -> NDArray[np.float32]:
    """Return normal scores of the ranks within each group, mean 0 and spread 1."""
    out = np.zeros(len(records), np.float32)
    names = np.array([group(r) for r in records])
    normal = NormalDist()
    for name in set(names):
        rows = np.flatnonzero(names == name)
        share = (ranks([records[i]["score"] for i in rows]) - 0.5) / len(rows)
        z = np.array([normal.inv_cdf(float(s)) for s in share])
        out[rows] = (z - z.mean()) / max(z.std(), 1e-6)  # many MQM segments tie at zero
    return out


def by_group(p: NDArray, records: Sequence[Record]) -> dict[str, float]:
    """Return Spearman's correlation with people within each group."""
    names = np.array([group(r) for r in records])
    score = np.array([r["score"] for r in records])
    return {n: round(spearman(p[names == n].tolist(), score[names == n].tolist()), 3)
            for n in sorted(set(names))}  # fmt: skip


def means(p: NDArray, records: Sequence[Record]) -> dict[str, float]:
    """Return the mean over groups: of all, of direct assessments, of MQM."""
    kind = {group(r): r["score_type"] for r in records}
    found = by_group(p, records)

    def mean(names: list[str]) -> float:
        return round(float(np.nanmean([found[n] for n in names])), 4) if names else float("nan")

    return {
        "all": mean(list(found)),
        "da": mean([n for n in found if kind[n] == DIRECT]),
        "mqm": mean([n for n in found if kind[n] != DIRECT]),
    }


def sample(path: Path, per_group: int, seed: int) -> list[Record]:
    """Return up to ``per_group`` usable records of each group, in random order."""
    grouped: dict[str, list[Record]] = defaultdict(list)
    for record in files.records(path):
        grouped[group(record)].append(record)
    rng = random.Random(seed)
    out = []
    for name in sorted(grouped):
        rng.shuffle(grouped[name])
        out += list(itertools.islice((r for r in grouped[name] if usable(r)), per_group))
    rng.shuffle(out)
    return out
