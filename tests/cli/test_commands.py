"""The smaller commands, and the frame they run in."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from mtcheck.cli.app import COMMANDS, build
from mtcheck.core.config import Config, from_mapping

ARTEFACT = "The vote is this Friday (11), they said.\n"


def call(*arguments: str) -> Result:
    return CliRunner().invoke(build([arguments[0]]), list(arguments))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(ARTEFACT)
    return tmp_path


def test_help_lists_every_command_without_importing_it() -> None:
    code = (
        "import sys\n"
        "from mtcheck.cli.app import run\n"
        "try:\n    run(['--help'])\n"
        "except SystemExit:\n    pass\n"
        "print([m for m in sys.modules if m.startswith(('mtcheck.run', 'mtcheck.engines'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert all(name in done.stdout for name in COMMANDS)
    assert done.stdout.strip().endswith("[]")


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help(name: str) -> None:
    result = call(name, "--help")
    assert result.exit_code == 0, result.output
    assert "Usage" in result.stdout


def everything(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, each in getattr(command, "commands", {}).items():
        yield from everything(each, (*path, name))
    if not getattr(command, "commands", {}):
        yield path, command


def test_help_tells_what_each_argument_is() -> None:
    app = build()
    arguments = 0
    for path, command in everything(typer.main.get_command(app)):
        shown = CliRunner().invoke(app, [*path, "--help"], env={"TERMINAL_WIDTH": "200"}).stdout
        for parameter in command.params:
            if parameter.param_type_name == "argument":
                arguments += 1
                assert parameter.help
                assert parameter.help[:30] in shown, path
    assert arguments > 8


def test_version() -> None:
    import mtcheck

    assert call("--version").stdout.strip() == f"mtcheck {mtcheck.__version__}"


def test_config_init_and_show(folder: Path) -> None:
    assert call("config", "init", "--profile", "newsroom").exit_code == 0
    again = call("config", "init")
    assert again.exit_code == 2 and "file-exists" in again.stderr
    shown = call("config", "show")
    assert str(folder / "mtcheck.toml") in shown.stdout
    assert from_mapping(tomllib.loads(shown.stdout), where="shown").profile == "newsroom"


def test_config_show_prints_all_defaults_that_have_a_toml_form(folder: Path) -> None:
    shown = call("config", "show", "--no-config")
    assert from_mapping(tomllib.loads(shown.stdout), where="shown") == Config()


def test_schema_describes_reports(folder: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(call("schema").stdout)
    report = CliRunner().invoke(
        build(["check"]),
        ["check", "a.txt", "nosuch.txt", "--no-config", "--no-roundtrip", "-f", "json"],
    )
    jsonschema.validate(json.loads(report.stdout), schema)


def test_baseline_create_check_update(folder: Path) -> None:
    assert call("baseline", "create", "a.txt", "--lang", "en", "--no-config").exit_code == 0
    assert call("baseline", "create", "a.txt", "--no-config").exit_code == 2
    check = [
        "check",
        "a.txt",
        "--no-config",
        "--no-roundtrip",
        "--lang",
        "en",
        "--fail-on",
        "minor",
    ]
    assert call(*check).exit_code == 1
    check += ["--baseline", "mtcheck-baseline.json"]
    assert call(*check).exit_code == 0
    # Moved text stays quiet, a new finding counts, a corrected sentence drops out.
    (folder / "a.txt").write_text("A new first line.\n\n" + ARTEFACT)
    assert call(*check).exit_code == 0
    (folder / "a.txt").write_text(ARTEFACT + "\nThe game is next Monday (14), they said.\n")
    assert call(*check).exit_code == 1
    (folder / "a.txt").write_text("All is well.\n")
    assert call("baseline", "update", "a.txt", "--lang", "en", "--no-config").exit_code == 0
    (folder / "a.txt").write_text(ARTEFACT)
    assert call(*check).exit_code == 1


def test_round_trip_of_a_text() -> None:
    result = call(
        "roundtrip", "--text", "The road is closed.", "--lang", "en", "--pivot", "es",
        "--no-config", "-f", "json",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    (document,) = json.loads(result.stdout)["documents"]
    (segment,) = document["segments"]
    assert segment["roundtrip"]["pivot"] == "es" and segment["roundtrip"]["back"]
    assert "penalty" not in document["scores"] and not document["findings"]


def test_round_trip_through_several_pivots() -> None:
    result = call(
        "roundtrip", "--text", "The road is closed.", "--lang", "en", "--pivot", "pt",
        "--pivot", "de", "--no-config", "-f", "json",
    )  # fmt: skip
    (document,) = json.loads(result.stdout)["documents"]
    trips = document["segments"][0]["roundtrips"]
    assert [t["pivot"] for t in trips] == ["pt", "de"]
    assert {"stability", "stability_de"} <= set(document["scores"])


def test_round_trip_needs_something_to_translate() -> None:
    result = call("roundtrip", "--no-config")
    assert result.exit_code == 2 and "no-paths" in result.stderr


def test_calibration_of_a_models_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = tmp_path / "texts.jsonl"
    rows = [
        {"text": f"The council met on day {i} and talked about the road.", "lang": "en",
         "doc_id": str(i // 5)}
        for i in range(25)
    ]  # fmt: skip
    texts.write_text("".join(json.dumps(row) + "\n" for row in rows))
    out = tmp_path / "calibration.json"
    result = call("calibrate", str(texts), "-o", str(out), "--no-config")
    assert result.exit_code == 0, result.stderr
    data = json.loads(out.read_text())
    assert data["pairs"]["en-pt"]["n"] >= 20


def test_evaluating_a_translation_model(tmp_path: Path) -> None:
    source, reference = tmp_path / "s.txt", tmp_path / "r.txt"
    source.write_text("The road is closed.\nThe minister spoke on Monday.\n")
    reference.write_text("A estrada está fechada.\nO ministro falou na segunda-feira.\n")
    result = call(
        "evaluate", "translation", "--source", str(source), "--reference", str(reference),
        "-s", "en", "-t", "pt", "--json",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    data = json.loads(result.stdout)
    assert data["segments"] == 2 and 0 <= data["chrf"] <= 100
    assert "chrF2" in data["chrf_signature"] or "nrefs" in data["chrf_signature"]
    reference.write_text("one line\n")
    unequal = call(
        "evaluate", "translation", "--source", str(source), "--reference", str(reference),
        "-s", "en", "-t", "pt",
    )  # fmt: skip
    assert unequal.exit_code == 2 and "unequal-lengths" in unequal.stderr
