"""What holds for all tests: no network, no writing outside temporary folders, no user settings."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Speed is measured by benchmarks; on a busy machine it must not decide whether a test passes.
settings.register_profile(
    "mtcheck", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.load_profile("mtcheck")

# Before any engine is imported: test processes share two cores with each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

SEEDS = Path(__file__).parent.parent / "seeds"
_connect = socket.socket.connect


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("MTCHECK_", "HF_", "GITHUB_")):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test reached for the network: {address}")
        _connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture
def seed() -> Path:
    """The first user's article."""
    return SEEDS / "2022-02-20-belarus.txt"
