"""Checks on a Ray cluster: Ray Data hands out blocks of input, actors check them.

Needs the extra ``ray``. What is written is one Parquet file, a part, for each block of input. A
part appears under its name only when it is whole, and its name is its block's, so that a block that
is checked twice (because its worker died, or because the run was resumed) still counts once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mtcheck.distributed.parts import read_reports
    from mtcheck.distributed.runner import DistributedRun

__all__ = ["DistributedRun", "read_reports"]


def __getattr__(name: str) -> Any:
    if name == "DistributedRun":
        from mtcheck.distributed.runner import DistributedRun

        return DistributedRun
    if name == "read_reports":
        from mtcheck.distributed.parts import read_reports

        return read_reports
    raise AttributeError(name)
