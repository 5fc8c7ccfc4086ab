"""The first user's article: what editors marked, and what mtcheck finds.

    python tests/gold/test_seed.py

prints the counts.
"""

from __future__ import annotations

import json
from pathlib import Path

import mtcheck

GOLD = Path(__file__).parent / "2022-02-20-belarus.json"
ROOT = Path(__file__).parents[2]


def counts() -> tuple[int, int, list[str]]:
    """Return (marked places found, all marked places, findings outside all of them)."""
    gold = json.loads(GOLD.read_text())
    spans = [mtcheck.Span(start, end) for start, end in gold["spans"]]
    checker = mtcheck.Checker({"roundtrip": False, "judge": {"model": "none"}})
    report = checker.check(ROOT / gold["article"])
    found = sum(any(f.span.overlaps(span) for f in report.findings) for span in spans)
    outside = [
        f"{f.rule}: {f.text}"
        for f in report.findings
        if not any(f.span.overlaps(span) for span in spans)
    ]
    return found, len(spans), outside


def test_most_marked_places_are_found_and_little_else() -> None:
    found, marked, outside = counts()
    assert marked == 43
    assert found >= 38
    assert len(outside) <= 3, outside


def test_the_bracketed_day_is_explained() -> None:
    report = mtcheck.check(
        ROOT / "seeds/2022-02-20-belarus.txt",
        config={"roundtrip": False, "judge": {"model": "none"}},
    )
    (finding,) = [f for f in report.findings if f.rule == "dates/en-weekday-paren-day"]
    assert finding.text == "this Friday (11)"
    assert finding.suggestion == "on Friday, Feb. 11"
    assert finding.source_langs[0] == "pt"
    assert report.scores["translated_from"].label in {"pt", "fr", "es", "it"}


def test_the_clean_sample_stays_quiet() -> None:
    report = mtcheck.check(
        ROOT / "seeds/clean-en.txt", config={"roundtrip": False, "judge": {"model": "none"}}
    )
    assert [f.rule for f in report.findings if f.severity is not mtcheck.Severity.NEUTRAL] == []


if __name__ == "__main__":
    found, marked, outside = counts()
    print(f"{found} of {marked} marked places found; {len(outside)} findings outside: {outside}")
