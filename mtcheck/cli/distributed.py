"""`mtcheck check --runner ray`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtcheck.cli.errors import refuse
from mtcheck.core.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from mtcheck.core.config import Config
    from mtcheck.distributed.tally import Tally

LOCAL, RAY = "local", "ray"


def check_runner(runner: str, options: Mapping[str, Any]) -> bool:
    """Tell whether the run goes to a cluster.

    Args:
        runner: as given.
        options: those that the other runner knows nothing of, by name; set ones are errors.

    Raises:
        UsageError: an unknown runner, or an option of the other one.
    """
    if runner not in (LOCAL, RAY):
        raise UsageError("bad-value", f"--runner is {runner!r}", try_=f"{LOCAL} or {RAY}")
    other = RAY if runner == LOCAL else LOCAL
    refuse(
        options,
        f"with --runner {runner}",
        code="wrong-runner",
        try_=f"leave it out, or --runner {other}",
    )
    return runner == RAY


def check_on_ray(
    paths: list[str],
    output: str | None,
    config: Config,
    *,
    address: str,
    block_kib: int,
    quiet: bool,
) -> ExitCode:
    """Check on a Ray cluster, write the parts into the folder ``output`` and sum them up.

    Raises:
        MtcheckError: as `mtcheck.distributed.DistributedRun`.
    """
    from mtcheck.cli.progress import progress
    from mtcheck.distributed import DistributedRun

    if output is None:
        raise UsageError("no-output", "a folder for the parts is needed", try_="-o FOLDER")
    run = DistributedRun(paths, Path(output), config, address=address, block_bytes=1024 * block_kib)
    with progress(run.total, enabled=not quiet, what="blocks", done=run.resumed) as bar:
        for _, words in run:
            bar.advance(words)
    tally = run.tally()
    _show(tally, run.total, run.resumed, output)
    return tally.exit_code(strict_inputs=config.gate.strict_inputs)


def _show(tally: Tally, parts: int, resumed: int, output: str) -> None:
    found = ", ".join(
        f"{tally.findings[s]:,} {s}" for s in ("critical", "major", "minor", "neutral")
    )
    gate = tally.gate()
    lines = [
        f"{tally.documents:,} documents, {tally.words:,} words, {tally.segments:,} segments; "
        f"{tally.failed:,} failed",
        f"findings: {found}",
        f"{parts:,} parts in {output}" + (f", {resumed:,} from before" if resumed else ""),
        f"{gate.verdict.value}: " + ", ".join(f"{n:,} {v}" for v, n in tally.verdicts.items()),
        *(f"  {reason.message}" for reason in gate.reasons[:5]),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
