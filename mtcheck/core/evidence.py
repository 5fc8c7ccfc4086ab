"""What was measured about segments before any rule or score judges it. None = not measured."""

from __future__ import annotations

from dataclasses import dataclass

from mtcheck.core.spans import Span


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """One segment's way to a pivot language and back.

    ``forward`` is the segment in the pivot language, ``back`` its back-translation; None where that
    leg was not run. ``chrf`` is chrF++ of ``back`` against the segment (0–100) and ``similarity``
    the cosine of their sentence embeddings (−1 to 1); both None where a flag excludes the segment.
    ``flags``: loop, copy, overlong, empty, off-target, low-confidence, repaired, retried,
    split (see engines/guards.py); ``lost`` and ``gained`` are the words of the word-level diff; the
    log-probabilities are means per target token, in nats.
    """

    pivot: str
    forward: str | None
    back: str | None
    chrf: float | None = None
    similarity: float | None = None
    flags: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    forward_logprob: float | None = None
    back_logprob: float | None = None

    @property
    def stability(self) -> float | None:
        """How much of the segment came back, 0–100; None where a flag excludes it.

        The mean of ``chrf`` and 100 times ``similarity`` (negative ones count as 0); ``chrf`` alone
        where there is no similarity, for a language that the embedder does not know.
        """
        if self.chrf is None or self.similarity is None:
            return self.chrf
        return (100 * max(0.0, self.similarity) + self.chrf) / 2


@dataclass(frozen=True, slots=True)
class SuspiciousWord:
    """A word that lowers its segment's score by ``drop`` on the scale of `SegmentScore.raw`.

    A guess of the judge, never a finding. ``span`` is of the segment's text.
    """

    span: Span
    drop: float


@dataclass(frozen=True, slots=True)
class SegmentScore:
    """Quality of one segment: ``value`` 0–100 or None (not measured), ``raw`` on the z-scale."""

    value: float | None
    raw: float | None = None
    flags: tuple[str, ...] = ()
    suspicious: tuple[SuspiciousWord, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One entry a segment in each field; an empty tuple means that nothing was measured at all.

    ``roundtrips[i]`` has one `RoundTrip` a pivot, in the order asked for.
    """

    roundtrips: tuple[tuple[RoundTrip, ...], ...] = ()
    fluency: tuple[SegmentScore, ...] = ()
    quality: tuple[SegmentScore, ...] = ()
