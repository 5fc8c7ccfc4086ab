import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.engines.batching import buckets, once_each

lengths = st.lists(st.integers(0, 200), max_size=80)


@given(lengths, st.integers(1, 300), st.integers(1, 16))
def test_every_text_is_in_one_batch_and_no_batch_is_too_big(sizes, max_tokens, max_items):
    batches = buckets(sizes, max_tokens=max_tokens, max_items=max_items)
    assert sorted(i for batch in batches for i in batch) == list(range(len(sizes)))
    for batch in batches:
        assert len(batch) <= max_items
        longest = max(sizes[i] for i in batch)
        assert len(batch) == 1 or len(batch) * longest <= max_tokens


@given(lengths, st.integers(1, 300))
def test_batches_go_from_long_to_short(sizes, max_tokens):
    flat = [sizes[i] for batch in buckets(sizes, max_tokens=max_tokens) for i in batch]
    assert flat == sorted(sizes, reverse=True)


def test_equal_lengths_keep_their_order():
    assert buckets([3, 3, 3, 3], max_tokens=6) == [(0, 1), (2, 3)]


@given(lengths, st.integers(1, 300), st.lists(st.integers(0, 200), max_size=3))
def test_no_batch_lies_on_both_sides_of_an_edge(sizes, max_tokens, edges):
    batches = buckets(sizes, max_tokens=max_tokens, edges=edges)
    assert sorted(i for batch in batches for i in batch) == list(range(len(sizes)))
    for batch in batches:
        for edge in edges:
            assert len({sizes[i] >= edge for i in batch}) == 1


@pytest.mark.parametrize("limits", [{"max_tokens": 0}, {"max_tokens": 5, "max_items": 0}])
def test_limits_must_be_positive(limits):
    with pytest.raises(ValueError, match="positive"):
        buckets([1], **limits)


@given(st.lists(st.sampled_from("abcd"), max_size=30))
def test_each_distinct_text_is_run_once(texts):
    calls = []

    def run(distinct):
        calls.append(distinct)
        return [t.upper() for t in distinct]

    assert once_each(texts, run) == [t.upper() for t in texts]
    assert len(calls) == 1
    assert len(calls[0]) == len(set(texts))


def test_a_lost_result_is_noticed():
    with pytest.raises(ValueError):
        once_each(["a", "b"], lambda distinct: distinct[:1])
