"""`mtcheck score`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mtcheck.cli import options
from mtcheck.core.errors import UsageError

if TYPE_CHECKING:
    from mtcheck.api.pairs import Pairs
    from mtcheck.api.score import Judge, Scored
    from mtcheck.core.evidence import SegmentScore

FORMATS = ("text", "json", "tsv")
ScoreFormat = Annotated[
    str, typer.Option("--format", "-f", help="text, json or tsv.", show_default=True)
]


def score(
    table: Annotated[
        Path | None,
        typer.Argument(
            help="File of pairs: .tsv, .csv, .jsonl, .xlf, .po, .tmx.", show_default=False
        ),
    ] = None,
    source: Annotated[
        Path | None, typer.Option("--source", "-S", help="Source segments, one a line.")
    ] = None,
    target: Annotated[
        Path | None, typer.Option("--target", "-T", help="Translations, one a line.")
    ] = None,
    source_lang: Annotated[
        str | None, typer.Option("--source-lang", "-s", help="Language of the sources.")
    ] = None,
    target_lang: Annotated[
        str | None, typer.Option("--target-lang", "-t", help="Language of the translations.")
    ] = None,
    format: ScoreFormat = "text",
    worst: Annotated[
        int, typer.Option("--worst", min=0, help="Segments that the text form lists.")
    ] = 10,
    fail_under: Annotated[
        float | None, typer.Option("--fail-under", help="Exit with 1 below this mean, 0–100.")
    ] = None,
    words: Annotated[
        bool,
        typer.Option(
            "--words", help="Name suspicious words of each segment (a guess; takes longer)."
        ),
    ] = False,
    allow_unsupported: Annotated[
        bool,
        typer.Option("--allow-unsupported", help="Score languages that the judge doesn't know."),
    ] = False,
    config: options.ConfigFile = None,
    no_config: options.NoConfig = False,
) -> None:
    """Score translations without a reference, segment by segment; without sources, fluency."""
    from mtcheck.api import score as api
    from mtcheck.api.pairs import read_pairs
    from mtcheck.core.errors import ExitCode

    check_format(format)
    judge = open_judge(config, no_config, allow_unsupported)
    pairs = read_pairs(target, source, table=table)
    languages = pair_languages(
        source_lang or pairs.source_lang,
        target_lang or pairs.target_lang,
        bilingual=pairs.sources is not None,
    )
    result = api.score_pairs(
        pairs, source_lang=languages[0], target_lang=languages[1], judge=judge, words=words
    )
    if format == "json":
        typer.echo(_json(pairs, result, words))
    elif format == "tsv":
        _warn(result)
        for line, s in zip(pairs.lines, result.segments, strict=True):
            value = "" if s.value is None else f"{s.value:.2f}"
            raw = "" if s.raw is None else f"{s.raw:.4f}"
            cells = [str(line), value, raw, ",".join(s.flags)]
            if words:
                cells.append(",".join(f"{w.span.start}-{w.span.end}" for w in s.suspicious))
            typer.echo("\t".join(cells))
    else:
        _warn(result)
        _text(pairs, result, worst)
    mean = result.system.value
    if fail_under is not None and (mean is None or mean < fail_under):
        reached = "not measured" if mean is None else f"{mean:.1f}"
        typer.echo(f"{result.system.name} {reached}, below --fail-under {fail_under:g}", err=True)
        raise typer.Exit(int(ExitCode.GATE_FAILED))


def check_format(format: str) -> None:
    """Raise a UsageError if ``format`` is none of `FORMATS`."""
    if format not in FORMATS:
        raise UsageError("unknown-format", f"no format {format!r}", try_=", ".join(FORMATS))


def open_judge(config: Path | None, no_config: bool, allow_unsupported: bool) -> Judge:
    """Open the judge of the configuration."""
    import dataclasses

    from mtcheck.api import score as api

    settings, _ = options.load_config(config, no_config=no_config)
    wanted = settings.judge
    if allow_unsupported:
        wanted = dataclasses.replace(wanted, allow_unsupported=True)
    return api.open_judge(wanted)


def pair_languages(
    source_lang: str | None, target_lang: str | None, *, bilingual: bool
) -> tuple[str | None, str]:
    """Return both languages.

    Raises:
        UsageError: one is missing.
    """
    if target_lang is None:
        raise UsageError("no-target-language", "the target language is needed", try_="-t LANG")
    if bilingual and source_lang is None:
        raise UsageError("no-source-language", "the source language is needed", try_="-s LANG")
    return source_lang, target_lang


def _warn(result: Scored) -> None:
    for warning in result.warnings:
        typer.echo(f"warning: {warning}", err=True)


def _json(pairs: Pairs, result: Scored, words: bool) -> str:
    import json

    from mtcheck.core.to_json import score_to_dict, segment_score_to_dict, suspicious_to_list

    def segment(i: int, score: SegmentScore) -> dict[str, Any]:
        unit = {"unit": pairs.units[i]} if pairs.units else {}
        more = {"suspicious": suspicious_to_list(score.suspicious)} if words else {}
        return {"line": pairs.lines[i], **unit, **segment_score_to_dict(score), **more}

    return json.dumps(
        {
            "score": score_to_dict(result.system),
            "warnings": result.warnings,
            "segments": [segment(i, s) for i, s in enumerate(result.segments)],
        },
        indent=2,
        ensure_ascii=False,
    )


def _text(pairs: Pairs, result: Scored, worst: int) -> None:
    system = result.system
    if system.value is None:
        typer.echo(f"{system.name}  not measured: {system.note}")
    else:
        interval = (
            f"  (95% interval {system.interval[0]:.1f}–{system.interval[1]:.1f})"
            if system.interval
            else ""
        )
        typer.echo(f"{system.name}  {system.value:.1f} of 100{interval}")
    left = len(result.segments) - system.n
    typer.echo(f"segments  {system.n} scored" + (f", {left} not measured" if left else ""))
    order = sorted(
        (i for i, s in enumerate(result.segments) if s.value is not None),
        key=lambda i: result.segments[i].value or 0.0,
    )
    if worst and order:
        typer.echo("lowest:")
    for i in order[:worst]:
        s = result.segments[i]
        text = pairs.targets[i].replace("\n", " ")
        text = text if len(text) <= 90 else text[:89] + "…"
        flags = f" [{', '.join(s.flags)}]" if s.flags else ""
        typer.echo(f"  {s.value:5.1f}  {pairs.place(i)}{flags}  {text}")
        if s.suspicious:
            found = ", ".join(w.span.of(pairs.targets[i]) for w in s.suspicious)
            typer.echo(f"         stumbles over: {found}")
    if any(result.segments[i].suspicious for i in order[:worst]):
        from mtcheck.reports.wording import STUMBLES, STUMBLES_LEGEND

        typer.echo(f"{STUMBLES} – {STUMBLES_LEGEND}")
    typer.echo(f"signature  {system.signature}")
