from __future__ import annotations

from pathlib import Path

import pytest

from mtcheck.core.config import Config, from_mapping
from mtcheck.core.config_file import find, from_environment, load, merge
from mtcheck.core.errors import ConfigError
from mtcheck.core.findings import Severity
from mtcheck.core.profiles import DESCRIPTIONS, PROFILES


def test_tables_become_typed_values() -> None:
    config = from_mapping(
        {
            "lang": "pt",
            "roundtrip": {"pivot": "en", "beam": 4},
            "rules": {"severity": {"dates/x": "critical"}, "min-severity": "minor"},
            "gate": {"max-penalty": 3, "fail_on": "minor"},
            "overrides": [{"paths": ["es/**"], "lang": "es"}],
        },
        where="test",
    )
    assert config.roundtrip.pivot == ("en",)
    assert config.rules.severity == {"dates/x": Severity.CRITICAL}
    assert config.rules.min_severity is Severity.MINOR
    assert config.gate.max_penalty == 3.0
    assert config.overrides[0].paths == ("es/**",)


@pytest.mark.parametrize(
    ("table", "nearest"),
    [
        ({"xyz": "en"}, "one of"),
        ({"pivott": "en"}, "roundtrip.pivot"),
        ({"roundtrip": {"pivott": "en"}}, "roundtrip.pivot"),
        ({"gate": {"max_penalti": 1}}, "gate.max_penalty"),
        ({"overrides": [{"path": ["x"]}]}, "paths"),
    ],
)
def test_unknown_keys_name_the_nearest(table: dict[str, object], nearest: str) -> None:
    with pytest.raises(ConfigError) as caught:
        from_mapping(table, where="file.toml")
    assert caught.value.code == "unknown-key"
    assert caught.value.where == "file.toml"
    assert nearest in (caught.value.try_ or "")


@pytest.mark.parametrize(
    "table",
    [
        {"jobs": "two"},
        {"jobs": True},
        {"offline": "yes"},
        {"gate": {"fail_on": "always"}},
        {"gate": {"max_penalty": "low"}},
        {"rules": {"min_severity": "huge"}},
        {"roundtrip": 3},
        {"exclude": 3},
        {"rules": {"severity": ["x"]}},
    ],
)
def test_bad_values_are_errors(table: dict[str, object]) -> None:
    with pytest.raises(ConfigError) as caught:
        from_mapping(table, where="test")
    assert caught.value.code == "bad-value"


def test_false_switches_the_round_trip_off() -> None:
    assert from_mapping({"roundtrip": False}, where="test").roundtrip.enabled is False


def test_nearest_file_wins(tmp_path: Path) -> None:
    (tmp_path / "mtcheck.toml").write_text('lang = "en"\n')
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    assert find(inner) == tmp_path / "mtcheck.toml"
    (tmp_path / "a" / "pyproject.toml").write_text('[tool.mtcheck]\nlang = "pt"\n')
    config, path = load(start=inner, environ={})
    assert path == tmp_path / "a" / "pyproject.toml"
    assert config.lang == "pt"


def test_flags_beat_environment_beats_file_beats_profile(tmp_path: Path) -> None:
    file = tmp_path / "mtcheck.toml"
    file.write_text('profile = "newsroom"\njobs = 2\n[gate]\nmax_penalty = 5\n')
    environ = {"MTCHECK_JOBS": "3", "MTCHECK_GATE__MIN_STABILITY": "40", "MTCHECK_LANG": "es"}
    config, _ = load(file, flags={"lang": "pt"}, environ=environ)
    assert config.gate.fail_on == "major"
    assert config.gate.max_penalty == 5.0
    assert config.gate.min_stability == 40.0
    assert (config.jobs, config.lang) == (3, "pt")


def test_environment_names_are_not_all_settings() -> None:
    assert from_environment({"MTCHECK_CONFIG": "x", "MTCHECK_DEBUG": "1", "HOME": "/"}) == {}


def test_config_variable_names_a_file(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text('lang = "fr"\n')
    assert load(environ={"MTCHECK_CONFIG": str(file)})[0].lang == "fr"


def test_broken_toml_is_an_error_with_the_file(tmp_path: Path) -> None:
    file = tmp_path / "mtcheck.toml"
    file.write_text("lang = \n")
    with pytest.raises(ConfigError) as caught:
        load(start=tmp_path, environ={})
    assert caught.value.where == str(file)


def test_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="nosuch") as caught:
        load(flags={"profile": "nosuch"}, environ={}, discover=False)
    assert "newsroom" in (caught.value.try_ or "")


def test_profiles_are_valid_and_described() -> None:
    assert set(PROFILES) == set(DESCRIPTIONS)
    for name in PROFILES:
        config, _ = load(flags={"profile": name}, environ={}, discover=False)
        assert config.profile == name
        assert config != Config()


def test_merge_keeps_a_switched_off_table_off() -> None:
    merged = merge({"roundtrip": False}, {"roundtrip": {"beam": 4}})
    config = from_mapping(merged, where="test")
    assert (config.roundtrip.enabled, config.roundtrip.beam) == (False, 4)
