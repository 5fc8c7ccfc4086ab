from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.core.errors import ConfigError
from mtcheck.core.findings import Finding, Severity, SuppressedBy, Suppression
from mtcheck.core.spans import Span
from mtcheck.scoring.baseline import Baseline, count, load, save, update


def finding(key: str, at: int = 0) -> Finding:
    return Finding("g/r", Severity.MINOR, "m", Span(at, at + 1), 1, 1, "x", "w", key=key)


def test_known_findings_stay_quiet_where_they_moved(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    save(count([(str(tmp_path / "a.txt"), [finding("k1", 5), finding("k2", 9)])], tmp_path), file)
    new, known = load(file).split(
        str(tmp_path / "a.txt"), [finding("k2", 100), finding("k3", 200), finding("k1", 300)]
    )
    assert [f.key for f in new] == ["k3"]
    assert [f.key for f in known] == ["k2", "k1"]
    why = Suppression(SuppressedBy.BASELINE, "accepted in baseline.json")
    assert all(f.suppression == why for f in known)
    assert all(f.suppression is None for f in new)


def test_one_more_of_the_same_is_new() -> None:
    baseline = Baseline({"a.txt": {"k": 1}}, Path())
    new, known = baseline.split("a.txt", [finding("k", 1), finding("k", 2)])
    assert (len(new), len(known)) == (1, 1)


def test_other_documents_are_not_covered() -> None:
    new, _ = Baseline({"a.txt": {"k": 1}}, Path()).split("b.txt", [finding("k")])
    assert len(new) == 1


def test_update_drops_what_was_fixed_and_keeps_what_was_not_checked(tmp_path: Path) -> None:
    old = Baseline({"a.txt": {"k1": 1, "k2": 1}, "b.txt": {"k3": 1}}, tmp_path)
    path = str(tmp_path / "a.txt")
    made = update(old, count([(path, [finding("k2")])], tmp_path), [path])
    assert made.entries == {"a.txt": {"k2": 1}, "b.txt": {"k3": 1}}


@given(st.dictionaries(st.text("ab/", min_size=1, max_size=4),
                       st.dictionaries(st.text("k0123456789", min_size=1), st.integers(1, 5),
                                       min_size=1)))  # fmt: skip
def test_saved_and_loaded_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, entries: dict[str, dict[str, int]]
) -> None:
    file = tmp_path_factory.mktemp("baseline") / "b.json"
    save(Baseline(entries, file.parent), file)
    assert load(file) == Baseline(entries, file.parent)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "no-baseline"),
        ("{", "bad-baseline"),
        ("[]", "bad-baseline"),
        ('{"version": "1", "documents": {}}', "bad-baseline"),
        (json.dumps({"version": 99, "documents": {}}), "newer-baseline"),
    ],
)
def test_unusable_files_are_errors(tmp_path: Path, content: str | None, code: str) -> None:
    file = tmp_path / "b.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert caught.value.code == code
    assert caught.value.where == str(file)
