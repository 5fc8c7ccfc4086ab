"""Where reports go: standard output, or files that appear complete or not at all."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, cast

from mtcheck.core.errors import UsageError
from mtcheck.core.report import GateResult, Report, Summary, Tool
from mtcheck.reports.base import Writer, WriterOptions
from mtcheck.reports.registry import get_format, names, open_writer


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """One report to write; ``path`` None is standard output."""

    format: str
    path: str | None = None


def parse_output(spec: str) -> OutputSpec:
    """Return what ``FORMAT`` or ``FORMAT:PATH`` asks for; the path ``-`` is standard output.

    Raises:
        UsageError: ``unknown-format`` with the nearest name, or ``no-path``.
    """
    name, colon, path = spec.partition(":")
    name = get_format(name.strip()).name
    if colon and not path:
        raise UsageError(
            "no-path", f"{spec!r} names no file behind the colon", try_=f"{name}:report{name}"
        )
    return OutputSpec(name, None if path in ("", "-") else path)


def format_for(path: str) -> str | None:
    """Return the format whose usual extension ``path`` has, None if there is none or several."""
    lowered = path.lower()
    found = [
        (len(f.extension), f.name)
        for f in map(get_format, names())
        if lowered.endswith(f.extension)
    ]
    longest = max((size for size, _ in found), default=0)
    best = [name for size, name in found if size == longest]
    return best[0] if len(best) == 1 else None


class AtomicFile:
    """A file that takes its final name only when `commit` is called.

    Written under a temporary name in the same folder, so that the last step is a rename within one
    file system. `discard` leaves no trace. A device or pipe (``/dev/stdout``) is written directly.

    Raises:
        OSError: on opening, if the folder is missing or can't be written to.
    """

    def __init__(self, path: str, *, binary: bool) -> None:
        # A link stays a link: what it points to is replaced.
        self._path = Path(os.path.realpath(path))
        self._temporary: Path | None = None
        if self._path.is_dir():
            raise IsADirectoryError(21, os.strerror(21), str(self._path))
        if self._path.exists() and not self._path.is_file():
            raw: IO[bytes] = self._path.open("wb")
        else:
            if self._path.exists() and not os.access(self._path, os.W_OK):
                raise PermissionError(13, os.strerror(13), str(self._path))
            handle, name = tempfile.mkstemp(
                prefix=f".{self._path.name[:100]}.", suffix=".tmp", dir=self._path.parent
            )
            self._temporary = Path(name)
            raw = os.fdopen(handle, "wb")
        self._raw = raw
        self.stream: IO[str] | IO[bytes] = (
            raw if binary else io.TextIOWrapper(raw, encoding="utf-8", newline="\n")
        )

    def commit(self) -> None:
        """Flush to disk and give the file its name."""
        self.stream.flush()
        if self._temporary is None:
            self.stream.close()
            return
        os.fsync(self._raw.fileno())
        self.stream.close()
        # mkstemp makes files private; a report gets what any new file would get.
        if self._path.exists():
            mode = self._path.stat().st_mode & 0o777
        else:
            umask = os.umask(0)
            os.umask(umask)
            mode = 0o666 & ~umask
        self._temporary.chmod(mode)
        self._temporary.rename(self._path) if os.name != "nt" else self._temporary.replace(
            self._path
        )

    def discard(self) -> None:
        """Close and remove what was written so far."""
        with contextlib.suppress(OSError, ValueError):
            self.stream.close()
        # Closing a text stream whose disk is full fails before its file is closed.
        with contextlib.suppress(OSError, ValueError):
            self._raw.close()
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)


class _Output:
    """One writer with its stream; broken from its first error on."""

    def __init__(self, spec: OutputSpec, options: WriterOptions, stdout: IO[str]) -> None:
        binary = get_format(spec.format).binary
        self.spec = spec
        self.error: UsageError | None = None
        self._file: AtomicFile | None = None
        if spec.path is None:
            self._stream = _standard(stdout, spec, binary=binary)
        else:
            try:
                self._file = AtomicFile(spec.path, binary=binary)
            except OSError as error:
                raise _cannot_write(spec, error) from error
            self._stream = self._file.stream
        self._writer: Writer = open_writer(spec.format, self._stream, options)

    def call(self, step: Callable[[Writer], None]) -> None:
        """Run one step of the writer, unless an earlier one failed."""
        if self.error is not None:
            return
        try:
            step(self._writer)
        except BrokenPipeError:
            raise  # the reader of standard output has left; the caller decides
        except OSError as error:
            self.error = _cannot_write(self.spec, error)
            self.discard()

    def close(self, _: Writer) -> None:
        """Make the output final."""
        if self._file is None:
            self._stream.flush()
        else:
            self._file.commit()

    def discard(self) -> None:
        """Leave nothing half-written."""
        if self._file is not None:
            self._file.discard()


class Outputs:
    """All reports of one run, as one writer.

    What goes wrong with one output does not touch the others: it is kept in `errors`, to be told
    when all are finished. Leaving the ``with`` block without `finish` removes unfinished files.

    Args:
        specs: formats and where they go; one at most to standard output.
        options: settings for all writers.
        stdout: the stream that stands for standard output.

    Raises:
        UsageError: at once, if a file can't be made (``cannot-write``), if two outputs share a
            place (``same-output``), or for a binary format on a terminal (``binary-output``).
    """

    def __init__(
        self, specs: Sequence[OutputSpec], options: WriterOptions, *, stdout: IO[str]
    ) -> None:
        places = [os.path.realpath(s.path) if s.path is not None else "-" for s in specs]
        for i, place in enumerate(places):
            if place in places[:i]:
                raise UsageError(
                    "same-output",
                    "two reports would go to "
                    + ("standard output" if place == "-" else str(specs[i].path)),
                    try_=f"{specs[i].format}:FILE",
                )
        self._outputs: list[_Output] = []
        self._finished = False
        try:
            for spec in specs:
                self._outputs.append(_Output(spec, options, stdout))
        except BaseException:
            self.discard()
            raise

    @property
    def errors(self) -> tuple[UsageError, ...]:
        """What could not be written, one entry an output."""
        return tuple(o.error for o in self._outputs if o.error is not None)

    def start(self, tool: Tool) -> None:
        """Begin all reports."""
        for output in self._outputs:
            output.call(lambda writer: writer.start(tool))

    def add(self, report: Report) -> None:
        """Add one document to all reports."""
        for output in self._outputs:
            output.call(lambda writer: writer.add(report))

    def finish(self, summary: Summary, gate: GateResult) -> None:
        """Complete all reports, and give the files their names."""
        for output in self._outputs:
            output.call(lambda writer: writer.finish(summary, gate))
            output.call(output.close)
        self._finished = True

    def discard(self) -> None:
        """Remove all files that are not finished."""
        for output in self._outputs:
            output.discard()

    def __enter__(self) -> Outputs:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._finished:
            self.discard()


def _standard(stdout: IO[str], spec: OutputSpec, *, binary: bool) -> IO[str] | IO[bytes]:
    if not binary:
        return stdout
    buffer = getattr(stdout, "buffer", None)
    if buffer is None or stdout.isatty():
        raise UsageError(
            "binary-output",
            f"{spec.format} is a binary format and can't go to a terminal",
            try_=f"{spec.format}:report{get_format(spec.format).extension}",
        )
    return cast(IO[bytes], buffer)


def _cannot_write(spec: OutputSpec, error: OSError) -> UsageError:
    where = spec.path if spec.path is not None else "standard output"
    hints = {
        "FileNotFoundError": "make the folder first",
        "IsADirectoryError": "a file name, not a folder",
        "PermissionError": "another folder, or change its permissions",
    }
    return UsageError(
        "cannot-write",
        f"the {spec.format} report can't be written: {error.strerror or error}",
        where=where,
        try_=hints.get(type(error).__name__),
    )
