"""Asks how well suspicious words are found where it is known which word is wrong: words.json.

    python -m judge.words --model models/judge-small --dev dev.jsonl.xz --pairs 150

No set here has labels of words. In translations that people scored highly one word is replaced by a
word of another translation into the same language; looked at is where the judge points, before and
after. Real mistakes are harder to find than these.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

from judge import scales
from mtcheck.core.config import JudgeConfig
from mtcheck.core.spans import Span
from mtcheck.engines import judge_words
from mtcheck.engines.judge import Judge, open_judge

Record = dict[str, Any]
WORDS = (6, 40)


def good(records: list[Record]) -> list[Record]:
    """Return the third of each group that people scored highest, of ordinary length."""
    z = scales.z_within_groups(records)
    return [
        r for r, score in zip(records, z, strict=True)
        if score > 0.43 and WORDS[0] <= len(spans(r)) <= WORDS[1]
    ]  # fmt: skip


def spans(r: Record) -> list[Span]:
    """Return the words of a translation."""
    return judge_words.words(r["mt"], r["lp"].split("-")[1])


def replace_word(r: Record, pool: list[Record], rng: random.Random) -> tuple[str, Span]:
    """Return the translation with one word replaced, and where the new word stands."""
    others = [q for q in pool if q["lp"] == r["lp"] and q["src"] != r["src"]] or [r]
    other = rng.choice(others)
    text, span = r["mt"], rng.choice(spans(r))
    # Of the longer ones: particles would often fit.
    words = sorted((s.of(other["mt"]) for s in spans(other)), key=len)
    new = rng.choice(words[len(words) // 2 :])
    return text[: span.start] + new + text[span.end :], Span(span.start, span.start + len(new))


def search(
    judge: Judge, records: list[Record], texts: list[str], *, fluency: bool
) -> list[list[tuple[Span, float]]]:
    """Return what the judge points at in each text, strongest first."""
    out: list[list[tuple[Span, float]]] = [[] for _ in texts]
    for lp in sorted({r["lp"] for r in records}):
        places = [i for i, r in enumerate(records) if r["lp"] == lp]
        source, target = lp.split("-")
        mt = [texts[i] for i in places]
        src = None if fluency else [records[i]["src"] for i in places]
        if src is None:
            scores = judge.fluency(mt, lang=target)
        else:
            scores = judge.quality(src, mt, source_lang=source, target_lang=target)
        made = judge_words.add_words(
            judge, scores, src, mt, source_lang=None if fluency else source, target_lang=target
        )
        for i, score in zip(places, made, strict=True):
            out[i] = sorted(((w.span, w.drop) for w in score.suspicious), key=lambda x: -x[1])
    return out


def figures(
    found: list[list[tuple[Span, float]]],
    before: list[list[tuple[Span, float]]],
    wrong: list[Span],
    sizes: list[int],
) -> dict[str, float]:
    """Return how often the wrong word is named, named first, and what else is."""
    named = [any(s == w for s, _ in f) for f, w in zip(found, wrong, strict=True)]
    first = [bool(f) and f[0][0] == w for f, w in zip(found, wrong, strict=True)]
    marked = sum(map(len, found))
    return {
        "n": len(wrong),
        "wrong_word_named": round(sum(named) / len(named), 3),
        "wrong_word_first": round(sum(first) / len(first), 3),
        "chance_first": round(sum(1 / n for n in sizes) / len(sizes), 3),
        "named_that_are_wrong": round(sum(named) / marked, 3) if marked else 0.0,
        "good_texts_with_a_named_word": round(sum(map(bool, before)) / len(before), 3),
    }


def main() -> None:
    """Run the step from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--dev", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=150)
    parser.add_argument("--drops", type=float, nargs="*", default=[judge_words.MIN_DROP])
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    judge = open_judge(JudgeConfig(model=str(args.model)), threads=args.threads)
    rng = random.Random(0)
    pool = good(scales.sample(args.dev, 1_000_000, seed=2))
    records = rng.sample(pool, min(args.pairs, len(pool)))
    made = [replace_word(r, pool, rng) for r in records]
    wrong, sizes = [span for _, span in made], [len(spans(r)) for r in records]
    out: dict[str, Any] = {}
    for name, fluency in (("quality", False), ("fluency", True)):
        judge_words.MIN_DROP = min(args.drops)
        before = search(judge, records, [r["mt"] for r in records], fluency=fluency)
        after = search(judge, records, [text for text, _ in made], fluency=fluency)
        for drop in args.drops:
            some = [[[x for x in f if x[1] >= drop] for f in side] for side in (after, before)]
            out[f"{name}, drop {drop:g}"] = figures(*some, wrong, sizes)
    (args.model / "words.json").write_text(json.dumps(out, indent=1) + "\n", "utf-8")
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
