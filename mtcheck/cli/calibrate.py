"""`mtcheck calibrate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtcheck.cli import options
from mtcheck.cli.errors import refuse
from mtcheck.core.config import Config


def calibrate(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Human texts: JSON Lines with text and lang, or a segment a line; with --origin "
            "files, folders and globs as for `check`, each document one text."
        ),
    ],
    lang: options.Lang = None,
    pivot: options.Pivot = None,
    model: options.Model = None,
    backend: options.Backend = None,
    device: options.Device = None,
    beam: options.Beam = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="File to write; by default beside the model, with --origin mtcheck-origin.json.",
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=20, help="Most segments of a language.")
    ] = None,
    texts: Annotated[
        str | None,
        typer.Option(
            "--texts",
            help="What the texts are, in the words of reports: human news, with --origin accepted "
            "articles.",
            show_default=False,
        ),
    ] = None,
    origin: Annotated[
        bool,
        typer.Option(
            "--origin",
            help="Measure the judge's threshold of machine translation on texts you have accepted.",
        ),
    ] = False,
    false_alarms: Annotated[
        float | None,
        typer.Option(
            "--false-alarms",
            min=0.001,
            max=0.5,
            help="With --origin: share of accepted texts to come that may be called "
            "machine-translated; 0.02 unless you say otherwise.",
        ),
    ] = None,
    config: options.ConfigFile = None,
    no_config: options.NoConfig = False,
    offline: options.Offline = False,
    cache_dir: options.CacheDir = None,
) -> None:
    """Measure human texts, to place others against them.

    What is measured is the round trip, or with --origin what the judge says of their origin.
    Reports then say "63rd percentile of human news under this model", or "1.5% of accepted
    articles score this high". Use your own accepted articles to see how far a text is from them.
    """
    given = {k: v for k, v in locals().items() if k in options.CHECK_SETTINGS}
    settings, _ = options.load_config(config, no_config=no_config, **given)
    if origin:
        trip = {"pivot": pivot, "model": model, "backend": backend, "device": device, "beam": beam,
                "limit": limit}  # fmt: skip
        refuse(trip, "with --origin")
        _origin(files, settings, output or Path("mtcheck-origin.json"), false_alarms, texts)
        return
    refuse({"false_alarms": false_alarms}, "without --origin")
    from mtcheck.api.calibrate import calibrate_stability

    written = calibrate_stability(
        files,
        config=settings,
        out=output,
        lang=lang,
        limit=limit,
        texts=texts or "human news",
        progress=lambda line: typer.echo(line, err=True),
    )
    typer.echo(f"wrote {written}")


def _origin(
    files: list[Path], config: Config, output: Path, false_alarms: float | None, texts: str | None
) -> None:
    from mtcheck.api.calibrate_origin import FALSE_ALARMS, calibrate_origin

    found = calibrate_origin(
        [str(f) for f in files],
        config=config,
        out=output,
        false_alarms=false_alarms or FALSE_ALARMS,
        texts=texts or "accepted articles",
        progress=lambda line: typer.echo(line, err=True),
    )
    for language in found:
        typer.echo(
            f"{language.lang}: {language.n} texts; machine-translated from {language.high:.2f} on, "
            f"which {100 * language.expected:.1f}% of such texts to come reach at most"
        )
    typer.echo(f'wrote {output}; to use it: judge.calibration = "{output}"')
