"""The ready-made integrations, run as their hosts run them: shell, hooks, documented snippets."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from mtcheck.core.profiles import DESCRIPTIONS, PROFILES

ROOT = Path(__file__).parent.parent
ACTION = ROOT / ".ci" / "action.sh"
ARTEFACT = "The vote is this Friday (11), they said.\n"
CLEAN = "The council met on Monday and approved the budget.\n"
MTCHECK = [sys.executable, "-m", "mtcheck"]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="runs shell scripts")


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with texts, and the virtual environment that the install step would make."""
    commands = tmp_path / "temp" / "mtcheck-venv" / "bin"
    commands.mkdir(parents=True)
    for name, arguments in (("python", ""), ("mtcheck", " -m mtcheck")):
        script = commands / name
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)}{arguments} "$@"\n')
        script.chmod(0o755)
    folder = tmp_path / "work"
    (folder / "content").mkdir(parents=True)
    (folder / "content" / "clean.txt").write_text(CLEAN)
    (folder / "my texts").mkdir()
    (folder / "my texts" / "a;b.txt").write_text(ARTEFACT + "\n::error::this Friday (11)\n")
    monkeypatch.setenv("MTCHECK_JUDGE__MODEL", "none")
    return folder


def action(work: Path, **inputs: str) -> tuple[subprocess.CompletedProcess[str], str, str]:
    """Run the check step; return the process, the job summary and the step's outputs."""
    temp = work.parent / "temp"
    summary, output = temp / "summary.md", temp / "output"
    for file in (summary, output):
        file.write_text("")
    environment = {
        **os.environ,
        "RUNNER_TEMP": str(temp),
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_OUTPUT": str(output),
        "ACTION_PATH": str(ROOT),
        **inputs,
    }
    done = subprocess.run(
        ["bash", str(ACTION), "check"], cwd=work, env=environment, capture_output=True, text=True
    )
    return done, summary.read_text(), output.read_text()


def test_the_action_annotates_sums_up_and_fails(work: Path) -> None:
    arguments = "--no-roundtrip --fail-on minor --lang en"
    done, summary, output = action(
        work, PATHS='content "my texts"', ARGS=arguments, SARIF="out.sarif", HTML="out.html"
    )
    assert done.returncode == 1, done.stderr
    assert output == "exit-code=1\n"
    assert summary.startswith("## ") and "FAIL" in summary
    annotations = [line for line in done.stdout.splitlines() if line.startswith("::warning ")]
    assert len(annotations) == 2 and "file=my texts/a;b.txt,line=1" in annotations[0]
    assert json.loads((work / "out.sarif").read_text())["version"] == "2.1.0"
    assert "</html>" in (work / "out.html").read_text()


def test_texts_can_not_command_the_runner(work: Path) -> None:
    done, _, _ = action(work, PATHS='"my texts"', ARGS="--no-roundtrip --lang en")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("::stop-commands::"))
    token = lines[start].removeprefix("::stop-commands::")
    end = lines.index(f"::{token}::")
    assert len(token) > 30
    assert any("::error::this Friday" in line for line in lines[start:end])
    assert not any("::error" in line for line in lines[:start] + lines[end:])


def test_inputs_are_words_and_nothing_else(work: Path) -> None:
    paths = "content ; touch x $(touch x) `touch x` --exit-zero | touch x"
    done, _, output = action(work, PATHS=paths, ARGS="--no-roundtrip --lang en")
    assert done.returncode == 1  # files of these names are missing; --exit-zero is one
    assert "exit-code=1" in output
    assert not list(work.rglob("x"))
    done, _, _ = action(work, PATHS="content", ARGS="--lang 'en")
    assert done.returncode == 2 and "No closing quotation" in done.stderr


def test_wrong_arguments_show_no_older_annotations(work: Path) -> None:
    action(work, PATHS='"my texts"', ARGS="--no-roundtrip --lang en")
    done, summary, output = action(work, PATHS='"my texts"', ARGS="--nonsense")
    assert done.returncode == 2 and output == "exit-code=2\n"
    assert "--nonsense" in done.stdout
    assert "::warning" not in done.stdout and not summary


def test_only_changes_are_reported(work: Path) -> None:
    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        command = ["git", *identity, *arguments]
        return subprocess.run(
            command, cwd=work, check=True, capture_output=True, text=True
        ).stdout.strip()

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "one")
    (work / "content" / "new.txt").write_text(ARTEFACT)
    changed = {"CHANGED_ONLY": "true", "ARGS": "--no-roundtrip --lang en", "PATHS": "."}
    done, _, _ = action(work, BASE=git("rev-parse", "HEAD"), **changed)
    assert "1 document;" in done.stdout and "content/new.txt" in done.stdout
    for nothing in ("0" * 40, ""):  # a branch's first push; an event without a base
        done, _, _ = action(work, BASE=nothing, **changed)
        assert "3 documents;" in done.stdout
    done, _, _ = action(work, BASE="--output=x", **changed)
    assert done.returncode == 2 and not (work / "x").exists()


def test_the_script_reads_what_the_action_gives() -> None:
    definition, script = (ROOT / "action.yml").read_text(), ACTION.read_text()
    given = set(re.findall(r"^        ([A-Z_]+): \$\{\{", definition, re.MULTILINE))
    own = {"RUNNER_TEMP", "TMPDIR", "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"}
    read = set(re.findall(r"\$\{?([A-Z_]{4,})\b", script))
    assert read == given | own
    # Expressions only in `env`, never in the shell's text.
    assert not any("${{" in line for line in definition.splitlines() if "run:" in line)


def hooks() -> dict[str, tuple[list[str], re.Pattern[str]]]:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    found = {}
    for part in text.split("- id: ")[1:]:
        entry, files = re.search(r"entry: (.*)", part), re.search(r"files: (.*)", part)
        assert entry and files
        found[part.split("\n")[0]] = (shlex.split(entry[1])[1:], re.compile(files[1]))
    return found


def test_hooks_check_and_rewrite(work: Path) -> None:
    found = hooks()
    assert set(found) == {"mtcheck", "mtcheck-fix"}
    check, files = found["mtcheck"]
    assert all(files.search(name) for name in ("a.txt", "b.md", "c/d.po", "e.xliff", "f.html"))
    assert not any(files.search(name) for name in ("a.py", "txt", "b.md.j2"))

    def run(hook: list[str], *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*MTCHECK, *hook, *arguments], cwd=work, capture_output=True, text=True
        )

    texts = ["content/clean.txt", "my texts/a;b.txt"]
    assert run(check, *texts).returncode == 0
    failed = run(check, "--fail-on", "minor", *texts)
    assert failed.returncode == 1 and "my texts/a;b.txt:1:13" in failed.stdout
    (work / "es.txt").write_text("El alcalde habló este Lunes.\n")
    assert run(found["mtcheck-fix"][0], "es.txt", *texts).returncode == 0
    assert (work / "es.txt").read_text() == "El alcalde habló este lunes.\n"
    assert (work / "content" / "clean.txt").read_text() == CLEAN


def test_documented_pipelines_run_and_leave_their_reports(work: Path) -> None:
    guide = (ROOT / "docs" / "ci.md").read_text()
    gitlab = re.findall(r"^    - (mtcheck .*)$", guide, re.MULTILINE)
    jenkins = re.findall(r"sh '(mtcheck .*)'", guide)
    assert gitlab and jenkins
    for command in (*gitlab, *jenkins):
        words = [*MTCHECK, *shlex.split(command)[1:], "--no-roundtrip"]
        done = subprocess.run(words, cwd=work, capture_output=True, text=True)
        assert done.returncode == 0, (command, done.stderr)
    assert json.loads((work / "gl-code-quality.json").read_text()) == []
    for name, root in (("mtcheck.xml", "testsuites"), ("mtcheck-checkstyle.xml", "checkstyle")):
        assert ElementTree.parse(work / name).getroot().tag == root


def test_the_documented_configuration_works(work: Path) -> None:
    guide = (ROOT / "docs" / "configuration.md").read_text()
    (config,) = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    (terms,) = re.findall(r"```csv\n(.*?)```", guide, re.DOTALL)
    (rule,) = re.findall(r"```toml rule\n(.*?)```", guide, re.DOTALL)
    (work / "mtcheck.toml").write_text(config)
    (work / "terms.csv").write_text(terms)
    (work / "names.txt").write_text("# house words\nutilised\n")
    (work / "house-rules" / "house").mkdir(parents=True)
    (work / "house-rules" / "house" / "en-utilise.toml").write_text(rule)
    (work / "es").mkdir()
    (work / "es" / "a.txt").write_text("El alcalde habló este Lunes.\n")
    (work / "a.txt").write_text("They leverage what others utilised. " + ARTEFACT)

    def found() -> dict[str, list[str]]:
        command = [*MTCHECK, "check", "a.txt", "es", "--no-roundtrip", "-f", "json", "--quiet"]
        done = subprocess.run(command, cwd=work, capture_output=True, text=True)
        assert done.returncode in (0, 1), done.stderr
        documents = json.loads(done.stdout)["documents"]
        assert [d["lang"] for d in documents] == ["en", "es"]
        texts: dict[str, list[str]] = {}
        for finding in (f for d in documents for f in d["findings"]):
            texts.setdefault(finding["rule"], []).append(finding["text"])
            if finding["rule"] == "dates/en-weekday-paren-day":
                assert finding["severity"] == "major"
        return texts

    quiet = found()
    assert "house/en-utilise" not in quiet
    assert any(rule.startswith("glossary/") for rule in quiet)
    assert quiet["dates/en-weekday-paren-day"] == ["this Friday (11)"]
    (work / "names.txt").write_text("")
    assert found()["house/en-utilise"] == ["utilised"]


def test_documented_profiles_are_those_there_are() -> None:
    guide = (ROOT / "docs" / "configuration.md").read_text()
    rows = dict(re.findall(r"^\| `([\w-]+)` \| (.*?) \|$", guide, re.MULTILINE))
    assert {name: rows.get(name) for name in PROFILES} == dict(DESCRIPTIONS)
