"""Compare language identifiers on short news sentences.

Usage: ``python tests/benchmarks/langid.py DATA`` where DATA is a folder with
``clean/<lang>.txt`` (one sentence a line) and ``origin/other_dev.jsonl.xz`` (fields lang, text).
Prints accuracy by sentence length, sentences per second and CPU time to load, for each identifier
that is installed. At most 300 sentences a language and length class are taken, in file order.
"""

from __future__ import annotations

import json
import lzma
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

LENGTHS = {"15-39": (15, 40), "40-99": (40, 100), "100-": (100, 10_000)}
PER_CLASS = 300


def samples(data: Path) -> dict[tuple[str, str], list[str]]:
    """Return sentences by (language, length class)."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)

    def add(lang: str, line: str) -> None:
        for name, (low, high) in LENGTHS.items():
            if low <= len(line) < high and len(found[lang, name]) < PER_CLASS:
                found[lang, name].append(line)

    for path in sorted((data / "clean").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            add(path.stem.split("-")[0], line.strip())
    with lzma.open(data / "origin" / "other_dev.jsonl.xz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            for line in row["text"].splitlines():
                add(row["lang"].split("-")[0], line.strip())
    return found


def mtcheck_identifier() -> Callable[[str], str | None]:
    """The one that mtcheck uses."""
    from mtcheck.text.langid import identify

    def classify(text: str) -> str | None:
        guess = identify(text)
        return guess.lang if guess else None

    classify("warm up, please")
    return classify


def py3langid_identifier() -> Callable[[str], str | None]:
    """py3langid, all languages."""
    from py3langid import langid

    langid.classify("warm up, please")
    return lambda text: str(langid.classify(text)[0])


def lingua_identifier() -> Callable[[str], str | None]:
    """lingua, all languages, its accurate mode."""
    from lingua import LanguageDetectorBuilder

    detector = LanguageDetectorBuilder.from_all_languages().build()

    def classify(text: str) -> str | None:
        found = detector.detect_language_of(text)
        return found.iso_code_639_1.name.lower() if found else None

    classify("warm up, please")
    return classify


def main(data: Path) -> None:
    """Measure all identifiers and print a table."""
    sets = samples(data)
    langs = sorted({lang for lang, _ in sets})
    print(f"{sum(map(len, sets.values()))} sentences, languages: {' '.join(langs)}")
    for make in (mtcheck_identifier, py3langid_identifier, lingua_identifier):
        began = time.process_time()
        try:
            classify = make()
        except ImportError as error:
            print(f"{make.__name__}: not installed ({error})")
            continue
        load = time.process_time() - began
        began = time.process_time()
        right: dict[str, list[bool]] = defaultdict(list)
        misses: dict[str, int] = defaultdict(int)
        for (lang, length), texts in sets.items():
            for text in texts:
                hit = classify(text) == lang
                right[length].append(hit)
                misses[lang] += not hit
        taken = time.process_time() - began
        total = sum(map(len, right.values()))
        accuracy = " ".join(f"{n}: {100 * sum(v) / len(v):.1f} %" for n, v in right.items())
        worst = sorted(misses.items(), key=lambda item: -item[1])[:6]
        print(f"{make.__name__}: load {load:.2f} s, {total / taken:.0f}/s, {accuracy}, {worst}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
