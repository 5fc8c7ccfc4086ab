"""Sentences to measure with: those of the seeds, told apart by openings of our own.

Engines translate equal sentences once, so that a benchmark needs different ones.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

SEEDS = Path(__file__).parents[2] / "seeds"
_ENGLISH = ("clean-en.txt", "2022-02-20-belarus.txt")
_OPENINGS = (
    "On Monday", "In March", "Last week", "At noon", "In the capital", "By the evening",
    "Two days later", "In an interview", "After the meeting", "In the north", "Before the vote",
    "On the coast", "According to the council", "As in past years", "To nobody's surprise",
)  # fmt: skip


def sentences(number: int, path: Path | None = None) -> list[str]:
    """Return so many different English sentences of five words or more; see `endless`."""
    return list(itertools.islice(endless(path), number))


def endless(path: Path | None = None) -> Iterator[str]:
    """Return different English sentences of five words or more.

    Args:
        path: a text file to take them from instead of the seeds; it may be used several times over.
    """
    files = [path] if path else [SEEDS / name for name in _ENGLISH]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    plain = [s for line in lines for s in re.split(r"(?<=[.!?]) +", line.strip())]
    plain = list(dict.fromkeys(s for s in plain if len(s.split()) >= 5))
    openings = itertools.chain(
        [""],
        (f"{opening}, " for opening in _OPENINGS),
        (f"On day {day}, " for day in itertools.count(2)),
    )
    return (opening + text for opening in openings for text in plain)


def article(words: int, path: Path | None = None) -> str:
    """Return paragraphs of four sentences with about so many words."""
    found, total = [], 0
    for text in sentences(words // 5 + 1, path):
        if total >= words:
            break
        found.append(text)
        total += len(text.split())
    return "\n\n".join(" ".join(found[i : i + 4]) for i in range(0, len(found), 4)) + "\n"
