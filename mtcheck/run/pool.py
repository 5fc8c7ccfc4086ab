"""Worker processes that check chunks of documents."""

from __future__ import annotations

import dataclasses
import itertools
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from mtcheck.core.config import Config
from mtcheck.core.errors import InputError
from mtcheck.core.report import Report
from mtcheck.run.chunks import SHARED_BYTES, SHARED_DOCUMENTS, Chunk, chunks
from mtcheck.run.pipeline import Job, LineFilter, Pipeline

if TYPE_CHECKING:
    from mtcheck.run.journal import Journal

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


def run(
    jobs: Iterable[Job],
    config: Config,
    version: str,
    processes: int,
    only_lines: LineFilter | None,
    journal: Journal | None,
) -> Iterator[Report]:
    """Yield one report a job, in order, from worker processes; see `mtcheck.run.batch.run`."""
    if config.roundtrip.threads == 0:
        trip = dataclasses.replace(config.roundtrip, threads=1)
        config = dataclasses.replace(config, roundtrip=trip)
    waiting = chunks(jobs, documents=SHARED_DOCUMENTS, most_bytes=SHARED_BYTES)
    # The pool has its own processes; `spawn` because engines hold threads, which fork breaks.
    context = multiprocessing.get_context("spawn")

    def pool() -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            processes, context, initializer=_open_worker, initargs=(config, version, only_lines)
        )

    executor = pool()
    pending: deque[tuple[Chunk, Future[list[Report]]]] = deque()
    try:
        while True:
            for group in itertools.islice(waiting, 2 * processes - len(pending)):
                chunk = Chunk(group, journal)
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
