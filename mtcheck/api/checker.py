"""The Python API: `check` for one text, `Checker` for many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtcheck.core.config import Config, from_mapping
from mtcheck.core.documents import Article
from mtcheck.core.errors import MtcheckError, UsageError
from mtcheck.core.evidence import RoundTrip, SegmentScore
from mtcheck.core.languages import normalise
from mtcheck.core.report import Report

if TYPE_CHECKING:
    from mtcheck.run.pipeline import Pipeline

# Longer strings and strings with line breaks are text, whatever files there are.
_MAX_PATH = 1024


def check(
    text_or_path: str | Path | Article,
    *,
    lang: str | None = None,
    source: str | Path | None = None,
    config: Config | Mapping[str, Any] | None = None,
) -> Report:
    """Check one text or file.

    Args:
        text_or_path: a `Path`, an `Article`, or a string: the name of an existing file, or text.
        lang: language of the text; identified if None.
        source: the original (text or `Path`) that the text translates.
        config: a `Config`, or a mapping with the keys of the configuration file.

    Returns:
        The report; ``report.status`` is ``failed`` if the document could not be processed.

    Raises:
        ConfigError: bad configuration, user rule or baseline.
        UsageError: a language that mtcheck does not know, or a path that does not exist.
    """
    item = _as_path(text_or_path) if isinstance(text_or_path, str) else text_or_path
    return Checker(config).check(item, lang=lang, source=source)


def _as_path(text: str) -> str | Path:
    if len(text) > _MAX_PATH or "\n" in text or "\0" in text or not text.strip():
        return text
    path = Path(text)
    try:
        return path if path.is_file() else text
    except OSError:
        return text


class Checker:
    """Checks many texts with one configuration; models are loaded once, when first needed.

    Not thread-safe; use one a thread, or ``check_many(..., jobs=N)`` for processes.

    Args:
        config: a `Config`, a mapping with the keys of the configuration file, or None for defaults.

    Raises:
        ConfigError: bad configuration, user rule or baseline.
    """

    def __init__(self, config: Config | Mapping[str, Any] | None = None) -> None:
        if config is None:
            config = Config()
        elif not isinstance(config, Config):
            config = from_mapping(config, where="config")
        self.config = config
        self._pipeline: Pipeline | None = None

    @property
    def pipeline(self) -> Pipeline:
        """The open pipeline (internal; its interface may change)."""
        if self._pipeline is None:
            from mtcheck import __version__
            from mtcheck.run.pipeline import Pipeline

            self._pipeline = Pipeline(self.config, version=__version__)
        return self._pipeline

    def check(
        self,
        text: str | Path | Article,
        *,
        lang: str | None = None,
        source: str | Path | None = None,
    ) -> Report:
        """Check one text (a string is text, never a path), file or article.

        Args:
            text: what to check.
            lang: its language; identified if None.
            source: the original that it translates, as text or `Path`.

        Raises:
            UsageError: a language that mtcheck does not know, or a path that does not exist.
        """
        from mtcheck.run.pipeline import Job

        if isinstance(text, Path) and not text.exists():
            raise UsageError("no-such-file", "there is no such file", where=str(text))
        job = Job(text, source, normalise(lang) if lang else None)
        return self.pipeline.check([job])[0]

    def check_many(
        self,
        items: Iterable[str | Path | Article],
        jobs: int | None = None,
        *,
        lang: str | None = None,
    ) -> Iterator[Report]:
        """Yield one report an item, in order; an item that fails is a report, not an exception.

        Args:
            items: texts, paths or articles; may be a generator of any length.
            jobs: worker processes; the configuration's number if None.
            lang: language of all of them; identified for each if None.
        """
        from mtcheck import __version__
        from mtcheck.run.batch import run
        from mtcheck.run.pipeline import Job

        tag = normalise(lang) if lang else None
        processes = self.config.jobs if jobs is None else jobs
        yield from run(
            (Job(item, None, tag) for item in items),
            self.config,
            version=__version__,
            processes=processes,
            pipeline=self.pipeline if processes <= 1 else None,
        )

    def roundtrip(
        self, texts: Sequence[str], *, lang: str, pivot: str | None = None
    ) -> list[RoundTrip]:
        """Translate texts to a pivot language and back.

        Args:
            texts: sentences or short paragraphs; longer ones are split and rejoined.
            lang: their language.
            pivot: the other language; the default one for ``lang`` if None.

        Returns:
            One `RoundTrip` for each text, in order.

        Raises:
            ModelError: no model serves the pair, or it is missing or damaged.
            UsageError: an unknown language, or a pivot that is the language itself.
        """
        from mtcheck.evidence.roundtrip import roundtrip
        from mtcheck.run.resources import pivots

        tag = normalise(lang)
        chosen = normalise(pivot) if pivot else next(iter(pivots(self.config.roundtrip, tag)))
        if chosen == tag:
            raise UsageError("same-language", f"the pivot is the language itself: {chosen}")
        trip = self.pipeline.resources.trip(tag, chosen)
        return roundtrip(
            list(texts),
            lang=tag,
            pivot=chosen,
            forward=trip.forward,
            backward=trip.backward,
            embedder=trip.embedder,
            floors=trip.floors,
        )

    def score(
        self,
        sources: Sequence[str] | None,
        targets: Sequence[str],
        *,
        source_lang: str | None = None,
        target_lang: str,
        words: bool = False,
    ) -> list[SegmentScore]:
        """Score translations without a reference.

        Args:
            sources: one original a target; None scores fluency alone.
            targets: translations.
            source_lang: language of the originals; needed with ``sources``.
            target_lang: language of the translations.
            words: name up to three suspicious words a segment; takes longer.

        Returns:
            One `SegmentScore` a target: 0–100, the share of human-judged segments that score lower,
            or None with a flag that says why.

        Raises:
            UsageError: unequal lengths, or a missing or unknown language.
            ModelError: the judge is missing or damaged.
        """
        judge = self.pipeline.resources.judge()
        if judge is None:
            raise MtcheckError("no-judge", "the configuration switches the judge off")
        from mtcheck.api.score import score

        return score(
            sources, targets, source_lang=source_lang, target_lang=target_lang, judge=judge,
            words=words,
        )  # fmt: skip
