"""What a report writer is, and what it may be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Protocol

from mtcheck.core.report import GateResult, Report, Summary, Tool
from mtcheck.core.rule_info import RuleInfo


@dataclass(frozen=True, slots=True)
class WriterOptions:
    """Settings of writers; each takes what it needs.

    ``width`` in columns (None: the terminal's, or 100). ``color`` None: by terminal and NO_COLOR.
    ``rules`` describes the rules that may occur in findings, by id. ``root`` is the folder that
    paths are made relative to (formats that code hosts read).
    """

    width: int | None = None
    color: bool | None = None
    verbose: int = 0
    show_segments: bool = False
    rules: Mapping[str, RuleInfo] = field(default_factory=dict)
    root: str = "."


class Writer(Protocol):
    """Takes documents as they are finished, so that memory stays bounded in long runs.

    Made by a format module's ``open(stream, options)``; ``stream`` is text unless the module sets
    ``BINARY = True``.
    """

    def start(self, tool: Tool) -> None:
        """Begin the report."""
        ...

    def add(self, report: Report) -> None:
        """Add one document; called in input order."""
        ...

    def finish(self, summary: Summary, gate: GateResult) -> None:
        """Complete the report. The stream is flushed and closed by the caller."""
        ...


class WriterModule(Protocol):
    """Module-level interface of a format file in ``mtcheck/reports``."""

    NAME: str
    TITLE: str
    EXTENSION: str
    BINARY: bool

    def open(self, stream: IO[str] | IO[bytes], options: WriterOptions) -> Writer:
        """Return a writer onto ``stream``."""
        ...
