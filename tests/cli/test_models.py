import json

import pytest
from typer.testing import CliRunner

from mtcheck.cli.app import build
from tests.engines.fake_hub import hub_in_reach
from tests.engines.tiny_marian import write_marian

EN_DE = "Helsinki-NLP/opus-mt-en-de"


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MTCHECK_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "120")

    def call(*arguments: str):
        return CliRunner().invoke(build(["models"]), ["models", *arguments])

    return call


@pytest.fixture
def fake(monkeypatch, tmp_path):
    with hub_in_reach(monkeypatch, tmp_path / "hf-home") as server:
        server.add(EN_DE, write_marian(tmp_path / "repo"), license="cc-by-4.0")
        yield server


def test_list(run):
    plain = run("list")
    assert plain.exit_code == 0
    assert "marian-mul-small" in plain.stdout
    assert "opus-mt-en-de" not in plain.stdout
    assert "more can be pulled" in plain.stdout
    assert EN_DE in run("list", "--all").stdout


def test_list_as_json(run):
    rows = json.loads(run("list", "--pair", "en-pt", "--format", "json").stdout)
    available = [r for r in rows if r["status"] == "available"]
    assert {"en-pt", "pt-en"} <= {p for r in available for p in r["pairs"]}
    assert all(r["license"] and r["size"] for r in available)


def test_pull_show_verify(run, fake):
    pulled = run("pull", EN_DE)
    assert pulled.exit_code == 0, pulled.output
    assert "en→de" in pulled.stdout
    shown = json.loads(run("show", "opus-mt-en-de", "-f", "json").stdout)
    assert shown["status"] == "pulled"
    assert len(shown["revision"]) == 40
    assert shown["revision"][:12] in run("list").stdout
    verified = run("verify", "opus-mt-en-de")
    assert verified.exit_code == 0
    assert "as recorded" in verified.stdout


def test_verify_exits_with_3_and_names_the_file(run, fake, tmp_path):
    run("pull", EN_DE)
    (folder,) = (tmp_path / "cache" / "models").iterdir()
    (folder / "model.bin").write_bytes(b"damaged")
    result = run("verify", "opus-mt-en-de", "--format", "json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)[0]["wrong"] == {"model.bin": "changed"}
    assert "model.bin" in run("verify", "opus-mt-en-de").stdout
    assert run("pull", EN_DE).exit_code == 0
    assert run("verify", "opus-mt-en-de").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("show", "nope"), 3, "unknown-model"),
        (("list", "--pair", "xx-en"), 2, "unknown-language"),
        (("list", "--pair", "en"), 2, "bad-pair"),
        (("list", "--pair", "so-en"), 3, "no-pair"),
        (("pull", "what"), 2, "bad-model"),
        (("pull", "en-de", "--offline"), 3, "offline"),
        (("verify", "opus-mt-en-de"), 3, "has not been pulled"),
    ],
)
def test_errors(run, arguments, code, words):
    result = run(*arguments)
    assert result.exit_code == code
    assert words in result.stderr


def test_pull_of_an_unknown_model(run, fake):
    result = run("pull", "Helsinki-NLP/opus-mt-en-xx")
    assert result.exit_code == 3
    assert "unknown-model" in result.stderr
    assert "Traceback" not in result.output
