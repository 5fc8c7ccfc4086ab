"""The gate's flags and files as users give them: thresholds, baselines, overrides, house words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mtcheck.cli.app import build
from tests.engines.embedded import needs_judge

ARTEFACT = "The vote is this Friday (11), they said.\n"


def check(*arguments: str) -> Result:
    command = ["check", "--no-roundtrip", *arguments]
    return CliRunner().invoke(build(["check"]), command, env={"MTCHECK_JUDGE__MODEL": "none"})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(ARTEFACT)
    return tmp_path


@pytest.mark.parametrize(
    "flag", ["--min-stability", "--min-fluency", "--min-quality", "--max-machine-translated"]
)
def test_a_threshold_that_was_not_measured_is_no_pass(folder: Path, flag: str) -> None:
    result = check("a.txt", "--lang", "en", flag, "0.5")
    assert result.exit_code == 1
    assert "INCOMPLETE" in result.stdout and f"{flag} 0.5 can't be judged" in result.stdout
    assert check("a.txt", "--lang", "en", flag, "0.5", "--allow-incomplete").exit_code == 0


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
def test_thresholds_are_numbers(folder: Path, number: str) -> None:
    result = check("a.txt", f"--max-penalty={number}")
    assert result.exit_code == 2 and "bad-value" in result.stderr


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"version": 2, "documents": {}}', "newer-baseline"),
        ('{"version": 1, "documents": {"a.txt": {"key": "many"}}}', "bad-baseline"),
        ('{"version": 1, "documents": {"a.txt": [1]}}', "bad-baseline"),
        ('{"version": 1, "documents": []}', "bad-baseline"),
        ('{"version": 1, "docu', "bad-baseline"),
    ],
)
def test_baselines_that_can_not_be_used(folder: Path, text: str, code: str) -> None:
    (folder / "baseline.json").write_text(text)
    result = check("a.txt", "--baseline", "baseline.json")
    assert result.exit_code == 2 and code in result.stderr
    assert "Traceback" not in result.stderr


def test_configured_severities_overrides_terms_and_words(folder: Path) -> None:
    for name in ("legacy", "es"):
        (folder / name).mkdir()
        (folder / name / "b.txt").write_text(ARTEFACT)
    (folder / "terms.csv").write_text(
        "source,target,status\n,council,forbidden\n,municipality,preferred\n"
    )
    (folder / "c.txt").write_text("The council met on Monday and approved the budget.\n")
    (folder / "mtcheck.toml").write_text(
        'lang = "en"\n'
        '[rules]\nglossaries = ["terms.csv"]\n'
        '[rules.severity]\n"dates/en-weekday-paren-day" = "critical"\n'
        '[[overrides]]\npaths = ["legacy/**"]\nignore = ["dates"]\n'
        '[[overrides]]\npaths = ["es/**"]\nlang = "es"\n'
    )
    result = check(".", "--format", "json", "--exclude", "*.json")
    assert result.exit_code == 1
    documents = {Path(d["path"]).as_posix(): d for d in json.loads(result.stdout)["documents"]}
    severities = {f["rule"]: f["severity"] for f in documents["a.txt"]["findings"]}
    assert severities["dates/en-weekday-paren-day"] == "critical"
    assert not any(f["rule"].startswith("dates/en") for f in documents["legacy/b.txt"]["findings"])
    assert documents["es/b.txt"]["lang"] == "es"
    assert any("council" in f["text"] for f in documents["c.txt"]["findings"])


def test_suppressions_that_silence_nothing_are_told(folder: Path) -> None:
    (folder / "a.md").write_text(
        "<!-- mtcheck-disable-next-line dates: quoted -->\nThe council met on Monday.\n"
    )
    result = check("a.md", "--lang", "en")
    assert result.exit_code == 0 and "line 1: this suppression of dates" in result.stdout


PAIRS = """\
source\ttarget
Der Zug kommt um neun Uhr an und hält nicht in Köln.\tThe train arrives at nine and does not stop there.
Die Regierung hat am Montag ein neues Gesetz beschlossen.\tThe government passed a new law on Monday.
Viele Menschen protestierten gegen die Entscheidung.\tMany people protested against the decision.
Das Wetter bleibt auch morgen schlecht.\tWeather of banana is tomorrow the bad also stays of.
"""  # noqa: E501


@needs_judge
def test_failed_thresholds_are_named_with_value_and_worst_places(folder: Path) -> None:
    (folder / "pairs.tsv").write_text(PAIRS)
    command = ["check", "pairs.tsv", "-s", "de", "-t", "en", "--no-roundtrip", "--no-config"]
    thresholds = ["--min-quality", "99", "--min-fluency", "99", "--max-machine-translated", "0"]
    result = CliRunner().invoke(build(["check"]), [*command, *thresholds, "-f", "json"])
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    reasons = {r["threshold"]: r for r in data["gate"]["reasons"]}
    for name in ("quality", "fluency"):
        reason, score = reasons[f"min-{name}"], data["documents"][0]["scores"][name]["value"]
        assert reason["value"] == score and reason["limit"] == 99
        assert f"{name} {score:.3g} is below 99" in reason["message"]
        assert len(reason["worst"]) == 3 and "pairs.tsv:5" in reason["worst"]
    low = ["--min-quality", "1", "--min-fluency", "1", "--max-machine-translated", "1"]
    assert CliRunner().invoke(build(["check"]), [*command, *low]).exit_code == 0
    # Without originals quality can't be measured: no pass, unless that is allowed.
    prose = ["check", "a.txt", "-t", "en", "--no-roundtrip", "--no-config", "--min-quality", "1"]
    result = CliRunner().invoke(build(["check"]), prose)
    assert result.exit_code == 1 and "--min-quality 1 can't be judged" in result.stdout
    assert CliRunner().invoke(build(["check"]), [*prose, "--allow-incomplete"]).exit_code == 0
