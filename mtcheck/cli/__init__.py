"""The command line. Goes through mtcheck.api only."""

from __future__ import annotations


def main() -> None:
    """Run the `mtcheck` command."""
    import gc

    # A start allocates much and drops little: with Python's 700 the collector takes a twentieth.
    gc.set_threshold(50_000, 20, 20)
    from mtcheck.cli.app import run

    run()
