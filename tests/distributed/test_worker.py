"""Workers, shares of a cluster, counts: all that needs no cluster."""

from __future__ import annotations

import builtins
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mtcheck import Checker
from mtcheck.cli.app import build
from mtcheck.core.config import from_mapping
from mtcheck.core.errors import ExitCode, UsageError
from mtcheck.core.report import Verdict
from mtcheck.distributed.blocks import plan
from mtcheck.distributed.runner import DistributedRun, share
from mtcheck.distributed.tally import Tally
from mtcheck.distributed.worker import Task, Worker, encode
from mtcheck.run.batch import run

SETTINGS: dict[str, Any] = {"roundtrip": False, "judge": {"model": "none"}, "lang": "en"}
CONFIG = from_mapping(SETTINGS, where="test")


def task(tmp_path: Path, number: int = 4) -> tuple[Task, list[str]]:
    path = tmp_path / "in.jsonl"
    path.write_text(
        "".join(json.dumps({"id": i, "text": f"Text {i}."}) + "\n" for i in range(number))
    )
    (tmp_path / "out").mkdir()
    blocks = plan([str(path)], block_bytes=50)
    return Task(Path.cwd(), tmp_path / "out", CONFIG, "test"), [encode(block) for block in blocks]


def test_a_block_that_is_done_is_not_done_again(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    shared, blocks = task(tmp_path)
    assert Worker(shared)({"block": blocks})["documents"] == [2, 2, 0]
    before = {p: p.stat().st_mtime_ns for p in shared.output.glob("part-*")}
    assert len(before) == 3
    assert Worker(shared)({"block": blocks})["documents"] == [0, 0, 0]
    assert before == {p: p.stat().st_mtime_ns for p in shared.output.glob("part-*")}


def test_a_block_that_keeps_killing_its_worker_is_checked_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow")
    shared, blocks = task(tmp_path)
    processes = []

    def watched(jobs: Any, config: Any, **options: Any) -> Any:
        processes.append(options["processes"])
        return run(jobs, config, **{**options, "processes": 1})

    monkeypatch.setattr("mtcheck.run.batch.run", watched)
    worker = Worker(shared)
    worker._store.begin(0)
    worker._store.begin(0)
    worker({"block": blocks})
    assert processes == [2, 1, 1]


@pytest.mark.parametrize(
    ("resources", "device", "wanted", "expected"),
    [
        ({"CPU": 8.0}, "auto", 0, (8, 0)),
        ({"CPU": 8.0}, "auto", 3, (3, 0)),
        ({"CPU": 8.0}, "auto", 30, (8, 0)),
        ({"CPU": 8.0, "GPU": 2.0}, "auto", 0, (2, 1)),
        ({"CPU": 8.0, "GPU": 2.0}, "cuda", 1, (1, 1)),
        ({"CPU": 8.0, "GPU": 2.0}, "cpu", 0, (8, 0)),
        ({}, "auto", 0, (1, 0)),
    ],
)
def test_shares_of_a_cluster(
    resources: dict[str, float], device: str, wanted: int, expected: tuple[int, int]
) -> None:
    assert share(resources, device=device, wanted=wanted) == expected


def test_tallies_add_up() -> None:
    texts = ["The vote is this Friday (11), they said.", "All is well here today.", ""]
    reports = list(Checker({**SETTINGS, "gate": {"fail_on": "minor"}}).check_many(texts))
    whole = Tally()
    parts = []
    for report in reports:
        whole.add(report)
        parts.append(Tally())
        parts[-1].add(report)
    total = Tally()
    for part in parts:
        total.merge(Tally.from_json(part.to_json()))
    assert total == whole
    assert (total.documents, total.failed) == (3, 1)
    assert total.gate().verdict is Verdict.FAIL
    assert total.exit_code(strict_inputs=False) is ExitCode.GATE_FAILED
    assert parts[1].exit_code(strict_inputs=True) is ExitCode.OK
    assert parts[2].exit_code(strict_inputs=True) is ExitCode.INPUTS


def test_without_ray_the_error_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def absent(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.split(".")[0] in ("ray", "pyarrow"):
            raise ImportError(name=name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(UsageError) as caught:
        DistributedRun(["x.jsonl"], tmp_path, CONFIG)
    assert caught.value.try_ == "pip install 'mtcheck[ray]'"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--runner", "spark"], "--runner is 'spark'"),
        (["--runner", "ray"], "a folder for the parts is needed"),
        (["--runner", "ray", "--fix", "-f", "json"], "--format, --fix can't be used"),
        (["--address", "auto"], "--address can't be used with --runner local"),
    ],
)
def test_options_that_do_not_go_together(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Text.")
    result = CliRunner().invoke(build(["check"]), ["check", str(path), "--no-config", *arguments])
    assert result.exit_code == 2
    assert message in result.stderr
