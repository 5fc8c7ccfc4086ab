"""A tiny judge, made once for all tests of the engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcheck.core.config import JudgeConfig
from mtcheck.engines.judge import Judge, open_judge
from tests.engines.tiny_judge import write_judge


@pytest.fixture(scope="session")
def tiny_judge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the judge; tests don't change it."""
    return write_judge(tmp_path_factory.mktemp("judge") / "tiny")


@pytest.fixture(scope="session")
def judge(tiny_judge: Path) -> Judge:
    """The judge of that folder, opened."""
    return open_judge(JudgeConfig(model=str(tiny_judge)), threads=1)
