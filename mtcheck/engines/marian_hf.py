"""Marian through transformers and torch: the reference that the default runtime is held to."""

from __future__ import annotations

import contextlib
import json
import threading
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mtcheck.core.errors import ModelError
from mtcheck.engines import guards
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

_BATCH_TOKENS = 1024
# Positions that a Marian model of the usual kind computes (sinusoids) and that a model with
# positions of its own, such as the embedded one, brings along.
_POSITIONS = ("model.encoder.embed_positions.weight", "model.decoder.embed_positions.weight")


class HfTranslator(MarianTranslator):
    """A Marian model in Hugging Face's layout; made by `HfTranslator.open`."""

    def __init__(
        self,
        info: EngineInfo,
        *,
        model: Any,
        tokenizer: Any,
        pairs: Pairs | None,
        target_token: TargetToken,
        beam: int,
        batch_tokens: int,
        max_source_tokens: int,
    ) -> None:
        super().__init__(
            info, pairs=pairs, target_token=target_token, max_source_tokens=max_source_tokens
        )
        self._model = model
        self._tokenizer = tokenizer
        self._beam = beam
        self._batch_tokens = batch_tokens
        # The tokenizer switches between its two models, and the legs of a round trip are made in
        # threads.
        self._lock = threading.Lock()

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
    ) -> HfTranslator:
        """Load a model; arguments as for `Ct2Translator.open`.

        ``compute_type`` is ``float32`` (also the default), ``float16`` or ``bfloat16``. Weights are
        read from safetensors, else from a pickle file with `weights_only`; code that comes with a
        model is never run. ``threads`` are torch's, for the whole process; 0 leaves them alone.

        Raises:
            ModelError: ``missing-backend`` without torch, ``missing-model-file``,
                ``damaged-model``, ``bad-device``.
        """
        torch, transformers = _import()
        weights = next(
            (folder / f for f in ("model.safetensors", "pytorch_model.bin")
             if (folder / f).is_file()),
            folder / "model.safetensors",
        )  # fmt: skip
        for needed in (weights, folder / "config.json", folder / "vocab.json",
                       folder / "source.spm", folder / "target.spm"):  # fmt: skip
            if not needed.is_file():
                raise missing_file(needed)
        device, dtype = _resolve(device, compute_type, torch)
        if threads:
            torch.set_num_threads(threads)
        try:
            with _quiet(transformers):
                tokenizer = transformers.MarianTokenizer.from_pretrained(
                    str(folder), local_files_only=True
                )
                model = transformers.MarianMTModel.from_pretrained(
                    str(folder),
                    dtype=dtype,
                    local_files_only=True,
                    use_safetensors=weights.suffix == ".safetensors",
                    weights_only=True,
                    trust_remote_code=False,
                )
            _load_positions(model, weights, torch)
            _tie_output(model)
        except ModelError:
            raise
        except Exception as error:  # transformers raises whatever its many readers raise
            raise damaged(folder, error) from error
        info = EngineInfo(
            kind="translator",
            model=model_id or folder.name,
            sha256=sha256 or file_sha256(weights),
            backend="transformers",
            backend_version=transformers.__version__,
            device=device,
            compute_type=str(dtype).removeprefix("torch."),
            params={
                "beam": str(beam),
                "max_source_tokens": str(max_source_tokens),
                "no_repeat": str(default_no_repeat(folder)),
                "retry_no_repeat": str(RETRY_NO_REPEAT),
                "guards": guards.VERSION,
            },
            folder=str(folder),
        )
        return cls(
            info,
            model=model.to(device).eval(),
            tokenizer=tokenizer,
            pairs=pairs,
            target_token=target_token,
            beam=beam,
            batch_tokens=batch_tokens or _BATCH_TOKENS,
            max_source_tokens=max_source_tokens,
        )

    def _count(self, text: str) -> int:
        return len(self._tokenizer.spm_source.encode(text))

    def _token_for(self, target: str) -> str | None:
        token = super()._token_for(target)
        if token is not None and token not in self._tokenizer.get_vocab():
            raise ModelError(
                "no-pair",
                f"{self._info.model} has no target token {token}",
                try_="another --model or --pivot, or a model from `mtcheck models list`",
            )
        return token

    def _generate(self, texts: Sequence[str], token: str | None, *, no_repeat: int) -> Batches:
        # A text that begins with >> would be read as a target token, but not behind a space.
        front = " " if token is None else f"{token} "
        with self._lock:
            ids = [self._tokenizer(front + text)["input_ids"] for text in texts]
        for batch in buckets([len(i) for i in ids], max_tokens=self._batch_tokens):
            try:
                with self._lock:
                    made = self._run([ids[i] for i in batch], no_repeat)
            except RuntimeError as error:
                raise ModelError(
                    "backend-failed",
                    f"torch gave up: {error}",
                    try_="a smaller --batch-tokens, or --device cpu",
                ) from error
            yield list(zip(batch, made, strict=True))

    def _run(self, ids: list[list[int]], no_repeat: int) -> list[Hypothesis]:
        import torch

        pad, end = self._tokenizer.pad_token_id, self._tokenizer.eos_token_id
        batch = self._tokenizer.pad({"input_ids": ids}, return_tensors="pt").to(self._model.device)
        limit = max_output_tokens(batch["input_ids"].shape[1])
        with torch.inference_mode():
            out = self._model.generate(
                **batch,
                num_beams=self._beam,
                do_sample=False,
                max_new_tokens=limit,
                max_length=None,
                no_repeat_ngram_size=no_repeat,
                length_penalty=1.0,
                early_stopping=False,
                forced_eos_token_id=None,
                # The padding token starts the decoder and is never a word of a translation.
                suppress_tokens=[pad],
                bad_words_ids=None,
                return_dict_in_generate=True,
                output_scores=True,
            )
            steps = self._model.compute_transition_scores(
                out.sequences,
                out.scores,
                out.beam_indices if self._beam > 1 else None,
                normalize_logits=self._beam == 1,
            )
        results = []
        rows = zip(ids, out.sequences[:, 1:].tolist(), steps.tolist(), strict=True)
        for source, row, scores in rows:
            # As in the other backend: the batch's limit is its longest source's.
            own = row[: max_output_tokens(len(source))]
            complete = end in own
            length = own.index(end) + 1 if complete else len(own)
            text = self._tokenizer.decode(own[:length], skip_special_tokens=True).strip()
            results.append(Hypothesis(text, sum(scores[:length]) / length, length, complete))
        return results


def _import() -> tuple[Any, Any]:
    try:
        import torch
        import transformers
    except ImportError as error:
        raise ModelError(
            "missing-backend",
            "the transformers backend needs torch, which is not installed",
            where=error.name,
            try_="pip install 'mtcheck[torch]', or --backend ctranslate2",
        ) from error
    return torch, transformers


def _resolve(device: str, compute_type: str, torch: Any) -> tuple[str, Any]:
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if device not in ("cpu", "cuda") or (device == "cuda" and not torch.cuda.is_available()):
        raise ModelError("bad-device", f"device {device!r} is not available to torch", try_="cpu")
    name = "float32" if compute_type == "default" else compute_type
    if name not in ("float32", "float16", "bfloat16"):
        raise ModelError(
            "bad-device",
            f"compute type {compute_type!r} is none of the transformers backend's",
            try_="float32, float16 or bfloat16",
        )
    return device, getattr(torch, name)


def _tie_output(model: Any) -> None:
    """Tie the output table to the decoder's embeddings where the configuration says that it is.

    Some opus-mt-tc-big checkpoints of 2022 hold noise in its place; transformers from 4.30 on reads
    that and produces gibberish (its issue 26216).
    """
    if model.config.tie_word_embeddings:
        model.lm_head.weight = model.model.decoder.embed_tokens.weight


def _load_positions(model: Any, weights: Path, torch: Any) -> None:
    """Put the file's position embeddings into the model where it has computed its own instead.

    Versions of transformers differ in whether they read these two from the file; sinusoids in the
    place of learned positions make a model that only seems to work.
    """
    if weights.suffix != ".safetensors":
        return  # models of the time of pickle files have sinusoids
    from safetensors import safe_open

    with safe_open(str(weights), framework="pt") as stored:
        names = set(stored.keys())
        for name in _POSITIONS:
            if name in names:
                parameter = model.get_parameter(name)
                given = stored.get_tensor(name).to(parameter.dtype)
                if given.shape != parameter.shape:
                    raise damaged(weights.parent, f"{name} has shape {tuple(given.shape)}")
                with torch.no_grad():
                    parameter.copy_(given)


@contextlib.contextmanager
def _quiet(transformers: Any) -> Iterator[None]:
    """Keep loading bars and the advice to install sacremoses away from the user's terminal."""
    bars = transformers.utils.logging.is_progress_bar_enabled()
    transformers.utils.logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*sacremoses.*")
            yield
    finally:
        if bars:
            transformers.utils.logging.enable_progress_bar()


def target_tokens(folder: Path) -> dict[str, str]:
    """Return the model's target tokens by three-letter code, from ``vocab.json``.

    Raises:
        ModelError: ``missing-model-file`` or ``damaged-model``.
    """
    path = folder / "vocab.json"
    try:
        vocabulary = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise missing_file(path) from error
    except ValueError as error:
        raise damaged(folder, error) from error
    return {t[2:-2]: t for t in vocabulary if t.startswith(">>") and t.endswith("<<")}
