import json
import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.core.errors import ModelError
from mtcheck.engines.base import EngineInfo, Translation
from mtcheck.evidence.reference import (
    FILE,
    Reference,
    calibration_path,
    load_reference,
    measure_reference,
    quantiles,
    read_reference,
)


class Noisy:
    """Reverses words, and loses some on the way back, more of them in some articles."""

    info = EngineInfo("translator", "noisy", "0" * 64, "test", "1")

    def serves(self, source, target):
        return True

    def translate(self, texts, *, source, target):
        out = []
        for text in texts:
            words = text.split()
            if target == "en":  # deterministic: a word with an odd checksum is lost
                words = [w for w in words if sum(map(ord, w)) % 3] or words
            logprob = -1.0 - sum(map(ord, text)) / 100_000
            out.append(Translation(" ".join(w[::-1] for w in words), logprob, len(words)))
        return out


def segments(articles=12, each=5, seed=7):
    rng = random.Random(seed)
    rows = []
    for a in range(articles):
        for _ in range(each):
            words = ["".join(rng.choices("bcdfghklmnpr", k=rng.randint(3, 8))) for _ in range(12)]
            rows.append((" ".join(words), f"article {a}"))
    return rows


def measure(rows=None, **options):
    return measure_reference(
        rows or segments(),
        lang="en",
        pivot="pt",
        forward=Noisy(),
        backward=Noisy(),
        embedder=None,
        **options,
    )


@pytest.fixture(scope="module")
def entry():
    return measure()


def write(folder, entry, **changes):
    data = {"schema": 1, "model": "m", "sha256": ["abc"], "pairs": {"en-pt": entry}, **changes}
    (folder / FILE).write_text(json.dumps(data))
    return folder / FILE


def test_an_entry_holds_quantiles_floors_and_counts(entry):
    assert entry["segments"] == 60
    assert entry["n"] + sum(entry["excluded"].values()) >= 60
    assert entry["excluded"]["low-confidence"] >= 1  # two per cent of sixty
    for values in entry["quantiles"].values():
        assert len(values) == 101
        assert values == sorted(values)
    low, high = entry["quantiles"]["chrf"][0], entry["quantiles"]["chrf"][-1]
    assert 0 <= low < entry["mean"]["chrf"] < high <= 100
    # Without an embedder stability is chrF++ alone.
    assert "similarity" not in entry["quantiles"]
    assert entry["quantiles"]["stability"] == entry["quantiles"]["chrf"]
    assert all(-1.2 < floor < -1.05 for floor in entry["floors"])
    assert entry["document"]["mean"] == pytest.approx(entry["mean"]["stability"], abs=1e-3)


def test_the_same_texts_give_the_same_entry(entry):
    assert measure() == entry


def test_what_is_written_is_read(tmp_path, entry):
    path = write(tmp_path, entry)
    reference = read_reference(path, lang="en", pivot="pt", sha256="abc")
    assert reference.n == entry["n"]
    assert reference.floors == tuple(entry["floors"])
    assert list(reference.quantiles["chrf"]) == entry["quantiles"]["chrf"]


def test_other_weights_or_languages_have_no_reference(tmp_path, entry):
    path = write(tmp_path, entry)
    assert read_reference(path, lang="en", pivot="es") is None
    assert read_reference(path, lang="en", pivot="pt", sha256="def") is None


def test_the_file_lies_in_the_models_folder(tmp_path, entry):
    (tmp_path / "ct2").mkdir()
    info = EngineInfo("translator", "m", "abc", "b", "1", folder=str(tmp_path / "ct2"))
    assert load_reference(info, lang="en", pivot="pt") is None
    write(tmp_path, entry)
    assert load_reference(info, lang="en", pivot="pt").n == entry["n"]
    assert calibration_path(info) == tmp_path / FILE
    assert calibration_path(EngineInfo("translator", "m", "abc", "b", "1")) is None


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"schema": 1, "sha256": [], "pairs": {"en-pt": {}}}', "\x00\x01"],
)
def test_a_damaged_file_is_an_error_with_its_place(tmp_path, content):
    (tmp_path / FILE).write_text(content)
    with pytest.raises(ModelError) as caught:
        read_reference(tmp_path / FILE, lang="en", pivot="pt")
    assert caught.value.code == "damaged-calibration"
    assert caught.value.where == str(tmp_path / FILE)


def test_quantiles_must_ascend(tmp_path, entry):
    wrong = {**entry, "quantiles": {"chrf": list(range(101, 0, -1))}}
    with pytest.raises(ModelError):
        read_reference(write(tmp_path, wrong), lang="en", pivot="pt")


def test_too_little_text_is_an_error():
    with pytest.raises(ModelError) as caught:
        measure(segments(articles=3, each=4))
    assert caught.value.code == "too-few-segments"


def make(mean=60.0, between=3.0, within=10.0):
    values = tuple(float(i) for i in range(101))
    return Reference(
        lang="en",
        pivot="pt",
        texts="human news",
        n=100,
        quantiles={"chrf": values},
        mean={"chrf": 50.0},
        floors=(None, None),
        document=(mean, between, within),
    )


def test_a_documents_percentile_depends_on_its_length():
    reference = make()
    assert reference.percentile(60) == pytest.approx(50)
    # One standard deviation above: sqrt(9 + 100/25) = 3.6056 for 25 segments.
    assert reference.percentile(63.6056, 25) == pytest.approx(84.134, abs=0.01)
    # The same value is less unusual for a single segment: sqrt(9 + 100) = 10.4403.
    assert reference.percentile(63.6056, 1) == pytest.approx(63.5, abs=0.1)


@given(st.floats(0, 100), st.floats(0, 100), st.integers(1, 200))
def test_percentiles_rise_with_the_value(a, b, n):
    low, high = sorted((a, b))
    reference = make()
    assert 0 <= reference.percentile(low, n) <= reference.percentile(high, n) <= 100


def test_no_scatter_is_no_error():
    reference = make(between=0.0, within=0.0)
    assert [reference.percentile(v) for v in (59, 60, 61)] == [0, 50, 100]


@pytest.mark.parametrize(
    ("value", "place"), [(-5, 0), (0, 0), (12.5, 12.5), (100, 100), (120, 100)]
)
def test_a_segments_percentile_is_read_off_the_quantiles(value, place):
    assert make().segment_percentile("chrf", value) == place


@pytest.mark.parametrize(
    ("value", "words"),
    [(60, "50th"), (0, "1st"), (100, "99th"), (58.27, "32nd"), (61.4, "65th"), (55.4, "11th")],
)
def test_the_place_in_words(value, words):
    assert make().phrase(value, 20) == f"{words} percentile of human news under this model"


def test_variance_between_articles_is_recovered():
    from mtcheck.evidence.reference import _random_effects

    rng = random.Random(3)
    values, articles = [], []
    for a in range(400):
        level = rng.gauss(50, 6)
        for _ in range(rng.randint(1, 6)):
            values.append(rng.gauss(level, 12))
            articles.append(str(a))
    mean, between, within = _random_effects(values, articles)
    assert mean == pytest.approx(statistics.fmean(values))
    assert between == pytest.approx(6, abs=1.0)
    assert within == pytest.approx(12, abs=0.6)
    # Each segment an article of its own: all of it is scatter within.
    mean, between, within = _random_effects(values, [str(i) for i in range(len(values))])
    assert (between, within) == (0.0, pytest.approx(statistics.stdev(values)))


def test_quantiles_reach_from_the_least_to_the_largest():
    assert quantiles([3.0, 1.0, 2.0])[::25] == [1.0, 1.5, 2.0, 2.5, 3.0]
