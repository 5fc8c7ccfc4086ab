"""The output folder of a run whose workers are killed at the worst moments."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

from mtcheck.distributed.parts import PartStore

KILLED = """
import os, signal, sys
from pathlib import Path
from mtcheck.distributed.parts import PartStore

folder, owner, name, moment = sys.argv[1:]
owner = {"os": os, "Path": Path}[owner]
real = getattr(owner, name)

def deadly(*arguments):
    if moment == "after":
        real(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)

store = PartStore(Path(folder))
store.begin(0)
setattr(owner, name, deadly)
store.write(0, [], [])
"""


@pytest.mark.parametrize(
    ("owner", "name", "moment", "finished"),
    [
        ("os", "fsync", "before", set()),
        ("Path", "replace", "before", set()),
        ("Path", "replace", "after", {0}),
    ],
)
def test_what_a_killed_worker_leaves_is_gone_at_the_end(
    tmp_path: Path, owner: str, name: str, moment: str, finished: set[int]
) -> None:
    store = PartStore(tmp_path)
    worker = [sys.executable, "-c", KILLED, str(tmp_path), owner, name, moment]
    assert subprocess.run(worker, check=False, timeout=60).returncode == -signal.SIGKILL
    assert store.finished() == finished
    assert len(list(tmp_path.glob(".part-*"))) == (not finished)
    if not finished:
        assert store.begin(0) == 1
        store.write(0, [], [])
    store.end_run()
    assert [p.name for p in tmp_path.iterdir()] == ["part-00000000.parquet"]


def test_attempts_at_blocks_that_are_not_finished_are_kept(tmp_path: Path) -> None:
    store = PartStore(tmp_path)
    store.begin(0)
    store.begin(1)
    store.write(1, [], [])
    store.end_run()
    assert store.begin(0) == 1
