"""`mtcheck schema`."""

from __future__ import annotations

import typer


def schema() -> None:
    """Print the JSON schema of reports (JSON Schema 2020-12)."""
    import json

    from mtcheck.core.schema import report_schema

    typer.echo(json.dumps(report_schema(), indent=2, ensure_ascii=False))
