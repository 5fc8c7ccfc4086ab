"""The `mtcheck` command. Only the module of the command that runs is imported."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from mtcheck.cli.errors import guarded

# name → (module, attribute, help). An attribute that is a Typer app has commands of its own.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "check": ("mtcheck.cli.check", "check", "Check articles and translations; the gate for CI."),
    "roundtrip": (
        "mtcheck.cli.roundtrip",
        "roundtrip",
        "Translate to a pivot language and back, sentence by sentence.",
    ),
    "score": ("mtcheck.cli.score", "score", "Score translations without a reference."),
    "compare": ("mtcheck.cli.compare", "compare", "Tell which of two translations is better."),
    "rules": ("mtcheck.cli.rules", "app", "List and explain the artefact rules."),
    "models": ("mtcheck.cli.models", "app", "List, fetch and verify models."),
    "baseline": ("mtcheck.cli.baseline", "app", "Accept the findings that are there now."),
    "calibrate": ("mtcheck.cli.calibrate", "calibrate", "Fit references to your own texts."),
    "evaluate": ("mtcheck.cli.evaluate", "app", "Measure rules, models and scores on your data."),
    "config": ("mtcheck.cli.config", "app", "Show or start a configuration."),
    "schema": ("mtcheck.cli.schema", "schema", "Print the JSON schema of reports."),
}

EPILOG = "Exit codes: 0 passed, 1 gate failed, 2 usage, 3 model missing, 4 inputs, 130 interrupted."


def _stub(help_: str) -> Callable[[], None]:
    def stub() -> None:
        raise AssertionError("a stub only stands in the list of commands")

    stub.__doc__ = help_
    return stub


def _guard_all(app: typer.Typer) -> typer.Typer:
    for command in app.registered_commands:
        if command.callback is not None and not hasattr(command.callback, "__wrapped__"):
            command.callback = guarded(command.callback)
    return app


def build(wanted: Sequence[str] | None = None) -> typer.Typer:
    """Return the command-line app.

    Args:
        wanted: commands whose modules are imported; the others only appear in the list. None
            imports all of them (completion, documentation).
    """
    app = typer.Typer(
        name="mtcheck",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        # The list of commands needs no panels, and rich takes as long to import as all the rest.
        rich_markup_mode="rich" if wanted is None or any(wanted) else None,
        epilog=EPILOG,
        help="Does this text read like machine translation, how good is it, what must be fixed?",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_main)
    for name, (module, attribute, help_) in COMMANDS.items():
        if wanted is not None and name not in wanted:
            app.command(name, help=help_)(_stub(help_))
            continue
        found = getattr(importlib.import_module(module), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(_guard_all(found), name=name, help=help_, no_args_is_help=True)
        else:
            app.command(name)(guarded(found))
    return app


def _version(value: bool) -> None:
    if value:
        from mtcheck import __version__

        typer.echo(f"mtcheck {__version__}")
        raise typer.Exit


def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where errors come from (MTCHECK_DEBUG=1).")
    ] = False,
) -> None:
    if debug:
        os.environ["MTCHECK_DEBUG"] = "1"


def run(arguments: Sequence[str] | None = None) -> Any:
    """Run the command line with ``arguments``, or those of the process."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    completing = any(name.endswith("_COMPLETE") and "MTCHECK" in name for name in os.environ)
    command = next((w for w in words if not w.startswith("-")), "")
    app = build(None if completing else [command])
    return app(args=words, prog_name="mtcheck")
