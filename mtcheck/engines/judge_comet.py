"""A reference-free COMET model in place of the judge's own quality head (extra ``[comet]``).

unbabel-comet is Apache-2.0; its models have licences of their own, and CometKiwi's forbids
commercial use and wants a login. Nothing is fetched unless the configuration names a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from mtcheck.core.errors import ModelError
from mtcheck.core.evidence import SegmentScore
from mtcheck.engines.base import EngineInfo
from mtcheck.engines.judge import Judge
from mtcheck.engines.judge_guards import bottom, guard

BATCH = 8


class CometJudge(Judge):
    """Scores quality by COMET; origin and fluency stay with the embedded judge.

    Values are 100 times the model's own score, cut to 0–100; they are not calibrated. Copies, loops
    and empty lines are caught before, as with the embedded judge: COMET scores a copy highly.

    Args:
        model: a name on the hub, or the path of a checkpoint.
        rest: the judge for everything but quality.
    """

    def __init__(self, model: str, rest: Judge) -> None:
        super().__init__(
            rest.folder,
            model=f"comet:{Path(model).name if Path(model).exists() else model}",
            allow_unsupported=rest.allow_unsupported,
            threads=rest.threads,
            calibration=rest.calibration,
        )
        self._name = model

    @cached_property
    def info(self) -> EngineInfo:
        """What the output depends on; a checkpoint is hashed whole when it is first asked for."""
        import hashlib
        from importlib.metadata import PackageNotFoundError, version

        try:
            backend_version = version("unbabel-comet")
        except PackageNotFoundError:
            backend_version = "unknown"
        with self._checkpoint.open("rb") as data:
            digest = hashlib.file_digest(data, "sha256").hexdigest()
        return EngineInfo(
            kind="judge", model=self._model, sha256=digest, backend="unbabel-comet",
            backend_version=backend_version,
        )  # fmt: skip

    @property
    def unit(self) -> str:
        """What its values from 0 to 100 are."""
        return "0–100: 100 times the COMET model's own score, not calibrated"

    @cached_property
    def _checkpoint(self) -> Path:
        if Path(self._name).is_file():
            return Path(self._name)
        return Path(_comet().download_model(self._name))

    @cached_property
    def _network(self) -> Any:
        network = _comet().load_from_checkpoint(str(self._checkpoint))
        if network.requires_references():
            raise ModelError(
                "wrong-model",
                f"{self._name} needs reference translations",
                try_="a reference-free model, such as Unbabel/wmt22-cometkiwi-da",
            )
        return network

    def quality(
        self, sources: Sequence[str], targets: Sequence[str], *, source_lang: str, target_lang: str
    ) -> list[SegmentScore]:
        """Score how well each target translates its source; ``raw`` is the model's own score.

        Raises:
            ValueError: if the lengths differ.
            ModelError: ``model-missing`` without unbabel-comet, ``wrong-model`` for a model that
                needs references.
        """
        pairs = list(zip(sources, targets, strict=True))
        flags = [guard(s, t, target_lang=target_lang) for s, t in pairs]
        out = [SegmentScore(bottom(f, paired=True), flags=f) for f in flags]
        free = [i for i, f in enumerate(flags) if not f]
        if free:
            data = [{"src": pairs[i][0], "mt": pairs[i][1]} for i in free]
            made = self._network.predict(data, batch_size=BATCH, gpus=_gpus(), progress_bar=False)
            for i, score in zip(free, made.scores, strict=True):
                out[i] = SegmentScore(min(100.0, max(0.0, 100 * float(score))), float(score))
        return out


def _comet() -> Any:
    try:
        import comet
    except ImportError as error:
        raise ModelError(
            "model-missing",
            "COMET models need the package unbabel-comet",
            try_='pip install "mtcheck[comet]"',
        ) from error
    return comet


def _gpus() -> int:
    import torch

    return 1 if torch.cuda.is_available() else 0
