"""Documents that go through the engines together, and what was finished of them before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mtcheck.core.report import Report
from mtcheck.run.inputs import Stream
from mtcheck.run.pipeline import Job

if TYPE_CHECKING:
    from mtcheck.run.journal import Journal

# Documents that go through the engines together: enough to fill batches, few enough to stay small
# and to lose little in a crash.
CHUNK_DOCUMENTS = 32
CHUNK_BYTES = 400_000
# With several processes less, so that none is still at a whole chunk when the others are done; a
# batch or two of the translator is still filled.
SHARED_DOCUMENTS = 8
SHARED_BYTES = 100_000


def chunks(
    jobs: Iterable[Job], *, documents: int = CHUNK_DOCUMENTS, most_bytes: int = CHUNK_BYTES
) -> Iterator[list[Job]]:
    """Group jobs, keeping their order, by number and size."""
    group: list[Job] = []
    size = 0
    for job in jobs:
        group.append(job)
        size += _size(job)
        if len(group) >= documents or size >= most_bytes:
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


def _keys(chunk: Sequence[Job], journal: Journal | None) -> list[str | None]:
    if journal is None:
        return [None] * len(chunk)
    from mtcheck.run.journal import document_key

    keys: list[str | None] = []
    for job in chunk:
        try:
            content = job.item.read_bytes() if isinstance(job.item, Path) else None
        except OSError:
            content = None
        keys.append(document_key(job.path, content) if content is not None else None)
    return keys


class Chunk:
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
