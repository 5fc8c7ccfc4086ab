"""All benchmarks, as Markdown tables.

    python -m tests.benchmarks                      # print all parts
    python -m tests.benchmarks translation limit    # some parts
    python -m tests.benchmarks --peers PYTHON --write docs/speed.md

PYTHON is an interpreter with the peers: pip install torch transformers sentencepiece ctranslate2
sacremoses EasyNMT argostranslate pymarian proselint translate-toolkit. What is not installed is
left out with a note. --write puts each table between its marks in the file. Close other programs
first: the tables are meant for an idle machine.
"""

from __future__ import annotations

import argparse
import importlib
import platform
import re
import sys
import time
from pathlib import Path

from tests.benchmarks.common import CORES, Bench

# name → module and function
PARTS = {
    "translation": ("translation", "measure"),
    "opus": ("translation", "opus"),
    "limit": ("limit", "measure"),
    "batches": ("translation", "batches"),
    "legs": ("translation", "legs"),
    "checks": ("checks", "measure"),
    "jobs": ("checks", "jobs"),
    "stream": ("checks", "stream"),
    "rules": ("rules", "measure"),
    "judge": ("judge", "measure"),
    "cache": ("cache", "measure"),
    "scale": ("scale", "measure"),
}


def machine() -> str:
    """Return the processor, cores and versions that figures depend on."""
    import ctranslate2

    try:
        info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        info = ""
    name = re.search(r"model name\s*:\s*(.+)", info)
    flags = re.search(r"flags\s*:\s*(.+)", info)
    known = flags[1].split() if flags else []
    vectors = [f for f in ("avx2", "avx512f", "avx512_vnni", "avx512_bf16") if f in known]
    return (
        f"{name[1] if name else platform.machine()}, {CORES} cores, {' '.join(vectors)}; "
        f"Python {platform.python_version()}, CTranslate2 {ctranslate2.__version__}"
    )


def main() -> None:
    """Measure the parts asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--peers", metavar="PYTHON")
    parser.add_argument("--text", type=Path, help="text file to take sentences from")
    parser.add_argument("--scale", type=float, default=1.0, help="smaller amounts, for a try")
    parser.add_argument("--write", type=Path, nargs="+", metavar="FILE", default=[])
    arguments = parser.parse_args()
    unknown = set(arguments.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    bench = Bench(arguments.peers, arguments.text, arguments.scale)
    write("machine", machine(), arguments.write)
    for part in arguments.parts or PARTS:
        module, function = PARTS[part]
        started = time.perf_counter()
        text = getattr(importlib.import_module(f"tests.benchmarks.{module}"), function)(bench)
        print(f"{part}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
        write(part, text, arguments.write)


def write(part: str, text: str, files: list[Path]) -> None:
    """Put ``text`` between the marks of ``part`` in those files that have them; else print it."""
    marks = f"<!-- benchmark: {part} -->", "<!-- end -->"
    written = False
    for file in files:
        content = file.read_text(encoding="utf-8")
        start = content.find(marks[0])
        if start >= 0:
            end = content.index(marks[1], start)
            content = f"{content[:start]}{marks[0]}\n\n{text}\n\n{content[end:]}"
            file.write_text(content, encoding="utf-8")
            written = True
    if not written:
        print(f"## {part}\n\n{text}\n", flush=True)


if __name__ == "__main__":
    main()
