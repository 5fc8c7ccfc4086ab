"""`mtcheck evaluate rules|translation|origin|quality`: measure on your own data."""

from __future__ import annotations

import typer

from mtcheck.cli.evaluate_judge import origin, quality
from mtcheck.cli.evaluate_rules import rules
from mtcheck.cli.evaluate_translation import translation

app = typer.Typer(help="Measure rules, models and scores on your data.", no_args_is_help=True)
app.command()(rules)
app.command()(translation)
app.command()(origin)
app.command()(quality)
