"""The output folder: one Parquet file for each block, whole or not there."""

from __future__ import annotations

import json
import os
import socket
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtcheck.core.errors import InputError, UsageError
from mtcheck.distributed.rows import Row
from mtcheck.distributed.tally import Tally

if TYPE_CHECKING:
    from mtcheck.core.report import Report

MANIFEST = "mtcheck-run.json"
_ATTEMPTS = "attempts"
_DRAFT = ".draft"
_TALLY = b"mtcheck.tally"


class PartStore:
    """Parts of one run in a folder that all workers see (a local disk, or one shared over NFS)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin_run(self, manifest: Mapping[str, Any]) -> None:
        """Make the folder, or make sure that what is in it belongs to the same run.

        Raises:
            UsageError: ``other-run`` if other inputs, settings or another version made it;
                ``unwritable``.
        """
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
        path = self.folder / MANIFEST
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if path.exists():
                if path.read_text(encoding="utf-8") == text:
                    return
                why = "the folder holds the parts of another run: other inputs or settings"
            elif self.finished():
                why = "the folder holds parts, but not the run that made them"
            else:
                self._put(path, text.encode())
                return
        except OSError as error:
            raise UsageError(
                "unwritable", f"can't be written: {error.strerror}", where=str(self.folder)
            ) from error
        raise UsageError("other-run", why, where=str(self.folder), try_="another --output")

    def path(self, index: int) -> Path:
        """Return the place of a block's part; parts sort in the order of the input."""
        return self.folder / f"part-{index:08}.parquet"

    def finished(self) -> set[int]:
        """Return the blocks whose parts are there."""
        return {int(p.stem[5:]) for p in self.folder.glob("part-????????.parquet")}

    def begin(self, index: int) -> int:
        """Note that a block is begun; return how often it was begun before and not finished."""
        folder = self.folder / _ATTEMPTS
        folder.mkdir(exist_ok=True)
        before = len(list(folder.glob(f"{index:08}.*")))
        # Where and as what a worker runs helps people who look for one that died.
        (folder / f"{index:08}.{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}").touch()
        return before

    def write(self, index: int, rows: Sequence[Row], reports: Sequence[Report]) -> Tally:
        """Write the part of a block, one row a document, and return its counts."""
        import pyarrow
        from pyarrow import parquet

        tally = Tally()
        for report in reports:
            tally.add(report)
        table = pyarrow.Table.from_pylist(
            [_record(row, report) for row, report in zip(rows, reports, strict=True)],
            schema=_schema().with_metadata({_TALLY: tally.to_json().encode()}),
        )
        sink = pyarrow.BufferOutputStream()
        parquet.write_table(table, sink, compression="zstd")
        self._put(self.path(index), sink.getvalue())
        for attempt in (self.folder / _ATTEMPTS).glob(f"{index:08}.*"):
            attempt.unlink(missing_ok=True)
        return tally

    def tally(self) -> Tally:
        """Return the counts over all parts; reads their footers only.

        Raises:
            InputError: a part is no part.
        """
        from pyarrow import ArrowException, parquet

        total = Tally()
        for index in sorted(self.finished()):
            path = self.path(index)
            try:
                total.merge(Tally.from_json(parquet.read_schema(path).metadata[_TALLY].decode()))
            except (OSError, ArrowException, KeyError, TypeError, ValueError) as error:
                raise InputError(
                    "damaged-file", f"no part of a run: {error}", where=str(path),
                    try_="remove it and run the same command again",
                ) from error  # fmt: skip
        return total

    def end_run(self) -> None:
        """Remove what only a run in progress needs; no worker is at work any more."""
        # A killed worker leaves the draft that it wrote and the attempts of its block.
        for draft in self.folder.glob(f".part-*{_DRAFT}"):
            draft.unlink(missing_ok=True)
        folder, finished = self.folder / _ATTEMPTS, self.finished()
        for attempt in folder.glob("????????.*"):
            if int(attempt.name[:8]) in finished:
                attempt.unlink(missing_ok=True)
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()

    def _put(self, path: Path, data: Any) -> None:
        """Write a file that is whole as soon as it has its name."""
        draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}{_DRAFT}")
        try:
            with draft.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def _schema() -> Any:
    import pyarrow

    text, number = pyarrow.string(), pyarrow.int64()
    return pyarrow.schema(
        {
            "input": text,
            "position": number,
            "id": text,
            "status": text,
            "verdict": text,
            "lang": text,
            "words": number,
            "findings": number,
            "penalty": pyarrow.float64(),
            "report": text,
        }
    )


def _record(row: Row, report: Report) -> dict[str, Any]:
    from mtcheck.core.to_json import dumps, report_to_dict

    data = report_to_dict(report)
    penalty = report.scores.get("penalty")
    return {
        "input": _storable(row.input),
        "position": row.position,
        "id": _storable(report.path),
        "status": report.status.value,
        "verdict": report.gate.verdict.value,
        "lang": report.lang,
        "words": report.words,
        "findings": len(report.findings),
        "penalty": None if penalty is None else penalty.value,
        "report": dumps(data),
    }


def _storable(text: str) -> str:
    # Names of files need not be Unicode; Parquet's strings must be.
    return text.encode("utf-8", "replace").decode("utf-8")


def read_reports(folder: Path | str) -> Iterator[dict[str, Any]]:
    """Yield the records of a finished run in the order of its input.

    Each is what `mtcheck check -f json` has under ``documents``.
    """
    from pyarrow import parquet

    store = PartStore(Path(folder))
    for index in sorted(store.finished()):
        for report in parquet.read_table(store.path(index), columns=["report"])["report"]:
            yield json.loads(report.as_py())
