"""Runs a writer over reports and returns what it wrote."""

from __future__ import annotations

import io

from mtcheck.core.report import Report, RunReport
from mtcheck.reports.base import WriterOptions
from mtcheck.reports.registry import get_format, open_writer
from tests.reports import sample


def render(name: str, *documents: Report, options: WriterOptions | None = None) -> str:
    """Return a text format's output, encoded as UTF-8 and back as a file would hold it."""
    stream = io.StringIO(newline="\n")
    write(name, stream, sample.run(*documents), options)
    return stream.getvalue().encode("utf-8").decode("utf-8")


def render_bytes(name: str, *documents: Report, options: WriterOptions | None = None) -> bytes:
    """Return a binary format's output."""
    stream = io.BytesIO()
    write(name, stream, sample.run(*documents), options)
    return stream.getvalue()


def render_any(name: str, *documents: Report) -> str | bytes:
    """Return any format's output."""
    return (render_bytes if get_format(name).binary else render)(name, *documents)


def write(name, stream, run: RunReport, options: WriterOptions | None = None) -> None:
    """Run the writer over all documents of ``run``."""
    writer = open_writer(name, stream, options or WriterOptions(rules=sample.RULES))
    writer.start(run.tool)
    for document in run.documents:
        writer.add(document)
    writer.finish(run.summary, run.gate)
