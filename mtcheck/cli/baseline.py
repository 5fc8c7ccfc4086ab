"""`mtcheck baseline create|update`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtcheck.cli import options

app = typer.Typer(help="Accept the findings that are there now.", no_args_is_help=True)

File = Annotated[Path, typer.Option("--output", "-o", help="The baseline file.", show_default=True)]
_DEFAULT = Path("mtcheck-baseline.json")


@app.command()
def create(
    paths: options.Paths = None,
    output: File = _DEFAULT,
    lang: options.Lang = None,
    exclude: options.Exclude = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    extend_select: options.ExtendSelect = None,
    rules: options.Rules = None,
    config: options.ConfigFile = None,
    no_config: options.NoConfig = False,
    jobs: options.Jobs = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Write a baseline of all findings in these files: from now on only new ones count."""
    from mtcheck.api.baselines import write_baseline

    given = {k: v for k, v in locals().items() if k in options.CHECK_SETTINGS}
    settings, _ = options.load_config(config, no_config=no_config, **given)
    result = write_baseline(paths or [], settings, output, overwrite=force, keep=False)
    _say(output, result.findings, result.documents, result.failed)


@app.command()
def update(
    paths: options.Paths = None,
    output: File = _DEFAULT,
    lang: options.Lang = None,
    exclude: options.Exclude = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    extend_select: options.ExtendSelect = None,
    rules: options.Rules = None,
    config: options.ConfigFile = None,
    no_config: options.NoConfig = False,
    jobs: options.Jobs = None,
) -> None:
    """Replace these files' entries: what was corrected drops out, what is new is accepted."""
    from mtcheck.api.baselines import write_baseline

    given = {k: v for k, v in locals().items() if k in options.CHECK_SETTINGS}
    settings, _ = options.load_config(config, no_config=no_config, **given)
    result = write_baseline(paths or [], settings, output, overwrite=True, keep=True)
    _say(output, result.findings, result.documents, result.failed)


def _say(path: Path, findings: int, documents: int, failed: int) -> None:
    noun = "finding" if findings == 1 else "findings"
    typer.echo(f"{path}: {findings} {noun} in {documents} documents accepted")
    if failed:
        typer.echo(f"{failed} documents could not be read and keep their old entries", err=True)
