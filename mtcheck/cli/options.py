"""Options that several commands share, and their way into the configuration.

Commands take them as parameters of the same name; `flags` collects those that were given.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from mtcheck.core.config import Config

_ROUNDTRIP = "Round trip"
_RULES = "Rules"
_GATE = "Gate"
_INPUT = "Input"
_RUN = "Running"

Paths = Annotated[
    list[str] | None,
    typer.Argument(help="Files, folders, globs, or - for standard input.", show_default=False),
]
Lang = Annotated[
    str | None,
    typer.Option("--lang", "-t", "--target-lang", help="Language of the text; else identified."),
]
Source = Annotated[
    Path | None,
    typer.Option(
        "--source", help="The original that the (single) input translates.", rich_help_panel=_INPUT
    ),
]
SourceLang = Annotated[
    str | None,
    typer.Option("--source-lang", "-s", help="Language of the original.", rich_help_panel=_INPUT),
]
StdinFilename = Annotated[
    str | None,
    typer.Option(
        "--stdin-filename",
        help="Name (and so the format) of what comes from standard input.",
        rich_help_panel=_INPUT,
    ),
]
InputFormat = Annotated[
    str | None,
    typer.Option(
        "--input-format", help="Format of the inputs; else by file name.", rich_help_panel=_INPUT
    ),
]
Column = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        help="Column of a table: source=NAME or target=2; repeatable.",
        rich_help_panel=_INPUT,
    ),
]
Selector = Annotated[
    str | None,
    typer.Option("--selector", help="CSS selector of the article in HTML.", rich_help_panel=_INPUT),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude", help="Pattern (as in .gitignore) to leave out.", rich_help_panel=_INPUT
    ),
]
ChangedSince = Annotated[
    str | None,
    typer.Option(
        "--changed-since",
        help="Report only on lines changed since this git revision.",
        rich_help_panel=_INPUT,
    ),
]
DiffStdin = Annotated[
    bool,
    typer.Option(
        "--diff-stdin",
        help="Report only on lines that the unified diff on standard input adds.",
        rich_help_panel=_INPUT,
    ),
]

Pivot = Annotated[
    list[str] | None,
    typer.Option(
        "--pivot",
        help="Language to go through; repeatable. Default: pt for English, else en.",
        rich_help_panel=_ROUNDTRIP,
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="embedded, auto, a folder, or Helsinki-NLP/opus-mt-…[@revision].",
        rich_help_panel=_ROUNDTRIP,
    ),
]
Backend = Annotated[
    str | None,
    typer.Option("--backend", help="ctranslate2 or transformers.", rich_help_panel=_ROUNDTRIP),
]
Device = Annotated[
    str | None, typer.Option("--device", help="auto, cpu or cuda.", rich_help_panel=_ROUNDTRIP)
]
Beam = Annotated[
    int | None, typer.Option("--beam", min=1, help="Beam size (4).", rich_help_panel=_ROUNDTRIP)
]
NoRoundtrip = Annotated[
    bool,
    typer.Option("--no-roundtrip", help="Leave out the round trip.", rich_help_panel=_ROUNDTRIP),
]

Select = Annotated[
    list[str] | None,
    typer.Option("--select", help="Run only these rules or groups.", rich_help_panel=_RULES),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option("--ignore", help="Leave out these rules or groups.", rich_help_panel=_RULES),
]
ExtendSelect = Annotated[
    list[str] | None,
    typer.Option("--extend-select", help="Run these rules or groups too.", rich_help_panel=_RULES),
]
MinSeverity = Annotated[
    str | None,
    typer.Option("--min-severity", help="Leave out findings below this.", rich_help_panel=_RULES),
]
Rules = Annotated[
    list[str] | None,
    typer.Option("--rules", help="File or folder of your own rules.", rich_help_panel=_RULES),
]
Glossary = Annotated[
    list[str] | None,
    typer.Option("--glossary", help="Glossary (CSV, TSV, TBX).", rich_help_panel=_RULES),
]

FailOn = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        help="Fail on findings of this severity: never, neutral, minor, major, critical.",
        rich_help_panel=_GATE,
    ),
]
MaxPenalty = Annotated[
    float | None,
    typer.Option(
        "--max-penalty", help="Most penalty points per 1,000 words.", rich_help_panel=_GATE
    ),
]
MinStability = Annotated[
    float | None,
    typer.Option("--min-stability", help="Least stability, 0–100.", rich_help_panel=_GATE),
]
MinFluency = Annotated[
    float | None,
    typer.Option("--min-fluency", help="Least fluency, 0–100.", rich_help_panel=_GATE),
]
Words = Annotated[
    bool,
    typer.Option(
        "--words",
        help="Name the words that the judge stumbles over (a guess, no findings; takes longer).",
    ),
]
MinQuality = Annotated[
    float | None,
    typer.Option(
        "--min-quality", help="Least quality, 0–100 (needs a source).", rich_help_panel=_GATE
    ),
]
MaxMachineTranslated = Annotated[
    float | None,
    typer.Option(
        "--max-machine-translated",
        help="Highest probability of machine translation, 0–1.",
        rich_help_panel=_GATE,
    ),
]
AllowIncomplete = Annotated[
    bool,
    typer.Option(
        "--allow-incomplete",
        help="Pass although something could not be measured.",
        rich_help_panel=_GATE,
    ),
]
StrictInputs = Annotated[
    bool,
    typer.Option(
        "--strict-inputs", help="Exit with 4 if an input can't be read.", rich_help_panel=_GATE
    ),
]
ExitZero = Annotated[
    bool,
    typer.Option("--exit-zero", help="Exit with 0 whatever the gate says.", rich_help_panel=_GATE),
]
BaselineFile = Annotated[
    str | None,
    typer.Option("--baseline", help="Findings in this file stay quiet.", rich_help_panel=_GATE),
]

Profile = Annotated[
    str | None,
    typer.Option("--profile", help="newsroom, localisation, strict or machine-only."),
]
ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Configuration file.", rich_help_panel=_RUN)
]
NoConfig = Annotated[
    bool,
    typer.Option("--no-config", help="Look for no configuration file.", rich_help_panel=_RUN),
]
Offline = Annotated[
    bool, typer.Option("--offline", help="Never open a socket.", rich_help_panel=_RUN)
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", "-j", min=0, help="Processes; 0 = one a core.", rich_help_panel=_RUN),
]
CacheDir = Annotated[
    str | None, typer.Option("--cache-dir", help="Folder for caches.", rich_help_panel=_RUN)
]
NoCache = Annotated[
    bool,
    typer.Option("--no-cache", help="Neither read nor keep translations.", rich_help_panel=_RUN),
]

Runner = Annotated[
    str,
    typer.Option("--runner", help="local, or ray: on a cluster.", rich_help_panel=_RUN),
]
Address = Annotated[
    str | None,
    typer.Option(
        "--address",
        help="Ray cluster: auto, HOST:PORT, or local (one of this machine).",
        show_default="local",
        rich_help_panel=_RUN,
    ),
]
BlockKib = Annotated[
    int | None,
    typer.Option(
        "--block-kib",
        min=1,
        help="KiB of input that a Ray worker checks at a time.",
        show_default="1024",
        rich_help_panel=_RUN,
    ),
]

# parameter → key of the configuration
_KEYS = {
    "lang": "lang",
    "source_lang": "source_lang",
    "profile": "profile",
    "selector": "selector",
    "exclude": "exclude",
    "cache_dir": "cache_dir",
    "baseline": "baseline",
    "pivot": "roundtrip.pivot",
    "model": "roundtrip.model",
    "backend": "roundtrip.backend",
    "device": "roundtrip.device",
    "beam": "roundtrip.beam",
    "select": "rules.select",
    "ignore": "rules.ignore",
    "extend_select": "rules.extend_select",
    "min_severity": "rules.min_severity",
    "rules": "rules.paths",
    "glossary": "rules.glossaries",
    "fail_on": "gate.fail_on",
    "max_penalty": "gate.max_penalty",
    "min_stability": "gate.min_stability",
    "min_fluency": "gate.min_fluency",
    "min_quality": "gate.min_quality",
    "max_machine_translated": "gate.max_machine_translated",
    "jobs": "jobs",
}
_SWITCHES: dict[str, tuple[str, bool]] = {
    "offline": ("offline", True),
    "no_roundtrip": ("roundtrip.enabled", False),
    "no_cache": ("roundtrip.cache", False),
    "words": ("judge.words", True),
    "allow_incomplete": ("gate.allow_incomplete", True),
    "strict_inputs": ("gate.strict_inputs", True),
}


def flags(**given: Any) -> dict[str, Any]:
    """Return the settings that parameters stand for; those not given are left out."""
    out: dict[str, Any] = {}
    for name, value in given.items():
        if name in _SWITCHES:
            key, setting = _SWITCHES[name]
            if value:
                _put(out, key, setting)
        elif name == "column":
            for pair in value or []:
                role, _, column = pair.partition("=")
                _put(out, f"columns.{role}", column)
        elif name in _KEYS and value is not None and value != []:
            _put(out, _KEYS[name], value)
    return out


def _put(out: dict[str, Any], key: str, value: Any) -> None:
    *tables, last = key.split(".")
    for table in tables:
        out = out.setdefault(table, {})
    out[last] = value


def load_config(
    file: Path | None, *, no_config: bool = False, **given: Any
) -> tuple[Config, Path | None]:
    """Return the configuration in force and its file.

    Raises:
        ConfigError: as `mtcheck.core.config_file.load`.
    """
    from mtcheck.core.config_file import load

    return load(file, flags=flags(**given), discover=not no_config)


# Parameters of `check` that are settings; the others say what to read and where to write.
CHECK_SETTINGS = frozenset(_KEYS) | frozenset(_SWITCHES) | {"column"}
