"""Shows errors to people: what, where, what to try."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from mtcheck.core.errors import ExitCode, MtcheckError, UsageError


def show(error: MtcheckError) -> None:
    """Print an error to standard error."""
    lines = [f"error[{error.code}] {error.what}"]
    if error.where:
        lines.append(f"  where  {error.where}")
    if error.try_:
        lines.append(f"  try    {error.try_}")
    print("\n".join(lines), file=sys.stderr)  # noqa: T201


def warn(message: str) -> None:
    """Print a warning to standard error."""
    print(f"warning: {message}", file=sys.stderr)  # noqa: T201


def guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a command: mtcheck's errors become messages and exit codes, Ctrl-C becomes 130."""
    import typer

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except MtcheckError as error:
            if os.environ.get("MTCHECK_DEBUG"):
                raise
            show(error)
            raise typer.Exit(int(error.exit_code)) from None
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)  # noqa: T201
            raise typer.Exit(int(ExitCode.INTERRUPTED)) from None
        except BrokenPipeError:
            # The reader (head, less) has gone; further writing at exit must not complain either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(int(ExitCode.OK)) from None

    return run


def refuse(
    options: Mapping[str, Any],
    when: str,
    *,
    code: str = "wrong-option",
    try_: str = "leave it out",
) -> None:
    """Refuse options that say nothing here.

    Args:
        options: by parameter name; those that are set are refused.
        when: ends the sentence "… can't be used".
        code: of the error.
        try_: what to do instead.

    Raises:
        UsageError: naming all that are set.
    """
    given = [f"--{name.replace('_', '-')}" for name, value in options.items() if value]
    if given:
        raise UsageError(code, f"{', '.join(given)} can't be used {when}", try_=try_)
