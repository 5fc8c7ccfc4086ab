"""A progress bar on standard error, where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Bar:
    """Counts documents and words; draws only if it was given something to draw on."""

    def __init__(self, bar: Any = None, task: Any = None) -> None:
        self._bar, self._task = bar, task
        self._words = 0

    def advance(self, words: int) -> None:
        """One more document is done."""
        self._words += words
        if self._bar is not None:
            self._bar.update(self._task, advance=1, words=self._words)

    def close(self) -> None:
        """Take the bar away, so that reports are not drawn over."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


@contextmanager
def progress(total: int, *, enabled: bool, what: str = "documents", done: int = 0) -> Iterator[Bar]:
    """Show documents (or other units), words and time left for runs of several of them."""
    if not enabled or total < 2 or not sys.stderr.isatty():
        yield Bar()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        TextColumn("checking"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(what + "  {task.fields[words]:,} words"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        yield Bar(bar, bar.add_task("", total=total, completed=done, words=0))
