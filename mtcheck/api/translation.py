"""Measures translation models against references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mtcheck.core.config import Config
from mtcheck.core.errors import UsageError
from mtcheck.core.languages import normalise


@dataclass(frozen=True, slots=True)
class TranslationResult:
    """Corpus chrF and BLEU (0–100) with sacrebleu's signatures, and how often guards spoke.

    ``seconds`` is wall time of translating, without opening the model.
    """

    route: str
    segments: int
    chrf: float
    chrf_signature: str
    bleu: float
    bleu_signature: str
    flags: dict[str, int]
    seconds: float
    target_tokens: int


def read_lines(path: Path) -> list[str]:
    """Return the lines of a UTF-8 file, without line ends.

    Raises:
        UsageError: the file can't be read.
    """
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("unreadable", f"can't be read: {error}", where=str(path)) from error


def evaluate_translation(
    sources: Sequence[str],
    references: Sequence[str],
    *,
    source_lang: str,
    target_lang: str,
    config: Config,
) -> tuple[TranslationResult, list[str]]:
    """Translate ``sources`` and compare with ``references``.

    Args:
        sources: segments.
        references: one reference a segment.
        source_lang: language of the sources.
        target_lang: language of the references.
        config: its ``roundtrip`` part chooses model, backend and beam.

    Returns:
        The figures, and the hypotheses.

    Raises:
        UsageError: unequal or no lines.
        ModelError: no such model or pair.
    """
    import time
    from collections import Counter

    from mtcheck.engines.models import open_translator

    if not sources or len(sources) != len(references):
        raise UsageError(
            "unequal-lengths", f"{len(sources)} sources, but {len(references)} references"
        )
    source, target = normalise(source_lang), normalise(target_lang)
    translator, route = open_translator(
        config.roundtrip,
        source=source,
        target=target,
        offline=config.offline,
        cache_dir=Path(config.cache_dir) if config.cache_dir else None,
    )
    started = time.perf_counter()
    made = translator.translate(sources, source=source, target=target)
    seconds = time.perf_counter() - started
    hypotheses = [t.text for t in made]

    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    chrf, bleu = CHRF(), BLEU()
    chrf_score = chrf.corpus_score(hypotheses, [list(references)])
    bleu_score = bleu.corpus_score(hypotheses, [list(references)])
    result = TranslationResult(
        route=route.describe(),
        segments=len(sources),
        chrf=chrf_score.score,
        chrf_signature=str(chrf.get_signature()),
        bleu=bleu_score.score,
        bleu_signature=str(bleu.get_signature()),
        flags=dict(Counter(f for t in made for f in t.flags)),
        seconds=seconds,
        target_tokens=sum(t.n_tokens for t in made),
    )
    return result, hypotheses
