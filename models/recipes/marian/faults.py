"""Failures of a small translation model that can be seen without a reference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

KINDS = ("empty", "loop", "copy", "short", "long")
"""`faults` in order of the table.

empty  nothing but space
loop   three times or more the same one to six words in a row, and the source does not
copy   four words or more, nine tenths of them the source's own, in order
short  less than half as many characters as the source (of 40 or more)
long   more than twice as many characters as the source (of 20 or more)
"""


def has_loop(text: str) -> bool:
    """Whether one to six words come three times or more in a row."""
    words = [word.strip(".,;:!?…\"'“”«»()") for word in text.lower().split()]
    for width in range(1, 7):
        for start in range(len(words) - 3 * width + 1):
            unit = words[start : start + width]
            if all(words[start + i * width : start + (i + 1) * width] == unit for i in (1, 2)):
                return True
    return False


def is_copy(source: str, output: str) -> bool:
    """Whether nearly all words are the source's own at the same place from the start."""
    words, own = output.lower().split(), source.lower().split()
    same = sum(a == b for a, b in zip(words, own, strict=False))
    return len(words) >= 4 and same >= 0.9 * len(words)


def faults(source: str, output: str) -> set[str]:
    """Kinds of failure that one output shows."""
    if not output.strip():
        return {"empty"}
    share = len(output) / max(1, len(source))
    found = {
        "loop": has_loop(output) and not has_loop(source),
        "copy": is_copy(source, output),
        "short": len(source) >= 40 and share < 0.5,
        "long": len(source) >= 20 and share > 2.0,
    }
    return {kind for kind, present in found.items() if present}


def rates(sources: Sequence[str], outputs: Sequence[str]) -> dict[str, float]:
    """Share of outputs with each kind of failure."""
    counts: Counter[str] = Counter()
    for source, output in zip(sources, outputs, strict=True):
        counts.update(faults(source, output))
    return {kind: counts[kind] / max(1, len(outputs)) for kind in KINDS}
