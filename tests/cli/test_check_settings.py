"""Where settings come from, what wins, and what is refused, through `mtcheck check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from mtcheck.cli.app import build

RULE = "dates/en-weekday-paren-day"
ARTEFACT = "The vote is this Friday (11), they said.\n"


def check(*arguments: str, **environment: str) -> Result:
    command = ["check", "--no-roundtrip", "--quiet", *arguments]
    variables = {"MTCHECK_JUDGE__MODEL": "none", **environment}
    return CliRunner().invoke(build(["check"]), command, env=variables)


def documents(*arguments: str, **environment: str) -> dict[str, dict[str, Any]]:
    result = check("-f", "json", "--fail-on", "never", *arguments, **environment)
    assert result.exit_code == 0, result.stderr
    return {Path(d["path"]).as_posix(): d for d in json.loads(result.stdout)["documents"]}


def severities(document: dict[str, Any]) -> dict[str, str]:
    return {f["rule"]: f["severity"] for f in document["findings"]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("a.txt", "es/b.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(ARTEFACT)
    return tmp_path


def configure(folder: Path, text: str) -> None:
    (folder / "mtcheck.toml").write_text(f'lang = "en"\n{text}')


# Paths


def house(folder: Path) -> None:
    """A configuration with all kinds of paths in it."""
    (folder / "terms.csv").write_text("source,target,status\n,vote,forbidden\n")
    (folder / "names.txt").write_text("this Friday (11)\n")
    (folder / "rules" / "house").mkdir(parents=True)
    (folder / "rules" / "house" / "they.toml").write_text(
        'title = "t"\nwhy = "w"\nmqm = "Style"\nlangs = ["en"]\n'
        "[[patterns]]\npattern = '''they said'''\n"
    )
    configure(
        folder,
        'exclude = ["/es/skip.txt"]\n[rules]\nglossaries = ["terms.csv"]\nwords = ["names.txt"]\n'
        'paths = ["rules"]\n[[overrides]]\npaths = ["es/**"]\nseverity = { house = "critical" }\n',
    )


@pytest.mark.parametrize("place", [".", "es"])
def test_paths_in_the_file_are_relative_to_its_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    house(folder)
    (folder / "es" / "skip.txt").write_text(ARTEFACT)
    (folder / "es" / "nested" / "es").mkdir(parents=True)
    (folder / "es" / "nested" / "es" / "skip.txt").write_text(ARTEFACT)
    monkeypatch.chdir(folder / place)
    found = documents(str(folder / "a.txt"), str(folder / "es"))
    names = [Path(name).relative_to(folder).as_posix() for name in found]
    assert names == ["a.txt", "es/b.txt", "es/nested/es/skip.txt"]
    for name, severity in zip(names, ("minor", "critical", "critical"), strict=True):
        rules = severities(found[(folder / name).as_posix()])
        assert rules == {"glossary/bi-glossary-forbidden": "major", "house/they": severity}


def test_a_file_named_by_flag_or_variable_counts_from_its_own_folder(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    house(folder)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    text, file = str(folder / "es" / "b.txt"), str(folder / "mtcheck.toml")
    for found in (
        documents(text, "--config", file),
        documents(text, MTCHECK_CONFIG=file),
    ):
        assert severities(found[text])["house/they"] == "critical"


def test_a_baseline_is_found_from_a_subfolder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(folder, 'baseline = "known.json"\n[gate]\nfail_on = "minor"\n')
    monkeypatch.chdir(folder / "es")
    assert check("b.txt").exit_code == 2  # there is none yet
    made = CliRunner().invoke(
        build(["baseline"]), ["baseline", "create", "..", "-o", "../known.json"]
    )
    assert made.exit_code == 0, made.stderr
    assert check("b.txt", "../a.txt").exit_code == 0


def test_paths_in_flags_are_relative_to_the_working_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(folder, "")
    (folder / "es" / "terms.csv").write_text("source,target,status\n,vote,forbidden\n")
    (folder / "es" / "sub").mkdir()
    (folder / "es" / "sub" / "c.txt").write_text(ARTEFACT)
    monkeypatch.chdir(folder / "es")
    found = documents(".", "--glossary", "terms.csv", "--exclude", "/sub/c.txt")
    assert list(found) == ["b.txt"]
    assert "glossary/bi-glossary-forbidden" in severities(found["b.txt"])
    # The glossary lies in the folder and is no text to check, unless it is named.
    assert "terms.csv" in documents("terms.csv", "--glossary", "terms.csv")


def test_root_moves_the_patterns(folder: Path) -> None:
    (folder / "ci").mkdir()
    (folder / "ci" / "mtcheck.toml").write_text(
        'lang = "en"\nroot = ".."\nexclude = ["/a.txt"]\n'
        f'[[overrides]]\npaths = ["es/"]\nseverity = {{ "{RULE}" = "critical" }}\n'
    )
    found = documents(".", "--config", "ci/mtcheck.toml")
    assert list(found) == ["es/b.txt"]
    assert severities(found["es/b.txt"])[RULE] == "critical"


# What wins


def test_each_layer_wins_over_those_below(folder: Path) -> None:
    """default < profile < file < override < environment < flag, for one setting after another."""
    assert documents("es", "--lang", "en")["es/b.txt"]["lang"] == "en"
    (folder / "mtcheck.toml").write_text('lang = "pt"\n')
    assert documents("es")["es/b.txt"]["lang"] == "pt"
    (folder / "mtcheck.toml").write_text(
        'lang = "pt"\n[[overrides]]\npaths = ["es/"]\nlang = "es"\n'
    )
    assert documents("es")["es/b.txt"]["lang"] == "es"
    assert documents("es", MTCHECK_LANG="fr")["es/b.txt"]["lang"] == "fr"
    assert documents("es", "--lang", "en", MTCHECK_LANG="fr")["es/b.txt"]["lang"] == "en"


def test_severities_default_file_override(folder: Path) -> None:
    assert severities(documents("a.txt", "--lang", "en")["a.txt"])[RULE] == "minor"
    configure(folder, f'[rules.severity]\n"{RULE}" = "major"\n')
    assert severities(documents("a.txt")["a.txt"])[RULE] == "major"
    configure(
        folder,
        f'[rules.severity]\n"{RULE}" = "major"\n'
        f'[[overrides]]\npaths = ["*.txt"]\nseverity = {{ "{RULE}" = "critical" }}\n'
        f'[[overrides]]\nlangs = ["en"]\nseverity = {{ "{RULE}" = "neutral" }}\n',
    )
    assert severities(documents("a.txt")["a.txt"])[RULE] == "neutral"


def test_the_last_override_wins_whatever_it_goes_by(folder: Path) -> None:
    configure(
        folder,
        f'[[overrides]]\nlangs = ["en"]\nseverity = {{ "{RULE}" = "critical" }}\n'
        f'[[overrides]]\npaths = ["es/"]\nseverity = {{ "{RULE}" = "neutral" }}\n'
        f'[[overrides]]\nlangs = ["de"]\npaths = ["es/"]\nignore = ["ALL"]\n',
    )
    found = documents(".", "--exclude", "*.toml")
    assert severities(found["a.txt"])[RULE] == "critical"
    assert severities(found["es/b.txt"])[RULE] == "neutral"


def test_groups_and_bare_names_set_severities_the_id_going_first(folder: Path) -> None:
    configure(folder, '[rules.severity]\ndates = "major"\nALL = "neutral"\n')
    assert severities(documents("a.txt")["a.txt"])[RULE] == "major"
    bare = RULE.split("/")[1]
    configure(folder, f'[rules.severity]\n"{bare}" = "critical"\ndates = "major"\n')
    assert severities(documents("a.txt")["a.txt"])[RULE] == "critical"


def test_choices_of_rules_by_layer(folder: Path) -> None:
    configure(folder, '[rules]\nignore = ["dates"]\n')
    assert RULE not in severities(documents("a.txt")["a.txt"])
    # An override that chooses starts anew; a flag goes over it, in both directions.
    override = (
        f'[rules]\nignore = ["dates"]\n[[overrides]]\npaths = ["a.txt"]\nselect = ["{RULE}"]\n'
    )
    configure(folder, override)
    assert list(severities(documents("a.txt")["a.txt"])) == [RULE]
    assert not severities(documents("a.txt", "--ignore", RULE)["a.txt"])
    configure(folder, '[[overrides]]\npaths = ["a.txt"]\nignore = ["ALL"]\n')
    assert not severities(documents("a.txt")["a.txt"])
    assert list(severities(documents("a.txt", "--select", RULE)["a.txt"])) == [RULE]
    assert list(severities(documents("a.txt", "--extend-select", RULE)["a.txt"])) == [RULE]
    found = documents("a.txt", MTCHECK_RULES__EXTEND_SELECT=f'["{RULE}"]')
    assert list(severities(found["a.txt"])) == [RULE]


def test_a_profile_yields_to_the_file_and_to_flags(folder: Path) -> None:
    configure(folder, 'profile = "strict"\n')
    assert check("a.txt").exit_code == 1
    configure(folder, 'profile = "strict"\n[gate]\nfail_on = "major"\nmax_penalty = 1000\n')
    assert check("a.txt").exit_code == 0
    assert check("a.txt", "--fail-on", "minor").exit_code == 1


# Options of rules


def pair(folder: Path) -> str:
    (folder / "pairs.tsv").write_text(
        "source\ttarget\nDer Zug kommt um neun an und hält nicht."
        "\tThe train kommt um neun an and does not stop.\n"
    )
    return "pairs.tsv"


def test_options_by_rule_and_override(folder: Path) -> None:
    name, rule = pair(folder), "bilingual/bi-partly-copied"
    flags = (name, "-s", "de", "--select", rule)
    configure(folder, "")
    assert rule in severities(documents(*flags)[name])
    configure(folder, f'[rules.options."{rule}"]\nmin_words = 9\n')
    assert rule not in severities(documents(*flags)[name])
    configure(
        folder,
        f'[rules.options."{rule}"]\nmin_words = 9\n'
        f'[[overrides]]\npaths = ["*.tsv"]\n[overrides.options.bi-partly-copied]\nmin_words = 3\n',
    )
    assert rule in severities(documents(*flags)[name])


# What is refused


@pytest.mark.parametrize(
    ("settings", "code", "said"),
    [
        ("glosaries = 1\n", "unknown-key", "rules.glossaries"),
        ("[rules]\nglosaries = []\n", "unknown-key", "rules.glossaries"),
        ('[rules]\nignore = ["datse"]\n', "unknown-rule", "dates"),
        ('[rules.severity]\n"dates/en-weekday-paren" = "major"\n', "unknown-rule", RULE),
        ('[rules.severity]\ndates = "huge"\n', "bad-value", "neutral, minor, major or critical"),
        ('[[overrides]]\npath = ["x"]\n', "unknown-key", "overrides[0].paths"),
        ('[[overrides]]\nignore = ["dates"]\n', "bad-value", "langs = "),
        ('[[overrides]]\nlangs = ["xx"]\nroundtrip = false\n', "unknown-language", "xx"),
        ('[[overrides]]\npaths = ["x"]\nlang = "xx"\n', "unknown-language", "xx"),
        ('[[overrides]]\npaths = ["x"]\nselect = ["dats"]\n', "unknown-rule", "overrides[0]"),
        ('[[overrides]]\npaths = ["x"]\nseverity = { dats = "minor" }\n', "unknown-rule", "dates"),
        ('[rules.options.bi-partly-copied]\nmin_word = 3\n', "unknown-key", "min_words"),
        ('[rules.options.bi-partly-copied]\nmin_words = "3"\n', "bad-value", "a number"),
        (f'[rules.options."{RULE}"]\nmin_words = 3\n', "unknown-key", "a rule with options"),
    ],
)  # fmt: skip
def test_settings_that_can_not_be_used_name_the_nearest(
    folder: Path, settings: str, code: str, said: str
) -> None:
    (folder / "mtcheck.toml").write_text(settings)
    result = check("a.txt")
    assert (result.exit_code, result.stdout) == (2, "")
    assert code in result.stderr and said in result.stderr, result.stderr


def test_what_is_wrong_is_said_of_the_right_place(folder: Path) -> None:
    configure(folder, "")
    assert "where  the environment" in check("a.txt", MTCHECK_LNAG="en").stderr
    assert "where  the command line" in check("a.txt", "--fail-on", "huge").stderr
    configure(folder, "jobs = true\n")
    assert "mtcheck.toml" in check("a.txt").stderr


@pytest.mark.parametrize(
    ("key", "name", "content", "code", "where"),
    [
        ("glossaries", "t.csv", b"source,target,status\na,b,perhaps\n", "bad-glossary", ":2"),
        ("glossaries", "t.csv", b"source,target\n\nlock,\n", "bad-glossary", ":3"),
        ("glossaries", "t.csv", b'lock,"Schleuse\n', "bad-glossary", ":1"),
        ("glossaries", "t.csv", b"lock,Schl\xfcssel\n", "bad-glossary", ":1"),
        ("glossaries", "t.csv", b"PK\x03\x04\0\0", "bad-glossary", "t.csv"),
        ("glossaries", "t.tbx", b"<tbx><body>\n</bod>", "bad-glossary", ":2"),
        ("glossaries", "t.tbx", b"<html><p>no terms</p></html>", "bad-glossary", "t.tbx"),
        ("glossaries", "t.tbx", b'<!DOCTYPE t [<!ENTITY x "y">]><t/>', "bad-glossary", "t.tbx"),
        ("glossaries", "t.csv", None, "no-such-file", "t.csv"),
        ("words", "w.txt", b"one\ntw\xf6\n", "bad-word-list", ":2"),
        ("words", "w.txt", b"a\0b\n", "bad-word-list", "w.txt"),
        ("words", "w.txt", None, "no-such-file", "w.txt"),
        ("paths", "r", None, "no-such-file", "r"),
    ],
)  # fmt: skip
def test_lists_that_can_not_be_used_stop_the_run_at_once(
    folder: Path, key: str, name: str, content: bytes | None, code: str, where: str
) -> None:
    if content is not None:
        (folder / name).write_bytes(content)
    configure(folder, f'[rules]\n{key} = ["{name}"]\n')
    result = check("a.txt", "-f", "json:out.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert code in result.stderr and "try    " in result.stderr
    place = next(line for line in result.stderr.splitlines() if line.startswith("  where"))
    assert place.endswith(where)
    assert not (folder / "out.json").exists()


def test_folders_in_place_of_lists(folder: Path) -> None:
    for key in ("glossaries", "words"):
        configure(folder, f'[rules]\n{key} = ["es"]\n')
        result = check("a.txt")
        assert result.exit_code == 2 and "irectory" in result.stderr
