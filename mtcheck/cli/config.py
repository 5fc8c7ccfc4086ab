"""`mtcheck config show|init`."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from mtcheck.cli import options
from mtcheck.core.config import settable
from mtcheck.core.errors import UsageError

app = typer.Typer(help="Show or start a configuration.", no_args_is_help=True)

_TEMPLATE = """\
# mtcheck configuration. Flags and MTCHECK_* variables win over this file.
# Every key with its default: mtcheck config show

{profile}# lang = "en"              # language of the texts; identified if left out

[roundtrip]
# enabled = true
# pivot = ["pt"]           # default: Portuguese for English, English for all others
# model = "embedded"       # or a folder, or Helsinki-NLP/opus-mt-en-de@revision

[rules]
# ignore = ["typography"]  # rule ids, names or groups; see: mtcheck rules list
# extend_select = []       # rules that are off by default
# glossaries = ["glossary.csv"]

# [rules.severity]
# "dates/en-weekday-paren-day" = "major"

[gate]
# fail_on = "major"        # never, neutral, minor, major or critical
# max_penalty = 10.0       # points per 1,000 words
# min_stability = 40.0

# [[overrides]]
# paths = ["es/**"]
# lang = "es"
# ignore = ["register"]
"""


@app.command()
def show(
    config: options.ConfigFile = None,
    no_config: options.NoConfig = False,
    profile: options.Profile = None,
) -> None:
    """Print the configuration in force as TOML, and where it comes from."""
    import tomli_w

    found, path = options.load_config(config, no_config=no_config, profile=profile)
    typer.echo(f"# {path or 'defaults: no configuration file found'}")
    typer.echo(tomli_w.dumps(_table(found)), nl=False)


@app.command()
def init(
    path: Annotated[Path, typer.Argument(help="File to write.")] = Path("mtcheck.toml"),
    profile: options.Profile = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Write a commented configuration to start from."""
    from mtcheck.core.config_file import load

    load(flags={"profile": profile} if profile else None, discover=False)  # a wrong name fails
    line = f'profile = "{profile}"\n' if profile else '# profile = "newsroom"\n'
    try:
        with path.open("w" if force else "x", encoding="utf-8") as stream:
            stream.write(_TEMPLATE.format(profile=line))
    except FileExistsError:
        raise UsageError(
            "file-exists", "there is a file already", where=str(path), try_="--force"
        ) from None
    except OSError as error:
        raise UsageError(
            "unwritable", f"can't be written: {error.strerror}", where=str(path)
        ) from error
    typer.echo(f"wrote {path}")


def _table(value: Any) -> Any:
    """Return a dataclass as TOML-ready tables; unset (None) keys have no TOML form and go."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((key, getattr(value, key)) for key in settable(type(value)))
        return {name: _table(v) for name, v in pairs if v is not None}
    if isinstance(value, Mapping):
        return {str(k): _table(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [_table(v) for v in value]
    return value.value if isinstance(value, Enum) else value
