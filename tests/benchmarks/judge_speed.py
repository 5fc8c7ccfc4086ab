"""Pairs that the judge scores in a second: python tests/benchmarks/judge_speed.py DEV [--model M].

DEV is JSON Lines with src, mt, lp (plain or .xz). Pairs of about 60 and about 120 pieces, both
sides together; the best of three rounds, since other processes only ever slow a round down.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import resource
import time
from pathlib import Path

from mtcheck.core.config import JudgeConfig
from mtcheck.engines.judge import open_judge


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dev", type=Path)
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    judge = open_judge(JudgeConfig(model=args.model, allow_unsupported=True), threads=args.threads)
    opener = lzma.open if args.dev.suffix == ".xz" else open
    with opener(args.dev, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    parts = judge._encoder.parts([r["src"] for r in records], [r["mt"] for r in records])
    for size in (60, 120):
        near = [records[p.text] for p in parts if abs(len(p.ids) - size) <= size // 10]
        some = near[: args.pairs]
        best = cpu = float("inf")
        for _ in range(3):
            start, used = time.perf_counter(), time.process_time()
            for lang in {r["lp"] for r in some}:
                pairs = [r for r in some if r["lp"] == lang]
                source, target = lang.split("-")
                judge.quality([r["src"] for r in pairs], [r["mt"] for r in pairs],
                              source_lang=source, target_lang=target)  # fmt: skip
            best = min(best, time.perf_counter() - start)
            cpu = min(cpu, time.process_time() - used)
        print(
            f"{size} pieces: {len(some) / best:.0f} pairs/s with {args.threads} threads, "
            f"{len(some) / cpu:.0f} pairs per second of processor time"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory: {peak:.0f} MB")


if __name__ == "__main__":
    main()
