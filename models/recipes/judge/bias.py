"""Asks the finished judge about texts whose answer is known: bias.json.

    python -m judge.bias --model models/judge-small --dev dev.jsonl.xz \
        --hallucinations hallucinations.jsonl.xz --pairs 200

Each pair is damaged in several ways; reported are the mean value (0–100) of the undamaged and of
the damaged segment, and how often the damage costs points.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import Any

from judge import records as files
from mtcheck.core.config import JudgeConfig
from mtcheck.core.evidence import SegmentScore
from mtcheck.engines.judge import Judge, open_judge

Pair = dict[str, Any]


def shuffled(r: Pair, rng: random.Random, pool: list[Pair]) -> str:
    """Return the target's words in random order."""
    words = r["mt"].split()
    rng.shuffle(words)
    return " ".join(words)


def halved(r: Pair, rng: random.Random, pool: list[Pair]) -> str:
    """Return the first half of the target's words."""
    words = r["mt"].split()
    return " ".join(words[: max(1, len(words) // 2)])


def other(r: Pair, rng: random.Random, pool: list[Pair]) -> str:
    """Return the translation of another source of the same pair of languages."""
    rest = [q for q in pool if q["lp"] == r["lp"] and q["src"] != r["src"]]
    # Of like length, so that length does not give it away.
    return min(rest, key=lambda q: abs(len(q["mt"]) - len(r["mt"])))["mt"] if rest else r["mt"]


def copied(r: Pair, rng: random.Random, pool: list[Pair]) -> str:
    """Return the source."""
    return str(r["src"])


def repeated(r: Pair, rng: random.Random, pool: list[Pair]) -> str:
    """Return a loop of the target's first three words."""
    return " ".join(r["mt"].split()[:3] * 8)


def wrong_language(r: Pair, rng: random.Random, pool: list[Pair]) -> str:
    """Return a text of like length in another language than the target's."""
    target = r["lp"].split("-")[1]
    rest = [q for q in pool if q["lp"].split("-")[1] != target]
    return min(rest, key=lambda q: abs(len(q["mt"]) - len(r["mt"])))["mt"] if rest else r["mt"]


DAMAGES: dict[str, Callable[[Pair, random.Random, list[Pair]], str]] = {
    "shuffled words": shuffled,
    "second half missing": halved,
    "translation of another source": other,
    "copied source": copied,
    "loop": repeated,
    "text in another language": wrong_language,
}


def values(judge: Judge, pairs: list[Pair], *, fluency: bool = False) -> list[float | None]:
    """Return the judge's values, in order, pair of languages by pair of languages."""
    out: list[SegmentScore | None] = [None] * len(pairs)
    for lp in {p["lp"] for p in pairs}:
        places = [i for i, p in enumerate(pairs) if p["lp"] == lp]
        source, target = lp.split("-")
        mt = [pairs[i]["mt"] for i in places]
        if fluency:
            made = judge.fluency(mt, lang=target)
        else:
            src = [pairs[i]["src"] for i in places]
            made = judge.quality(src, mt, source_lang=source, target_lang=target)
        for i, s in zip(places, made, strict=True):
            out[i] = s
    return [None if s is None else s.value for s in out]


def compare(before: list[float | None], after: list[float | None]) -> dict[str, float]:
    """Return means and the share of segments that lost points, over what was measured in both."""
    both = [(a, b) for a, b in zip(before, after, strict=True) if a is not None and b is not None]
    if not both:
        return {"n": 0}
    return {
        "n": len(both),
        "before": round(fmean(a for a, _ in both), 1),
        "after": round(fmean(b for _, b in both), 1),
        "lower": round(fmean(b < a for a, b in both), 3),
    }


def main() -> None:
    """Run the step from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--dev", type=Path, required=True)
    parser.add_argument("--hallucinations", type=Path)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    judge = open_judge(JudgeConfig(model=str(args.model)), threads=args.threads)
    rng = random.Random(0)
    pool = [r for r in files.records(args.dev) if 8 <= len(r["mt"].split()) <= 60]
    pairs = rng.sample(pool, min(args.pairs, len(pool)))
    base, base_fluency = values(judge, pairs), values(judge, pairs, fluency=True)
    out: dict[str, Any] = {"quality": {}, "fluency": {}}
    for name, damage in DAMAGES.items():
        worse = [{**p, "mt": damage(p, rng, pool)} for p in pairs]
        out["quality"][name] = compare(base, values(judge, worse))
        if name in ("shuffled words", "loop"):
            out["fluency"][name] = compare(base_fluency, values(judge, worse, fluency=True))
    with_reference = [r for r in pool if r.get("ref")]
    some = rng.sample(with_reference, min(args.pairs, len(with_reference)))
    if some:
        people = values(judge, [{**p, "mt": p["ref"]} for p in some])
        out["references"] = compare(people, values(judge, some))
    if args.hallucinations:
        known = [r for r in files.records(args.hallucinations) if set(r["lp"].split("-"))
                 <= set(judge.score_languages)]  # fmt: skip
        found = [v for v in values(judge, known) if v is not None]
        typical = [v for v in base if v is not None]
        out["hallucinations"] = {
            "n": len(found),
            "mean": round(fmean(found), 1),
            "dev_mean": round(fmean(typical), 1),
            "in_the_lowest_tenth": round(fmean(v < 10 for v in found), 3),
        }
    (args.model / "bias.json").write_text(json.dumps(out, indent=1) + "\n", "utf-8")
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
