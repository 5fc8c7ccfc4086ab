"""A real cluster of two workers, one of which is killed: nothing lost, nothing doubled."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from mtcheck import Checker
from mtcheck.cli.app import build
from mtcheck.core.config import from_mapping
from mtcheck.core.documents import Article
from mtcheck.core.errors import UsageError
from mtcheck.core.to_json import report_to_dict

ray = pytest.importorskip("ray")
pytest.importorskip("pyarrow")

from mtcheck.distributed import DistributedRun, read_reports  # noqa: E402
from mtcheck.distributed.parts import PartStore  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # Ray's and pandas' own

SETTINGS: dict[str, Any] = {"roundtrip": False, "judge": {"model": "none"}, "jobs": 2}
CONFIG = from_mapping(SETTINGS, where="test")
PARAGRAPH = (
    "Article {i}. The vote is this Friday ({day}), they said. In the framework of the programme, "
    "the presidency of the council will realize a meeting on the territory of the region.\n\n"
)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    # Sockets have short names only; pytest's folders are too deep for them.
    with tempfile.TemporaryDirectory(prefix="ray") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        ray.init(
            address="local",
            num_cpus=2,
            include_dashboard=False,
            log_to_driver=False,
            logging_level="ERROR",
            object_store_memory=100_000_000,
            _temp_dir=folder,
        )
        yield
        ray.shutdown()


def records(number: int, paragraphs: int) -> list[dict[str, Any]]:
    made = [
        {"id": f"doc-{i}", "lang": "en",
         "text": "".join(PARAGRAPH.format(i=i, day=(i + j) % 28 + 1) for j in range(paragraphs))}
        for i in range(number)
    ]  # fmt: skip
    made[3]["source"] = "Die Abstimmung ist am Freitag."
    made[5]["text"] = ""
    return made


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def untimed(report: dict[str, Any]) -> dict[str, Any]:
    return {**report, "timings_ms": {}}


def plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    items = [Article(r["text"], r.get("source"), r["lang"], uri=r["id"]) for r in rows]
    return [untimed(report_to_dict(r)) for r in Checker(SETTINGS).check_many(items, jobs=1)]


def kill_one_worker(output: Path, killed: list[int]) -> None:
    """Kill the first worker that is seen at work after two parts are finished."""
    deadline = time.monotonic() + 120
    while not killed and time.monotonic() < deadline:
        if len(list(output.glob("part-*"))) >= 2:
            for attempt in output.glob("attempts/*"):
                pid = int(attempt.name.split("-")[-2])
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)
                    return
        time.sleep(0.005)


def test_a_killed_worker_loses_and_doubles_nothing(cluster: None, tmp_path: Path) -> None:
    rows = records(60, 40)
    path = write(tmp_path / "in.jsonl", rows)
    output = tmp_path / "out"
    run = DistributedRun([str(path)], output, CONFIG, block_bytes=20_000)
    assert run.total > 10
    killed: list[int] = []
    killer = threading.Thread(target=kill_one_worker, args=(output, killed))
    killer.start()
    finished = list(run)
    killer.join()
    assert killed, "the run was over before a worker could be killed"
    assert run.complete
    assert len(finished) == run.total
    assert [untimed(r) for r in read_reports(output)] == plain(rows)
    tally = run.tally()
    assert (tally.documents, tally.failed) == (60, 1)
    assert not (output / "attempts").exists()
    assert not [p for p in output.iterdir() if p.name.startswith(".")]


def test_a_resumed_run_does_only_what_is_missing(cluster: None, tmp_path: Path) -> None:
    rows = records(12, 2)
    path = write(tmp_path / "in.jsonl", rows)
    output = tmp_path / "out"
    list(DistributedRun([str(path)], output, CONFIG, block_bytes=1000))
    parts = {p: p.stat().st_mtime_ns for p in output.glob("part-*")}
    removed = sorted(parts)[1]
    removed.unlink()
    run = DistributedRun([str(path)], output, CONFIG, block_bytes=1000)
    assert run.resumed == run.total - 1
    assert len(list(run)) == 1
    changed = [p for p, at in parts.items() if p.stat().st_mtime_ns != at]
    assert changed == [removed]
    assert [untimed(r) for r in read_reports(output)] == plain(rows)
    # As if the run had been killed at its very end.
    PartStore(output).begin(0)
    (output / ".part-00000000.parquet.0.draft").touch()
    assert list(DistributedRun([str(path)], output, CONFIG, block_bytes=1000)) == []
    assert not (output / "attempts").exists()
    assert not list(output.glob(".*"))


def call(*arguments: str) -> Result:
    return CliRunner().invoke(build(["check"]), ["check", *arguments])


def test_the_command(cluster: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for i in range(3):
        Path(f"{i}.txt").write_text(PARAGRAPH.format(i=i, day=i + 1))
    options = ["--no-roundtrip", "--no-config", "--lang", "en", "--jobs", "2"]
    result = call("--runner", "ray", ".", "-o", "out", *options)
    assert result.exit_code == call(".", "-f", "json:plain.json", *options).exit_code
    assert "3 documents" in result.stdout and "1 parts in out" in result.stdout
    expected = json.loads(Path("plain.json").read_text())["documents"]
    assert [untimed(r) for r in read_reports("out")] == [untimed(r) for r in expected]


def test_the_folder_of_another_run_is_left_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "in.jsonl", records(6, 1))
    DistributedRun([str(path)], tmp_path / "out", CONFIG)
    with pytest.raises(UsageError, match="another run"):
        DistributedRun([str(path)], tmp_path / "out", CONFIG, block_bytes=5)
    write(path, records(7, 1))
    with pytest.raises(UsageError, match="another run"):
        DistributedRun([str(path)], tmp_path / "out", CONFIG)
