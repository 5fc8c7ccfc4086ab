"""`mtcheck evaluate translation`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtcheck.cli import options
from mtcheck.core.errors import UsageError


def translation(
    source: Annotated[Path, typer.Option("--source", help="Source segments, one a line.")],
    reference: Annotated[Path, typer.Option("--reference", help="References, one a line.")],
    source_lang: Annotated[str, typer.Option("--source-lang", "-s", help="Language.")],
    target_lang: Annotated[str, typer.Option("--target-lang", "-t", help="Language.")],
    model: options.Model = None,
    backend: options.Backend = None,
    device: options.Device = None,
    beam: options.Beam = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File for the translations.")
    ] = None,
    offline: options.Offline = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Translate a test set and print chrF, BLEU and speed."""
    import dataclasses
    import json

    from mtcheck.api.translation import evaluate_translation, read_lines

    config, _ = options.load_config(
        None, model=model, backend=backend, device=device, beam=beam, offline=offline, no_cache=True
    )
    result, hypotheses = evaluate_translation(
        read_lines(source),
        read_lines(reference),
        source_lang=source_lang,
        target_lang=target_lang,
        config=config,
    )
    if output is not None:
        try:
            output.write_text("".join(f"{h}\n" for h in hypotheses), encoding="utf-8")
        except OSError as error:
            raise UsageError(
                "unwritable", f"can't be written: {error.strerror}", where=str(output)
            ) from error
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(result), indent=2))
        return
    flags = ", ".join(f"{n} × {flag}" for flag, n in sorted(result.flags.items())) or "none"
    rate = result.segments / result.seconds if result.seconds else 0.0
    tokens = result.target_tokens / result.seconds if result.seconds else 0.0
    typer.echo(f"model     {result.route}")
    typer.echo(f"segments  {result.segments}")
    typer.echo(f"chrF      {result.chrf:.1f}   {result.chrf_signature}")
    typer.echo(f"BLEU      {result.bleu:.1f}   {result.bleu_signature}")
    typer.echo(f"guards    {flags}")
    typer.echo(f"speed     {rate:.1f} segments/s, {tokens:.0f} target tokens/s")
