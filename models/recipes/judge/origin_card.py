"""Prints the origin tables of the model card from origin.json.

python -m judge.origin_card models/judge-small/origin.json
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COLUMNS = ("original_vs_mt", "translation_vs_mt", "human_vs_mt", "same_document", "ece")
SETS = {
    "dev": "dev",
    "unseen_years": "unseen years",
    "unseen_years_news": "unseen years, news",
    "dev_windows": "dev, 1–8 sentences",
    "unseen_years_windows": "unseen years, 1–8 sentences",
}
MAIN = ("dev", "unseen_years")


def figures_table(languages: dict[str, Any]) -> Iterator[str]:
    """Yield the rows of figures: English in full, the others' main sets; with rules if any."""
    yield "| language | set | n | original vs mt | translation vs mt | human vs mt | pairs | ECE |"
    yield "|---|---|---|---|---|---|---|---|"
    for lang, card in languages.items():
        for key in SETS if lang == "en" else MAIN:
            yield _row([lang, SETS[key]], card.get("rules", card)["figures"][key])


def evidence_table(card: dict[str, Any]) -> Iterator[str]:
    """Yield the rows that compare wording alone with wording and rules."""
    yield "| evidence | set | n | original vs mt | translation vs mt | human vs mt | pairs | ECE |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, part in (("wording", card), ("wording and rules", card["rules"])):
        for key in ("dev", "unseen_years", "unseen_years_news"):
            yield _row([name, SETS[key]], part["figures"][key])


def parts_table(card: dict[str, Any]) -> Iterator[str]:
    """Yield the rows of each held-out year and each of its domains."""
    yield "| year | n | original vs mt | translation vs mt | human vs mt | pairs | ECE |"
    yield "|---|---|---|---|---|---|---|"
    for name, figures in card["figures"]["unseen_parts"].items():
        yield _row([name], figures)


def false_alarms_table(card: dict[str, Any]) -> Iterator[str]:
    """Yield how many originals of each domain a threshold of other years flags."""
    found = card["figures"]["unseen_false_alarms"]
    yield "| originals of unseen years | n | flagged | median value |"
    yield "|---|---|---|---|"
    for name, count in {"news": found, **found["registers"], **found["others"]}.items():
        yield f"| {name} | {count['n']} | {count['flagged']} | {_short(count.get('median'), 3)} |"


def bands_table(languages: dict[str, Any]) -> Iterator[str]:
    """Yield the rows of verdicts by length, with rules if any."""
    yield (
        "| language | words | threshold | found | originals flagged | translations flagged | "
        "originals |"
    )
    yield "|---|---|---|---|---|---|---|"
    for lang, card in languages.items():
        for band in card.get("rules", card)["bands"]:
            yield (
                f"| {lang} | {band['name']} | {_short(band['high'], 2)} | {band['found']:.0%} | "
                f"{band['false_alarms']:.1%} | {band['false_alarms_translation']:.0%} | "
                f"{band['n']} {band['kind']} |"
            )


def _row(head: list[str], figures: dict[str, Any]) -> str:
    cells = [*head, f"{figures['n']:.0f}", *(_short(figures[c], 3) for c in COLUMNS)]
    return "| " + " | ".join(cells) + " |"


def _short(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}".removeprefix("0")


def main() -> None:
    """Run the step from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    languages = json.loads(parser.parse_args().file.read_text("utf-8"))["languages"]
    english = languages["en"]
    for table in (
        evidence_table(languages["en"]),
        figures_table(languages),
        parts_table(english["rules"]),
        bands_table(languages),
        false_alarms_table(english["rules"]),
    ):
        print("\n".join(table), end="\n\n")
    for key in ("translated_from_dev", "translated_from_unseen_years"):
        print(key, json.dumps(english["figures"].get(key)))
    print(
        "weights", json.dumps({k: english["rules"][k] for k in ("translated", "machine", "usual")})
    )


if __name__ == "__main__":
    main()
