"""What `mtcheck check --fix` and `--diff` do."""

from __future__ import annotations

import typer

from mtcheck.api.files import FileRun
from mtcheck.api.fixes import fixed_texts
from mtcheck.cli.errors import show, warn
from mtcheck.core.errors import ExitCode, MtcheckError


def apply(run: FileRun, *, write: bool) -> None:
    """Apply safe rewrites to the files of a run, or show them as a diff.

    Raises:
        typer.Exit: with 1 if ``write`` is False and there is something to change, with 4 if a file
            could not be read or written.
    """
    changed = failed = rewrites = 0
    for result in fixed_texts(run, write=write):
        if isinstance(result, MtcheckError):
            failed += 1
            show(result)
            continue
        if not result.applied:
            continue
        changed += 1
        rewrites += len(result.applied)
        if not write:
            typer.echo(result.diff, nl=False)
    noun = "rewrite" if rewrites == 1 else "rewrites"
    where = "1 file" if changed == 1 else f"{changed} files"
    verb = "applied" if write else "would apply"
    warn_or_say = f"{verb} {rewrites} safe {noun} in {where}"
    if failed:
        warn(warn_or_say)
        raise typer.Exit(int(ExitCode.INPUTS))
    typer.echo(warn_or_say, err=True)
    if changed and not write:
        raise typer.Exit(int(ExitCode.GATE_FAILED))
