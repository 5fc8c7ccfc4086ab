"""The Python API as documented."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mtcheck

ARTEFACT = "The vote is this Friday (11), they said."
RULES_ONLY = {"roundtrip": False, "judge": {"model": "none"}}


def test_exports_are_what_all_names() -> None:
    assert all(getattr(mtcheck, name) is not None for name in mtcheck.__all__)
    with pytest.raises(AttributeError):
        _ = mtcheck.nosuch  # type: ignore[attr-defined]


def test_check_takes_text_and_files(seed: Path) -> None:
    report = mtcheck.check(ARTEFACT, lang="en", config=RULES_ONLY)
    finding = report.findings[0]
    assert finding.rule == "dates/en-weekday-paren-day"
    assert ARTEFACT[finding.span.start : finding.span.end] == "this Friday (11)"
    assert finding.severity is mtcheck.Severity.MINOR
    assert finding.source_langs[0] == "pt"
    assert report.scores["penalty"].value == pytest.approx(1000 / 8)
    by_name = mtcheck.check(str(seed), config=RULES_ONLY)
    assert by_name.path == str(seed)
    assert by_name.findings == mtcheck.check(seed, config=RULES_ONLY).findings
    assert json.loads(report.to_json())["documents"][0]["findings"][0]["text"] == finding.text


def test_a_text_that_looks_like_a_path_is_text() -> None:
    checker = mtcheck.Checker(RULES_ONLY)
    assert checker.check("pyproject.toml", lang="en").path == "<text>"
    with pytest.raises(mtcheck.UsageError, match="no such file"):
        checker.check(Path("nosuch.txt"))


def test_check_many_is_a_generator_in_order() -> None:
    def texts() -> Iterator[str]:
        for i in range(50):
            yield f"Number {i}. {ARTEFACT}" if i % 2 else ""

    reports = mtcheck.Checker(RULES_ONLY).check_many(texts(), lang="en")
    assert iter(reports) is reports
    made = list(reports)
    assert len(made) == 50
    assert [bool(r.findings) for r in made] == [bool(i % 2) for i in range(50)]
    assert all(r.status.value == "failed" for r in made[::2])


def test_round_trips_are_one_a_text_in_order() -> None:
    texts = ["The road is closed.", "", "The minister spoke on Monday.", "The road is closed."]
    trips = mtcheck.Checker().roundtrip(texts, lang="en", pivot="pt")
    assert len(trips) == 4
    assert trips[0] == trips[3]
    assert trips[0].forward and trips[0].back and trips[0].pivot == "pt"
    assert trips[1].chrf is None and trips[1].similarity is None
    with pytest.raises(mtcheck.UsageError):
        mtcheck.Checker().roundtrip(texts, lang="en", pivot="en")
    with pytest.raises(mtcheck.ModelError):
        mtcheck.Checker().roundtrip(texts, lang="fi", pivot="en")


def test_bad_configuration_is_an_error() -> None:
    with pytest.raises(mtcheck.ConfigError, match="unknown key"):
        mtcheck.check("x", config={"nosuch": 1})
    with pytest.raises(mtcheck.UsageError, match="not a language"):
        mtcheck.check("x", lang="xx", config=RULES_ONLY)


def test_importing_loads_nothing_heavy() -> None:
    code = (
        "import sys, mtcheck\n"
        "heavy = {'numpy', 'ctranslate2', 'transformers', 'torch', 'rich', 'typer', 'babel'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_checking_without_round_trip_loads_no_model_runtime() -> None:
    code = (
        "import sys, mtcheck\n"
        f"mtcheck.check({ARTEFACT!r}, config={RULES_ONLY!r}, lang='en')\n"
        "heavy = {'ctranslate2', 'transformers', 'torch', 'sacrebleu', 'sentencepiece'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
