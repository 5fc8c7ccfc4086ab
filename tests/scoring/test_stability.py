import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.core.evidence import RoundTrip
from mtcheck.scoring.stability import components, stability
from mtcheck.scoring.statistics import bootstrap_mean


def trip(chrf, similarity=None):
    return RoundTrip("pt", "f", "b", chrf=chrf, similarity=similarity)


measured = st.builds(trip, st.floats(0, 100), st.floats(-1, 1))


def test_a_segment_is_the_mean_of_similarity_and_chrf():
    assert trip(60.0, 0.8).stability == pytest.approx(70)
    assert trip(60.0, -0.5).stability == pytest.approx(30)  # no worse than unrelated
    assert trip(60.0).stability == 60
    assert trip(None).stability is None


def test_a_document_is_the_mean_of_its_segments():
    value, interval, n = stability([trip(60.0, 0.8), trip(None), trip(40.0, 0.4)])
    assert value == pytest.approx(55)
    assert interval[0] <= value <= interval[1]
    assert n == 2


def test_nothing_measured_is_none_and_never_nought():
    assert stability([]) == (None, None, 0)
    assert stability([trip(None), trip(None)]) == (None, None, 0)


def test_one_segment_has_no_interval():
    assert stability([trip(50.0, 0.5)]) == (50, None, 1)


def test_what_it_is_made_of_is_said():
    assert components([trip(50.0, 0.5), trip(None)]) == ("similarity", "chrf")
    assert components([trip(50.0)]) == ("chrf",)


@given(st.lists(measured, min_size=2, max_size=40))
def test_value_and_interval_stay_on_the_scale(trips):
    value, (low, high), n = stability(trips)
    assert n == len(trips)
    assert -1e-9 <= low <= high <= 100 + 1e-9
    assert 0 <= value <= 100 + 1e-9
    assert stability(trips) == (value, (low, high), n)


def test_the_interval_is_the_bootstraps():
    # Standard error of the mean of 0…99: 28.87 / 10 = 2.89; 95 %: 49.5 ± 5.66.
    low, high = bootstrap_mean([float(i) for i in range(100)])
    assert low == pytest.approx(43.8, abs=1.0)
    assert high == pytest.approx(55.2, abs=1.0)


def test_equal_values_have_an_interval_of_no_width():
    assert bootstrap_mean([3.0, 3.0, 3.0]) == (3, 3)
