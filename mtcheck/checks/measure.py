"""How often rules fire on given texts: findings per 1,000 segments with 95 % intervals."""

from __future__ import annotations

import json
import lzma
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from mtcheck.checks.engine import check
from mtcheck.checks.rule import Rule
from mtcheck.core.documents import Document
from mtcheck.core.errors import UsageError
from mtcheck.core.findings import Severity
from mtcheck.text.segment import segment

_Z = 1.959964  # two-sided 95 %
_LINES = 10  # lines of a plain text file that make a document


@dataclass(frozen=True, slots=True)
class Sample:
    """A text to measure on; ``source_lang`` is what it was translated from, None for originals."""

    text: str
    lang: str
    source_lang: str | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """Findings by rule on one set of texts; ``graver`` counts those above neutral."""

    segments: int
    hits: dict[str, int]
    graver: dict[str, int] = field(default_factory=dict)

    def graver_rate(self, rule: str) -> float:
        """Findings of severity minor or more per 1,000 segments."""
        return 1000 * self.graver.get(rule, 0) / self.segments if self.segments else 0.0

    def rate(self, rule: str) -> float:
        """Findings per 1,000 segments."""
        return 1000 * self.hits.get(rule, 0) / self.segments if self.segments else 0.0

    def interval(self, rule: str) -> tuple[float, float]:
        """95 % interval of the rate, from the Poisson distribution of the count."""
        low, high = poisson_interval(self.hits.get(rule, 0))
        return (
            (1000 * low / self.segments, 1000 * high / self.segments) if self.segments else (0, 0)
        )


def poisson_interval(count: int) -> tuple[float, float]:
    """Return the 95 % interval of a count.

    Source: Byar's approximation; Breslow and Day, Statistical Methods in Cancer Research II (1987).
    """
    low = count * (1 - 1 / (9 * count) - _Z / (3 * math.sqrt(count))) ** 3 if count else 0.0
    above = count + 1
    high = above * (1 - 1 / (9 * above) + _Z / (3 * math.sqrt(above))) ** 3
    return low, high


def read_samples(path: Path, lang: str, labels: Sequence[str] = ()) -> Iterator[Sample]:
    """Yield the texts of a file.

    ``.jsonl`` and ``.jsonl.xz``: one record a line with ``text`` and, where they have them,
    ``lang``, ``label`` (only those in ``labels`` are taken) and ``source_lang``. Other files:
    plain text, ten lines a document.

    Raises:
        UsageError: ``no-such-file`` or ``bad-record``.
    """
    if not path.is_file():
        raise UsageError("no-such-file", f"there is no file {str(path)!r}", where=str(path))
    if ".jsonl" not in path.suffixes:
        with _open(path) as file:
            lines = [line.strip() for line in file if line.strip()]
        for at in range(0, len(lines), _LINES):
            yield Sample("\n".join(lines[at : at + _LINES]), lang)
        return
    with _open(path) as file:
        for number, line in enumerate(file, 1):
            try:
                record = json.loads(line)
                text = record["text"]
            except (ValueError, KeyError, TypeError):
                raise UsageError(
                    "bad-record", "a line is no JSON object with a text", where=f"{path}:{number}"
                ) from None
            if record.get("lang", lang) != lang:
                continue
            if labels and record.get("label", labels[0]) not in labels:
                continue
            yield Sample(text, lang, record.get("source_lang"))


def _open(path: Path) -> IO[str]:
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def measure(rules: Sequence[Rule], samples: Iterable[Sample]) -> Pool:
    """Return the findings of ``rules`` on ``samples``, counted by rule."""
    segments = 0
    hits: dict[str, int] = {}
    graver: dict[str, int] = {}
    for sample in samples:
        document = segment(Document.plain(sample.text, lang=sample.lang))
        segments += len(document.segments)
        for finding in check(document, rules).findings:
            hits[finding.rule] = hits.get(finding.rule, 0) + 1
            if finding.severity is not Severity.NEUTRAL:
                graver[finding.rule] = graver.get(finding.rule, 0) + 1
    return Pool(segments, hits, graver)
