"""Trains the origin models: origin-<lang>.npz and origin.json.

    python -m judge.origin --data DIR --out models/judge-small --langs en de cs ru uk zh ja fr

``DIR`` holds ``{en,other}_{train,dev}.jsonl.xz`` (records with text, lang, label, year, domain,
source_lang, group). Calibration never sees a score of a text whose year the scoring model was
trained on: what has to be calibrated is the model's behaviour on years to come. Each language is
written as soon as it is done; a second run skips languages that are.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from judge.origin_features import Extractor, function_words, masks_names, read
from judge.origin_figures import bands
from judge.origin_fit import OPTIONS, ORIGINAL, Logits, Options, probabilities, raw, rule_mask
from judge.origin_held_out import (
    Labelled,
    held_out_logits,
    unseen_false_alarms,
    unseen_figures,
    unseen_folds,
    unseen_parts,
    unseen_probabilities,
)
from judge.origin_more import read_english
from judge.origin_read import DEV_SEED, TRAIN_SEED, WINDOWS, Readings
from judge.origin_sources import source_figures, train_sources


def variant(
    s: Labelled, held: Logits, d: Labelled, dev_logits: Logits, *, rules: bool
) -> dict[str, Any]:
    """Return calibration, bands and figures, with or without the rules' findings."""
    scored = held.scored
    card: dict[str, Any] = s.calibrate(held, scored, rules=rules)
    chosen = scored & s.comparable
    card["bands"] = bands(s.t, s.y, s.news, probabilities(s.t, held, card, chosen, rules=rules))
    if rules:
        card["usual"] = usual_rates(s)
    p_dev = probabilities(d.t, dev_logits, card, np.ones(len(d.y), bool), rules=rules)
    folds = unseen_folds(s, held, rules=rules)
    p = unseen_probabilities(s, folds)
    card["figures"] = {
        "dev": d.figures(p_dev, d.t.whole),
        "dev_windows": d.figures(p_dev, ~d.t.whole),
        "unseen_years": unseen_figures(s, p, s.t.whole),
        "unseen_years_windows": unseen_figures(s, p, ~s.t.whole),
        "unseen_years_news": unseen_figures(s, p, s.t.whole & s.news),
        "unseen_parts": unseen_parts(s, p),
        "unseen_false_alarms": unseen_false_alarms(s, folds),
    }
    return card


def rules_help(without: dict[str, Any], with_rules: dict[str, Any]) -> bool:
    """Tell whether rules have a weight at all and do no harm on unseen years."""
    before, after = (
        card["figures"]["unseen_years"].get("human_vs_mt") or 0.0 for card in (without, with_rules)
    )
    return after >= before and any([*with_rules["translated"][4:], *with_rules["machine"][4:]])


def usual_rates(s: Labelled) -> dict[str, float]:
    """Return findings per 1,000 words of whole human originals, for each question."""
    rows = s.t.whole & (s.y == ORIGINAL)
    total = max(1, int(s.t.words[rows].sum()))
    return {
        task: round(1000 * float((s.t.rules[rows] * rule_mask(task)).sum()) / total, 2)
        for task in ("translated", "machine")
    }


def train(
    lang: str, train_set: list[dict[str, Any]], dev_set: list[dict[str, Any]], out: Path,
    *, size: int, readings: Readings | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Train, calibrate and write one language; return its entry of origin.json."""
    options = OPTIONS.get(lang, Options())
    extractor = Extractor(lang, function_words(train_set, lang), size, options.lexical)
    t = extractor.transform(train_set, windows=WINDOWS, seed=TRAIN_SEED, fit=True)
    s = Labelled.of(t, train_set, options, readings)
    d = Labelled.of(extractor.transform(dev_set, windows=WINDOWS, seed=DEV_SEED), dev_set, options,
                    readings)  # fmt: skip
    held = held_out_logits(s)
    final = s.weights(np.ones(len(t.doc), bool))
    if final is None:
        raise ValueError(f"{lang}: a class has no document")
    dev_logits = Logits(*raw(d.t, final), d.read)
    card = {
        "mask_names": masks_names(lang), "lexical": bool(options.lexical),
        "reader": readings is not None,
        **variant(s, held, d, dev_logits, rules=False),
    }  # fmt: skip
    with_rules = variant(s, held, d, dev_logits, rules=True)
    if rules_help(card, with_rules):
        card["rules"] = with_rules
    arrays: dict[str, NDArray[Any]] = {
        "keys": extractor.keys, "idf": extractor.idf.astype(np.float16),
        "function_words": extractor.function_words,
        "style": np.stack([extractor.mean, extractor.spread]),
        "translated": final[0].astype(np.float16), "machine": final[1].astype(np.float16),
    }  # fmt: skip
    source = np.where(s.y == ORIGINAL, "", s.source)
    sources = train_sources(t, source, extractor.keys, s.held_out, s.sources(readings))
    if sources is not None:
        weights, card["sources"] = sources
        arrays["sources"] = weights.astype(np.float16)
        from_dev = source_figures(d.t, dev_set, *sources, extractor.keys, d.sources(readings))
        card["figures"] |= {
            "translated_from_dev": from_dev,
            "translated_from_unseen_years": card["sources"].pop("unseen_years"),
        }
    np.savez(out / f"origin-{lang}.npz", **arrays)
    return card


def copy_reader(reader: Path, out: Path) -> None:
    """Copy what the engine reads of a reader; the run's own files stay behind."""
    (out / "encoder").mkdir(parents=True, exist_ok=True)
    for name in ("config.json", "model.bin", "pieces.model", "vocabulary.json"):
        shutil.copyfile(reader / "encoder" / name, out / "encoder" / name)
    for name in ("head.npz", "reader.json"):
        shutil.copyfile(reader / name, out / name)


def main() -> None:
    """Run the step from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--langs", nargs="+", default=["en", "de", "cs", "ru", "uk", "zh", "ja"])
    parser.add_argument("--size", type=int, default=100_000, help="features of English")
    parser.add_argument("--size-other", type=int, default=50_000)
    parser.add_argument("--qe", type=Path, help="judged segments, for more English documents")
    parser.add_argument("--read", type=Path, help="what `judge.origin_read` wrote, for English")
    parser.add_argument("--reader", type=Path, help="the reader that goes with it")
    parser.add_argument("--suffix", default=".jsonl.xz")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    path = args.out / "origin.json"
    done = json.loads(path.read_text("utf-8")) if path.exists() else {"languages": {}}
    for lang in args.langs:
        if lang in done["languages"] and (args.out / f"origin-{lang}.npz").exists():
            continue
        begin = time.time()
        parts = (
            read_english(args.data, args.qe, args.suffix)
            if lang == "en"
            else [read(args.data / f"other_{p}{args.suffix}", [lang]) for p in ("train", "dev")]
        )
        size = args.size if lang == "en" else args.size_other
        readings = Readings.load(args.read) if lang == "en" and args.read else None
        if readings is not None:
            copy_reader(args.reader, args.out / f"reader-{lang}")
        done["languages"][lang] = card = train(lang, *parts, args.out, size=size, readings=readings)
        path.write_text(json.dumps(done, indent=1) + "\n", "utf-8")
        print(lang, f"{time.time() - begin:.0f} s", json.dumps(card["figures"]), flush=True)
        if "rules" in card:
            print(lang, "with rules", json.dumps(card["rules"]["figures"]), flush=True)


if __name__ == "__main__":
    main()
