from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.core.spans import OffsetMap, OffsetRun, Span, lines_of


def test_span_rejects_what_is_none() -> None:
    with pytest.raises(ValueError, match="not a span"):
        Span(3, 2)
    with pytest.raises(ValueError, match="not a span"):
        Span(-1, 2)


def test_span_covers_code_points() -> None:
    text = "a👩‍🚀b"
    assert Span(1, 4).of(text) == "👩‍🚀"
    assert len(Span(1, 4)) == 3


@pytest.mark.parametrize(
    ("a", "b", "overlap", "inside"),
    [
        (Span(0, 5), Span(5, 9), False, False),
        (Span(0, 5), Span(4, 9), True, False),
        (Span(0, 5), Span(1, 5), True, True),
        (Span(2, 2), Span(0, 5), True, False),
    ],
)
def test_overlap_and_containment(a: Span, b: Span, overlap: bool, inside: bool) -> None:
    assert a.overlaps(b) is overlap
    assert a.contains(b) is inside


def test_entity_is_indivisible() -> None:
    # raw: a&amp;b  text: a&b
    offsets = OffsetMap([OffsetRun(0, 0, 1, 1), OffsetRun(1, 1, 1, 5), OffsetRun(2, 6, 1, 1)])
    assert offsets.to_raw(Span(1, 2)) == Span(1, 6)
    assert offsets.to_raw(Span(0, 3)) == Span(0, 7)
    assert offsets.to_raw(Span(2, 3)) == Span(6, 7)


def test_end_stays_before_markup() -> None:
    # raw: ab<i>cd  text: abcd
    offsets = OffsetMap([OffsetRun(0, 0, 2, 2), OffsetRun(2, 5, 2, 2)])
    assert offsets.to_raw(Span(0, 2)) == Span(0, 2)
    assert offsets.to_raw(Span(2, 4)) == Span(5, 7)
    assert offsets.to_raw(Span(1, 3)) == Span(1, 6)


def test_text_that_no_run_covers() -> None:
    # raw: ab|cd with a separator of the reader's own between: text ab--cd
    offsets = OffsetMap([OffsetRun(0, 0, 2, 2), OffsetRun(4, 3, 2, 2)])
    assert offsets.to_raw(Span(0, 2)) == Span(0, 2)
    assert offsets.to_raw(Span(4, 6)) == Span(3, 5)
    assert offsets.to_raw(Span(3, 4)) == Span(2, 2)


@given(st.lists(st.tuples(st.integers(0, 3), st.text(min_size=1, max_size=5)), max_size=8))
def test_verbatim_runs_give_back_the_same_text(pieces: list[tuple[int, str]]) -> None:
    """Text taken out of markup is found again in the raw text, whatever the span."""
    raw, text, runs = "", "", []
    for gap, piece in pieces:
        raw += "<" * gap
        runs.append(OffsetRun(len(text), len(raw), len(piece), len(piece)))
        raw += piece
        text += piece
    offsets = OffsetMap(runs)
    for run, (_, piece) in zip(runs, pieces, strict=True):
        span = offsets.to_raw(Span(run.text, run.text + run.length))
        assert span.of(raw) == piece


@given(st.text(max_size=40), st.data())
def test_identity(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert OffsetMap.identity(len(text)).to_raw(Span(start, end)) == Span(start, end)


@given(st.text("a\n\r\u2028"), st.lists(st.integers(0, 20)))
def test_lines_are_counted_by_line_feeds_whatever_the_order(raw: str, offsets: list[int]) -> None:
    offsets = [min(offset, len(raw)) for offset in offsets]
    assert lines_of(raw, offsets) == [raw[:offset].count("\n") + 1 for offset in offsets]
