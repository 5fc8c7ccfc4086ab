"""Marian through CTranslate2: the default runtime, without torch, 8-bit on CPU."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mtcheck.core.errors import ModelError
from mtcheck.engines import guards, shortlist
from mtcheck.engines.base import EngineInfo
from mtcheck.engines.batching import buckets
from mtcheck.engines.marian import (
    MAX_SOURCE_TOKENS,
    RETRY_NO_REPEAT,
    Batches,
    Hypothesis,
    MarianTranslator,
    Pairs,
    TargetToken,
    damaged,
    default_no_repeat,
    file_sha256,
    max_output_tokens,
    missing_file,
)

_END = "</s>"
# Larger batches cost a core no less for each token, and leave another core idle at the end; with
# 512 a token costs a sixth more (`python -m tests.benchmarks batches`).
_BATCH_TOKENS = 1024
# The kernels of CTranslate2's matrix library add up in another order where a row has 16 numbers or
# more. A source that is shorter and one that is padded to 16 would differ in the last bits of their
# attention, now and then in a word; batches that don't mix the two give the same results, bit for
# bit, as sentences one by one.
_BATCH_EDGES = (16,)
# Half precision where the GPU has it, else what old ones are fastest with.
_GPU_TYPES = ("float16", "int8_float32", "float32")


class Ct2Translator(MarianTranslator):
    """A Marian model in CTranslate2's layout; made by `Ct2Translator.open`."""

    def __init__(
        self,
        info: EngineInfo,
        *,
        model: Any,
        source_pieces: Any,
        target_pieces: Any,
        vocabulary: frozenset[str],
        listed: frozenset[str],
        pairs: Pairs | None,
        target_token: TargetToken,
        beam: int,
        batch_tokens: int,
        workers: int,
        max_source_tokens: int,
    ) -> None:
        super().__init__(
            info, pairs=pairs, target_token=target_token, max_source_tokens=max_source_tokens
        )
        self._model = model
        self._source_pieces = source_pieces
        self._target_pieces = target_pieces
        self._vocabulary = vocabulary
        self._listed = listed
        self._beam = beam
        self._batch_tokens = batch_tokens
        self._workers = workers

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        pairs: Pairs | None = None,
        target_token: TargetToken = None,
        model_id: str | None = None,
        device: str = "auto",
        compute_type: str = "default",
        beam: int = 1,
        threads: int = 0,
        batch_tokens: int = 0,
        max_source_tokens: int = MAX_SOURCE_TOKENS,
        sha256: str | None = None,
    ) -> Ct2Translator:
        """Load a converted model.

        Args:
            folder: holds ``model.bin``, ``config.json`` and the vocabulary, and, itself or its
                parent, ``source.spm`` and ``target.spm``; ``vmap.txt`` is used if it is there and
                has only target tokens for keys.
            pairs: language pairs that it serves; None = all.
            target_token: see `MarianTranslator`.
            model_id: name for reports; the folder's if None.
            device: ``auto`` (a GPU if there is one), ``cpu`` or ``cuda``.
            compute_type: one of CTranslate2's; ``default`` is int8 on CPU, float16 on a GPU that
                has it.
            beam: beam size; 1 = greedy.
            threads: batches translated at a time on a CPU, one thread each; 0 = as many as there
                are cores for this process.
            batch_tokens: most padded source tokens in a batch; 0 = 1024.
            max_source_tokens: longer texts are split.
            sha256: of ``model.bin`` where it is known already; computed if None.

        Raises:
            ModelError: ``missing-model-file``, ``damaged-model``, ``bad-device``.
        """
        import ctranslate2
        import sentencepiece

        weights = folder / "model.bin"
        if not weights.is_file():
            raise missing_file(weights)
        vocabulary = _source_vocabulary(folder)
        listed = shortlist.read(folder)
        device, compute_type = _resolve(device, compute_type, ctranslate2)
        workers = 1 if device == "cuda" else threads or _cores()
        try:
            model = ctranslate2.Translator(
                str(folder),
                device=device,
                compute_type=compute_type,
                # One thread for each of several batches rather than several threads for one: as
                # fast on an idle machine, and twice as fast on a busy one, where threads that
                # share a matrix wait for the one that has lost its core.
                inter_threads=workers,
                intra_threads=1,
            )
        except (RuntimeError, ValueError) as error:
            raise damaged(folder, error) from error
        try:
            source, target = (
                sentencepiece.SentencePieceProcessor(model_file=str(_beside(folder, name)))
                for name in ("source.spm", "target.spm")
            )
        except (RuntimeError, OSError) as error:
            raise damaged(folder, error) from error
        info = EngineInfo(
            kind="translator",
            model=model_id or folder.name,
            sha256=sha256 or file_sha256(weights),
            backend="ctranslate2",
            backend_version=ctranslate2.__version__,
            device=device,
            compute_type=model.compute_type,
            params={
                "beam": str(beam),
                "max_source_tokens": str(max_source_tokens),
                "no_repeat": str(default_no_repeat(folder)),
                "retry_no_repeat": str(RETRY_NO_REPEAT),
                "guards": guards.VERSION,
                **({"shortlist": listed.sha256[:12]} if listed.tokens else {}),
            },
            folder=str(folder),
        )
        return cls(
            info,
            model=model,
            source_pieces=source,
            target_pieces=target,
            vocabulary=vocabulary,
            listed=listed.tokens,
            pairs=pairs,
            target_token=target_token,
            beam=beam,
            batch_tokens=batch_tokens or _BATCH_TOKENS,
            workers=workers,
            max_source_tokens=max_source_tokens,
        )

    def _count(self, text: str) -> int:
        return len(self._source_pieces.encode(text))

    def _token_for(self, target: str) -> str | None:
        token = super()._token_for(target)
        if token is not None and token not in self._vocabulary:
            # It would be read as <unk>, and the model would choose a language by itself.
            raise ModelError(
                "no-pair",
                f"{self._info.model} has no target token {token}",
                try_="another --model or --pivot, or a model from `mtcheck models list`",
            )
        return token

    def _generate(self, texts: Sequence[str], token: str | None, *, no_repeat: int) -> Batches:
        front = [] if token is None else [token]
        # Marian reads an end token behind the source; without it the model does not know that the
        # sentence is over and goes on, which is the usual cause of loops in converted models.
        sources = [[*front, *self._source_pieces.encode(t, out_type=str), _END] for t in texts]
        lengths = [len(s) for s in sources]
        # A short text is shared out among the workers too.
        share = -(-sum(lengths) // self._workers)
        most = max(1, min(self._batch_tokens, share))
        started: list[tuple[tuple[int, ...], list[Any]]] = []
        with _failures():
            for batch in buckets(lengths, max_tokens=most, edges=_BATCH_EDGES):
                promises = self._model.translate_batch(
                    [sources[i] for i in batch],
                    beam_size=self._beam,
                    max_decoding_length=max_output_tokens(max(lengths[i] for i in batch)),
                    no_repeat_ngram_size=no_repeat,
                    use_vmap=token in self._listed,
                    return_scores=True,
                    asynchronous=True,
                )
                started.append((batch, promises))
        return self._finished(started, lengths)

    def _finished(
        self, started: Sequence[tuple[tuple[int, ...], list[Any]]], lengths: Sequence[int]
    ) -> Batches:
        for batch, promises in started:
            with _failures():
                results = [promise.result() for promise in promises]
            yield [
                (i, self._hypothesis(result, max_output_tokens(lengths[i])))
                for i, result in zip(batch, results, strict=True)
            ]

    def _hypothesis(self, result: Any, limit: int) -> Hypothesis:
        # The batch's limit is its longest source's; cutting here keeps the output of a loop the
        # same whatever else was in the batch.
        pieces = result.hypotheses[0]
        complete = len(pieces) < limit
        text = self._target_pieces.decode(pieces[:limit]).strip()
        n_tokens = len(pieces) + 1 if complete else limit
        return Hypothesis(text, result.scores[0], n_tokens, complete)


@contextlib.contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        raise ModelError(
            "backend-failed",
            f"CTranslate2 gave up: {error}",
            try_="a smaller --batch-tokens, or --device cpu",
        ) from error


def _resolve(device: str, compute_type: str, ctranslate2: Any) -> tuple[str, str]:
    gpus = ctranslate2.get_cuda_device_count()
    if device == "auto":
        device = "cuda" if gpus else "cpu"
    if device not in ("cpu", "cuda") or (device == "cuda" and not gpus):
        raise ModelError(
            "bad-device",
            f"device {device!r} is not available to CTranslate2",
            try_="auto or cpu" + (" or cuda" if gpus else ""),
        )
    supported = ctranslate2.get_supported_compute_types(device)
    if compute_type == "default":
        on_gpu = (kind for kind in _GPU_TYPES if kind in supported)
        compute_type = next(on_gpu, "float32") if device == "cuda" else "int8"
    if compute_type not in supported:
        raise ModelError(
            "bad-device",
            f"compute type {compute_type!r} is not supported on {device}",
            try_=", ".join(sorted(supported)),
        )
    return device, compute_type


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _beside(folder: Path, name: str) -> Path:
    """Return a file of the folder, or of its parent for a ``ct2`` folder inside a HF one."""
    for place in (folder, folder.parent):
        if (place / name).is_file():
            return place / name
    raise missing_file(folder / name)


def _source_vocabulary(folder: Path) -> frozenset[str]:
    for stem in ("shared_vocabulary", "source_vocabulary"):
        path = folder / f"{stem}.json"
        try:
            if path.is_file():
                return frozenset(json.loads(path.read_text(encoding="utf-8")))
            if path.with_suffix(".txt").is_file():
                lines = path.with_suffix(".txt").read_text(encoding="utf-8")
                return frozenset(lines.split("\n"))
        except (OSError, ValueError) as error:
            raise damaged(folder, error) from error
    raise missing_file(folder / "shared_vocabulary.json")
