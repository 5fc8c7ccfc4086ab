"""`mtcheck check` as users call it: arguments, exit codes, outputs, bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from mtcheck.cli.app import build

ARTEFACT = "The vote is this Friday (11), they said.\n"
CLEAN = "The council met on Monday and approved the budget.\n"


def call(*arguments: str, stdin: bytes | str | None = None, command: str = "check") -> Result:
    base = ["--no-config"] if command == "check" else []
    return CliRunner().invoke(build([command]), [command, *base, *arguments], input=stdin)


def rules(*arguments: str, **more: Any) -> Result:
    return call("--no-roundtrip", *arguments, **more)


@pytest.fixture
def article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "article.txt"
    path.write_text(ARTEFACT)
    return path


def test_gate_passes_and_fails(article: Path) -> None:
    assert rules(str(article), "--lang", "en", "--fail-on", "major").exit_code == 0
    failed = rules(str(article), "--lang", "en", "--fail-on", "minor")
    assert failed.exit_code == 1
    assert "FAIL" in failed.stdout and "article.txt:1:13" in failed.stdout
    assert rules(str(article), "--fail-on", "minor", "--exit-zero").exit_code == 0
    penalty = rules(str(article), "--lang", "en", "--max-penalty", "1")
    assert penalty.exit_code == 1 and "penalty" in penalty.stdout


def test_words_are_named_on_demand_and_fluency_with_them(
    article: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mtcheck.engines import judge_words
    from mtcheck.run import measure

    monkeypatch.setattr(judge_words, "MIN_DROP", -1000.0)
    monkeypatch.setattr(measure, "_LOW", 101.0)
    plain = rules(str(article), "--lang", "en")
    asked = rules(str(article), "--lang", "en", "--words")
    assert plain.exit_code == asked.exit_code == 0
    assert "stumbles over" in asked.stdout and "fluency" in asked.stdout
    assert "stumbles over" not in plain.stdout and "fluency" not in plain.stdout


def test_json_has_the_promised_names(article: Path) -> None:
    result = rules(str(article), "--lang", "en", "--format", "json", "--fail-on", "never")
    data = json.loads(result.stdout)
    assert set(data) >= {"schema_version", "tool", "documents", "summary", "gate"}
    assert set(data["tool"]) >= {"name", "version"}
    (document,) = data["documents"]
    assert set(document) >= {
        "path", "status", "lang", "words", "scores", "segments", "findings", "skips",
    }  # fmt: skip
    (finding,) = [f for f in document["findings"] if f["rule"] == "dates/en-weekday-paren-day"]
    assert set(finding) >= {
        "rule", "severity", "mqm", "start", "end", "line", "column", "text", "message",
        "suggestion", "source_langs", "confidence", "key",
    }  # fmt: skip
    assert ARTEFACT[finding["start"] : finding["end"]] == finding["text"] == "this Friday (11)"
    assert set(document["scores"]["penalty"]) >= {"value", "interval", "unit", "n", "signature"}
    assert data["gate"] == {"verdict": "PASS", "reasons": []}


def test_several_outputs_at_once(article: Path, tmp_path: Path) -> None:
    result = rules(
        str(article), "--lang", "en", "-f", "text", "-f", "json:out.json", "-f", "sarif:out.sarif"
    )
    assert "this Friday (11)" in result.stdout
    assert json.loads((tmp_path / "out.json").read_text())["documents"]
    log = json.loads((tmp_path / "out.sarif").read_text())
    assert log["version"] == "2.1.0"
    (rule,) = log["runs"][0]["tool"]["driver"]["rules"]
    assert rule["help"]["markdown"].startswith("# ") and "## Examples" in rule["help"]["markdown"]


def test_reports_of_the_last_run_are_no_texts(article: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    arguments = (".", "--lang", "en", "-f", "markdown:out/report.md", "-f", "json:list.json")
    for _ in range(2):
        rules(*arguments)
        documents = json.loads((tmp_path / "list.json").read_text())["documents"]
        assert [d["path"] for d in documents] == ["article.txt"]
    rules(*arguments, "out/report.md")
    assert len(json.loads((tmp_path / "list.json").read_text())["documents"]) == 2


def test_output_takes_the_format_of_the_file_name(article: Path, tmp_path: Path) -> None:
    assert rules(str(article), "-o", "report.json").exit_code == 0
    assert json.loads((tmp_path / "report.json").read_text())["schema_version"]
    two = rules(str(article), "-o", "x", "-f", "json", "-f", "text")
    assert two.exit_code == 2 and "two-outputs" in two.stderr


def test_standard_input(article: Path) -> None:
    result = rules("-", "--stdin-filename", "a.md", "--format", "json", stdin="# T\n\n" + ARTEFACT)
    (document,) = json.loads(result.stdout)["documents"]
    assert (document["path"], document["format"]) == ("a.md", "markdown")
    assert document["findings"]


def test_usage_errors(article: Path) -> None:
    for arguments, code in [
        ((), "no-paths"),
        (("--lang", "xx", str(article)), "unknown-language"),
        (("--select", "nosuch-rule", str(article)), "unknown-rule"),
        (("--profile", "nosuch", str(article)), "unknown-profile"),
        (("--fail-on", "huge", str(article)), "bad-value"),
        (("-f", "nosuch", str(article)), "unknown-format"),
        (("--baseline", "nosuch.json", str(article)), "no-baseline"),
        (("--source", "nosuch.txt", str(article), "other.txt"), "one-source"),
        (("--changed-since", "HEAD", "--diff-stdin"), "two-diffs"),
    ]:
        result = rules(*arguments)
        assert (result.exit_code, code in result.stderr) == (2, True), (arguments, result.stderr)


def test_a_missing_file_among_several(article: Path) -> None:
    result = rules(str(article), "nosuch.txt", "--lang", "en", "--format", "json")
    documents = json.loads(result.stdout)["documents"]
    assert [d["status"] for d in documents] == ["ok", "failed"]
    assert result.exit_code == 1
    assert rules(str(article), "nosuch.txt", "--strict-inputs").exit_code == 4
    assert rules(str(article), "nosuch.txt", "--allow-incomplete").exit_code == 0
    assert rules("nosuch.txt").exit_code == 2


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "failed"),
        (b" \n\t\n", "failed"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 8, "failed"),
        ("Der Rat tagt am Montag über größere Straßen.\n".encode("utf-16"), "ok"),
        ("Le préfet a été reçu à l'hôtel de ville dès 9 h.\n".encode("latin-1"), "ok"),
        (b"word " * 1_000_000, "ok"),
        (b"ok.\n" * 200_000, "ok"),
        ("مرحبا بالعالم. هذا نص عربي قصير.\n".encode(), "ok"),
        ("今天上海举行了会议。代表们讨论了新的计划。\n".encode(), "ok"),
    ],
    ids=["empty", "blank", "binary", "utf16", "latin1", "one-line", "many-lines", "rtl", "zh"],
)  # fmt: skip
def test_odd_files(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "odd.txt"
    path.write_bytes(content)
    result = rules(str(path), "--format", "json", "--fail-on", "never")
    (document,) = json.loads(result.stdout)["documents"]
    assert document["status"] == expected
    if expected == "failed":
        assert document["skips"][0]["why"]
        assert result.exit_code in (1, 2)
    else:
        assert result.exit_code == 0
        assert document["words"] > 0


def test_assumed_encodings_are_said(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Le préfet a été reçu à l'hôtel de ville.\n".encode("latin-1"))
    assert "encoding" in rules(str(path)).stdout.lower()


def test_unwritable_outputs_lose_nothing(article: Path, tmp_path: Path) -> None:
    result = rules(str(article), "-f", "text", "-f", "json:nosuch/dir/out.json")
    assert result.exit_code == 2
    assert "cannot-write" in result.stderr


def test_offline_with_a_hub_model_is_exit_3(article: Path) -> None:
    model = "Helsinki-NLP/opus-mt-en-de"
    result = call(str(article), "--lang", "en", "--offline", "--model", model, "--pivot", "de")
    assert result.exit_code == 3
    assert "round trip" in result.stdout


def test_damaged_model_folder(article: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text("{")
    result = call(str(article), "--lang", "en", "--model", str(folder))
    assert result.exit_code == 3
    assert "INCOMPLETE" in result.stdout


def test_unwritable_cache_is_no_error(article: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    result = call(str(article), "--lang", "en", "--cache-dir", str(tmp_path / "cache"))
    assert result.exit_code == 0, result.stderr


def test_fix_applies_what_is_safe_and_nothing_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("El alcalde habló este Lunes.\r\nLlegó en Mayo.\r\n".encode("cp1252"))
    diff = rules(str(path), "--lang", "es", "--diff")
    assert diff.exit_code == 1 and "+El alcalde habló este lunes." in diff.stdout
    assert b"Lunes" in path.read_bytes()
    assert rules(str(path), "--lang", "es", "--fix").exit_code == 0
    assert path.read_bytes().startswith("El alcalde habló este lunes.\r\n".encode("cp1252"))
    again = rules(str(path), "--lang", "es", "--diff")
    assert again.exit_code == 0 and not again.stdout


def test_changed_lines_from_a_diff(article: Path, tmp_path: Path) -> None:
    article.write_text(ARTEFACT + "\n" + ARTEFACT.replace("11", "18"))
    diff = (
        "--- a/article.txt\n+++ b/article.txt\n@@ -2,0 +3 @@\n"
        "+The vote is this Friday (18), they said.\n"
    )
    result = rules("--diff-stdin", "--lang", "en", "--format", "json", stdin=diff)
    (document,) = json.loads(result.stdout)["documents"]
    assert {f["line"] for f in document["findings"]} == {3}


def test_changed_since_a_revision(article: Path, tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments],
            check=True, cwd=tmp_path, capture_output=True,
        )  # fmt: skip

    (tmp_path / "same.txt").write_text(ARTEFACT)
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "one")
    article.write_text(ARTEFACT + "\n" + ARTEFACT.replace("11", "18"))
    result = rules("--changed-since", "HEAD", "--lang", "en", "--format", "json")
    (document,) = json.loads(result.stdout)["documents"]
    assert Path(document["path"]).name == "article.txt"
    assert {f["line"] for f in document["findings"]} == {3}
    assert document["suppressed"]


def test_bilingual_with_source(tmp_path: Path) -> None:
    (tmp_path / "de.txt").write_text("Der Preis stieg um 15 Prozent auf 300 Euro.\n")
    (tmp_path / "en.txt").write_text("The price rose by 50 percent to 300 euros.\n")
    result = rules(
        str(tmp_path / "en.txt"), "--source", str(tmp_path / "de.txt"), "--lang", "en",
        "-s", "de", "--format", "json",
    )  # fmt: skip
    (document,) = json.loads(result.stdout)["documents"]
    assert document["source_lang"] == "de"
    assert any("number" in f["rule"] for f in document["findings"])


def test_environment_and_config_file(
    article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = 'lang = "en"\nroundtrip = false\n[gate]\nfail_on = "minor"\n'
    (tmp_path / "mtcheck.toml").write_text(settings)
    runner = CliRunner()
    assert runner.invoke(build(["check"]), ["check", str(article)]).exit_code == 1
    monkeypatch.setenv("MTCHECK_GATE__FAIL_ON", "never")
    assert runner.invoke(build(["check"]), ["check", str(article)]).exit_code == 0
    (tmp_path / "mtcheck.toml").write_text("lnag = 'en'\n")
    result = runner.invoke(build(["check"]), ["check", str(article)])
    assert result.exit_code == 2 and "lang" in result.stderr


def test_interrupted_runs_keep_what_was_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mtcheck.run.pipeline import Pipeline

    for i in range(40):
        (tmp_path / f"{i:02}.txt").write_text(CLEAN)
    check = Pipeline.check
    calls = []

    def interrupt(self: Pipeline, jobs: Any) -> Any:
        calls.append(jobs)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return check(self, jobs)

    monkeypatch.setattr(Pipeline, "check", interrupt)
    out = tmp_path / "out.json"
    result = rules(str(tmp_path), "--lang", "en", "--jobs", "1", "-f", f"json:{out}")
    assert result.exit_code == 130
    data = json.loads(out.read_text())
    assert len(data["documents"]) == 32
    assert data["gate"]["verdict"] == "INCOMPLETE"
    monkeypatch.setattr(Pipeline, "check", check)
    resumed = rules(
        str(tmp_path), "--lang", "en", "--jobs", "1", "-f", f"json:{out}", "--resume",
        "--exclude", "out.json",
    )  # fmt: skip
    assert resumed.exit_code == 0


def test_the_command_works_as_a_process(article: Path) -> None:
    command = [sys.executable, "-m", "mtcheck", "check", "--no-roundtrip", str(article)]
    done = subprocess.run(
        [*command, "--lang", "en", "--fail-on", "minor"], capture_output=True, text=True,
        env=os.environ,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "\x1b[" not in done.stdout


def test_a_closed_pipe_is_no_error(article: Path) -> None:
    command = f"{sys.executable} -m mtcheck check --no-roundtrip {article} --segments | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=os.environ)
    assert "Traceback" not in done.stderr and done.stdout
