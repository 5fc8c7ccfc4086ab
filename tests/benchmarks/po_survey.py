"""Findings in real translation catalogues: counts by rule, and a sample to judge by eye.

    python -m tests.benchmarks.po_survey FOLDER... [--sample 50] [--seed 6] [--rule ID]

Every ``.po`` file below the folders is checked with the rules that are on by default. The sample is
drawn evenly from all findings and depends on nothing but the findings and the seed. Catalogues are
not part of this repository: `apt-get source --download-only coreutils dpkg tar wget …` brings some.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from mtcheck import Checker
from mtcheck.core.findings import Finding
from mtcheck.core.report import Report, Status

CONFIG = {"roundtrip": False, "judge": {"model": "none"}, "gate": {"fail_on": "never"}}


class Place(NamedTuple):
    """A finding with what a judge needs to see."""

    path: str
    lang: str | None
    finding: Finding
    source: str
    target: str


class Survey:
    """Counts over catalogues."""

    def __init__(self) -> None:
        self.files = self.words = self.units = 0
        self.by_rule: Counter[str] = Counter()
        self.files_by_rule: Counter[str] = Counter()
        self.not_read: Counter[str] = Counter()
        self.faults: list[str] = []
        self.places: list[Place] = []

    def add(self, report: Report, name: str) -> None:
        """Count one catalogue."""
        self.files += 1
        self.words += report.words
        self.units += len({s.unit for s in report.segments})
        for skip in report.skips:
            if skip.code == "internal-fault" or skip.what.startswith("rule "):
                self.faults.append(f"{name}: {skip.what}: {skip.why}")
        if report.status is Status.FAILED:
            self.not_read.update(skip.code or skip.why for skip in report.skips)
        self.files_by_rule.update({f.rule for f in report.findings})
        segments = {s.index: s for s in report.segments}
        for finding in report.findings:
            self.by_rule[finding.rule] += 1
            segment = segments.get(-1 if finding.segment is None else finding.segment)
            source = (segment.source or "") if segment else ""
            target = segment.text if segment else finding.text
            self.places.append(Place(name, report.lang, finding, source, target))


def catalogues(folders: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Yield the catalogues below ``folders`` with short names, sorted."""
    for folder in folders:
        for path in sorted(folder.rglob("*.po")):
            yield path, f"{folder.name}/{path.relative_to(folder).as_posix()}"


def table(survey: Survey) -> str:
    """Return the counts as Markdown."""
    lines = [
        f"{survey.files} files, {survey.units:,} translated units, {survey.words:,} words; "
        f"{sum(survey.not_read.values())} could not be read "
        f"({', '.join(f'{n} {code}' for code, n in survey.not_read.most_common()) or 'none'}), "
        f"{len(survey.faults)} faults of mtcheck",
        "",
        "| rule | findings | files |",
        "|---|---|---|",
    ]
    for rule, n in sorted(survey.by_rule.items(), key=lambda item: (-item[1], item[0])):
        lines.append(f"| `{rule}` | {n:,} | {survey.files_by_rule[rule]} |")
    lines.append(f"| all | {sum(survey.by_rule.values()):,} | |")
    return "\n".join(lines)


def sample(places: Sequence[Place], size: int, seed: int) -> Iterator[str]:
    """Yield ``size`` findings as text, drawn evenly."""
    for i, place in enumerate(random.Random(seed).sample(places, min(size, len(places))), 1):
        finding = place.finding
        yield (
            f"{i}. {finding.rule} ({finding.severity.value}) {place.path}:{finding.line} "
            f"[{place.lang}]\n   source  {place.source!r}\n   target  {place.target!r}\n"
            f"   flagged {finding.text!r}: {finding.message}"
        )


def main() -> None:
    """Print the survey."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--sample", type=int, default=50)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--rule", help="draw the sample from this rule's findings alone")
    given = parser.parse_args()
    survey = Survey()
    found = list(catalogues(given.folders))
    reports = Checker(CONFIG).check_many(path for path, _ in found)
    for i, ((_, name), report) in enumerate(zip(found, reports, strict=True), 1):
        survey.add(report, name)
        if i % 50 == 0:
            print(f"{i} of {len(found)}", file=sys.stderr)
    print(table(survey))
    for fault in survey.faults:
        print(f"fault: {fault}", file=sys.stderr)
    places = [p for p in survey.places if given.rule in (None, p.finding.rule)]
    print("", *sample(places, given.sample, given.seed), sep="\n")
    sys.exit(bool(survey.faults))


if __name__ == "__main__":
    main()
