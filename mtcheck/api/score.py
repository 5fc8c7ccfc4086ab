"""Scores translations segment by segment, and compares two translations of one source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mtcheck.api.pairs import Pairs, check_languages
from mtcheck.core import languages
from mtcheck.core.config import JudgeConfig
from mtcheck.core.errors import UsageError
from mtcheck.core.evidence import SegmentScore
from mtcheck.core.scores import Score
from mtcheck.core.signature import signature

if TYPE_CHECKING:
    from mtcheck.engines.judge import Judge as Judge

_SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of all segments and of the system: the mean with a bootstrap interval."""

    segments: list[SegmentScore]
    system: Score
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two translations of one source, B against A.

    ``difference`` is the mean of B minus A in points of the 0–100 scale, ``interval`` its 95 %
    interval, ``better`` is ``a``, ``b`` or None where the difference may be chance. ``shares`` are
    the shares of segments on which A is better, neither, B is better.
    """

    a: Scored
    b: Scored
    difference: float
    interval: tuple[float, float]
    p_value: float
    n: int
    better: str | None
    shares: tuple[float, float, float]
    sentence: str


def open_judge(config: JudgeConfig) -> Judge:
    """Open the judge that a configuration names.

    Raises:
        UsageError: ``no-judge`` if the configuration switches it off.
        ModelError: it is missing.
    """
    if config.model == "none":
        raise UsageError(
            "no-judge", "the configuration switches the judge off", try_='judge.model = "embedded"'
        )
    from mtcheck.engines.judge import open_judge as engine

    return engine(config)


def score(
    sources: Sequence[str] | None,
    targets: Sequence[str],
    *,
    source_lang: str | None = None,
    target_lang: str,
    judge: Judge,
    words: bool = False,
) -> list[SegmentScore]:
    """Score translations without a reference; without sources, score fluency alone.

    With ``words`` each score names up to three suspicious words of its segment, at the price of
    scoring it once more for each of its words.

    Returns:
        One `SegmentScore` a target: 0–100, the share of human-judged segments that score lower, or
        None with a flag that says why.

    Raises:
        UsageError: unequal lengths, or a missing or unknown language.
    """
    target = languages.normalise(target_lang)
    if sources is None:
        made = judge.fluency(list(targets), lang=target)
        return _with_words(judge, made, None, targets, None, target) if words else made
    if len(sources) != len(targets):
        raise UsageError(
            "unequal-lengths",
            f"{len(sources)} sources, but {len(targets)} targets",
            try_="one target a source, empty lines included",
        )
    if source_lang is None:
        raise UsageError("no-source-language", "with sources, the source language is needed")
    source = languages.normalise(source_lang)
    made = judge.quality(list(sources), list(targets), source_lang=source, target_lang=target)
    return _with_words(judge, made, sources, targets, source, target) if words else made


def _with_words(
    judge: Judge,
    scores: list[SegmentScore],
    sources: Sequence[str] | None,
    targets: Sequence[str],
    source_lang: str | None,
    target_lang: str,
) -> list[SegmentScore]:
    from mtcheck.engines.judge_words import add_words

    return add_words(
        judge, scores, sources, targets, source_lang=source_lang, target_lang=target_lang
    )


def score_pairs(
    pairs: Pairs,
    *,
    source_lang: str | None,
    target_lang: str,
    judge: Judge,
    words: bool = False,
) -> Scored:
    """Score what `read_pairs` read, with the system's mean and warnings about the input.

    Raises:
        UsageError: as `score`, and ``swapped-columns`` if source and target stand the other way
            round.
    """
    warnings = [*pairs.warnings, *check_languages(pairs, source_lang, target_lang)]
    segments = score(
        pairs.sources,
        pairs.targets,
        source_lang=source_lang,
        target_lang=target_lang,
        judge=judge,
        words=words,
    )
    flagged: dict[str, list[int]] = {}
    for line, s in zip(pairs.lines, segments, strict=True):
        for flag in s.flags:
            flagged.setdefault(flag, []).append(line)
    warnings += [f"{flag}: {_line_list(lines)}" for flag, lines in sorted(flagged.items())]
    name = "fluency" if pairs.sources is None else "quality"
    return Scored(segments, system_score(name, segments, judge), warnings)


def system_score(name: str, segments: Sequence[SegmentScore], judge: Judge) -> Score:
    """Return the mean over measured segments, with a 95 % bootstrap interval."""
    from mtcheck import __version__
    from mtcheck.scoring.statistics import bootstrap_mean

    values = [s.value for s in segments if s.value is not None]
    parts = {
        "name": name,
        "model": f"{judge.info.model}@{judge.info.sha256[:12]}",
        "backend": f"{judge.info.backend}-{judge.info.backend_version}",
        "version": __version__,
    }
    return Score(
        name=name,
        value=sum(values) / len(values) if values else None,
        unit=judge.unit,
        n=len(values),
        signature=signature(parts),
        interval=bootstrap_mean(values),
        note=None if values else "no segment could be scored",
    )


def compare(
    a: Sequence[str],
    b: Sequence[str],
    sources: Sequence[str],
    *,
    source_lang: str,
    target_lang: str,
    judge: Judge,
    resamples: int = 1000,
    seed: int = 0,
) -> Comparison:
    """Tell which of two translations of one source is better.

    Segments that could not be scored in both are left out of the comparison.

    Args:
        a: first translation.
        b: second translation.
        sources: what both translate.
        source_lang: language of the sources.
        target_lang: language of the translations.
        judge: an open judge.
        resamples: of the paired bootstrap.
        seed: of the paired bootstrap.

    Raises:
        UsageError: unequal lengths, an unknown language, or nothing that both have scores for.
    """
    from mtcheck.scoring.statistics import paired_bootstrap

    made = []
    for targets in (a, b):
        pairs = Pairs(list(sources), list(targets), list(range(1, len(targets) + 1)))
        made.append(
            score_pairs(pairs, source_lang=source_lang, target_lang=target_lang, judge=judge)
        )
    both = [
        (x.value, y.value)
        for x, y in zip(made[0].segments, made[1].segments, strict=True)
        if x.value is not None and y.value is not None
    ]
    if not both:
        raise UsageError(
            "nothing-to-compare",
            "no segment could be scored in both translations",
            try_="languages that the judge knows: " + ", ".join(judge.score_languages),
        )
    result = paired_bootstrap(
        [x for x, _ in both], [y for _, y in both], resamples=resamples, seed=seed
    )
    better = None
    if result.p_value < _SIGNIFICANT and result.difference != 0:
        better = "b" if result.difference > 0 else "a"
    n = len(both)
    shares = (
        sum(x > y for x, y in both) / n,
        sum(x == y for x, y in both) / n,
        sum(x < y for x, y in both) / n,
    )
    return Comparison(
        made[0], made[1], result.difference, result.interval, result.p_value, n, better, shares,
        _sentence(result.difference, result.interval, result.p_value, n, better),
    )  # fmt: skip


def _sentence(
    difference: float, interval: tuple[float, float], p: float, n: int, better: str | None
) -> str:
    low, high = interval
    chance = "p < 0.01" if p < 0.01 else f"p = {p:.2f}"
    if better is None:
        return (
            f"No difference that chance would not explain: B scores {difference:+.1f} points "
            f"against A over {n} segments (95% interval {low:+.1f} to {high:+.1f}, {chance})."
        )
    first, second = better.upper(), "A" if better == "b" else "B"
    if better == "a":
        low, high = -high, -low
    return (
        f"{first} scores better than {second} by {abs(difference):.1f} points over {n} segments "
        f"(95% interval {low:.1f} to {high:.1f}, {chance})."
    )


def _line_list(lines: Sequence[int], most: int = 8) -> str:
    shown = ", ".join(map(str, lines[:most]))
    rest = f" and {len(lines) - most} more" if len(lines) > most else ""
    return f"line{'s' if len(lines) > 1 else ''} {shown}{rest}"


def comparison_to_dict(result: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON-ready values."""
    from mtcheck.core.to_json import score_to_dict

    return {
        "a": score_to_dict(result.a.system),
        "b": score_to_dict(result.b.system),
        "difference": round(result.difference, 3),
        "interval": [round(x, 3) for x in result.interval],
        "p_value": round(result.p_value, 4),
        "n": result.n,
        "better": result.better,
        "shares": {
            "a_better": round(result.shares[0], 4),
            "equal": round(result.shares[1], 4),
            "b_better": round(result.shares[2], 4),
        },
        "sentence": result.sentence,
    }
