"""Workers don't outlive the process that feeds them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


def members(group: int) -> list[int]:
    """Processes of a group that still run; field 3 of stat is the state, field 5 the group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    for i in range(300):
        (tmp_path / f"{i:03}.txt").write_text("The vote is this Friday (11), they said. " * 20)
    command = [
        sys.executable, "-m", "mtcheck", "check", ".", "--lang", "en", "--no-roundtrip", "--quiet",
        "--no-config", "--jobs", "2", "--cache-dir", "cache", "-f", "json:out.json",
    ]  # fmt: skip
    environment = {**os.environ, "MTCHECK_JUDGE__MODEL": "none"}
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, start_new_session=True)
    journals = tmp_path / "cache" / "runs"
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and process.poll() is None:
        if any(path.stat().st_size for path in journals.glob("*.jsonl")):
            break
        time.sleep(0.01)
    assert process.poll() is None, "the run was over before it could be killed"
    assert len(members(process.pid)) >= 3
    process.send_signal(signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 30
    while members(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    left = members(process.pid)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left
