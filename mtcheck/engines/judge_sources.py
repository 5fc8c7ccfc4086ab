"""Translated from what? Grammar and the reader say it together, with an honest "other"."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mtcheck.engines.judge_combiner import OTHER

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def source_shares(
    row: NDArray[np.float32],
    weights: NDArray[np.float32] | None,
    card: Mapping[str, Any] | None,
    read: Mapping[str, float],
) -> tuple[dict[str, float] | None, str | None]:
    """Return shares of the source languages and "other", and the language that may be named.

    Args:
        row: the text's features, shape (features,).
        weights: one language against the rest, shape (languages, features + 1), last is the
            intercept; None = the model has no such part.
        card: ``langs``, how far to trust the logits (``scale``, ``read``), ``known`` (weights of
            `openness` of the plain ones) and the least share of a language that is named
            (``threshold``).
        read: the reader's logits by language; empty without a reader.
    """
    import numpy as np

    if weights is None or card is None:
        return None, None
    logits = weights[:, :-1] @ row + weights[:, -1]
    joined = logits * card["scale"]
    if read:
        joined = joined + card["read"] * np.array([read[lang] for lang in card["langs"]])
    share = np.exp(joined - joined.max())
    share /= share.sum()
    sign = np.array(openness(logits)) @ card["known"][:-1] + card["known"][-1]
    known = 1 / (1 + math.exp(-sign))
    out = dict(zip(card["langs"], (share * known).tolist(), strict=True))
    out[OTHER] = 1 - known
    best = max(out, key=lambda lang: out[lang])
    sure = best != OTHER and out[best] >= card["threshold"]
    return out, best if sure else None


def openness(logits: NDArray[np.float32]) -> tuple[float, float]:
    """Return the two signs by which an unknown source language shows.

    They are the best one-against-rest logit, and its lead over the second.
    """
    first, second = sorted(logits.tolist(), reverse=True)[:2]
    return first, first - second
