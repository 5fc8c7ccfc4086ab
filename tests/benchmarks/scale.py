"""Cost of a million segments, for planning: one process on one core, as a Ray worker is."""

from __future__ import annotations

import sys

from tests.benchmarks.common import Bench, run_command, table

_RUN = """
import sys, time
from mtcheck import Checker
from mtcheck.core.to_json import dumps, report_to_dict
from tests.benchmarks.texts import sentences
number, trip = int(sys.argv[1]), sys.argv[2] == "1"
found = sentences(number)
texts = [" ".join(found[i : i + 20]) for i in range(0, number, 20)]
config = {"roundtrip": {"enabled": trip, "cache": False, "threads": 1}, "offline": True}
checker = Checker(config)
checker.check(" ".join(found[:3]), lang="en")
started = time.perf_counter()
segments = words = size = 0
for report in checker.check_many(texts, jobs=1, lang="en"):
    segments += len(report.segments)
    words += report.words
    size += len(dumps(report_to_dict(report)).encode())
print(segments, words, size, time.perf_counter() - started)
"""


def measure(bench: Bench) -> str:
    """Return core hours a million segments, in documents of twenty sentences."""
    rows = []
    for name, number, trip in (("with round trip", 600, "1"), ("without round trip", 12_000, "0")):
        _, peak, output = run_command(
            ["taskset", "-c", "0", sys.executable, "-c", _RUN, str(bench.amount(number)), trip],
            environment={"OMP_NUM_THREADS": "1"},
        )
        segments, words, size, seconds = map(float, output.split()[-4:])
        rate = segments / seconds
        hours = 1e6 / rate / 3600
        rows.append((
            name, f"{segments:,.0f}", f"{words / segments:.1f}", f"{rate:,.1f}",
            f"{hours:,.2f}", f"{1000 * hours:,.0f}", f"{size / segments:,.0f}", f"{peak:.0f}",
        ))  # fmt: skip
    header = (
        "", "segments measured", "words a segment", "segments/s on a core",
        "core hours a million", "core hours a billion", "bytes of report a segment", "peak MiB",
    )  # fmt: skip
    return table(header, rows)
