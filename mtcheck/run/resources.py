"""Rules, engines and reference distributions, each opened once and only when needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mtcheck.core.config import Config, RoundTripConfig
from mtcheck.core.errors import ModelError, MtcheckError

if TYPE_CHECKING:
    from mtcheck.checks.registry import RuleSet
    from mtcheck.engines.base import Embedder, Translator
    from mtcheck.engines.judge import Judge
    from mtcheck.evidence.reference import Reference


@dataclass(frozen=True, slots=True)
class Trip:
    """Everything for the way from ``lang`` to ``pivot`` and back.

    ``embedder`` and ``reference`` are None where there is none for the language; ``remarks`` says
    so. ``route`` describes the models in words.
    """

    lang: str
    pivot: str
    forward: Translator
    backward: Translator
    embedder: Embedder | None
    reference: Reference | None
    route: str
    remarks: tuple[str, ...] = ()

    @property
    def floors(self) -> tuple[float | None, float | None]:
        """Log-probabilities under which a leg is not trusted; none without a reference."""
        return self.reference.floors if self.reference else (None, None)


def pivots(config: RoundTripConfig, lang: str) -> tuple[str, ...]:
    """Return the pivots asked for, or Portuguese for English and English for all others."""
    from mtcheck.core.languages import normalise

    chosen = tuple(dict.fromkeys(normalise(p) for p in config.pivot)) or (
        "pt" if lang == "en" else "en",
    )
    return tuple(p for p in chosen if p != lang)


class Resources:
    """Opens what a check needs; whatever can't be opened is an error that is raised once and kept.

    Not thread-safe: each process has its own.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self._rules: RuleSet | None = None
        self._trips: dict[tuple[str, str], Trip | ModelError] = {}
        self._embedder: Embedder | None = None
        self._judge: Judge | ModelError | None = None

    @property
    def cache_dir(self) -> Path | None:
        """Folder for caches that the user chose; None: the default one."""
        return Path(self.config.cache_dir) if self.config.cache_dir else None

    def rules(self) -> RuleSet:
        """Return the rules, built in and the user's.

        Raises:
            ConfigError: a user rule that can't be used.
        """
        if self._rules is None:
            from mtcheck.checks.registry import load_rules

            self._rules = load_rules(self.config.rules.paths, cache_dir=self.config.cache_dir)
        return self._rules

    def trip(self, lang: str, pivot: str) -> Trip:
        """Return the engines for a round trip.

        Raises:
            ModelError: a model is missing or damaged, or none serves the pair.
        """
        key = (lang, pivot)
        if key not in self._trips:
            try:
                self._trips[key] = self._open_trip(lang, pivot)
            except ModelError as error:
                self._trips[key] = error
        found = self._trips[key]
        if isinstance(found, ModelError):
            raise found
        return found

    def _open_trip(self, lang: str, pivot: str) -> Trip:
        from mtcheck.engines.models import open_translator

        config, offline = self.config.roundtrip, self.config.offline
        forward, there = open_translator(
            config, source=lang, target=pivot, offline=offline, cache_dir=self.cache_dir
        )
        backward, again = open_translator(
            config, source=pivot, target=lang, offline=offline, cache_dir=self.cache_dir
        )
        remarks = []
        embedder = self._open_embedder()
        if embedder is None or not embedder.serves(lang):
            embedder = None
            remarks.append("meaning similarity: no sentence embeddings for this language")
        from mtcheck.evidence.reference import load_reference

        reference = load_reference(forward.info, lang=lang, pivot=pivot)
        route = f"{there.describe()}, {again.describe()}"
        return Trip(lang, pivot, forward, backward, embedder, reference, route, tuple(remarks))

    def _open_embedder(self) -> Embedder | None:
        if self._embedder is None:
            from mtcheck.engines.embedder import open_embedder

            try:
                self._embedder = open_embedder()
            except ModelError:
                return None
        return self._embedder

    def judge(self) -> Judge | None:
        """Return the judge, None if the configuration wants none.

        Raises:
            ModelError: it is missing or damaged.
        """
        if self.config.judge.model == "none":
            return None
        if self._judge is None:
            from mtcheck.engines.judge import open_judge

            try:
                self._judge = open_judge(self.config.judge)
            except ModelError as error:
                self._judge = error
        if isinstance(self._judge, MtcheckError):
            raise self._judge
        return self._judge

    def provenance(self, trips: Sequence[Trip]) -> Mapping[str, str]:
        """Return the models behind a document's report, in words.

        Args:
            trips: the document's; what was opened for others is none of its business, and depends
                on the process that it is checked in.
        """
        out = {f"roundtrip {trip.lang}-{trip.pivot}-{trip.lang}": trip.route for trip in trips}
        for embedder in (trip.embedder for trip in trips):
            if embedder is not None:
                out["embedder"] = embedder.info.model
        if self._judge is not None and not isinstance(self._judge, MtcheckError):
            out["judge"] = f"{self._judge.info.model}@{self._judge.info.sha256[:12]}"
        return out
