"""The judge: origin, fluency and quality of texts, from one folder, without torch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from mtcheck.core.config import JudgeConfig
from mtcheck.core.errors import ModelError
from mtcheck.core.evidence import SegmentScore
from mtcheck.core.installed import version
from mtcheck.core.languages import name as language_name
from mtcheck.engines.base import EngineInfo
from mtcheck.engines.judge_combiner import RuleEvidence
from mtcheck.engines.judge_encoder import Encoded, Encoder
from mtcheck.engines.judge_guards import BOTTOM, guard
from mtcheck.engines.judge_origin import OriginModel, OriginResult, load_origin
from mtcheck.engines.judge_quality import Heads, load_heads
from mtcheck.engines.model_store import embedded_folder

__all__ = ["Judge", "OriginResult", "open_judge"]

EMBEDDED = "judge-small"
_ENCODER = "encoder"
# Flags of segments that are no translation: people give those the lowest score.
_WORTHLESS = {"empty", "copied-source", "repetition"}


class Judge:
    """Judges texts; each part of the model is read when it is first asked for.

    Args:
        folder: holds origin.json and origin-<lang>.npz, quality.json, heads.npz, encoder/.
        model: id for `info`.
        allow_unsupported: score languages that the heads were not trained on.
        threads: of the encoder; 0 lets it choose.
    """

    def __init__(
        self, folder: Path, *, model: str, allow_unsupported: bool = False, threads: int = 0
    ) -> None:
        self.folder = folder
        self.allow_unsupported = allow_unsupported
        self._model = model
        self._threads = threads
        self._origins: dict[str, OriginModel | None] = {}

    @cached_property
    def info(self) -> EngineInfo:
        """What the output depends on; the hash is that of the folder's list of hashes."""
        return EngineInfo(
            kind="judge",
            model=self._model,
            sha256=_fingerprint(self.folder),
            backend="ctranslate2",
            backend_version=version("ctranslate2"),
            compute_type="int8",
        )

    @cached_property
    def _heads(self) -> Heads:
        return load_heads(self.folder)

    @cached_property
    def _encoder(self) -> Encoder:
        return Encoder(self.folder / _ENCODER, threads=self._threads)

    @property
    def origin_languages(self) -> tuple[str, ...]:
        """Languages whose origin the judge can tell."""
        names = (p.stem.removeprefix("origin-") for p in self.folder.glob("origin-*.npz"))
        return tuple(sorted(names))

    @property
    def score_languages(self) -> tuple[str, ...]:
        """Languages that fluency and quality were trained on."""
        return tuple(self._heads.card["languages"])

    def origin(
        self, segments: Sequence[str], *, lang: str, evidence: RuleEvidence | None = None
    ) -> OriginResult:
        """Tell whether a text was written, translated by a person, or by a machine.

        Args:
            segments: the text's segments, in order; all of them count as one text.
            lang: normalised language of the text.
            evidence: what the rules found in it; None = judge by the wording alone.
        """
        if lang not in self._origins:
            self._origins[lang] = load_origin(self.folder, lang)
        model = self._origins[lang]
        if model is None:
            known = ", ".join(self.origin_languages)
            why = f"not measured for {language_name(lang) or 'unknown'} text, only for {known}"
            return OriginResult(None, None, note=why)
        return model.predict(segments, evidence)

    def fluency(self, texts: Sequence[str], *, lang: str) -> list[SegmentScore]:
        """Score how well each text reads by itself; one score a text, in order.

        ``value`` is the share (0–100) of human-judged segments that score lower, None where it was
        not measured; then ``flags`` say why.
        """
        flags = [guard(None, text, target_lang=lang) for text in texts]
        if not self._supports(lang):
            return [SegmentScore(None, flags=(*f, "unsupported-language")) for f in flags]

        def score(places: list[int]) -> tuple[list[SegmentScore], list[Encoded]]:
            encoded = self._encoder.encode([texts[i] for i in places])
            rows = self._heads.fluency_features([texts[i] for i in places], encoded)
            return self._heads.scores(self._heads.fluency, rows), encoded

        return _scored(flags, score)

    def quality(
        self, sources: Sequence[str], targets: Sequence[str], *, source_lang: str, target_lang: str
    ) -> list[SegmentScore]:
        """Score how well each target translates its source; one score a pair, in order.

        Args:
            sources: one source a target.
            targets: translations.
            source_lang: normalised language of the sources.
            target_lang: normalised language of the targets.

        Raises:
            ValueError: if the lengths differ.
        """
        pairs = list(zip(sources, targets, strict=True))
        flags = [guard(s, t, target_lang=target_lang) for s, t in pairs]
        if not (self._supports(source_lang) and self._supports(target_lang)):
            return [SegmentScore(None, flags=(*f, "unsupported-language")) for f in flags]

        def score(places: list[int]) -> tuple[list[SegmentScore], list[Encoded]]:
            a, b = [pairs[i][0] for i in places], [pairs[i][1] for i in places]
            unique = sorted({*a, *b})
            known = dict(zip(unique, self._encoder.encode(unique), strict=True))
            s, t = [known[x] for x in a], [known[x] for x in b]
            rows = self._heads.quality_features(a, b, s, t)
            return self._heads.scores(self._heads.quality, rows), t

        return _scored(flags, score)

    def _supports(self, lang: str) -> bool:
        return self.allow_unsupported or lang in self.score_languages


_Score = Callable[[list[int]], tuple[list[SegmentScore], list[Encoded]]]
_BLOCK = 512  # pairs whose hidden states are held at once


def _scored(flags: list[tuple[str, ...]], score: _Score) -> list[SegmentScore]:
    """Score the segments that no guard holds back, and put all of them in order."""
    out: list[SegmentScore] = []
    for f in flags:
        worthless = _WORTHLESS & set(f)
        out.append(SegmentScore(BOTTOM if worthless else None, flags=f))
    free = [i for i, f in enumerate(flags) if not f]
    for start in range(0, len(free), _BLOCK):
        places = free[start : start + _BLOCK]
        scores, encoded = score(places)
        for i, value, e in zip(places, scores, encoded, strict=True):
            more = ("split",) if e.split else ()
            if e.unknown > 0.2 * max(1, e.pieces):
                # The vocabulary was cut to the card's languages; this text is not one of them.
                out[i] = SegmentScore(None, flags=("unknown-script", *more))
            else:
                out[i] = SegmentScore(value.value, value.raw, more)
    return out


def open_judge(config: JudgeConfig, *, threads: int = 0) -> Judge:
    """Open the judge that the configuration names; cheap, nothing is loaded yet.

    Args:
        config: ``model`` is ``embedded`` or a folder.
        threads: of the encoder; 0 lets it choose.

    Raises:
        ModelError: ``no-such-model`` if there is none.
    """
    if config.model == "embedded":
        folder, model = embedded_folder(EMBEDDED), EMBEDDED
    else:
        folder = Path(config.model)
        model = folder.name
    if not any(folder.glob("origin-*.npz")) and not (folder / "heads.npz").is_file():
        raise ModelError(
            "no-such-model",
            "the folder holds no judge",
            where=str(folder),
            try_='judge.model = "embedded" or "none"',
        )
    return Judge(folder, model=model, allow_unsupported=config.allow_unsupported, threads=threads)


def _fingerprint(folder: Path) -> str:
    """Hash the list of hashes; a folder without one is hashed by its small text files."""
    listed = folder / "sha256.txt"
    if listed.is_file():
        return hashlib.sha256(listed.read_bytes()).hexdigest()
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(json.dumps([path.name, path.stat().st_size]).encode())
            if path.suffix == ".json" and path.parent == folder:
                digest.update(path.read_bytes())
    return digest.hexdigest()
