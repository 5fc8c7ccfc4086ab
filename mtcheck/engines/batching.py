"""Batches of texts of like length, so that little is spent on padding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def buckets(
    lengths: Sequence[int],
    *,
    max_tokens: int,
    max_items: int = 64,
    edges: Sequence[int] = (),
) -> list[tuple[int, ...]]:
    """Group positions of ``lengths`` into batches, longest texts first.

    A batch's cost is what the hardware sees: its number of items times its longest item. Starting
    with the longest makes memory trouble show at once and leaves the cheap batches for the end,
    which keeps parallel workers busy.

    Args:
        lengths: tokens of each text.
        max_tokens: most padded tokens in a batch; a text longer than this gets a batch of its own.
        max_items: most texts in a batch.
        edges: lengths at which a new batch begins: no batch has texts both of this length or more
            and under it.

    Returns:
        Tuples of positions; each position is in exactly one of them. Equal lengths keep their
        order, so that the same input always makes the same batches.

    Raises:
        ValueError: if a limit is below one.
    """
    if max_tokens < 1 or max_items < 1:
        raise ValueError(f"limits must be positive: {max_tokens=}, {max_items=}")
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    batches: list[tuple[int, ...]] = []
    batch: list[int] = []
    for i in order:
        # Sorted, so the batch's first item is its longest.
        longest = lengths[batch[0]] if batch else 0
        if batch and (
            len(batch) == max_items
            or (len(batch) + 1) * longest > max_tokens
            or any(lengths[i] < edge <= longest for edge in edges)
        ):
            batches.append(tuple(batch))
            batch = []
        batch.append(i)
    if batch:
        batches.append(tuple(batch))
    return batches


def once_each(texts: Sequence[str], run: Callable[[list[str]], list[T]]) -> list[T]:
    """Call ``run`` with each distinct text once and spread its results over all of ``texts``.

    Raises:
        ValueError: if ``run`` returns another number of results than it was given texts.
    """
    distinct = list(dict.fromkeys(texts))
    results = dict(zip(distinct, run(distinct), strict=True))
    return [results[text] for text in texts]
