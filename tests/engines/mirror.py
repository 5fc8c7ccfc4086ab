"""A translator without weights: the shared Marian code over a "model" that mirrors each word."""

from __future__ import annotations

from collections.abc import Sequence

from mtcheck.engines.base import EngineInfo
from mtcheck.engines.batching import buckets
from mtcheck.engines.marian import Batches, Hypothesis, MarianTranslator, Pairs, TargetToken


class MirrorTranslator(MarianTranslator):
    """Writes every word backwards, so that there and back again is the text itself.

    ``seen`` are the texts that reached the model, in the order in which it read them. A text that
    begins with "stuck" comes out as a loop, unless repetition is forbidden.
    """

    def __init__(
        self,
        *,
        pairs: Pairs | None = None,
        target_token: TargetToken = None,
        max_source_tokens: int = 120,
        batch_tokens: int = 64,
        sha256: str = "0" * 64,
    ) -> None:
        info = EngineInfo("translator", "mirror", sha256, "test", "1")
        super().__init__(
            info, pairs=pairs, target_token=target_token, max_source_tokens=max_source_tokens
        )
        self.batch_tokens = batch_tokens
        self.seen: list[str] = []
        self.tokens: list[str | None] = []

    def _count(self, text: str) -> int:
        return len(text.split())

    def _generate(self, texts: Sequence[str], token: str | None, *, no_repeat: int) -> Batches:
        for batch in buckets([len(t.split()) for t in texts], max_tokens=self.batch_tokens):
            made = []
            for i in batch:
                self.seen.append(texts[i])
                self.tokens.append(token)
                words = texts[i].split()
                if words[0] == "stuck" and not no_repeat:
                    words *= 9
                text = " ".join(w[::-1] for w in words)
                made.append((i, Hypothesis(text, -len(text) / 100, len(words), True)))
            yield made
