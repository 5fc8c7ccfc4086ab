"""`mtcheck check`."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from mtcheck.cli import options
from mtcheck.cli.errors import show, warn
from mtcheck.core.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from mtcheck.api.files import FileRun

Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        "-f",
        help="Report format, or FORMAT:FILE; repeatable. See docs/reports.md.",
        show_default="text",
    ),
]
Output = Annotated[str | None, typer.Option("--output", "-o", help="File for the (single) report.")]
Width = Annotated[int | None, typer.Option("--width", min=40, help="Columns of the text report.")]
Segments = Annotated[
    bool, typer.Option("--segments", help="Show every segment with its round trip.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no warnings.")]


def check(
    paths: options.Paths = None,
    lang: options.Lang = None,
    profile: options.Profile = None,
    formats: Formats = None,
    output: Output = None,
    width: Width = None,
    segments: Segments = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Apply the rewrites that are marked safe.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show those rewrites as a diff; change nothing.")
    ] = False,
    source: options.Source = None,
    source_lang: options.SourceLang = None,
    stdin_filename: options.StdinFilename = None,
    input_format: options.InputFormat = None,
    column: options.Column = None,
    selector: options.Selector = None,
    exclude: options.Exclude = None,
    changed_since: options.ChangedSince = None,
    diff_stdin: options.DiffStdin = False,
    pivot: options.Pivot = None,
    model: options.Model = None,
    backend: options.Backend = None,
    device: options.Device = None,
    beam: options.Beam = None,
    no_roundtrip: options.NoRoundtrip = False,
    words: options.Words = False,
    select: options.Select = None,
    ignore: options.Ignore = None,
    extend_select: options.ExtendSelect = None,
    min_severity: options.MinSeverity = None,
    rules: options.Rules = None,
    glossary: options.Glossary = None,
    fail_on: options.FailOn = None,
    max_penalty: options.MaxPenalty = None,
    min_stability: options.MinStability = None,
    min_fluency: options.MinFluency = None,
    min_quality: options.MinQuality = None,
    max_machine_translated: options.MaxMachineTranslated = None,
    allow_incomplete: options.AllowIncomplete = False,
    strict_inputs: options.StrictInputs = False,
    exit_zero: options.ExitZero = False,
    baseline: options.BaselineFile = None,
    config: options.ConfigFile = None,
    no_config: options.NoConfig = False,
    offline: options.Offline = False,
    jobs: options.Jobs = None,
    cache_dir: options.CacheDir = None,
    no_cache: options.NoCache = False,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on with an interrupted run of the same command.",
            rich_help_panel="Running",
        ),
    ] = False,
    runner: options.Runner = "local",
    address: options.Address = None,
    block_kib: options.BlockKib = None,
    quiet: Quiet = False,
) -> None:
    """Check articles and translations; the gate for CI.

    Shows sentence by sentence what survives a round trip, flags artefacts of machine translation
    with reason, likely source language and rewrite, and exits with 1 if a threshold is not met.
    """
    given = {k: v for k, v in locals().items() if k in options.CHECK_SETTINGS}
    settings, _ = options.load_config(config, no_config=no_config, **given)
    of_local = {
        "format": formats, "width": width, "segments": segments, "fix": fix, "diff": diff,
        "source": source, "stdin_filename": stdin_filename, "input_format": input_format,
        "changed_since": changed_since, "diff_stdin": diff_stdin,
    }  # fmt: skip
    of_ray = {"address": address, "block_kib": block_kib}
    if runner != "local" or any(of_ray.values()):
        from mtcheck.cli.distributed import check_on_ray, check_runner

        if check_runner(runner, of_ray if runner == "local" else of_local):
            code = check_on_ray(
                paths or [],
                output,
                settings,
                address=address or "local",
                block_kib=block_kib or 1024,
                quiet=quiet,
            )
            end(code, exit_zero=exit_zero)
            return
    from mtcheck.api.files import open_run, rules_only

    if fix or diff:
        settings = rules_only(settings)
    specs = output_specs(formats, output)
    run = open_run(
        paths or [],
        settings,
        source=source,
        stdin_filename=stdin_filename,
        input_format=input_format,
        changed_since=changed_since,
        diff_stdin=diff_stdin,
        resume=resume,
        reports=[path for spec in specs if (path := spec.partition(":")[2])],
    )
    if fix or diff:
        from mtcheck.cli.fix import apply

        apply(run, write=fix and not diff)
        return
    interrupted, written = write_reports(run, specs, width=width, segments=segments, quiet=quiet)
    end(run.exit_code(interrupted=interrupted, written=written), exit_zero=exit_zero)


def end(code: ExitCode, *, exit_zero: bool) -> None:
    """End the command with a code, unless it is that of success."""
    if exit_zero and code in (ExitCode.GATE_FAILED, ExitCode.INPUTS):
        code = ExitCode.OK
    if code:
        raise typer.Exit(int(code))


def output_specs(formats: list[str] | None, output: str | None) -> list[str]:
    """Return ``FORMAT`` or ``FORMAT:FILE`` for each report that the options ask for.

    Raises:
        UsageError: ``two-outputs`` if --output can't say which format goes to its file.
    """
    if output is None:
        return formats or ["text"]
    if formats and (len(formats) > 1 or ":" in formats[0]):
        raise UsageError(
            "two-outputs", "--output names the file of one format", try_="-f FORMAT:FILE for each"
        )
    from mtcheck.reports.output import format_for

    name = formats[0] if formats else format_for(output) or "text"
    return [f"{name}:{output}"]


def write_reports(
    run: FileRun, specs: list[str], *, width: int | None, segments: bool, quiet: bool
) -> tuple[bool, bool]:
    """Write the reports of a run as it goes on.

    Returns:
        (whether it was interrupted, whether every report could be written). What was finished
        before an interruption is in the reports.
    """
    from mtcheck.api.files import rule_infos
    from mtcheck.cli.progress import progress
    from mtcheck.reports.base import WriterOptions
    from mtcheck.reports.output import Outputs, parse_output

    writer_options = WriterOptions(width=width, show_segments=segments, rules=rule_infos(run))
    interrupted = False
    with ExitStack() as stack:
        outputs = stack.enter_context(
            Outputs([parse_output(s) for s in specs], writer_options, stdout=sys.stdout)
        )
        outputs.start(run.tool)
        bar = stack.enter_context(progress(run.total, enabled=not quiet))
        try:
            for report in run:
                outputs.add(report)
                bar.advance(report.words)
        except KeyboardInterrupt:
            interrupted = True
        bar.close()
        outputs.finish(run.summary(), run.gate(interrupted=interrupted))
    for error in outputs.errors:
        show(error)
    if not quiet:
        for remark in run.remarks():
            warn(remark)
    if interrupted:
        print(  # noqa: T201
            f"interrupted after {run.done} of {run.total} documents; --resume goes on",
            file=sys.stderr,
        )
    return interrupted, not outputs.errors
