"""`mtcheck roundtrip`."""

from __future__ import annotations

from typing import Annotated

import typer

from mtcheck.cli import options
from mtcheck.cli.check import Formats, Output, Quiet, Width, output_specs, write_reports
from mtcheck.core.errors import ExitCode


def roundtrip(
    paths: options.Paths = None,
    lang: options.Lang = None,
    pivot: options.Pivot = None,
    formats: Formats = None,
    output: Output = None,
    width: Width = None,
    model: options.Model = None,
    backend: options.Backend = None,
    device: options.Device = None,
    beam: options.Beam = None,
    stdin_filename: options.StdinFilename = None,
    input_format: options.InputFormat = None,
    exclude: options.Exclude = None,
    config: options.ConfigFile = None,
    no_config: options.NoConfig = False,
    offline: options.Offline = False,
    jobs: options.Jobs = None,
    cache_dir: options.CacheDir = None,
    no_cache: options.NoCache = False,
    text: Annotated[
        str | None, typer.Option("--text", help="A text given here instead of files.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Translate to a pivot language and back, sentence by sentence, and show what survived."""
    given = {k: v for k, v in locals().items() if k in options.CHECK_SETTINGS}
    settings, _ = options.load_config(config, no_config=no_config, **given)
    from mtcheck.api.files import open_roundtrip

    run = open_roundtrip(
        paths or [],
        settings,
        text=text,
        stdin_filename=stdin_filename,
        input_format=input_format,
    )
    interrupted, written = write_reports(
        run, output_specs(formats, output), width=width, segments=True, quiet=quiet
    )
    code = run.exit_code(interrupted=interrupted, written=written)
    if code is not ExitCode.OK:
        raise typer.Exit(int(code))
