"""What the parts share: options, peers in their own environment, child processes, tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
ROOT = Path(__file__).parents[2]
_PEERS = Path(__file__).with_name("peers")


@dataclass
class Bench:
    """Options of a run; ``scale`` makes all amounts smaller for a try."""

    peers: str | None = None
    text: Path | None = None
    scale: float = 1.0

    def amount(self, number: int) -> int:
        """Return ``number``, or less for a try."""
        return max(2, round(number * self.scale))

    def peer(self, name: str, **job: Any) -> dict[str, Any]:
        """Return a peer's result, or ``{"missing": why}``."""
        if self.peers is None:
            return {"missing": "no --peers"}
        done = subprocess.run(
            [self.peers, str(_PEERS)],
            input=json.dumps({"peer": name, **job}),
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"},
        )
        print(f"  {name}", file=sys.stderr, flush=True)
        lines = done.stdout.strip().splitlines()
        result: dict[str, Any] = (
            json.loads(lines[-1]) if lines else {"failed": f"exit code {done.returncode}"}
        )
        if "failed" in result:
            print(f"{name}: {result['failed']}\n{done.stderr[-800:]}", file=sys.stderr)
        return result

    @cached_property
    def opus(self) -> Path:
        """Folder with a random model of OPUS-MT's shape; made when first asked for."""
        from tests.benchmarks.shapes import write_opus

        # Kept until the end of the process.
        self._folder = tempfile.TemporaryDirectory(prefix="bench")
        return write_opus(Path(self._folder.name) / "opus")


def why(result: dict[str, Any]) -> str:
    """Return why a peer has no figure."""
    if "missing" in result:
        return f"not measured: {result['missing']}"
    return f"not measured: it failed with {result['failed']}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; the first column is text, the others are figures."""
    lines = [
        "| " + " | ".join(header) + " |",
        "|---" + "|---:" * (len(header) - 1) + "|",
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
    return "\n".join(lines)


# A process starts with the peak of the one that it was forked from: its parent must be small.
_WATCH = """
import json, os, subprocess, sys, time
started = time.perf_counter()
process = subprocess.Popen(sys.argv[2:])
_, status, usage = os.wait4(process.pid, 0)
process.returncode = os.waitstatus_to_exitcode(status)
with open(sys.argv[1], "w") as out:
    json.dump([time.perf_counter() - started, usage.ru_maxrss / 1024, process.returncode], out)
"""


def run_command(
    command: Sequence[str], *, environment: dict[str, str] | None = None
) -> tuple[float, float, str]:
    """Return (seconds, peak MiB, output) of a command; the peak is its largest process's.

    Raises:
        SystemExit: the command failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        done = subprocess.run(
            [sys.executable, "-S", "-c", _WATCH, str(figures), *command],
            env={**os.environ, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        seconds, peak, code = json.loads(figures.read_text())
    if code not in (0, 1):
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}")
    return seconds, peak, done.stdout
