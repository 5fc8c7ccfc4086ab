"""Joins what the wording says of a text's origin with what the rules found.

The wording's logits, by n-grams and by the reader, and the rules' findings enter one small logistic
regression a question, fitted on texts of years that the wording's models had not seen. A group of
rules shares one weight, never negative, so that a rule too rare to be measured still counts like
its group.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GROUPS = ("translated", "translated-neutral", "machine", "machine-neutral")
MOST_OF_A_RULE = 3  # further findings of one rule count no more: one glitch is one sign
OTHER = "other"
_SMOOTHING_WORDS = 200  # one finding in three words is no sign of 333 in a thousand
# Findings per 1,000 words; hardly one in a thousand training texts had more, and what lies beyond
# has not been measured.
_MOST_DENSITY = 20.0
# Chosen on English dev documents by log-loss and by names right: votes count three quarters (their
# rules are no independent witnesses), and "other" is shared among this many languages.
VOTE_WEIGHT = 0.75
OTHER_LANGUAGES = 16
# A few hundred originals bear out no more certainty than that.
_MOST_LOGIT = 5.0
_NAMED = 3  # rules named in a reason


@dataclass(frozen=True, slots=True)
class RuleEvidence:
    """Findings of the rules that speak to origin.

    ``counts`` has one number for each of `GROUPS`, at most `MOST_OF_A_RULE` findings of a rule;
    ``rules`` names those that fired by group, the most frequent first. ``groups`` are those that
    have rules for the text's language at all; the silence of others says nothing.
    """

    counts: tuple[int, ...]
    rules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: tuple[str, ...] = GROUPS


def platt_features(
    raw: NDArray[np.float32], n_words: NDArray[np.int64], read: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """Return the columns raw, raw·log(words/200), log(words/200), 1; read, read·log(words/200).

    The logarithm is held between those of 10 and 1,000 words, the range calibrated on.

    Args:
        raw: logits by n-grams.
        n_words: of each text.
        read: logits by the reader, None where there is none; then there are four columns.
    """
    import numpy as np

    length = np.log(np.clip(n_words, 10, 1000) / 200)
    columns = [raw, raw * length, length, np.ones_like(raw)]
    if read is not None:
        columns += [read, read * length]
    return np.stack(columns, axis=1).astype(np.float32)


def rule_columns(counts: NDArray[np.int64], n_words: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return log(1 + findings per 1,000 words) of each group, up to a limit.

    Args:
        counts: shape (texts, groups).
        n_words: of each text; 200 are added, so that short texts aren't judged by one finding.
    """
    import numpy as np

    density = 1000 * counts / (np.asarray(n_words)[:, None] + _SMOOTHING_WORDS)
    return np.log1p(np.minimum(density, _MOST_DENSITY)).astype(np.float32)


def probability(
    raw: NDArray[np.float32],
    n_words: NDArray[np.int64],
    weights: Sequence[float],
    counts: NDArray[np.int64] | None = None,
    read: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Return calibrated probabilities: Platt scaling that depends on length, plus the rules.

    Args:
        raw: logits by n-grams.
        n_words: of each text.
        weights: of the columns of `platt_features` and, after them, of `rule_columns`.
        counts: shape (texts, groups); None = without rules, then there are no weights for them.
        read: logits by the reader; None = there is none, nor weights for it.
    """
    import numpy as np

    columns = platt_features(raw, n_words, read)
    if counts is not None:
        columns = np.concatenate([columns, rule_columns(counts, n_words)], axis=1)
    z = columns @ np.asarray(weights, np.float32)
    return np.asarray(1 / (1 + np.exp(-np.clip(z, -_MOST_LOGIT, _MOST_LOGIT))), dtype=np.float32)


def machine_probability(
    translated: NDArray[np.float32], machine: NDArray[np.float32], temper: float
) -> NDArray[np.float32]:
    """Return the probability that a machine translated a text.

    *Translated?* is told by topic and genre too, which change from year to year: on years that the
    model has not seen, an exponent below one serves better than the plain product.

    Args:
        translated: probability of a translation.
        machine: that of a machine, given a translation.
        temper: exponent of the former, 0 to 1.
    """
    return translated**temper * machine


def combine_sources(
    judged: Mapping[str, float], votes: Mapping[str, float]
) -> tuple[dict[str, float], str | None]:
    """Return shares of source languages, and the one that more than half speaks for (or None).

    The judge's shares are the prior, its "other" divided among languages that it does not know;
    the rules' votes multiply them.

    Args:
        judged: languages and ``other`` with their probabilities (sum 1).
        votes: log odds (nats) by language.
    """
    strangers = [lang for lang, vote in votes.items() if lang not in judged and vote > 0]
    rest = judged.get(OTHER, 0.0)
    prior = {lang: share for lang, share in judged.items() if lang != OTHER}
    prior |= dict.fromkeys(strangers, rest / OTHER_LANGUAGES)
    prior[OTHER] = rest * max(0.1, 1 - len(strangers) / OTHER_LANGUAGES)
    logs = {
        lang: math.log(max(share, 1e-6))
        + (VOTE_WEIGHT * votes.get(lang, 0.0) if lang != OTHER else 0.0)
        for lang, share in prior.items()
    }
    top = max(logs.values())
    raised = {lang: math.exp(value - top) for lang, value in logs.items()}
    total = sum(raised.values())
    shares = sorted(raised.items(), key=lambda item: (-item[1], item[0]))
    out = {lang: value / total for lang, value in shares}
    best = shares[0][0]
    return out, best if best != OTHER and out[best] >= 0.5 else None


def reasons(
    evidence: RuleEvidence | None,
    *,
    translated: float,
    machine: float,
    n_words: int,
    card: Mapping[str, Any],
) -> tuple[str, ...]:
    """Return what the verdict rests on, in words.

    Args:
        evidence: the rules', None if they had no part in it.
        translated: probability by the wording alone.
        machine: that of a machine, given that it is a translation, by the wording alone.
        n_words: of the text.
        card: weights of each question, and under "usual" its findings per 1,000 words of human
            originals.
    """
    out = [
        f"wording alone: translated {100 * translated:.0f}%, "
        f"and if so, by a machine {100 * machine:.0f}%"
    ]
    if evidence is None:
        return tuple(out)
    counts = dict(zip(GROUPS, evidence.counts, strict=True))
    for question, what in (("translated", "a translation"), ("machine", "a machine")):
        weights = dict(zip(GROUPS, card[question][-len(GROUPS) :], strict=True))
        groups = [group for group in evidence.groups if weights[group] > 0]
        if not groups:
            continue
        count = sum(counts[group] for group in groups)
        names = [rule for group in groups for rule in evidence.rules.get(group, ())]
        if not count:
            out.append(f"no finding that speaks for {what}")
            continue
        rest = len(names) - _NAMED
        more = f" and {rest} more rule{'s' if rest > 1 else ''}" if rest > 0 else ""
        out.append(
            f"{count} finding{'s' if count > 1 else ''} that speak{'' if count > 1 else 's'} for "
            f"{what} ({1000 * count / max(1, n_words):.1f} per 1,000 words; human-written texts: "
            f"{card['usual'][question]:.1f}): {', '.join(names[:_NAMED])}{more}"
        )
    return tuple(out)
