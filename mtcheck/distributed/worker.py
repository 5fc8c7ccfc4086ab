"""What an actor does: a block in, a part out."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtcheck.core.config import Config
from mtcheck.core.errors import InputError
from mtcheck.distributed.blocks import Block
from mtcheck.distributed.parts import PartStore
from mtcheck.distributed.rows import Row, read

if TYPE_CHECKING:
    from mtcheck.core.report import Report
    from mtcheck.run.pipeline import Pipeline

# A block that was begun this often and never finished holds a document that kills its process;
# from then on it is checked in processes that may die, so that the document can be named.
_SUSPECT_AFTER = 2


@dataclass(frozen=True, slots=True)
class Task:
    """What all workers of a run share; names of files are relative to ``folder``."""

    folder: Path
    output: Path
    config: Config
    version: str


class Worker:
    """Checks blocks one after the other with models that are loaded once; Ray keeps it alive."""

    def __init__(self, task: Task) -> None:
        os.chdir(task.folder)
        # A worker has one core; its engines must not start threads for all of the machine's.
        trip = dataclasses.replace(
            task.config.roundtrip, threads=task.config.roundtrip.threads or 1
        )
        self._config = dataclasses.replace(task.config, roundtrip=trip)
        self._version = task.version
        self._store = PartStore(task.output)
        self._pipeline: Pipeline | None = None

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[int]]:
        """Check blocks (a column ``block`` of JSON text); return documents and words of each."""
        done = [self.check(decode(str(text))) for text in batch["block"]]
        return {"documents": [d for d, _ in done], "words": [w for _, w in done]}

    def check(self, block: Block) -> tuple[int, int]:
        """Check one block, unless its part is there; return its documents and words."""
        if self._store.path(block.index).exists():
            return 0, 0  # the worker before died when it had finished this block
        suspect = self._store.begin(block.index) >= _SUSPECT_AFTER
        rows = read(block, self._config.columns)
        tally = self._store.write(block.index, rows, list(self._reports(rows, suspect)))
        return tally.documents, tally.words

    def _open(self) -> Pipeline:
        if self._pipeline is None:
            from mtcheck.run.pipeline import Pipeline

            self._pipeline = Pipeline(self._config, version=self._version)
        return self._pipeline

    def _reports(self, rows: Sequence[Row], suspect: bool) -> Iterator[Report]:
        from mtcheck.run.batch import run
        from mtcheck.run.pipeline import Job

        fresh = run(
            [Job(row.item) for row in rows if row.item is not None],
            self._config,
            version=self._version,
            processes=2 if suspect else 1,
            pipeline=None if suspect else self._open(),
        )
        for row in rows:
            if row.item is not None:
                yield next(fresh)
            else:
                problem = row.problem or InputError("no-text", "there is no text to check")
                yield self._open().failed(row.name, problem)


def encode(block: Block) -> str:
    """Return a block as JSON text."""
    return json.dumps(dataclasses.asdict(block))


def decode(text: str) -> Block:
    """Return the block that `encode` wrote."""
    data = json.loads(text)
    return Block(**{**data, "names": tuple(data["names"]), "files": tuple(data["files"])})
