"""The journal of a long run: finished documents survive a crash and `--resume` reads them back.

One JSON object a line, appended and flushed as each document is finished; a line that a crash cut
short is ignored. Documents are known by path, content and configuration, with the files that it
names and the models: an edited text, another threshold or a mended glossary is checked anew.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from mtcheck.core.config import Config
from mtcheck.core.from_json import report_from_dict
from mtcheck.core.report import Report, Tool
from mtcheck.core.to_json import report_to_dict
from mtcheck.engines.model_store import embedded_folders


def run_id(config: Config, paths: Sequence[str], version: str) -> str:
    """Return the name of a run: the same command in the same folder has the same one."""
    parts = [
        version,
        str(Path.cwd()),
        config_fingerprint(config),
        _files_fingerprint(config),
        *paths,
    ]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def config_fingerprint(config: Config) -> str:
    """Return a hash of everything in a configuration that results depend on."""
    relevant = dataclasses.replace(config, jobs=1, cache_dir=None)
    return hashlib.sha256(repr(relevant).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _files_fingerprint(config: Config) -> str:
    """Return a hash of the files that a configuration names, and of the state of its models."""
    digest = hashlib.sha256()
    rules = config.rules
    named = [*rules.glossaries, *rules.words, *rules.paths]
    named += filter(None, [config.baseline, config.judge.calibration])
    for path in map(Path, named):
        for file in sorted(path.rglob("*.toml")) if path.is_dir() else [path]:
            with contextlib.suppress(OSError):
                digest.update(file.name.encode("utf-8", "surrogatepass") + file.read_bytes())
    folders = [folder for _, folder in embedded_folders()]
    folders += [Path(m) for m in (config.roundtrip.model, config.judge.model) if Path(m).is_dir()]
    for folder in folders:
        # Models are big; a changed one has a file of another size or time.
        for file in sorted(f for f in folder.rglob("*") if f.is_file()):
            state = file.stat()
            digest.update(f"{file.name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def document_key(path: str, content: bytes) -> str:
    """Return the key of a document in a run."""
    digest = hashlib.sha256(path.encode("utf-8", "surrogatepass") + b"\0" + content)
    return digest.hexdigest()[:32]


class Journal:
    """Finished documents of one run, in a file of the cache folder.

    An unwritable folder makes a journal that remembers nothing; ``problem`` then says why.
    """

    def __init__(self, folder: Path, run: str, tool: Tool, *, resume: bool) -> None:
        self._path = folder / "runs" / f"{run}.jsonl"
        self._tool = tool
        self._known: dict[str, int] = {}
        self._stream: IO[str] | None = None
        self.problem: str | None = None
        if resume:
            self._index()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = self._path.open("a" if resume else "w", encoding="utf-8")
            if resume:
                self._end_cut_line()
        except OSError as error:
            self.problem = f"{self._path.parent}: {error.strerror}; the run can't be resumed"

    def _index(self) -> None:
        try:
            with self._path.open("rb") as stream:
                offset = 0
                for line in stream:
                    if line.endswith(b"\n"):
                        key = line[: line.find(b"\t")].decode("ascii", "replace")
                        self._known[key] = offset
                    offset += len(line)
        except OSError:
            return

    def _end_cut_line(self) -> None:
        assert self._stream is not None
        with self._path.open("rb") as stream:
            stream.seek(0, os.SEEK_END)
            if stream.tell():
                stream.seek(-1, os.SEEK_END)
                if stream.read(1) != b"\n":
                    self._stream.write("\n")

    def __len__(self) -> int:
        return len(self._known)

    def get(self, key: str) -> Report | None:
        """Return the finished report of a document, or None if it has to be checked."""
        offset = self._known.get(key)
        if offset is None:
            return None
        try:
            with self._path.open("rb") as stream:
                stream.seek(offset)
                _, _, payload = stream.readline().partition(b"\t")
            data = json.loads(payload)
            return report_from_dict(data["report"], text=data["text"], tool=self._tool)
        except (OSError, ValueError, KeyError, TypeError):
            return None  # a damaged line only costs one document's work

    def put(self, key: str, report: Report) -> None:
        """Remember a finished document."""
        if self._stream is None:
            return
        data = {"text": report.text, "report": report_to_dict(report)}
        try:
            # ASCII escapes keep lone surrogates and odd line ends inside one line.
            self._stream.write(f"{key}\t{json.dumps(data)}\n")
            self._stream.flush()
        except OSError as error:
            self.problem = f"{self._path}: {error.strerror}; the run can't be resumed"
            self._stream = None

    def close(self, *, finished: bool) -> None:
        """Close the journal; a finished run needs none any more."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        if finished and self.problem is None:
            self._path.unlink(missing_ok=True)
