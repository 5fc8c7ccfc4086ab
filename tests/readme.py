"""Renews the outputs that README shows, by running the commands that it names.

    python -m tests.readme

A block is renewed if a comment ``<!-- output: COMMAND -->`` stands before it; ``| lines 1-60`` at
the command's end shows only these lines.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(
    r"(<!-- output: (?P<command>.*?)(?: \| lines (?P<first>\d+)-(?P<last>\d+))? -->\n```text\n)"
    r"(?P<output>.*?)(```)",
    re.S,
)
SHELL = re.compile(r"```sh\n(.*?)```", re.S)
PYTHON = re.compile(r"```python\n(.*?)```", re.S)
WIDTH = 100


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a shell command as a reader would, with this Python's `mtcheck` first on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COLUMNS": str(WIDTH), "NO_COLOR": "1"}
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True
    )


def outputs() -> list[str]:
    """Return the commands whose output README shows."""
    return [match["command"] for match in BLOCK.finditer(README.read_text(encoding="utf-8"))]


def shell_commands() -> list[str]:
    """Return the other commands in README, one a line, without the two that set things up."""
    lines = [
        line
        for block in SHELL.findall(README.read_text(encoding="utf-8"))
        for line in block.splitlines()
    ]
    return [line for line in lines if line and not line.startswith(("python3 -m venv", ".ci/"))]


def python_blocks() -> list[str]:
    """Return the Python examples in README."""
    return PYTHON.findall(README.read_text(encoding="utf-8"))


def renew(text: str) -> str:
    """Return README's text with every output made anew."""

    def replace(match: re.Match[str]) -> str:
        done = run(match["command"], ROOT)
        if done.returncode not in (0, 1):
            raise SystemExit(f"{match['command']}\n{done.stderr}")
        lines = done.stdout.rstrip("\n").split("\n")
        if match["first"]:
            chosen = lines[int(match["first"]) - 1 : int(match["last"])]
            lines = [*chosen, "…"] if len(lines) > int(match["last"]) else chosen
        body = "".join(f"{line.rstrip()}\n" for line in lines)
        return f"{match[1]}{body}```"

    return BLOCK.sub(replace, text)


if __name__ == "__main__":
    README.write_text(renew(README.read_text(encoding="utf-8")), encoding="utf-8")
