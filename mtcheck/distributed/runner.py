"""A run on a Ray cluster."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mtcheck.core.config import Config
from mtcheck.core.errors import MtcheckError, UsageError
from mtcheck.distributed.blocks import BLOCK_BYTES, Block, plan
from mtcheck.distributed.parts import PartStore
from mtcheck.distributed.tally import Tally
from mtcheck.distributed.worker import Task, Worker, encode

LOCAL = "local"
_MOST_TASKS = 10_000


class DistributedRun:
    """Checks inputs on a cluster, or goes on with a run that was interrupted; iterate once.

    Args:
        paths: see `mtcheck.distributed.blocks.plan`; all machines of the cluster see them under
            the same names.
        output: folder for the parts, seen by all machines as well.
        config: for all documents. ``jobs`` is the number of workers; 0: one for each CPU (or GPU,
            where the models run on them) of the cluster.
        address: ``local`` starts a cluster of this machine and ends it with the run; else the
            address of a cluster, or ``auto`` for the one that this machine belongs to.
        block_bytes: input that a worker checks at a time.

    Raises:
        UsageError: no input, ray is not installed, or the folder holds another run.
        ConfigError: a configuration that can't be used.
        InputError: an input that can't be cut up.
    """

    def __init__(
        self,
        paths: Sequence[str],
        output: Path,
        config: Config,
        *,
        address: str = LOCAL,
        block_bytes: int = BLOCK_BYTES,
    ) -> None:
        from mtcheck import __version__
        from mtcheck.run.journal import config_fingerprint
        from mtcheck.run.pipeline import Pipeline

        self._ray = _import()
        self._address = address
        Pipeline(config, version=__version__)  # a bad configuration fails here, not in a worker
        blocks = plan(paths, block_bytes=block_bytes, exclude=config.exclude)
        self._task = Task(Path.cwd(), output.absolute(), config, __version__)
        self._store = PartStore(output.absolute())
        self._store.begin_run(
            {
                "version": __version__,
                "config": config_fingerprint(config),
                "block_bytes": block_bytes,
                "inputs": _inputs(blocks),
                "blocks": len(blocks),
            }
        )
        done = self._store.finished()
        self.total = len(blocks)
        self.resumed = len(done)
        self._todo = [block for block in blocks if block.index not in done]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Yield (documents, words) of each block that is finished, in any order.

        Raises:
            MtcheckError: ``cluster-failed`` if the cluster can't be reached or gave up.
        """
        if not self._todo:
            self._store.end_run()  # the run before may have died right before it
            return
        with _cluster(self._ray, self._address, self._task.config.jobs):
            try:
                yield from self._blocks()
            except self._ray.exceptions.RayError as error:
                raise MtcheckError(
                    "cluster-failed",
                    f"the cluster gave up: {type(error).__name__}: {_last_line(error)}",
                    try_="the same command again: finished parts are kept",
                ) from error
        self._store.end_run()

    def _blocks(self) -> Iterator[tuple[int, int]]:
        data = self._ray.data
        workers, gpus = share(
            self._ray.cluster_resources(),
            device=self._task.config.roundtrip.device,
            wanted=self._task.config.jobs,
        )
        # One block a task, as long as Ray's bookkeeping bears it: they are shared out evenly then.
        blocks = data.from_items(
            [{"block": encode(block)} for block in self._todo],
            override_num_blocks=min(len(self._todo), _MOST_TASKS),
        )
        finished = blocks.map_batches(
            Worker,
            fn_constructor_args=(self._task,),
            batch_size=1,
            compute=data.ActorPoolStrategy(size=min(workers, len(self._todo))),
            num_cpus=1,
            num_gpus=gpus,
        )
        for row in finished.iter_rows():
            yield int(row["documents"]), int(row["words"])

    def tally(self) -> Tally:
        """Return the counts over all parts that are finished."""
        return self._store.tally()

    @property
    def complete(self) -> bool:
        """True when every block has its part."""
        return len(self._store.finished()) == self.total


def share(resources: dict[str, float], *, device: str, wanted: int) -> tuple[int, int]:
    """Return the number of workers and the GPUs of each.

    A worker has one GPU where there are any, unless the configuration says ``cpu``; else one CPU.

    Args:
        resources: the cluster's, by Ray's names.
        device: of the configuration.
        wanted: number of workers asked for; 0: as many as there is room for.
    """
    gpus = 0 if device == "cpu" else int(resources.get("GPU", 0))
    room = max(1, gpus or int(resources.get("CPU", 1)))
    return (min(wanted, room) if wanted else room), (1 if gpus else 0)


def _inputs(blocks: Sequence[Block]) -> list[list[Any]]:
    """Return each input file with its size: a run whose inputs have changed is another one."""
    names = dict.fromkeys(name for block in blocks for name in (block.files or (block.path,)))
    return [[n, Path(n).stat().st_size if Path(n).is_file() else None] for n in names]


def _import() -> Any:
    try:
        import pyarrow  # noqa: F401
        import ray
        import ray.data
    except ImportError as error:
        raise UsageError(
            "no-ray",
            "Ray is not installed",
            where=error.name,
            try_="pip install 'mtcheck[ray]'",
        ) from error
    return ray


@contextlib.contextmanager
def _cluster(ray: Any, address: str, workers: int) -> Iterator[None]:
    """Join a cluster, or start one; a cluster that the caller has joined is left as it is."""
    if ray.is_initialized():
        yield
        return
    # Ray would report how it is used to its makers, and tell users about its insides.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    options: dict[str, Any] = {"logging_level": "ERROR", "log_to_driver": False}
    if address == LOCAL:
        options |= {"num_cpus": workers or None, "include_dashboard": False}
    try:
        ray.init(address=address, **options)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise MtcheckError(
            "cluster-failed", f"no cluster: {_last_line(error)}", where=address,
            try_="--address local, or `ray start --head` first",
        ) from error  # fmt: skip
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    try:
        yield
    finally:
        ray.shutdown()


def _last_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
