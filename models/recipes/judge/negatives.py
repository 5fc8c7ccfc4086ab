"""Damaged translations, whose low score is known without asking anybody.

Human judgements have hardly any copies, loops or translations of something else, so that a network
fitted to them alone can give those any score. A small share of damaged pairs teaches it otherwise.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

Record = dict[str, Any]


def words(text: str) -> list[str]:
    """Return the words of a text; where no spaces part them, pairs of characters."""
    found = text.split()
    if len(text) > 12 * len(found):
        return [text[i : i + 2] for i in range(0, len(text), 2)]
    return found


def join(parts: Sequence[str], like: str) -> str:
    """Put `words` together as they stood in ``like``."""
    return ("" if len(like) > 12 * len(like.split()) else " ").join(parts)


def shuffled(r: Record, other: Record, rng: random.Random) -> str:
    """Return the words in another order: all of them, or a run of at least four."""
    parts = words(r["mt"])
    size = max(4, rng.randint(len(parts) // 2, len(parts)))
    start = rng.randint(0, max(0, len(parts) - size))
    run = parts[start : start + size]
    rng.shuffle(run)
    return join([*parts[:start], *run, *parts[start + size :]], r["mt"])


def truncated(r: Record, other: Record, rng: random.Random) -> str:
    """Return the first third to two thirds."""
    parts = words(r["mt"])
    return join(parts[: max(1, round(len(parts) * rng.uniform(0.33, 0.67)))], r["mt"])


def repeated(r: Record, other: Record, rng: random.Random) -> str:
    """Return the text with a run of one to four words said three to eight times."""
    parts = words(r["mt"])
    size = rng.randint(1, 4)
    start = rng.randint(0, max(0, len(parts) - size))
    run = parts[start : start + size] * rng.randint(3, 8)
    return join([*parts[:start], *run, *parts[start + size :]], r["mt"])


def another(r: Record, other: Record, rng: random.Random) -> str:
    """Return the translation of another source."""
    return str(other["mt"])


def continued(r: Record, other: Record, rng: random.Random) -> str:
    """Return a beginning that goes on with something else."""
    mine, theirs = words(r["mt"]), words(other["mt"])
    return join([*mine[: len(mine) // 2], *theirs[len(theirs) // 2 :]], r["mt"])


def copied(r: Record, other: Record, rng: random.Random) -> str:
    """Return the source."""
    return str(r["src"])


def replaced(r: Record, other: Record, rng: random.Random) -> str:
    """Return the text with one word in eight replaced by words of another."""
    parts, theirs = words(r["mt"]), words(other["mt"])
    for _ in range(max(1, len(parts) // 8)):
        parts[rng.randrange(len(parts))] = rng.choice(theirs)
    return join(parts, r["mt"])


def dropped(r: Record, other: Record, rng: random.Random) -> str:
    """Return the text without a run of a sixth to a third of its words."""
    parts = words(r["mt"])
    size = max(2, round(len(parts) * rng.uniform(0.16, 0.34)))
    start = rng.randint(0, max(0, len(parts) - size))
    return join([*parts[:start], *parts[start + size :]], r["mt"])


Damage = Callable[[Record, Record, random.Random], str]

# How many, the quality on the z-scale, and the fluency where the damage tells it.
KINDS: tuple[tuple[Damage, int, float, float | None], ...] = (
    (another, 1200, -2.3, None),
    (shuffled, 1000, -2.0, -2.0),
    (truncated, 1000, -1.6, None),
    (repeated, 600, -2.2, -2.2),
    (continued, 800, -1.6, None),
    (copied, 400, -2.4, None),
    (replaced, 1500, -1.2, -1.2),
    (dropped, 1500, -1.0, None),
)
COST = 0.6  # at least, on the z-scale: damage makes a poor translation poorer still


def make(pool: Sequence[Record], *, seed: int, share: float = 1.0) -> list[Record]:
    """Return damaged records: ``quality`` and ``fluency`` (or None) instead of a score.

    Args:
        pool: undamaged records with ``quality`` and ``fluency``; those with fewer than six words
            are left alone.
        seed: of the choice.
        share: of the numbers in `KINDS`.
    """
    rng = random.Random(seed)
    usable = [r for r in pool if len(words(r["mt"])) >= 6]
    by_pair: dict[str, list[Record]] = defaultdict(list)
    for r in usable:
        by_pair[r["lp"]].append(r)
    out = []
    for damage, n, quality, fluency in KINDS:
        for r in rng.sample(usable, min(round(n * share), len(usable))):
            # Of like length, so that length does not give it away.
            some = rng.sample(by_pair[r["lp"]], min(20, len(by_pair[r["lp"]])))
            others = [q for q in some if q["src"] != r["src"]]
            if not others:
                continue
            other = min(others, key=lambda q: abs(len(q["mt"]) - len(r["mt"])))
            text = damage(r, other, rng)
            if text.strip() and text != r["mt"]:
                known = {
                    "quality": min(quality, r["quality"] - COST),
                    "fluency": None if fluency is None else min(fluency, r["fluency"] - COST),
                }
                out.append({**r, "mt": text, **known, "damage": damage.__name__})
    return out
