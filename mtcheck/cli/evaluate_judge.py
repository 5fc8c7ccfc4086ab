"""`mtcheck evaluate origin` and `mtcheck evaluate quality`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from mtcheck.cli import options
from mtcheck.cli.score import open_judge

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
By = Annotated[
    list[str] | None,
    typer.Option("--by", help="Field that makes sets of records; repeatable.", show_default=False),
]
AllowUnsupported = Annotated[
    bool, typer.Option("--allow-unsupported", help="Score languages that the judge doesn't know.")
]

_ORIGIN = (
    ("n", "n", 0), ("orig-mt", "auc_original", 3), ("transl-mt", "auc_translation", 3),
    ("human-mt", "auc_human", 3), ("bal.acc", "balanced_accuracy", 3), ("Brier", "brier", 3),
    ("ECE", "ece", 3), ("found", "found", 3), ("false al.", "false_alarms", 3),
    ("of transl.", "false_alarms_translation", 3), ("abst.", "abstained", 3),
    ("pairs", "pairs", 3), ("from", "source_accuracy", 3),
)  # fmt: skip
_QUALITY = (
    ("n", "n", 0), ("n.m.", "not_measured", 0), ("Spearman", "spearman", 3),
    ("Kendall", "kendall", 3), ("Pearson", "pearson", 3), ("-length", "rival", 3),
    ("sys.acc", "system_accuracy", 3), ("systems", "systems", 0),
)  # fmt: skip


def origin(
    file: Annotated[Path, typer.Argument(help="JSON Lines (.xz): text, lang, label.")],
    by: By = None,
    as_json: Json = False,
    config: options.ConfigFile = None,
    no_config: options.NoConfig = False,
) -> None:
    """Judge labelled texts and print AUC, calibration and false alarms."""
    from mtcheck.api.evaluate import evaluate_origin

    judge = open_judge(config, no_config, False)
    _print(evaluate_origin(file, judge=judge, by=by or ["lang"]), _ORIGIN, as_json, mean=None)


def quality(
    file: Annotated[Path, typer.Argument(help="JSON Lines (.xz): src, mt, lp, score.")],
    by: By = None,
    fluency: Annotated[bool, typer.Option("--fluency", help="Score targets alone.")] = False,
    allow_unsupported: AllowUnsupported = False,
    as_json: Json = False,
    config: options.ConfigFile = None,
    no_config: options.NoConfig = False,
) -> None:
    """Score pairs that people judged and print correlations for each data set and pair."""
    from mtcheck.api.evaluate import evaluate_quality

    judge = open_judge(config, no_config, allow_unsupported)
    found = evaluate_quality(file, judge=judge, fluency=fluency, by=by or ["dataset", "lp"])
    _print(found, _QUALITY, as_json, mean="spearman")


def _print(
    found: Mapping[str, Any],
    columns: tuple[tuple[str, str, int], ...],
    as_json: bool,
    *,
    mean: str | None,
) -> None:
    import dataclasses
    import json

    if as_json:
        typer.echo(json.dumps({k: dataclasses.asdict(v) for k, v in found.items()}, indent=2))
        return
    width = max([len(name) for name in found] + [3])
    typer.echo(" " * width + "".join(f"{title:>11}" for title, _, _ in columns))
    for name, figures in found.items():
        cells = (_cell(getattr(figures, field), digits) for _, field, digits in columns)
        typer.echo(f"{name:<{width}}" + "".join(f"{c:>11}" for c in cells))
    if mean is not None:
        known = [v for v in (getattr(f, mean) for f in found.values()) if v is not None]
        if known:
            typer.echo(f"mean {mean} over {len(known)} sets: {sum(known) / len(known):.3f}")


def _cell(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
