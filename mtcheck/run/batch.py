"""Many documents: order kept, faults isolated, memory bounded, finished work remembered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from mtcheck.core.config import Config
from mtcheck.core.report import Report
from mtcheck.run.chunks import Chunk, chunks
from mtcheck.run.pipeline import Job, LineFilter, Pipeline

if TYPE_CHECKING:
    from mtcheck.run.journal import Journal


def run(
    jobs: Iterable[Job],
    config: Config,
    *,
    version: str,
    processes: int = 1,
    only_lines: LineFilter | None = None,
    journal: Journal | None = None,
    pipeline: Pipeline | None = None,
) -> Iterator[Report]:
    """Yield one report a job, in the order of the jobs, as soon as each is ready.

    Args:
        jobs: may be endless; only a few chunks are held at a time.
        config: for all of them.
        version: version of mtcheck.
        processes: worker processes; 1 works in this one.
        only_lines: changed lines by path.
        journal: remembers finished documents; those that it knows are not checked again.
        pipeline: an open one to use when there is one process.

    Raises:
        ConfigError: before the first report, if the configuration can't be used.
    """
    if processes <= 1:
        pipeline = pipeline or Pipeline(config, version=version, only_lines=only_lines)
        for group in chunks(jobs):
            chunk = Chunk(group, journal)
            yield from chunk.reports(pipeline.check(chunk.todo) if chunk.todo else ())
        return
    Pipeline(config, version=version)  # a bad configuration fails here, not in a worker
    from mtcheck.run import pool  # multiprocessing costs every start-up otherwise

    yield from pool.run(jobs, config, version, processes, only_lines, journal)
