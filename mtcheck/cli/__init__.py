"""The command line. Goes through mtcheck.api only."""

from __future__ import annotations


def main() -> None:
    """Run the `mtcheck` command."""
    from mtcheck.cli.app import run

    run()
