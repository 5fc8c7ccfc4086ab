"""`mtcheck rules list` and `mtcheck rules show`."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="List and explain the artefact rules.", no_args_is_help=True)

RulePaths = Annotated[
    list[str] | None,
    typer.Option("--rule-path", help="File or folder of your own rules (TOML); repeatable."),
]


@app.command("list")
def list_(
    group: Annotated[str | None, typer.Option("--group", "-g", help="Only this group.")] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", "-t", help="Only rules for this target language.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source-lang", "--source", "-s", help="Only rules that point to this source language."
        ),
    ] = None,
    default: Annotated[
        bool | None,
        typer.Option("--default/--not-default", help="Only rules that are on (or off) by default."),
    ] = None,
    format_: Annotated[str, typer.Option("--format", "-f", help="text, json or ids.")] = "text",
    rule_path: RulePaths = None,
) -> None:
    """List the rules, all or those that pass the filters."""
    from mtcheck.api.rules import list_rules
    from mtcheck.core import languages
    from mtcheck.core.errors import UsageError

    if format_ not in {"text", "json", "ids"}:
        raise UsageError("bad-format", f"no format {format_!r}", try_="text, json or ids")
    infos = list_rules(
        group=group,
        lang=languages.normalise(lang) if lang else None,
        source=languages.normalise(source) if source else None,
        default=default,
        user_paths=tuple(rule_path or ()),
    )
    if format_ == "ids":
        for info in infos:
            typer.echo(info.id)
        return
    if format_ == "json":
        import json

        keys = ("id", "group", "title", "mqm", "langs", "source_langs", "default", "bilingual",
                "fixable", "speaks_to")  # fmt: skip
        rows = [
            {**{key: getattr(info, key) for key in keys}, "severity": info.severity.value}
            for info in infos
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("rule", "finds", "text", "sources", "severity", ""):
        table.add_column(column, overflow="fold", no_wrap=column == "rule")
    for info in infos:
        table.add_row(
            info.id,
            info.title,
            " ".join(info.langs) or "any",
            " ".join(info.source_langs[:5]),
            info.severity.value,
            "" if info.default else "off",
        )
    console = Console(highlight=False)
    console.print(table)
    console.print(f"{len(infos)} rules", style="dim")


@app.command()
def show(
    rule: Annotated[str, typer.Argument(help="Rule id or name, as in rules list.")],
    format_: Annotated[str, typer.Option("--format", "-f", help="text or markdown.")] = "text",
    rule_path: RulePaths = None,
) -> None:
    """Explain one rule: why, examples, likely sources, measured rates."""
    from mtcheck.api.rules import rule_page
    from mtcheck.core.errors import UsageError

    if format_ not in {"text", "markdown", "md"}:
        raise UsageError("bad-format", f"no format {format_!r}", try_="text or markdown")
    page = rule_page(rule, user_paths=tuple(rule_path or ()))
    if format_ != "text":
        typer.echo(page, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console(highlight=False).print(Markdown(page))


@app.command()
def docs(
    folder: Annotated[str, typer.Argument(help="Folder to write to.")] = "docs/rules",
) -> None:
    """Write a Markdown page for each rule, and their index."""
    from mtcheck.api.rules import write_pages

    typer.echo(f"{write_pages(folder)} pages in {folder}")
