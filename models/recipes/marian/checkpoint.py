"""Checkpoint files that are whole or not there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch


def write(path: Path, state: Mapping[str, Any]) -> None:
    """Write a checkpoint; a file that is there is replaced only once the new one is whole."""
    part = path.with_suffix(".part")
    torch.save(state, part)
    part.replace(path)


def kind(state: Mapping[str, Any]) -> tuple[frozenset[str], str]:
    """What checkpoints that go together agree in: trained parameters, start of one embedding."""
    return frozenset(state["weights"]), state["options"].get("share", "none")
