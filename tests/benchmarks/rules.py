"""Rules without any model beside other checkers of text, on one core."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.benchmarks.common import Bench, table, why
from tests.benchmarks.texts import article, sentences


def measure(bench: Bench) -> str:
    """Return words a second on prose and on a PO file."""
    import mtcheck

    text = article(bench.amount(100_000), bench.text)
    checker = mtcheck.Checker({"roundtrip": False, "judge": {"model": "none"}})
    checker.check(text[:3000], lang="en")
    started = time.process_time()
    report = checker.check(text, lang="en")
    seconds = time.process_time() - started
    words = report.words
    rows = [
        ("prose: mtcheck, all default rules", f"{words:,}", f"{words / seconds:,.0f}",
         f"{len(report.findings):,}"),
    ]  # fmt: skip
    rows.append(_row("prose: proselint", bench.peer("proselint", text=text), words))
    rows += [
        ("prose: Vale", "", "not measured: no registry at hand has its binary", ""),
        ("prose: LanguageTool", "", "not measured: no registry at hand has its files", ""),
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "messages.po"
        units = sentences(bench.amount(4_000), bench.text)
        path.write_text(_po(units), encoding="utf-8")
        checker.check(path)
        started = time.process_time()
        report = checker.check(path)
        seconds = time.process_time() - started
        rows.append((
            "PO file: mtcheck, rules and bilingual checks", f"{report.words:,}",
            f"{report.words / seconds:,.0f}", f"{len(report.findings):,}",
        ))  # fmt: skip
        found = bench.peer("pofilter", path=str(path))
        rows.append(_row("PO file: pofilter", found, report.words))
    return table(("", "words", "words/s", "findings"), rows)


def _row(name: str, result: dict, words: int) -> tuple[str, ...]:
    if "seconds" not in result:
        return (name, "", why(result), "")
    rate = f"{words / result['seconds']:,.0f}"
    return (f"{name} {result['version']}", f"{words:,}", rate, f"{result['found']:,}")


def _po(units: list[str]) -> str:
    """Return messages whose translation is a sentence with the words of its source turned."""
    head = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: en\\n"\n\n'
    )

    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    return head + "".join(
        f"msgid {quoted(' '.join(unit.split()[::-1]))}\nmsgstr {quoted(unit)}\n\n" for unit in units
    )
