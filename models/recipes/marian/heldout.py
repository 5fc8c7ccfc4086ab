"""Held-out loss: cross-entropy in nats per target piece, teacher-forced, over all pieces.

    python -m marian.heldout --model INITIAL --checkpoint DIR/checkpoint.pt --slices D/dev

prints a Markdown table by slice and direction. Weights are the checkpoints' moving averages, as
`marian.export` writes them, or without `--checkpoint` the folder's own. Far cheaper than to
translate, and differences of a training are seen in it much earlier than in chrF.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from .corpus import LONGEST, pad, read_rows
from .evaluate import spread
from .export import trained_model
from .network import Network
from .share import SHARES
from .training import fast_bfloat16
from .vocabulary import DIRECTIONS, Ids, Vocabulary

Nats = dict[tuple[str, str, str], float]
"""Cross-entropy per target piece by (slice, source language, target language)."""
POSITIONS = 4000
"""Padded positions in a batch, a side."""


def batches(
    sources: Sequence[Ids], targets: Sequence[Ids], code: str, vocabulary: Vocabulary
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Padded (source [batch, S], target [batch, T]) of pairs within the length of training."""
    pairs = [
        ([vocabulary.language[code], *source, vocabulary.end], [*target, vocabulary.end])
        for source, target in zip(sources, targets, strict=True)
        if max(len(source), len(target)) <= LONGEST
    ]
    pairs.sort(key=lambda pair: max(map(len, pair)))
    while pairs:
        size = max(1, POSITIONS // max(map(len, pairs[-1])))
        found, pairs = pairs[-size:], pairs[:-size]
        yield tuple(pad([pair[side] for pair in found], vocabulary.pad) for side in (0, 1))


def heldout(network: Network, vocabulary: Vocabulary, slices: Path, limit: int) -> Nats:
    """Nats of at most `limit` sentences, evenly from each file, a slice and direction."""
    network.eval()
    nats: Nats = {}
    for name in sorted({path.name.split(".")[0] for path in slices.iterdir()}):
        for source, target in DIRECTIONS:
            other = source if target == "en" else target
            rows = spread(list(read_rows(slices / f"{name}.en-{other}.tsv")), limit)
            sides = [vocabulary.encode([row[side] for row in rows]) for side in (1, 2)]
            if target == "en":
                sides.reverse()
            total = pieces = 0.0
            for given, wanted in batches(*sides, target, vocabulary):
                with (
                    torch.no_grad(),
                    torch.autocast("cpu", dtype=torch.bfloat16, enabled=fast_bfloat16()),
                ):
                    total += network.nats(
                        torch.from_numpy(given), torch.from_numpy(wanted), vocabulary.pad
                    )
                pieces += int((wanted != vocabulary.pad).sum())
            nats[name, source, target] = total / pieces
    return nats


def groups(nats: Nats) -> dict[str, float]:
    """Means over slices: into English, out of English by language, and of all directions."""
    into = [value for (_, _, target), value in nats.items() if target == "en"]
    found = {"into en": float(np.mean(into))}
    for _, target in DIRECTIONS:
        if target != "en":
            values = [value for (*_, into), value in nats.items() if into == target]
            found[f"en→{target}"] = float(np.mean(values))
    return found | {"mean": float(np.mean(list(nats.values())))}


def main() -> None:
    """Command line: see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--checkpoint", type=Path, nargs="*", default=[])
    parser.add_argument("--kind", choices=("average", "weights"), default="average")
    parser.add_argument("--share", choices=SHARES, default="none", help="without --checkpoint")
    parser.add_argument("--slices", required=True, type=Path)
    parser.add_argument("--limit", type=int, default=100, help="sentences a direction and slice")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    network = Network(trained_model(args.model, args.checkpoint, args.kind, args.share))
    nats = heldout(network, Vocabulary(args.model), args.slices, args.limit)
    print("| slice | direction | nats per piece |\n|---|---|---:|")
    for (name, source, target), value in nats.items():
        print(f"| {name} | {source}→{target} | {value:.3f} |")
    for group, value in groups(nats).items():
        print(f"| all | {group} | {value:.3f} |")


if __name__ == "__main__":
    main()
