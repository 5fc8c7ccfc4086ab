"""Every command and example in README works."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import readme


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a place with the samples, so that nothing is written into the checkout."""
    place = tmp_path_factory.mktemp("readme")
    shutil.copytree(readme.ROOT / "seeds", place / "seeds")
    return place


@pytest.mark.parametrize("command", readme.outputs())
def test_shown_outputs_are_there(command: str, folder: Path) -> None:
    done = readme.run(command, folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_shown_outputs_are_not_empty() -> None:
    for match in readme.BLOCK.finditer(readme.README.read_text(encoding="utf-8")):
        assert match["output"].strip(), match["command"]


def test_commands_work_in_order(folder: Path) -> None:
    # One test: a command may need what one before it wrote, and tests are shared out to processes.
    commands = readme.shell_commands()
    assert commands
    for command in commands:
        done = readme.run(command, folder)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("code", readme.python_blocks())
def test_python_examples_work(code: str, folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_links_lead_somewhere() -> None:
    import re

    text = readme.README.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert target.startswith("http") or (readme.ROOT / target).exists(), target
