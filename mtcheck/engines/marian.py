"""What the two Marian backends share: pairs, target tokens, splitting, duplicates, guards."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from mtcheck.core.errors import ModelError
from mtcheck.core.languages import name
from mtcheck.engines import guards
from mtcheck.engines.base import EngineInfo, Translation
from mtcheck.engines.batching import once_each
from mtcheck.engines.longtext import join_chunks, split_long

Pairs = frozenset[tuple[str, str]]
TargetToken = Mapping[str, str] | Callable[[str], str | None] | None

# Marian's own limit is 512 positions, but these are sentence models: beyond the length of what
# they were trained on they drop clauses. Longer texts are split.
MAX_SOURCE_TOKENS = 120

# A text whose translation loops is decoded once more without a repeated phrase of this many pieces.
# Measured on 40 news sentences from English (embedded model at 2,100 updates): loops fall from 17
# to 2, and what comes of them is 0.58 similar to its source after the round trip. Sentences that
# don't loop keep the ordinary decoding, which may repeat a long name.
RETRY_NO_REPEAT = 3


def max_output_tokens(source_tokens: int) -> int:
    """Return how many tokens, the end token included, a source of so many may become.

    14 of 118,000 human translations between English and Portuguese, German and French have more,
    most of them misaligned; a loop stops early instead of running to the 512th position.
    """
    return min(500, int(1.75 * source_tokens) + 12)


def default_no_repeat(folder: Path) -> int:
    """Return ``no_repeat_ngram_size`` of the model's own generation defaults, else 0.

    They are in ``generation_config.json`` (Hugging Face), in the folder or, for a converted model
    inside one, in its parent.
    """
    for place in (folder, folder.parent):
        file = place / "generation_config.json"
        try:
            value = json.loads(file.read_bytes()).get("no_repeat_ngram_size") or 0
        except (OSError, ValueError, AttributeError):
            continue
        return value if isinstance(value, int) and value > 0 else 0
    return 0


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A decoded chunk; ``complete`` is False where the length limit ended it."""

    text: str
    logprob: float
    n_tokens: int
    complete: bool


# Of each text in a batch, its position and what came of it.
Batches = Iterator[list[tuple[int, Hypothesis]]]


class MarianTranslator(ABC):
    """A Marian model behind the `Translator` protocol.

    Args:
        info: what the output depends on; with ``no_repeat`` among its parameters no sequence of so
            many pieces comes twice in an output.
        pairs: pairs that the model serves; None = every pair (of a model that one user brings).
        target_token: the token in front of the source, such as ``>>por<<``, by target language;
            None for models with a single target.
        max_source_tokens: longer texts are split.
    """

    def __init__(
        self,
        info: EngineInfo,
        *,
        pairs: Pairs | None,
        target_token: TargetToken,
        max_source_tokens: int,
    ) -> None:
        self._no_repeat = int(info.params.get("no_repeat", "0"))
        self._info = info
        self._pairs = pairs
        self._target_token = target_token
        self._max_source_tokens = max_source_tokens

    @property
    def info(self) -> EngineInfo:
        """What the output depends on."""
        return self._info

    def serves(self, source: str, target: str) -> bool:
        """Tell whether this model translates from ``source`` to ``target``."""
        return source != target and (self._pairs is None or (source, target) in self._pairs)

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[Translation]:
        """Translate ``texts``; one result for each, in the same order.

        Equal texts are translated once; texts above the model's length are split and carry the flag
        ``split``; texts without a letter come back as they are, for a model would invent something.
        What loops is translated again with repetition forbidden, and if that helps, carries
        ``retried`` instead of ``loop``.

        Raises:
            ModelError: ``no-pair`` if the model does not serve the pair; ``backend-failed`` if the
                backend gives up (out of memory).
        """
        if not self.serves(source, target):
            raise ModelError(
                "no-pair",
                f"{self._info.model} does not translate from {name(source)} to {name(target)}",
                try_="another --model or --pivot, or a model from `mtcheck models list`",
            )
        token = self._token_for(target)
        return once_each(texts, lambda distinct: self._translate(distinct, token))

    def _token_for(self, target: str) -> str | None:
        if self._target_token is None:
            return None
        if callable(self._target_token):
            return self._target_token(target)
        return self._target_token.get(target)

    def _translate(self, texts: list[str], token: str | None) -> list[Translation]:
        plans = [
            split_long(" ".join(text.split()), self._count, self._max_source_tokens)
            if any(c.isalpha() for c in text)
            else []
            for text in texts
        ]
        pieces = [chunk.text for plan in plans for chunk in plan]
        done = iter(self._generate_twice(pieces, token))
        results = []
        for text, plan in zip(texts, plans, strict=True):
            if not plan:
                flags = guards.inspect(text, text)
                results.append(Translation(text.strip(), None, 0, flags))
                continue
            made = [next(done) for _ in plan]
            parts = [part for part, _ in made]
            n_tokens = sum(p.n_tokens for p in parts)
            output = join_chunks(plan, [p.text for p in parts])
            flags = guards.inspect(text, output, complete=all(p.complete for p in parts))
            results.append(
                Translation(
                    output,
                    # Token-weighted, so that splitting does not change what the figure means.
                    sum(p.logprob * p.n_tokens for p in parts) / n_tokens,
                    n_tokens,
                    flags
                    + (("split",) if len(plan) > 1 else ())
                    + (("retried",) if any(again for _, again in made) else ()),
                )
            )
        return results

    def _generate_twice(
        self, texts: Sequence[str], token: str | None
    ) -> list[tuple[Hypothesis, bool]]:
        """Return a hypothesis for each text, and whether it is a second one.

        What fails is tried again while the rest is still being translated for the first time.
        """
        results: dict[int, tuple[Hypothesis, bool]] = {}
        again: list[tuple[list[int], Batches]] = []
        for batch in self._generate(texts, token, no_repeat=self._no_repeat):
            results.update((i, (hypothesis, False)) for i, hypothesis in batch)
            if 0 < self._no_repeat <= RETRY_NO_REPEAT:
                continue  # a second time would be no stricter
            failed = [i for i, hypothesis in batch if _fails(texts[i], hypothesis)]
            if failed:
                some = [texts[i] for i in failed]
                again.append((failed, self._generate(some, token, no_repeat=RETRY_NO_REPEAT)))
        for failed, batches in again:
            for place, hypothesis in chain.from_iterable(batches):
                i = failed[place]
                if not _fails(texts[i], hypothesis):
                    results[i] = (hypothesis, True)
        return [results[i] for i in range(len(texts))]

    @abstractmethod
    def _count(self, text: str) -> int:
        """Return the number of source tokens of ``text``, without target and end token."""

    @abstractmethod
    def _generate(self, texts: Sequence[str], token: str | None, *, no_repeat: int) -> Batches:
        """Translate texts that are short enough, batch by batch.

        With ``no_repeat`` above 0 no sequence of so many pieces occurs twice in an output. A
        backend that can works ahead from the call on, not only once the first batch is asked for.
        """


def _fails(text: str, hypothesis: Hypothesis) -> bool:
    return not hypothesis.complete or guards.is_loop(text, hypothesis.text)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal.

    Raises:
        ModelError: ``missing-model-file``.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise missing_file(path) from error


def missing_file(path: Path) -> ModelError:
    """Return the error for a file that a model folder lacks."""
    return ModelError(
        "missing-model-file",
        f"the model folder has no readable {path.name}",
        where=str(path.parent),
        try_="`mtcheck models verify`, then `mtcheck models pull` or another --model",
    )


def damaged(folder: Path, why: object) -> ModelError:
    """Return the error for a model folder that the backend can't load."""
    return ModelError(
        "damaged-model",
        f"the model can't be loaded: {why}",
        where=str(folder),
        try_="`mtcheck models verify`, then `mtcheck models pull` or another --model",
    )
