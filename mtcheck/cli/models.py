"""`mtcheck models`: which models there are, fetching them, checking their files."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mtcheck.cli import options
from mtcheck.core.errors import ExitCode, ModelError

if TYPE_CHECKING:
    from mtcheck.api.models import ModelInfo

app = typer.Typer(help="List, fetch and verify models.", no_args_is_help=True)


class Format(StrEnum):
    """Forms of the answer."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", "-f", help="text or json.")]
Quality = Annotated[bool, typer.Option("--quality", help="Prefer larger, better, slower models.")]


@app.command("list")
def list_(
    pair: Annotated[
        str | None, typer.Option("--pair", help="Only models for this pair, such as en-pt.")
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", "-a", help="Also the recommended models not yet pulled.")
    ] = False,
    quality: Quality = False,
    format_: FormatOption = Format.TEXT,
    cache_dir: options.CacheDir = None,
) -> None:
    """List embedded and pulled models, and those recommended for a pair."""
    from mtcheck.api.models import list_models

    models = list_models(pair=pair, quality=quality, cache_dir=_cache(cache_dir))
    shown = models if pair or all_ else [m for m in models if m.status != "available"]
    if format_ is Format.JSON:
        _print_json([m.to_dict() for m in shown])
        return
    _print_table(shown, pair)
    hidden = len(models) - len(shown)
    if hidden:
        typer.echo(f"{hidden} more can be pulled: mtcheck models list --all, or --pair en-pt")
    if pair and not shown:
        raise ModelError(
            "no-pair",
            f"no model in the table serves {pair}",
            try_="a hub id: mtcheck models pull OWNER/NAME",
        )


@app.command()
def show(
    model: Annotated[str, typer.Argument(help="Id or folder.")],
    format_: FormatOption = Format.TEXT,
    cache_dir: options.CacheDir = None,
) -> None:
    """Show a model's languages, origin, licence, size and hashes."""
    from mtcheck.api.models import show_model

    info = show_model(model, cache_dir=_cache(cache_dir))
    if format_ is Format.JSON:
        _print_json(info.to_dict())
        return
    rows = [
        ("model", info.id),
        ("status", info.status + (f" ({info.problem})" if info.problem else "")),
        ("role", info.role),
        ("pairs", _pairs(info, limit=40)),
        ("target tokens", ", ".join(f"{k} {v}" for k, v in list(info.tokens.items())[:20])),
        ("revision", info.revision),
        ("licence", info.license),
        ("origin", info.origin),
        ("layout", info.layout),
        ("quantization", info.quantization),
        ("size", _megabytes(info.size)),
        ("download", _megabytes(info.download) if info.download else None),
        ("folder", info.folder),
    ]
    for name, value in rows:
        if value:
            typer.echo(f"{name:<14}{value}")
    for name, digest in info.files.items():
        typer.echo(f"{'sha256':<14}{digest}  {name}")


@app.command()
def pull(
    what: Annotated[
        str, typer.Argument(help="A pair such as en-pt, or a hub id with an optional @revision.")
    ],
    quality: Quality = False,
    one_way: Annotated[
        bool, typer.Option("--one-way", help="Of a pair, only the first direction.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Convert again what is there.")] = False,
    format_: FormatOption = Format.TEXT,
    offline: options.Offline = False,
    cache_dir: options.CacheDir = None,
) -> None:
    """Fetch models from the Hugging Face hub and convert them to int8."""
    from mtcheck.api.models import pull_model

    config, _ = options.load_config(None, offline=offline)
    if config.offline:
        raise ModelError(
            "offline", f"{what} can't be pulled: mtcheck is offline", try_="without --offline"
        )
    pulled = pull_model(
        what, quality=quality, one_way=one_way, force=force, cache_dir=_cache(cache_dir)
    )
    if format_ is Format.JSON:
        _print_json([m.to_dict() for m in pulled])
        return
    for info in pulled:
        commit = f"@{info.revision[:12]}" if info.revision else ""
        typer.echo(f"{info.id}{commit}  {_megabytes(info.size)}  {_pairs(info)}")
        typer.echo(f"  {info.folder}")
    typer.echo("use: mtcheck check --model auto …")


@app.command()
def verify(
    models: Annotated[
        list[str] | None, typer.Argument(help="Ids or folders; default all that are here.")
    ] = None,
    format_: FormatOption = Format.TEXT,
    cache_dir: options.CacheDir = None,
) -> None:
    """Hash the files of models again; exit code 3 if any differs from its record."""
    from mtcheck.api.models import verify_models

    results = verify_models(models or (), cache_dir=_cache(cache_dir))
    if format_ is Format.JSON:
        _print_json([r.to_dict() for r in results])
    else:
        for result in results:
            verdict = f"{result.checked} files as recorded" if result.ok else "NOT AS RECORDED"
            typer.echo(f"{result.id}  {verdict}")
            for name, why in result.wrong.items():
                typer.echo(f"  {why:<8}{name}")
            if result.problem:
                typer.echo(f"  {result.problem}")
            if not result.ok:
                typer.echo(f"  in {result.folder}")
    if not all(r.ok for r in results):
        raise typer.Exit(int(ExitCode.MODEL))


def _cache(given: str | None) -> Path | None:
    config, _ = options.load_config(None, cache_dir=given)
    return Path(config.cache_dir) if config.cache_dir else None


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _megabytes(size: int | None) -> str:
    return "" if size is None else f"{size / 1e6:.0f} MB"


def _pairs(info: ModelInfo, limit: int = 6) -> str:
    pairs = [f"{s}→{t}" for s, t in info.pairs]
    more = len(pairs) - limit
    return " ".join(pairs[:limit]) + (f" +{more}" if more > 0 else "")


def _print_table(models: list[ModelInfo], pair: str | None) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("model", overflow="fold", min_width=18)
    for name in ("status", "pairs"):
        table.add_column(name)
    table.add_column("size", justify="right", no_wrap=True)
    table.add_column("revision", no_wrap=True)
    table.add_column("licence")
    for info in models:
        revision = (info.revision or "")[:12]
        table.add_row(
            info.id,
            info.status,
            _of_pair(info, pair) if pair else _pairs(info, 4),
            _megabytes(info.size),
            revision,
            info.license or "",
        )
    Console().print(table)


def _of_pair(info: ModelInfo, pair: str) -> str:
    """Return what a model does for a pair: its directions, or its step by way of English."""
    from mtcheck.api.models import parse_pair

    source, target = parse_pair(pair)
    ways = [w for w in ((source, target), (target, source)) if w in info.pairs]
    if not ways:
        steps = ((source, "en"), ("en", target), (target, "en"), ("en", source))
        ways = [w for w in steps if w in info.pairs]
    served = " ".join(f"{s}→{t}" for s, t in ways)
    return f"{served} of {len(info.pairs)}" if len(info.pairs) > len(ways) else served
