"""Reports on disks that are full or read-only: told, in the exit code, nothing half-written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

resource = pytest.importorskip("resource")
COMMAND = [
    sys.executable, "-m", "mtcheck", "check", "a.txt", "b.txt", "--lang", "en", "--no-roundtrip",
    "--no-config", "--cache-dir", "cache",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("The vote is this Friday (11), they said.\n")
    return tmp_path


def run(
    folder: Path, *arguments: str, room: int | None = None, stdout: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run mtcheck in a process whose files can't grow beyond ``room`` bytes."""

    def limit() -> None:
        if room is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    with Path(stdout or os.devnull).open("w") as stream:
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=folder,
            env={**os.environ, "MTCHECK_JUDGE__MODEL": "none"},
            preexec_fn=limit,
            stdout=stream,
            stderr=subprocess.PIPE,
            text=True,
        )


def test_a_full_disk_costs_the_reports_that_do_not_fit(folder: Path) -> None:
    done = run(folder, "-f", "html:big.html", "-f", "csv:small.csv", room=4096)
    assert done.returncode == 2
    assert done.stderr.count("error[cannot-write]") == 1 and "big.html" in done.stderr
    assert (folder / "small.csv").read_text().count("this Friday (11)") >= 2
    # Nothing half-written, under no name; nor in the cache.
    assert sorted(p.name for p in folder.iterdir()) == ["a.txt", "b.txt", "cache", "small.csv"]
    assert not [p for p in (folder / "cache").rglob("*") if p.suffix == ".tmp"]


def test_a_failed_gate_goes_before_a_full_disk(folder: Path) -> None:
    done = run(folder, "-f", "html:big.html", "--fail-on", "minor", room=4096)
    assert done.returncode == 1 and "big.html" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_standard_output_and_devices_that_are_full(folder: Path) -> None:
    done = run(folder, "-f", "text", "-f", "json:out.json", stdout="/dev/full")
    assert done.returncode == 2 and "standard output" in done.stderr
    assert json.loads((folder / "out.json").read_text())["summary"]["documents"] == 2
    done = run(folder, "-f", "json:/dev/full")
    assert done.returncode == 2 and "No space left" in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_refused_before_the_run(folder: Path) -> None:
    (folder / "out").mkdir(mode=0o500)
    done = run(folder, "-f", "json:out/x.json")
    assert done.returncode == 2 and "another folder" in done.stderr
