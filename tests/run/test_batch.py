"""Order, faults, processes, resuming."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtcheck.core.config import from_mapping
from mtcheck.core.report import Report, Status, Tool
from mtcheck.run.batch import run
from mtcheck.run.chunks import CHUNK_DOCUMENTS, chunks
from mtcheck.run.journal import Journal, document_key, run_id
from mtcheck.run.pipeline import Job, Pipeline

CONFIG = from_mapping({"roundtrip": False, "judge": {"model": "none"}, "lang": "en"}, where="test")


def same(a: Report, b: Report) -> bool:
    return dataclasses.replace(a, timings_ms={}) == dataclasses.replace(b, timings_ms={})


def write(folder: Path, number: int) -> list[Path]:
    paths = []
    for i in range(number):
        path = folder / f"{i:05}.txt"
        path.write_text(f"Article {i}. The vote is this Friday ({i % 28 + 1}), they said.\n")
        paths.append(path)
    return paths


@given(st.lists(st.integers(0, 900_000), max_size=80))
def test_chunks_keep_order_and_stay_small(sizes: list[int]) -> None:
    jobs = [Job("x" * (size // 1000)) for size in sizes]
    made = list(chunks(jobs))
    assert [job for chunk in made for job in chunk] == jobs
    assert all(0 < len(chunk) <= CHUNK_DOCUMENTS for chunk in made)


def test_jobs_are_taken_only_as_needed() -> None:
    taken = []

    def endless() -> Iterator[Job]:
        for i in range(10**9):
            taken.append(i)
            yield Job(f"Text number {i}.")

    reports = run(endless(), CONFIG, version="test")
    assert next(reports).status is Status.OK
    assert len(taken) <= CHUNK_DOCUMENTS + 1


def test_processes_change_nothing(tmp_path: Path) -> None:
    paths = write(tmp_path, 70)
    paths.insert(5, tmp_path / "missing.txt")
    jobs = [Job(path) for path in paths]
    alone = list(run(jobs, CONFIG, version="test"))
    together = list(run(jobs, CONFIG, version="test", processes=2))
    assert [r.path for r in together] == [str(p) for p in paths]
    assert all(same(a, b) for a, b in zip(alone, together, strict=True))


def _die(self: Pipeline, jobs: list[Job]) -> list[Report]:
    if any("deadly" in job.path for job in jobs):
        os.kill(os.getpid(), signal.SIGKILL)
    return _check(self, jobs)


_check = Pipeline.check


@pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="patches workers by fork"
)
def test_a_dying_worker_costs_one_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = write(tmp_path, 40)
    deadly = tmp_path / "deadly.txt"
    deadly.write_text("This one kills its process.")
    paths.insert(7, deadly)
    monkeypatch.setattr(Pipeline, "check", _die)
    context = multiprocessing.get_context("fork")
    monkeypatch.setattr("mtcheck.run.pool.multiprocessing.get_context", lambda _: context)
    reports = list(run([Job(p) for p in paths], CONFIG, version="test", processes=2))
    assert [r.path for r in reports] == [str(p) for p in paths]
    failed = [r for r in reports if r.status is Status.FAILED]
    assert [r.path for r in failed] == [str(deadly)]
    assert failed[0].skips[0].code == "worker-died"


def test_journal_gives_back_what_was_finished(tmp_path: Path, seed: Path) -> None:
    tool = Tool(version="test")
    reports = Pipeline(CONFIG, version="test").check([Job(seed), Job(tmp_path / "missing.txt")])
    journal = Journal(tmp_path, "run", tool, resume=False)
    for i, report in enumerate(reports):
        journal.put(f"key{i}", report)
    journal.close(finished=False)
    again = Journal(tmp_path, "run", tool, resume=True)
    assert len(again) == 2
    for i, report in enumerate(reports):
        found = again.get(f"key{i}")
        assert found is not None and found.to_dict() == report.to_dict()
        assert found.text == report.text
    again.close(finished=True)
    assert not list((tmp_path / "runs").iterdir())


def test_a_line_cut_short_is_done_again(tmp_path: Path) -> None:
    tool = Tool(version="test")
    (report,) = Pipeline(CONFIG, version="test").check([Job("A text of one line.")])
    journal = Journal(tmp_path, "run", tool, resume=False)
    journal.put("first", report)
    journal.put("second", report)
    journal.close(finished=False)
    file = tmp_path / "runs" / "run.jsonl"
    file.write_bytes(file.read_bytes()[:-20])
    again = Journal(tmp_path, "run", tool, resume=True)
    assert again.get("first") is not None and again.get("second") is None
    again.put("second", report)
    again.close(finished=False)
    third = Journal(tmp_path, "run", tool, resume=True)
    assert third.get("second") is not None
    third.close(finished=True)


def test_an_unwritable_journal_is_a_remark(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file where a folder should be")
    journal = Journal(tmp_path, "run", Tool(), resume=False)
    assert journal.problem is not None and "can't be resumed" in journal.problem
    (report,) = Pipeline(CONFIG, version="test").check([Job("A text.")])
    journal.put("key", report)
    journal.close(finished=True)


@settings(max_examples=20)
@given(st.binary(), st.text())
def test_keys_depend_on_path_and_content(content: bytes, path: str) -> None:
    assert document_key(path, content) != document_key(path, content + b"x")
    assert document_key(path, content) != document_key(path + "x", content)


def test_runs_differ_by_configuration() -> None:
    other = dataclasses.replace(CONFIG, lang="pt")
    jobs = dataclasses.replace(CONFIG, jobs=7)
    assert run_id(CONFIG, ["a"], "1") != run_id(other, ["a"], "1")
    assert run_id(CONFIG, ["a"], "1") != run_id(CONFIG, ["b"], "1")
    assert run_id(CONFIG, ["a"], "1") == run_id(jobs, ["a"], "1")


def test_runs_differ_by_the_files_that_the_configuration_names(tmp_path: Path) -> None:
    terms, rules, model = tmp_path / "terms.csv", tmp_path / "rules", tmp_path / "model"
    for folder in (rules, model):
        folder.mkdir()
    terms.write_text("source,target\nlock,Schleuse\n")
    (rules / "own.toml").write_text("title = 'a'\n")
    (model / "weights").write_text("1")
    config = from_mapping(
        {
            "rules": {"glossaries": [str(terms)], "paths": [str(rules)]},
            "roundtrip": {"model": str(model)},
        },
        where="test",
    )
    seen = {run_id(config, ["a"], "1")}
    assert run_id(config, ["a"], "1") in seen
    for changed in (terms, rules / "own.toml", model / "weights"):
        changed.write_text(changed.read_text() + "# mended\n")
        seen.add(run_id(config, ["a"], "1"))
    assert len(seen) == 4


def test_killed_and_resumed_is_the_same_report(tmp_path: Path) -> None:
    """`kill -9` in the middle, then --resume: the report of an undisturbed run."""
    folder = tmp_path / "texts"
    folder.mkdir()
    write(folder, 400)
    cache = tmp_path / "cache"
    command = [
        sys.executable, "-m", "mtcheck", "check", str(folder), "--lang", "en", "--no-roundtrip",
        "--quiet", "--no-config", "--cache-dir", str(cache), "--fail-on", "never",
    ]  # fmt: skip
    environment = {**os.environ, "MTCHECK_JUDGE__MODEL": "none"}

    def journals() -> list[Path]:
        return list((cache / "runs").glob("*.jsonl")) if (cache / "runs").exists() else []

    undisturbed = tmp_path / "undisturbed.json"
    subprocess.run(
        [*command, "-f", f"json:{undisturbed}"], check=True, env=environment, cwd=tmp_path
    )
    resumed = tmp_path / "resumed.json"
    arguments = [*command, "-f", f"json:{resumed}"]
    process = subprocess.Popen(arguments, env=environment, cwd=tmp_path)
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and process.poll() is None:
        if any(path.stat().st_size > 20_000 for path in journals()):
            break
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not resumed.exists()
    assert journals(), "the run was over before it could be killed"
    done = journals()[0].read_bytes().count(b"\n")
    assert 0 < done < 400
    subprocess.run([*arguments, "--resume"], check=True, env=environment, cwd=tmp_path)

    def content(path: Path) -> object:
        import json

        data = json.loads(path.read_text())
        for document in data["documents"]:
            document["timings_ms"] = {}
        return data

    assert content(resumed) == content(undisturbed)
    assert not journals()
