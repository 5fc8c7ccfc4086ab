"""`mtcheck score`, `compare` and `evaluate origin|quality`, with a tiny judge."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from mtcheck.cli.app import build
from mtcheck.cli.evaluate_judge import origin, quality
from tests.engines.tiny_judge import write_judge

SOURCES = "The cat sleeps on the mat.\nThe dog barks at night.\nIt is late now.\n"
GOOD = "Die Katze ruht auf der Matte.\nDer Hund bellt bei Nacht.\nEs ist jetzt zu weit.\n"
OTHER = "Katze Matte ruht.\nDer Hund bellt bei Nacht.\n\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("cli")
    write_judge(root / "tiny")
    (root / "mtcheck.toml").write_text(f'[judge]\nmodel = "{root / "tiny"}"\n')
    for name, text in (("s", SOURCES), ("a", GOOD), ("b", OTHER)):
        (root / f"{name}.txt").write_text(text)
    return root


def run(folder: Path, *arguments: str) -> Any:
    if arguments[0] == "evaluate":  # its other commands are tested elsewhere
        app = typer.Typer()
        app.command()(origin)
        app.command()(quality)
        arguments = arguments[1:]
    else:
        app = build([arguments[0]])
    config = ["--config", str(folder / "mtcheck.toml")]
    return CliRunner().invoke(app, [*arguments, *config], catch_exceptions=False)


def score(folder: Path, *more: str, target: str = "a") -> Any:
    files = ["--source", str(folder / "s.txt"), "--target", str(folder / f"{target}.txt")]
    return run(folder, "score", *files, "-s", "en", "-t", "de", *more)


def test_text(folder: Path) -> None:
    result = score(folder)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("quality  ")
    assert "of 100  (95% interval " in lines[0]
    assert lines[1] == "segments  3 scored"
    assert lines[2] == "lowest:"
    assert lines[-1].startswith("signature  name:quality|model:tiny@")


def test_json_has_a_line_and_a_score_for_each_segment(folder: Path) -> None:
    found = json.loads(score(folder, "--format", "json", target="b").stdout)
    assert [s["line"] for s in found["segments"]] == [1, 2, 3]
    assert found["segments"][2] == {"line": 3, "value": 0.0, "raw": None, "flags": ["empty"]}
    assert found["warnings"] == ["empty: line 3"]
    assert found["score"]["n"] == 3


def test_a_translation_file_says_its_languages_itself(folder: Path) -> None:
    path = folder / "a.xlf"
    path.write_text(
        '<xliff version="1.2"><file source-language="en" target-language="de"><body>\n'
        '<trans-unit id="cat"><source>The cat sleeps.</source>\n'
        "<target>Die Katze ruht.</target></trans-unit></body></file></xliff>"
    )
    result = run(folder, "score", str(path))
    assert result.exit_code == 0
    assert "  line 3 (cat)  Die Katze ruht." in result.stdout
    (segment,) = json.loads(run(folder, "score", str(path), "-f", "json").stdout)["segments"]
    assert (segment["line"], segment["unit"]) == (3, "cat")


def test_tsv_keeps_every_line(folder: Path) -> None:
    result = score(folder, "--format", "tsv", target="b")
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert [r[0] for r in rows] == ["1", "2", "3"]
    assert rows[2] == ["3", "0.00", "", "empty"]
    assert "warning: empty: line 3" in result.stderr


def test_suspicious_words_when_asked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mtcheck.engines import judge_words

    monkeypatch.setattr(judge_words, "MIN_DROP", -1000.0)  # every word of every segment
    found = json.loads(score(folder, "--format", "json", "--words").stdout)
    first = found["segments"][0]["suspicious"]
    target = (folder / "a.txt").read_text().splitlines()[0]
    assert len(first) == judge_words.MOST
    assert set(first[0]) == {"start", "end", "drop"}
    assert all(target[w["start"] : w["end"]].isalnum() for w in first)
    shown = score(folder, "--words").stdout
    assert "stumbles over: " in shown
    assert "Low confidence" in shown
    assert "Low confidence" not in score(folder).stdout
    rows = score(folder, "--format", "tsv", "--words").stdout.splitlines()
    assert rows[0].split("\t")[4].startswith(f"{first[0]['start']}-{first[0]['end']},")


def test_fluency_needs_no_source(folder: Path) -> None:
    result = run(folder, "score", "--target", str(folder / "a.txt"), "-t", "de")
    assert result.stdout.startswith("fluency  ")


def test_a_mean_below_the_limit_fails(folder: Path) -> None:
    assert score(folder, "--fail-under", "0").exit_code == 0
    result = score(folder, "--fail-under", "100")
    assert result.exit_code == 1
    assert "below --fail-under 100" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--format", "xml"], "no format 'xml'"),
        ([], "the target language is needed"),
        (["-t", "de"], "the source language is needed"),
    ],
)
def test_usage_errors(folder: Path, arguments: list[str], says: str) -> None:
    files = ["--source", str(folder / "s.txt"), "--target", str(folder / "a.txt")]
    result = run(folder, "score", *files, *arguments)
    assert result.exit_code == 2
    assert says in result.output


def test_compare(folder: Path) -> None:
    files = [str(folder / "a.txt"), str(folder / "a.txt"), "--source", str(folder / "s.txt")]
    result = run(folder, "compare", *files, "-s", "en", "-t", "de")
    assert result.exit_code == 0
    assert "No difference that chance would not explain" in result.stdout
    found = json.loads(run(folder, "compare", *files, "-s", "en", "-t", "de", "-f", "json").stdout)
    assert (found["difference"], found["better"], found["n"]) == (0, None, 3)
    rows = run(folder, "compare", *files, "-s", "en", "-t", "de", "-f", "tsv").stdout.splitlines()
    assert len(rows) == 3
    assert rows[0].split("\t")[1] == rows[0].split("\t")[2]


def test_compare_refuses_files_of_different_length(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_text("Nur eine Zeile.\n")
    result = run(
        folder, "compare", str(folder / "a.txt"), str(tmp_path / "short.txt"),
        "--source", str(folder / "s.txt"), "-s", "en", "-t", "de",
    )  # fmt: skip
    assert result.exit_code == 2
    assert "line 2, where the shorter file has ended" in result.output


def test_evaluate_origin(folder: Path, tmp_path: Path) -> None:
    records = [
        {"text": "In view of the situation of the region", "lang": "en", "label": "mt"},
        {"text": "Nobody knew why he'd gone", "lang": "en", "label": "human-original"},
    ]
    path = tmp_path / "o.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in records))
    found = json.loads(run(folder, "evaluate", "origin", str(path), "--json").stdout)
    assert found["en"]["auc_original"] == 1
    table = run(folder, "evaluate", "origin", str(path)).stdout.splitlines()
    assert table[0].split()[:2] == ["n", "orig-mt"]
    assert "found" in table[0]
    assert table[1].split()[:3] == ["en", "2", "1.000"]


def test_evaluate_quality(folder: Path, tmp_path: Path) -> None:
    records = [
        {"src": s, "mt": t, "lp": "en-de", "score": i, "dataset": "d"}
        for i, (s, t) in enumerate(zip(SOURCES.splitlines(), GOOD.splitlines(), strict=True))
    ]
    path = tmp_path / "q.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in records))
    result = run(folder, "evaluate", "quality", str(path))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].startswith("d en-de")
    assert "mean spearman over 1 sets" in result.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--origin", "--limit", "50", "--beam", "2"], "--beam, --limit can't be used with"),
        (["--false-alarms", "0.1"], "--false-alarms can't be used without --origin"),
    ],
)
def test_calibrate_refuses_options_of_its_other_kind(
    folder: Path, options: list[str], message: str
) -> None:
    result = run(folder, "calibrate", str(folder / "s.txt"), *options)
    assert result.exit_code == 2
    assert message in result.stderr


def test_calibrate_origin(folder: Path, tmp_path: Path) -> None:
    texts = tmp_path / "accepted"
    texts.mkdir()
    for i in range(20):
        (texts / f"{i}.txt").write_text(
            f"Number {i}. " + "Nobody knew why he'd gone so soon. " * 12
        )
    out = tmp_path / "origin.json"
    result = run(folder, "calibrate", str(texts), "--origin", "--output", str(out), "-t", "en")
    assert result.exit_code == 0, result.output
    assert "en: 20 texts; machine-translated from 0.50 on" in result.stdout
    assert f'judge.calibration = "{out}"' in result.stdout
    assert json.loads(out.read_text())["texts"] == "accepted articles"
