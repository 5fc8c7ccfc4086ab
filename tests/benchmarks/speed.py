"""Start-up, whole checks, memory and rules throughput, as a Markdown table.

    python -m tests.benchmarks.speed

Times are medians of several runs in new processes; memory is the peak of the process. Close other
programs first: the table is meant for an idle machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SEEDS = Path(__file__).parents[2] / "seeds"
ARTICLE = str(SEEDS / "2022-02-20-belarus.txt")


def measure(command: list[str], runs: int, environment: dict[str, str]) -> tuple[float, float]:
    """Return (median seconds, peak MiB) of a command in new processes."""
    seconds, peak = [], 0.0
    for _ in range(runs):
        started = time.perf_counter()
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds.append(time.perf_counter() - started)
        peak = max(peak, usage.ru_maxrss / 1024)
        if os.waitstatus_to_exitcode(status) not in (0, 1):
            raise SystemExit(f"{' '.join(command)} failed")
    return statistics.median(seconds), peak


def rules_rate(megabytes: float) -> tuple[float, float]:
    """Return (seconds, words a second) of all English rules over repeated sample articles."""
    import mtcheck

    article = (SEEDS / "2022-02-20-belarus.txt").read_text() + (SEEDS / "clean-en.txt").read_text()
    text = article * round(megabytes * 1_000_000 / len(article))
    checker = mtcheck.Checker({"roundtrip": False, "judge": {"model": "none"}})
    checker.check(article, lang="en")
    started = time.process_time()
    report = checker.check(text, lang="en")
    seconds = time.process_time() - started
    return seconds, report.words / seconds


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    python = sys.executable
    command = [python, "-m", "mtcheck"]
    rows = []
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "MTCHECK_CACHE_DIR": cache, "OMP_NUM_THREADS": ""}
        del environment["OMP_NUM_THREADS"]

        def row(name: str, arguments_: list[str], runs: int = arguments.runs) -> None:
            seconds, peak = measure(arguments_, runs, environment)
            rows.append(f"| {name} | {seconds:.2f} s | {peak:.0f} MiB |")

        row("`python -c pass`", [python, "-c", "pass"])
        row("`import mtcheck`", [python, "-c", "import mtcheck"])
        row("`mtcheck --help`", [*command, "--help"])
        check = [*command, "check", ARTICLE, "--offline", "--no-config"]
        row("`check --no-roundtrip`, seed article (462 words)", [*check, "--no-roundtrip"])
        row("`check`, seed article, nothing cached", [*check, "--no-cache"])
        measure(check, 1, environment)
        row("`check`, seed article, translations cached", check)
    seconds, rate = rules_rate(1.0)
    cores = os.cpu_count()
    print(f"{platform.machine()}, {cores} cores, Python {platform.python_version()}\n")
    print("| what | time | peak memory |\n|---|---|---|")
    print("\n".join(rows))
    print(
        f"\nAll English rules over 1 MB of text: {seconds:.2f} s on one core, {rate:,.0f} words/s."
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"Peak memory of that process: {peak:.0f} MiB.")


if __name__ == "__main__":
    main()
