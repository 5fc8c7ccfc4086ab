"""Many documents: order kept, faults isolated, memory bounded, finished work remembered."""

from __future__ import annotations

import itertools
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from mtcheck.core.config import Config
from mtcheck.core.errors import InputError
from mtcheck.core.report import Report
from mtcheck.run.inputs import Stream
from mtcheck.run.journal import Journal, document_key
from mtcheck.run.pipeline import Job, LineFilter, Pipeline

# Documents that go through the engines together: enough to fill batches, few enough to stay small
# and to lose little in a crash.
CHUNK_DOCUMENTS = 32
CHUNK_BYTES = 400_000


def chunks(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    """Group jobs, keeping their order, by number and size."""
    group: list[Job] = []
    size = 0
    for job in jobs:
        group.append(job)
        size += _size(job)
        if len(group) >= CHUNK_DOCUMENTS or size >= CHUNK_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _size(job: Job) -> int:
    if isinstance(job.item, Path):
        try:
            return job.item.stat().st_size
        except OSError:
            return 0
    if isinstance(job.item, str):
        return len(job.item)
    return len(job.item.data if isinstance(job.item, Stream) else job.item.text)


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
            chunk = _Chunk(group, journal)
            yield from chunk.reports(pipeline.check(chunk.todo) if chunk.todo else ())
        return
    Pipeline(config, version=version)  # a bad configuration fails here, not in a worker
    yield from _parallel(jobs, config, version, processes, only_lines, journal)


def _keys(chunk: Sequence[Job], journal: Journal | None) -> list[str | None]:
    if journal is None:
        return [None] * len(chunk)
    keys: list[str | None] = []
    for job in chunk:
        try:
            content = job.item.read_bytes() if isinstance(job.item, Path) else None
        except OSError:
            content = None
        keys.append(document_key(job.path, content) if content is not None else None)
    return keys


class _Chunk:
    """Jobs that go through the engines together, and what the journal knows of them already."""

    def __init__(self, jobs: Sequence[Job], journal: Journal | None) -> None:
        self._journal = journal
        self._keys = _keys(jobs, journal)
        self._known = [journal.get(k) if journal is not None and k else None for k in self._keys]
        self.todo = [job for job, done in zip(jobs, self._known, strict=True) if done is None]

    def reports(self, fresh: Iterable[Report]) -> Iterator[Report]:
        """Yield the reports of all jobs in order; ``fresh`` are those of ``todo``."""
        made = iter(fresh)
        for key, report in zip(self._keys, self._known, strict=True):
            if report is None:
                report = next(made)
                if self._journal is not None and key:
                    self._journal.put(key, report)
            yield report


_worker: Pipeline | None = None


def _open_worker(config: Config, version: str, only_lines: LineFilter | None) -> None:
    global _worker
    import os
    import signal

    # Ctrl-C reaches the whole process group; the parent decides what happens to the work.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Engines of several processes must not each take all cores.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    _end_with_parent()
    _worker = Pipeline(config, version=version, only_lines=only_lines)


def _end_with_parent() -> None:
    """End this worker when the process that feeds it is killed: no one else would tell it."""
    import os
    import threading

    parent = multiprocessing.parent_process()

    def wait() -> None:
        assert parent is not None
        parent.join()
        os._exit(1)

    if parent is not None:
        threading.Thread(target=wait, name="parent-watch", daemon=True).start()


def _work(chunk: Sequence[Job]) -> list[Report]:
    assert _worker is not None
    return _worker.check(chunk)


def _parallel(
    jobs: Iterable[Job],
    config: Config,
    version: str,
    processes: int,
    only_lines: LineFilter | None,
    journal: Journal | None,
) -> Iterator[Report]:
    import dataclasses

    if config.roundtrip.threads == 0:
        trip = dataclasses.replace(config.roundtrip, threads=1)
        config = dataclasses.replace(config, roundtrip=trip)
    waiting = chunks(jobs)
    # The pool has its own processes; `spawn` because engines hold threads, which fork breaks.
    context = multiprocessing.get_context("spawn")

    def pool() -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            processes, context, initializer=_open_worker, initargs=(config, version, only_lines)
        )

    executor = pool()
    pending: deque[tuple[_Chunk, Future[list[Report]]]] = deque()
    try:
        while True:
            for group in itertools.islice(waiting, 2 * processes - len(pending)):
                chunk = _Chunk(group, journal)
                pending.append((chunk, executor.submit(_work, chunk.todo)))
            if not pending:
                return
            chunk, future = pending.popleft()
            fresh: Iterable[Report]
            try:
                fresh = future.result()
            except BrokenProcessPool:
                executor.shutdown(wait=False, cancel_futures=True)
                executor = pool()
                fresh = _one_by_one(chunk.todo, pool, config, version)
                pending = deque((c, executor.submit(_work, c.todo)) for c, _ in pending)
            yield from chunk.reports(fresh)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _one_by_one(
    jobs: Sequence[Job], pool: Callable[[], ProcessPoolExecutor], config: Config, version: str
) -> Iterator[Report]:
    """Check jobs whose worker died in processes of their own, to find the one that kills it."""
    for job in jobs:
        with pool() as alone:
            try:
                yield from alone.submit(_work, [job]).result()
            except BrokenProcessPool:
                error = InputError(
                    "worker-died",
                    "the process that checked this document died (out of memory?)",
                    where=job.path,
                    try_="check it alone, or with fewer --jobs",
                )
                yield Pipeline(config, version=version).failed(job.path, error)
