"""`mtcheck calibrate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtcheck.cli import options


def calibrate(
    files: Annotated[
        list[Path],
        typer.Argument(help="Human texts: JSON Lines with text and lang, or a segment a line."),
    ],
    lang: options.Lang = None,
    pivot: options.Pivot = None,
    model: options.Model = None,
    backend: options.Backend = None,
    device: options.Device = None,
    beam: options.Beam = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write; by default beside the model."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=20, help="Most segments of a language.")
    ] = None,
    texts: Annotated[
        str, typer.Option("--texts", help="What the texts are, in the words of reports.")
    ] = "human news",
    config: options.ConfigFile = None,
    no_config: options.NoConfig = False,
    offline: options.Offline = False,
    cache_dir: options.CacheDir = None,
) -> None:
    """Measure the round trip of human texts, to place others against it.

    Reports then say "63rd percentile of human news under this model". Use your own accepted
    articles to see how far a text is from them.
    """
    from mtcheck.api.calibrate import calibrate_stability

    given = {k: v for k, v in locals().items() if k in options.CHECK_SETTINGS}
    settings, _ = options.load_config(config, no_config=no_config, **given)
    written = calibrate_stability(
        files,
        config=settings,
        out=output,
        lang=lang,
        limit=limit,
        texts=texts,
        progress=lambda line: typer.echo(line, err=True),
    )
    typer.echo(f"wrote {written}")
