"""The encoder that reads origin, on tiny made-up weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.core.config import JudgeConfig
from mtcheck.core.errors import ModelError
from mtcheck.engines import judge_origin_reader
from mtcheck.engines.judge import Judge, open_judge
from mtcheck.engines.judge_combiner import RuleEvidence
from mtcheck.engines.judge_origin_reader import OriginReader, Windowed, windows
from tests.engines.tiny_judge import add_reader, write_judge, write_reader

TEXT = ["In view of the situation of the region,", "the measure of the state is a fact.", "Why?"]
NEUTRAL = ["Lamps stood there.", "Why?"]  # no certainty that would hide the reader's say
WORDS = ("one", "two", "three", "four", "five", "six")
LONG = [f"{word} is the fact of the region." for word in WORDS] * 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("reader")
    write_reader(out, ["ru", "de"])
    return out


@pytest.fixture(scope="module")
def reader(folder: Path) -> OriginReader:
    return OriginReader(folder, threads=1)


def judge_with(folder: Path, weight: float) -> Judge:
    write_judge(folder)
    add_reader(folder, "en", weight)
    return open_judge(JudgeConfig(model=str(folder)), threads=1)


@given(st.lists(st.integers(0, 80)), st.integers(1, 60))
def test_windows_cover_all_lines_once(lengths: list[int], size: int) -> None:
    cuts = windows(lengths, size)
    assert [i for first, end in cuts for i in range(first, end)] == list(range(len(lengths)))
    for first, end in cuts:
        assert end > first
        assert end - first == 1 or sum(lengths[first:end]) <= size


def test_a_window_ends_only_where_the_next_line_does_not_fit() -> None:
    assert windows([40, 40, 40, 200, 1], 96) == [(0, 2), (2, 3), (3, 4), (4, 5)]


def test_texts_are_read_in_windows(reader: OriginReader) -> None:
    read = reader.read(LONG)
    assert read.logits.shape == (len(read.size), 4)
    assert read.share.sum(axis=0).tolist() == [1] * len(LONG)
    assert len(read.size) > 5


def test_a_text_counts_as_the_mean_of_its_windows_by_length(reader: OriginReader) -> None:
    read = reader.read(LONG)
    found = read.mean(np.ones((1, len(LONG)), np.float32))
    expected = np.average(read.logits, axis=0, weights=read.size)
    np.testing.assert_allclose(found[0], expected, rtol=1e-5)


def test_draws_weigh_the_windows_of_their_segments() -> None:
    read = Windowed(
        np.array([[1.0], [5.0]], np.float32), np.array([10.0, 10.0], np.float32),
        np.array([[1, 1, 0], [0, 0, 1]], np.float32),
    )  # fmt: skip
    draws = np.array([[1, 1, 1], [2, 0, 0], [0, 0, 3], [0, 0, 0]], np.float32)
    assert read.mean(draws)[:, 0].tolist() == [3.0, 1.0, 5.0, 3.0]


def test_of_a_long_text_some_windows_are_read(
    reader: OriginReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = reader.read(LONG)
    monkeypatch.setattr(judge_origin_reader, "MOST_WINDOWS", 3)
    some = reader.read(LONG)
    assert len(some.size) == 3
    assert all(any(np.allclose(row, other, atol=0.05) for other in whole.logits)
               for row in some.logits)  # fmt: skip
    draws = np.eye(len(LONG), dtype=np.float32)
    assert np.isfinite(some.mean(draws)).all()


def test_the_reader_has_a_say_in_the_verdict(tmp_path: Path) -> None:
    heard, ignored = (judge_with(tmp_path / str(w), w) for w in (1.0, 0.0))
    plain = open_judge(JudgeConfig(model=str(write_judge(tmp_path / "plain"))), threads=1)
    evidence = RuleEvidence((1, 0, 0, 0), {"translated": ("a/b",)})
    for found in (None, evidence):
        values = [j.origin(NEUTRAL, lang="en", evidence=found) for j in (heard, ignored, plain)]
        assert values[1].machine_translated == values[2].machine_translated
        assert values[0].machine_translated != values[1].machine_translated
        assert values[0].interval is not None
        low, high = values[0].interval
        assert low <= (values[0].machine_translated or 0) <= high
        assert values[0].reasons[1:] == values[2].reasons[1:]


def test_the_reader_has_a_say_in_the_source_language(tmp_path: Path) -> None:
    heard, ignored = (judge_with(tmp_path / str(w), w) for w in (2.0, 0.0))
    before, after = (j.origin(TEXT, lang="en").translated_from for j in (ignored, heard))
    assert before is not None
    assert after is not None
    read = OriginReader(tmp_path / "2.0" / "reader-en", threads=1).read(TEXT)
    ru, de = read.mean(np.ones((1, 3), np.float32))[0, 2:].tolist()
    odds = np.log(after["ru"] / after["de"]) - np.log(before["ru"] / before["de"])
    assert odds == pytest.approx(2 * (ru - de), abs=1e-3)
    assert after["other"] == pytest.approx(before["other"])


def test_damage_is_named(tmp_path: Path) -> None:
    judge = judge_with(tmp_path, 1.0)
    (tmp_path / "reader-en" / "head.npz").write_bytes(b"no archive")
    with pytest.raises(ModelError, match="reader of origin"):
        judge.origin(TEXT, lang="en")


def test_langs_are_those_of_the_card(folder: Path, reader: OriginReader) -> None:
    assert reader.langs == json.loads((folder / "reader.json").read_text())["langs"]
