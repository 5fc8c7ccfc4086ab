"""`mtcheck evaluate rules`: how often rules fire on human text and on machine translation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def rules(
    clean: Annotated[
        list[Path],
        typer.Option("--clean", help="Human text (txt, jsonl, jsonl.xz); repeatable."),
    ],
    mt: Annotated[
        list[Path] | None,
        typer.Option("--mt", help="Machine translations (txt, jsonl, jsonl.xz); repeatable."),
    ] = None,
    lang: Annotated[str, typer.Option("--lang", "-t", help="Language of the texts.")] = "en",
    all_: Annotated[bool, typer.Option("--all", help="Show rules without a finding too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    store: Annotated[
        Path | None,
        typer.Option("--store", help="Merge the rates (numbers only) into this JSON file."),
    ] = None,
) -> None:
    """Print findings per 1,000 segments of every rule, with 95 % intervals."""
    from mtcheck.api.rules import evaluate_rules, store_rates
    from mtcheck.core import languages

    measured = evaluate_rules(tuple(clean), tuple(mt or ()), languages.normalise(lang))
    if store is not None:
        store_rates(measured, store)
    if as_json:
        import dataclasses
        import json

        out = dataclasses.asdict(measured)
        out["default_minor_or_more"] = round(measured.default_minor_or_more, 3)
        typer.echo(json.dumps(out, ensure_ascii=False, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("rule", "severity", "human /1k", "95 %", "machine /1k", "95 %", "most from"):
        table.add_column(column, justify="left" if column in {"rule", "severity"} else "right")
    for rate in sorted(measured.rates, key=lambda r: (-r.human, -(r.machine or 0.0), r.rule)):
        if not all_ and not rate.human and not rate.machine:
            continue
        best = max((rate.by_source or {}).items(), key=lambda item: item[1], default=None)
        table.add_row(
            rate.rule if rate.default else f"{rate.rule} (off)",
            rate.severity,
            f"{rate.human:.2f}",
            "–".join(f"{x:.2f}" for x in rate.human_interval),
            "" if rate.machine is None else f"{rate.machine:.2f}",
            "–".join(f"{x:.2f}" for x in rate.machine_interval or ()),
            f"{best[0]} {best[1]:.1f}" if best and best[1] else "",
        )
    console = Console(highlight=False)
    console.print(table)
    console.print(
        f"{measured.human_segments} human and {measured.machine_segments} machine-translated"
        f" segments. Default rules of severity minor or more: "
        f"{measured.default_minor_or_more:.2f} per 1,000 human segments."
    )
