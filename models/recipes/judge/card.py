"""Writes the figures of quality.json, bias.json and words.json into the model card.

    python -m judge.card models/judge-small

Replaced is what stands between the two marks; everything else in README.md is written by hand.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- figures: python -m judge.card -->", "<!-- end of figures -->"
_Json = Mapping[str, Any]


def number(value: float | None) -> str:
    """Return a correlation or share as ``.344``."""
    if value is None or value != value:
        return "–"
    return f"{value:.3f}".replace("0.", ".", 1)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def quality(card: _Json) -> str:
    """Return the part on both heads."""
    heads = ("quality", "fluency")
    spearman = [card[h]["spearman"] for h in heads]
    sets = [
        [name, *(number(card[h]["groups"][name]) for h in heads)]
        for name in card["quality"]["groups"]
    ]
    bands = [
        [band, *(number(card[h]["length_bands"][band]["judge"]) for h in heads),
         number(card["quality"]["length_bands"][band]["minus_source_length"])]
        for band in card["quality"]["length_bands"]
    ]  # fmt: skip
    curve = [
        [str(x["step"]), f"{x['rows']:,}",
         *(number(x["quality"][k]) for k in ("all", "da", "mqm"))]
        for x in card["curve"]
    ]  # fmt: skip
    people = {h: card[h]["people_against_systems"] for h in heads}
    against = ", ".join(
        f"{h} {people[h]['human']:+.2f} against {people[h]['systems']:+.2f}"
        for h in heads if people[h]
    )  # fmt: skip
    return "\n\n".join(
        [
            f"Fine-tuned for {card['steps']:,} steps of {card['workers']} workers on "
            f"{card['rows']:,} rows (pairs, targets, windows) in {card['minutes']:.0f} minutes on "
            f"two cores. Spearman's correlation with people, mean over the dev sets, "
            f"{card['dev_pairs']:,} pairs, scored by the files in this folder:",
            table(
                ["head", "all sets", "direct assessments", "MQM"],
                [[h, *(number(s[k]) for k in ("all", "da", "mqm"))]
                 for h, s in zip(heads, spearman, strict=True)],
            ),
            table(["set", *heads], sets),
            'Within thirds of the source\'s length, against the rival "the shorter the source, the '
            'better":',
            table(["length", *heads, "minus source length"], bands),
            f"Human translations against systems in the sets that have both (mean on the z-scale): "
            f"{against}.",
            f"The learning curve of quality, averaged weights, on a sample of "
            f"{card['curve_pairs']:,} dev pairs:",
            table(["step", "rows", "all sets", "direct assessments", "MQM"], curve),
            f"Languages scored: {', '.join(card['languages'])}. Others are not measured unless "
            "`--allow-unsupported`.",
        ]
    )  # fmt: skip


def bias(found: _Json) -> str:
    """Return the part on damaged pairs."""
    rows = [
        [name, head, str(x["n"]), f"{x['before']:.1f}", f"{x['after']:.1f}", f"{x['lower']:.0%}"]
        for head in ("quality", "fluency")
        for name, x in found[head].items()
        if x["n"]
    ]
    out = [
        "Dev pairs, damaged: mean value (0–100) before and after, and the share of segments that "
        "lost points.",
        table(["damage", "head", "n", "before", "after", "lower"], rows),
    ]
    if "references" in found:
        x = found["references"]
        out.append(
            f"{x['n']} references of WMT21 against the systems' translations of the same sources: "
            f"mean quality {x['before']:.1f} against {x['after']:.1f}; the reference scores higher "
            f"in {x['lower']:.0%}."
        )
    if "hallucinations" in found:
        x = found["hallucinations"]
        out.append(
            f"{x['n']} synthetic hallucinations (QE 2023): mean quality {x['mean']:.1f} against "
            f"{x['dev_mean']:.1f} of ordinary dev pairs; {x['in_the_lowest_tenth']:.0%} are in the "
            "lowest tenth."
        )
    return "\n\n".join(out)


def words(found: _Json) -> str:
    """Return the part on suspicious words."""
    rows = [
        [name, str(x["n"]), *(f"{x[k]:.0%}" for k in (
            "wrong_word_named", "wrong_word_first", "chance_first", "named_that_are_wrong",
            "good_texts_with_a_named_word"))]
        for name, x in found.items()
    ]  # fmt: skip
    return "\n\n".join(
        [
            "No data set here has labels of single words. In good dev translations one word was "
            "replaced by a word of another text: how often it is named, and named first; what "
            "share of all named words it is; how many of the undamaged texts have a named word.",
            table(["head, least drop", "n", "named", "first", "first by chance", "precision",
                   "false alarms"], rows),
        ]
    )  # fmt: skip


def render(folder: Path) -> str:
    """Return all figures of a model folder as Markdown."""
    parts = []
    for title, name, part in (
        ("Fluency and quality", "quality", quality),
        ("Bias checks", "bias", bias),
        ("Suspicious words", "words", words),
    ):
        path = folder / f"{name}.json"
        if path.exists():
            parts.append(f"## {title}\n\n{part(json.loads(path.read_text('utf-8')))}")
    return "\n\n".join(parts)


def write(folder: Path) -> None:
    """Put the figures between the marks of README.md.

    Raises:
        ValueError: if the marks are not there.
    """
    path = folder / "README.md"
    text = path.read_text("utf-8")
    start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    path.write_text(f"{text[:start]}\n\n{render(folder)}\n\n{text[end:]}", "utf-8")


def main() -> None:
    """Run the step from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    write(parser.parse_args().folder)


if __name__ == "__main__":
    main()
