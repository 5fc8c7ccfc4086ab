"""Two translators in a row, for pairs that no single model serves."""

from __future__ import annotations

from collections.abc import Sequence

from mtcheck.core.errors import ModelError
from mtcheck.engines.base import EngineInfo, Translation, Translator


class ChainTranslator:
    """Translates by way of a third language, usually English.

    Args:
        first: serves ``source`` → ``via``.
        second: serves ``via`` → ``target``.
        via: the language between.
    """

    def __init__(self, first: Translator, second: Translator, *, via: str = "en") -> None:
        self._first = first
        self._second = second
        self._via = via

    @property
    def info(self) -> EngineInfo:
        """Both models; ids and hashes are joined by a plus sign."""
        a, b = self._first.info, self._second.info
        return EngineInfo(
            kind="translator",
            model=a.model if a == b else f"{a.model}+{b.model}",
            sha256=a.sha256 if a == b else f"{a.sha256[:12]}+{b.sha256[:12]}",
            backend=a.backend if a.backend == b.backend else f"{a.backend}+{b.backend}",
            backend_version=a.backend_version
            if a.backend_version == b.backend_version
            else f"{a.backend_version}+{b.backend_version}",
            device=a.device,
            compute_type=a.compute_type
            if a.compute_type == b.compute_type
            else f"{a.compute_type}+{b.compute_type}",
            params={**a.params, "via": self._via},
            folder=a.folder if a == b else None,
        )

    def serves(self, source: str, target: str) -> bool:
        """Tell whether both legs are served."""
        return self._first.serves(source, self._via) and self._second.serves(self._via, target)

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[Translation]:
        """Translate ``texts`` through the language between; flags of both legs are kept.

        ``logprob`` is the mean over the tokens of both legs.

        Raises:
            ModelError: ``no-pair`` if one of the legs is not served.
        """
        if not self.serves(source, target):
            raise ModelError(
                "no-pair",
                f"no way from {source} to {target} through {self._via} with {self.info.model}",
            )
        middle = self._first.translate(texts, source=source, target=self._via)
        last = self._second.translate([m.text for m in middle], source=self._via, target=target)
        return [_join(m, t) for m, t in zip(middle, last, strict=True)]


def _join(first: Translation, second: Translation) -> Translation:
    known = [t for t in (first, second) if t.logprob is not None and t.n_tokens]
    tokens = sum(t.n_tokens for t in known)
    return Translation(
        second.text,
        sum((t.logprob or 0.0) * t.n_tokens for t in known) / tokens if tokens else None,
        first.n_tokens + second.n_tokens,
        tuple(dict.fromkeys(first.flags + second.flags)),
    )
