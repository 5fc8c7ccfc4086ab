"""Opens the translator for a language pair: embedded, from a folder, or from the hub.

Which model: a name given by the user is taken as it is; ``opus`` and ``auto`` look for the pair
among the pulled models and the table of recommended ones. Whatever is chosen, a model made for the
pair comes before a group model with a target token, and that before a chain through English.
"""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from mtcheck.core import languages
from mtcheck.core.config import RoundTripConfig
from mtcheck.core.errors import ConfigError, ModelError
from mtcheck.engines import manifest as manifests
from mtcheck.engines import model_store
from mtcheck.engines.manifest import Manifest
from mtcheck.engines.model_choice import HUB, Choice
from mtcheck.engines.model_route import Leg, Route

if TYPE_CHECKING:
    from mtcheck.engines.base import Translator

__all__ = ["Leg", "Route", "open_translator"]

BACKENDS = ("ctranslate2", "transformers")

# Both directions of a round trip often use the same weights; while one of the translators is alive,
# the other shares it.
_open: weakref.WeakValueDictionary[tuple[object, ...], Translator] = weakref.WeakValueDictionary()


def open_translator(
    config: RoundTripConfig,
    *,
    source: str,
    target: str,
    offline: bool = False,
    cache_dir: Path | None = None,
) -> tuple[Translator, Route]:
    """Open a translator for one direction.

    Args:
        config: ``model`` is ``embedded``; ``opus`` (pulled and hub models); ``auto`` (pulled and
            embedded models, hub models only where these have no way); a folder; a hub id with an
            optional ``@revision``; or several folders and ids with commas between them, of which
            the first that serves the pair is taken. With ``cache`` set, translations are kept
            between runs.
        source: language, any form that `languages.normalise` knows.
        target: likewise.
        offline: never open a connection; hub models must have been pulled.
        cache_dir: mtcheck's cache folder; None = the default one.

    Returns:
        The translator and the route that it takes.

    Raises:
        ModelError: ``no-pair`` with the pairs that there are, ``unknown-model``, ``no-such-model``,
            ``damaged-model``, ``offline``, ``missing-backend`` and what the backends raise.
        ConfigError: ``bad-value`` for an unknown backend.
    """
    if config.backend not in BACKENDS:
        raise ConfigError(
            "bad-value",
            f"roundtrip.backend is {config.backend!r}",
            try_=" or ".join(BACKENDS),
        )
    source, target = languages.normalise(source), languages.normalise(target)
    chain = Choice(config.model, offline=offline, cache_dir=cache_dir).find(source, target)
    opened = [_open_leg(model, s, t, config, offline, cache_dir) for model, s, t in chain]
    if len(opened) == 1:
        (translator, leg), model = opened[0], chain[0][0]
        return translator, Route("group" if len(model.pairs) > 1 else "direct", (leg,))
    from mtcheck.engines.chain import ChainTranslator

    (first, leg_1), (second, leg_2) = opened
    return ChainTranslator(first, second, via=HUB), Route("chain", (leg_1, leg_2))


def _open_leg(
    model: Manifest,
    source: str,
    target: str,
    config: RoundTripConfig,
    offline: bool,
    cache_dir: Path | None,
) -> tuple[Translator, Leg]:
    if config.backend == "ctranslate2":
        model = _with_ct2(model, cache_dir)
        layout, folder = "ct2", model.ct2
    else:
        model = _with_hf(model, offline)
        layout, folder = "hf", model.hf
    assert folder is not None
    digest = manifests.check(model, layout)
    key = (
        folder.resolve(), digest, config.backend, config.device, config.compute_type,
        config.beam, config.threads, config.batch_tokens, cache_dir if config.cache else False,
    )  # fmt: skip
    translator = _open.get(key)
    if translator is None:
        translator = _open_backend(model, folder, digest, config)
        if config.cache:
            translator = _cached(translator, cache_dir)
        _open[key] = translator
    leg = Leg(source, target, model.id, model.revision, digest, model.tokens.get(target))
    return translator, leg


def _open_backend(
    model: Manifest, folder: Path, digest: str, config: RoundTripConfig
) -> Translator:
    from mtcheck.engines.marian import MAX_SOURCE_TOKENS
    from mtcheck.engines.marian_ct2 import Ct2Translator
    from mtcheck.engines.marian_hf import HfTranslator

    backend = Ct2Translator if config.backend == "ctranslate2" else HfTranslator
    return backend.open(
        folder,
        pairs=frozenset(model.pairs),
        target_token=dict(model.tokens) or None,
        model_id=f"{model.id}@{model.revision[:12]}" if model.revision else model.id,
        device=config.device,
        compute_type=config.compute_type,
        beam=config.beam,
        threads=config.threads,
        batch_tokens=config.batch_tokens,
        # Room for the target token and the end token.
        max_source_tokens=min(MAX_SOURCE_TOKENS, model.max_tokens - 2),
        sha256=digest,
    )


def _cached(translator: Translator, cache_dir: Path | None) -> Translator:
    from mtcheck.engines.cache import CachedTranslator, TranslationCache

    return CachedTranslator(translator, TranslationCache(cache_dir))


def _with_ct2(model: Manifest, cache_dir: Path | None) -> Manifest:
    """Return the model with a CTranslate2 form, converted into the cache if it has none."""
    if model.ct2 is not None:
        return model
    from mtcheck.engines.model_record import write_converted

    digest = manifests.check(model, "hf")
    final = model_store.cache_root(cache_dir) / "converted" / f"{digest[:32]}-int8"
    if not final.is_dir():
        with model_store.new_folder(final) as scratch:
            write_converted(scratch, model, source_sha256=digest)
    converted = manifests.read(final, id=model.id)
    # Pairs may depend on the folder's name; the folder that the user gave is the one that counts.
    return Manifest(
        id=model.id,
        folder=final,
        hf=None,
        ct2=converted.ct2,
        pairs=model.pairs,
        tokens=model.tokens,
        max_tokens=model.max_tokens,
        hashes=converted.hashes,
        license=model.license,
        origin=model.origin,
        revision=model.revision,
        quantization=converted.quantization,
        source_weights_sha256=digest,
    )


def _with_hf(model: Manifest, offline: bool) -> Manifest:
    if model.hf is not None:
        return model
    if model.origin and model.revision:
        from mtcheck.engines import hub

        return hub.snapshot(model, offline=offline)
    raise ModelError(
        "missing-backend",
        "the transformers backend needs the Hugging Face form of the model, and this folder has "
        "only the CTranslate2 form",
        where=str(model.folder),
        try_="roundtrip.backend = 'ctranslate2', or --model with a folder that has "
        "model.safetensors",
    )
