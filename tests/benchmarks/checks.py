"""Whole checks in new processes: by length, by number of processes, cold and from the cache."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.common import Bench, run_command, table
from tests.benchmarks.texts import SEEDS, article, sentences

_RULES_ONLY = ["--no-roundtrip"]
_CHECK = [sys.executable, "-m", "mtcheck", "check", "--no-config", "--offline", "--quiet",
          "--lang", "en", "--fail-on", "never"]  # fmt: skip


def measure(bench: Bench) -> str:
    """Return the tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = [
            "**Start**\n\n" + _start(folder),
            "**By length, one document, with round trip, nothing cached**\n\n"
            + _by_length(bench, folder, (100, 1_000, 10_000), ["--no-cache"]),
            "**By length, one document, without round trip**\n\n"
            + _by_length(bench, folder, (100, 1_000, 10_000, 100_000, 1_000_000), _RULES_ONLY),
        ]
    return "\n\n".join(parts)


def _check(*arguments: str, folder: Path) -> tuple[float, float, int]:
    """Return (seconds, peak MiB, words) of a check."""
    report = folder / "report.json"
    seconds, peak, _ = run_command(
        [*_CHECK, *arguments, "-f", f"json:{report}"],
        environment={
            "MTCHECK_CACHE_DIR": str(folder / "cache"),
            "MTCHECK_JUDGE__MODEL": "embedded",
        },
    )
    return seconds, peak, json.loads(report.read_text())["summary"]["words"]


def _start(folder: Path) -> str:
    text = str(SEEDS / "2022-02-20-belarus.txt")
    # Not counted: it brings programs and models from the disk into the system's memory.
    _check(text, "--no-cache", folder=folder)
    rows = []
    for name, arguments in (
        ("seed article, without round trip", _RULES_ONLY),
        ("seed article, with round trip, nothing cached", ["--no-cache"]),
        ("seed article, translations kept for the first time", []),
        ("seed article, translations from the cache", []),
    ):
        seconds, peak, words = _check(text, *arguments, folder=folder)
        rows.append((name, f"{words:,}", f"{seconds:.2f}", f"{peak:.0f}"))
    return table(("", "words", "s", "peak MiB"), rows)


def _by_length(bench: Bench, folder: Path, lengths: tuple[int, ...], arguments: list[str]) -> str:
    path = folder / "article.txt"
    rows = []
    first = None
    for length in lengths:
        path.write_text(article(bench.amount(length), bench.text))
        seconds, peak, words = _check(str(path), *arguments, folder=folder)
        if first is None:
            first = (seconds, words)
        # Of what comes on top of the shortest text, so that the start does not count.
        more = words - first[1]
        rate = f"{more / (seconds - first[0]):,.0f}" if more else ""
        rows.append((f"{words:,}", f"{seconds:.2f}", rate, f"{peak:.0f}"))
    return table(("words", "s", "words/s after the start", "peak MiB"), rows)


def jobs(bench: Bench) -> str:
    """Return seconds by number of processes, for a small and a larger set of documents."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in (240, 800):
            texts = folder / str(number)
            texts.mkdir()
            found = sentences(bench.amount(number), bench.text)
            for i in range(0, len(found), 6):
                (texts / f"{i:05}.txt").write_text(" ".join(found[i : i + 6]) + "\n")
            rows += _by_processes(texts, "with round trip", ["--no-cache"], folder)
        rows += _by_processes(texts, "without", _RULES_ONLY, folder)
    return table(("processes", "words", "s", "words/s, start included"), rows)


def _by_processes(
    texts: Path, name: str, arguments: list[str], folder: Path
) -> list[tuple[str, ...]]:
    rows = []
    for processes in range(1, (os.cpu_count() or 1) + 1):
        seconds, _, words = _check(str(texts), *arguments, "--jobs", str(processes), folder=folder)
        rows.append((
            f"{processes}, {name}", f"{words:,}", f"{seconds:.2f}", f"{words / seconds:,.0f}"
        ))  # fmt: skip
    return rows


_STREAM = """
import itertools, resource, sys, time
from mtcheck import Checker
from tests.benchmarks.texts import endless
found = endless()
texts = (" ".join(itertools.islice(found, 20)) for _ in range(0, int(sys.argv[1]), 20))
checker = Checker({"roundtrip": False, "judge": {"model": "none"}})
words = 0
checker.check("Nobody was hurt.", lang="en")
started = time.perf_counter()
for report in checker.check_many(texts, lang="en"):
    words += report.words
seconds = time.perf_counter() - started
print(words, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def stream(bench: Bench) -> str:
    """Return the cost of a segment, and memory, by number of segments."""
    rows = []
    for number in (1_000, 10_000, 100_000):
        count = bench.amount(number)
        _, _, output = run_command([sys.executable, "-c", _STREAM, str(count)])
        words, seconds, peak = map(float, output.split())
        rows.append((
            f"{count:,}", f"{seconds:.2f}", f"{1000 * seconds / count:.3f}",
            f"{words / seconds:,.0f}", f"{peak:.0f}",
        ))  # fmt: skip
    return table(("segments", "s", "ms a segment", "words/s", "peak MiB"), rows)
