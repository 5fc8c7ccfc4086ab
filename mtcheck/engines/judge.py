"""The judge: origin, fluency and quality of texts, from one folder, without torch."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from mtcheck.core.config import JudgeConfig
from mtcheck.core.errors import ModelError
from mtcheck.core.evidence import SegmentScore
from mtcheck.core.installed import version
from mtcheck.core.languages import name as language_name
from mtcheck.engines.base import EngineInfo
from mtcheck.engines.judge_combiner import RuleEvidence
from mtcheck.engines.judge_encoder import Encoder
from mtcheck.engines.judge_guards import bottom, guard
from mtcheck.engines.judge_house import House, read_house
from mtcheck.engines.judge_origin import OriginModel, load_origin
from mtcheck.engines.judge_origin_result import OriginResult
from mtcheck.engines.judge_quality import Head, Heads, load_heads, read
from mtcheck.engines.model_store import embedded_folder

__all__ = ["Judge", "OriginResult", "open_judge"]

EMBEDDED = "judge-small"
COMET = "comet:"  # of `JudgeConfig.model`, before the model's name or path
UNIT = "0–100: share of human-judged segments that score lower"
_ENCODER = "encoder"
_BLOCK = 512  # pairs that are cut and read at once


class Judge:
    """Judges texts; each part of the model is read when it is first asked for.

    Args:
        folder: holds origin.json, origin-<lang>.npz and reader-<lang>/, quality.json, heads.npz,
            encoder/.
        model: id for `info`.
        allow_unsupported: score languages that the heads were not trained on.
        threads: of the encoder; 0 lets it choose.
        calibration: file with the house's own threshold of origin.
    """

    def __init__(
        self,
        folder: Path,
        *,
        model: str,
        allow_unsupported: bool = False,
        threads: int = 0,
        calibration: Path | None = None,
    ) -> None:
        self.folder = folder
        self.allow_unsupported = allow_unsupported
        self._model = model
        self.threads = threads
        self.calibration = calibration
        self._origins: dict[str, OriginModel | None] = {}

    @cached_property
    def info(self) -> EngineInfo:
        """What the output depends on; the hash is that of the folder's list of hashes."""
        return EngineInfo(
            kind="judge",
            model=self._model,
            sha256=self.fingerprint,
            backend="ctranslate2",
            backend_version=version("ctranslate2"),
            compute_type="int8",
        )

    @cached_property
    def house(self) -> House | None:
        """The house's own threshold of origin, if it has one.

        Raises:
            ModelError: the file can't be used.
        """
        if self.calibration is None:
            return None
        return read_house(self.calibration, sha256=self.fingerprint)

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the folder's list of hashes, which a house's threshold is bound to."""
        return _fingerprint(self.folder)

    @cached_property
    def _heads(self) -> Heads:
        return load_heads(self.folder)

    @cached_property
    def _encoder(self) -> Encoder:
        return Encoder(self.folder / _ENCODER, threads=self.threads)

    @property
    def unit(self) -> str:
        """What its values from 0 to 100 are."""
        return UNIT

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

        Raises:
            ModelError: a part of the model, or the house's threshold, can't be used.
        """
        if lang not in self._origins:
            self._origins[lang] = self._origin(lang)
        model = self._origins[lang]
        if model is None:
            known = ", ".join(self.origin_languages)
            why = f"not measured for {language_name(lang) or 'unknown'} text, only for {known}"
            return OriginResult(None, None, note=why)
        return model.predict(segments, evidence)

    def _origin(self, lang: str) -> OriginModel | None:
        house = self.house
        model = load_origin(self.folder, lang, threads=self.threads)
        if model is None or house is None:
            return model
        return dataclasses.replace(model, calibration=house.calibration(model.calibration, lang))

    def fluency(self, texts: Sequence[str], *, lang: str) -> list[SegmentScore]:
        """Score how well each text reads by itself; one score a text, in order.

        ``value`` is the share (0–100) of human-judged segments that score lower, None where it was
        not measured; then ``flags`` say why.
        """
        flags = [guard(None, text, target_lang=lang) for text in texts]
        if not self._supports(lang):
            return [SegmentScore(None, flags=(*f, "unsupported-language")) for f in flags]
        return self._scored(self._heads.fluency, None, texts, flags)

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
        return self._scored(self._heads.quality, sources, targets, flags)

    def _supports(self, lang: str) -> bool:
        return self.allow_unsupported or lang in self.score_languages

    def _scored(
        self,
        head: Head,
        sources: Sequence[str] | None,
        targets: Sequence[str],
        flags: list[tuple[str, ...]],
    ) -> list[SegmentScore]:
        """Score the segments that no guard holds back, and put all of them in order."""
        out = [SegmentScore(bottom(f, paired=sources is not None), flags=f) for f in flags]
        free = [i for i, f in enumerate(flags) if not f]
        for start in range(0, len(free), _BLOCK):
            places = free[start : start + _BLOCK]
            some = None if sources is None else [sources[i] for i in places]
            made = read(self._encoder, head, some, [targets[i] for i in places])
            for i, reading in zip(places, made, strict=True):
                if "unknown-script" in reading.flags:
                    # The vocabulary was cut to the card's languages; this is not one of them.
                    out[i] = SegmentScore(None, flags=reading.flags)
                else:
                    score = head.score(float(reading.outputs[0]))
                    out[i] = SegmentScore(score.value, score.raw, reading.flags)
        return out


def open_judge(config: JudgeConfig, *, threads: int = 0) -> Judge:
    """Open the judge that the configuration names; cheap, nothing is loaded yet.

    Args:
        config: ``model`` is ``embedded``, a folder, or ``comet:`` and the name or path of a
            reference-free COMET model.
        threads: of the encoder; 0 lets it choose.

    Raises:
        ModelError: ``no-such-model`` if there is none.
    """
    if config.model.startswith(COMET):
        from mtcheck.engines.judge_comet import CometJudge

        rest = open_judge(dataclasses.replace(config, model="embedded"), threads=threads)
        return CometJudge(config.model.removeprefix(COMET), rest)
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
    return Judge(
        folder,
        model=model,
        allow_unsupported=config.allow_unsupported,
        threads=threads,
        calibration=Path(config.calibration) if config.calibration else None,
    )


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
