"""`mtcheck compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtcheck.cli import options
from mtcheck.cli.score import check_format, open_judge, pair_languages


def compare(
    a: Annotated[Path, typer.Argument(help="First translation, one segment a line.")],
    b: Annotated[Path, typer.Argument(help="Second translation, one segment a line.")],
    source: Annotated[
        Path, typer.Option("--source", "-S", help="What both translate, one segment a line.")
    ],
    source_lang: Annotated[
        str | None, typer.Option("--source-lang", "-s", help="Language of the source.")
    ] = None,
    target_lang: Annotated[
        str | None, typer.Option("--target-lang", "-t", help="Language of the translations.")
    ] = None,
    format: Annotated[str, typer.Option("--format", "-f", help="text, json or tsv.")] = "text",
    resamples: Annotated[
        int, typer.Option("--resamples", min=100, help="Of the paired bootstrap.")
    ] = 1000,
    seed: Annotated[int, typer.Option("--seed", help="Of the paired bootstrap.")] = 0,
    allow_unsupported: Annotated[
        bool,
        typer.Option("--allow-unsupported", help="Score languages that the judge doesn't know."),
    ] = False,
    config: options.ConfigFile = None,
    no_config: options.NoConfig = False,
) -> None:
    """Tell which of two translations of one source is better, and whether it may be chance."""
    import json

    from mtcheck.api import score as api
    from mtcheck.api.pairs import read_pairs

    check_format(format)
    first, second = read_pairs(a, source), read_pairs(b, source)
    languages = pair_languages(source_lang, target_lang, bilingual=True)
    result = api.compare(
        first.targets,
        second.targets,
        first.sources or [],
        source_lang=languages[0] or "",
        target_lang=languages[1],
        judge=open_judge(config, no_config, allow_unsupported),
        resamples=resamples,
        seed=seed,
    )
    if format == "json":
        typer.echo(json.dumps(api.comparison_to_dict(result), indent=2, ensure_ascii=False))
        return
    for name, scored in (("A", result.a), ("B", result.b)):
        for warning in scored.warnings:
            typer.echo(f"warning: {name}: {warning}", err=True)
    if format == "tsv":
        for line, x, y in zip(first.lines, result.a.segments, result.b.segments, strict=True):
            cells = ("" if v is None else f"{v:.2f}" for v in (x.value, y.value))
            typer.echo(f"{line}\t" + "\t".join(cells))
        return
    for name, path, scored in (("A", a, result.a), ("B", b, result.b)):
        value = scored.system.value
        typer.echo(f"{name}  {'not measured' if value is None else f'{value:5.1f}'}  {path}")
    worse, same, more = (round(100 * share) for share in result.shares)
    typer.echo(f"A better on {worse}% of the segments, B on {more}%, equal {same}%")
    typer.echo(result.sentence)
    typer.echo(f"signature  {result.a.system.signature}")
