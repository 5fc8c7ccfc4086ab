"""Opens the translator for a language pair: embedded, from a folder, or from the hub.

Which model: a name given by the user is taken as it is; ``opus`` and ``auto`` look for the pair
among the pulled models and the table of recommended ones. Whatever is chosen, a model made for the
pair comes before a group model with a target token, and that before a chain through English.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mtcheck.core import languages
from mtcheck.core.config import RoundTripConfig
from mtcheck.core.errors import ConfigError, ModelError
from mtcheck.engines import manifest as manifests
from mtcheck.engines import model_store, model_table
from mtcheck.engines.manifest import Manifest
from mtcheck.engines.model_route import Leg, Route

if TYPE_CHECKING:
    from mtcheck.engines.base import Translator

__all__ = ["Leg", "Route", "open_translator", "parse_id"]

BACKENDS = ("ctranslate2", "transformers")
HUB = "en"  # the language that chains go through
_ID = re.compile(r"^[\w.-]+/[\w.-]+$")

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
        config: ``model`` is ``embedded``; ``opus`` (pulled and hub models); ``auto`` (pulled, then
            embedded, then hub models); a folder; a hub id with an optional ``@revision``; or
            several folders and ids with commas between them, of which the first that serves the
            pair is taken. With ``cache`` set, translations are kept between runs.
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
    choice = _Choice(config, offline, cache_dir)
    chain = choice.find(source, target)
    opened = [_open_leg(model, s, t, config, offline, cache_dir) for model, s, t in chain]
    if len(opened) == 1:
        (translator, leg), model = opened[0], chain[0][0]
        return translator, Route("group" if len(model.pairs) > 1 else "direct", (leg,))
    from mtcheck.engines.chain import ChainTranslator

    (first, leg_1), (second, leg_2) = opened
    return ChainTranslator(first, second, via=HUB), Route("chain", (leg_1, leg_2))


def parse_id(text: str) -> tuple[str, str | None] | None:
    """Return the hub id and revision that a text names, None if it is no hub id.

    ``opus-mt-en-de`` and ``Helsinki-NLP/opus-mt-en-de@refs/pr/1`` are ids; a folder that exists is
    none, whatever it is called.
    """
    id, _, revision = text.strip().partition("@")
    if id.startswith("opus-mt"):
        id = f"{model_table.HUB_OWNER}/{id}"
    if not _ID.match(id) or id.startswith("."):
        return None
    return id, revision or None


class _Choice:
    """Finds models for pairs, by one configuration."""

    def __init__(self, config: RoundTripConfig, offline: bool, cache_dir: Path | None) -> None:
        self.names = [n.strip() for n in config.model.split(",") if n.strip()] or ["embedded"]
        self.offline = offline
        self.cache_dir = cache_dir
        self._named: list[Manifest] | None = None

    def find(self, source: str, target: str) -> list[tuple[Manifest, str, str]]:
        """Return the models for a pair: one, or two with English between them."""
        sources: list[Callable[[str, str], Manifest | None]]
        if self.names == ["opus"]:
            sources = [self._pulled, self._hub]
        elif self.names == ["auto"]:
            sources = [self._pulled, self._embedded, self._hub]
        else:
            sources = [self._given]

        def one(s: str, t: str) -> Manifest | None:
            return next((m for look in sources if (m := look(s, t)) is not None), None)

        model = one(source, target)
        if model is not None:
            return [(model, source, target)]
        if HUB not in (source, target):
            first, second = one(source, HUB), one(HUB, target)
            if first is not None and second is not None:
                return [(first, source, HUB), (second, HUB, target)]
        raise self._no_pair(source, target)

    def _embedded(self, source: str, target: str) -> Manifest | None:
        model = _embedded()
        return model if model.serves(source, target) else None

    def _given(self, source: str, target: str) -> Manifest | None:
        if self._named is None:
            self._named = [self._load(name) for name in self.names]
        found = next((m for m in self._named if m.serves(source, target)), None)
        if found is not None:
            return found
        # A model for one direction: the way back is its counterpart's.
        back = next((m for m in self._named if m.serves(target, source)), None)
        return self._counterpart(back, source, target) if back else None

    def _load(self, name: str) -> Manifest:
        if name in ("embedded", model_store.EMBEDDED):
            return _embedded()
        folder = Path(name).expanduser()
        if folder.is_dir():
            return manifests.read(folder)
        parsed = parse_id(name)
        if parsed is None or folder.is_absolute() or name.startswith(("./", "../", "~")):
            raise ModelError(
                "unknown-model" if parsed is None else "no-such-model",
                f"there is no model {name!r}",
                try_="embedded, opus, auto, a folder, or a hub id such as "
                "Helsinki-NLP/opus-mt-en-de (see `mtcheck models list`)",
            )
        return self._from_hub(*parsed)

    def _counterpart(self, back: Manifest, source: str, target: str) -> Manifest | None:
        codes = model_table.codes_in(back.id) or model_table.codes_in(back.folder.name)
        if codes is None:
            return None
        old, new = f"-{codes[0]}-{codes[1]}", f"-{codes[1]}-{codes[0]}"
        beside = back.folder.parent / back.folder.name.replace(old, new)
        if back.origin is None:
            model = manifests.read(beside) if beside.is_dir() else None
            return model if model and model.serves(source, target) else None
        mirrored = back.id.replace(old, new)
        quality = "-big-" in back.id
        ids = [m.id for m in model_table.candidates(source, target, quality=quality)]
        if mirrored in ids:
            ids = [mirrored, *(i for i in ids if i != mirrored)]
        return self._first_from_hub(ids, source, target)

    def _pulled(self, source: str, target: str) -> Manifest | None:
        models, _ = model_store.pulled_models(self.cache_dir)
        serving = [m for m in models if m.serves(source, target)]
        # The stable sort keeps the newest first among equals.
        return min(serving, key=lambda m: len(m.pairs), default=None)

    def _hub(self, source: str, target: str) -> Manifest | None:
        ids = [m.id for m in model_table.candidates(source, target)]
        if self.offline and ids and self._pulled(source, target) is None:
            raise ModelError(
                "offline",
                f"no model for {languages.name(source)} to {languages.name(target)} has been "
                "pulled, and mtcheck is offline",
                where=str(model_store.models_folder(self.cache_dir)),
                try_=f"mtcheck models pull {source}-{target}, where there is a network",
            )
        return self._first_from_hub(ids, source, target)

    def _first_from_hub(self, ids: list[str], source: str, target: str) -> Manifest | None:
        for id in ids:
            try:
                model = self._from_hub(id, None)
            except ModelError as error:
                if error.code == "unknown-model":  # the table is older than the hub
                    continue
                raise
            if model.serves(source, target):
                return model
        return None

    def _from_hub(self, id: str, revision: str | None) -> Manifest:
        from mtcheck.engines import hub

        return hub.fetch(id, revision=revision, cache_dir=self.cache_dir, offline=self.offline)

    def _no_pair(self, source: str, target: str) -> ModelError:
        where: str | None = None
        known = self._named or []
        if not known:
            known = model_store.pulled_models(self.cache_dir)[0]
            where = f"pulled models and the table of OPUS-MT models ({self.names[0]})"
        else:
            where = ", ".join(m.id for m in known)
        pairs = list(dict.fromkeys(f"{s}-{t}" for m in known for s, t in m.pairs))
        shown = ", ".join(pairs[:24]) + (f" and {len(pairs) - 24} more" if len(pairs) > 24 else "")
        hints = []
        if model_table.candidates(source, target) or (
            model_table.candidates(source, HUB) and model_table.candidates(HUB, target)
        ):
            hints.append(f"--model opus (mtcheck models pull {source}-{target})")
        hints.append("a folder with a Marian model for this pair")
        return ModelError(
            "no-pair",
            f"no model translates from {languages.name(source)} to {languages.name(target)}"
            + (f"; there is {shown}" if shown else ""),
            where=where,
            try_=", or ".join(hints),
        )


def _embedded() -> Manifest:
    return manifests.read(model_store.embedded_folder(), id=model_store.EMBEDDED)


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
        sha256=digest,
    )


def _cached(translator: Translator, cache_dir: Path | None) -> Translator:
    from mtcheck.engines.cache import CachedTranslator, TranslationCache

    return CachedTranslator(translator, TranslationCache(cache_dir))


def _with_ct2(model: Manifest, cache_dir: Path | None) -> Manifest:
    """Return the model with a CTranslate2 form, converted into the cache if it has none."""
    if model.ct2 is not None:
        return model
    from mtcheck.engines.hub import convert_into

    digest = manifests.check(model, "hf")
    final = model_store.cache_root(cache_dir) / "converted" / f"{digest[:32]}-int8"
    if not final.is_dir():
        with model_store.new_folder(final) as scratch:
            convert_into(scratch, model, source_sha256=digest)
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


def embedded_models() -> Iterator[Manifest]:
    """Yield the translation models that come with this installation."""
    try:
        yield _embedded()
    except ModelError as error:
        if error.code != "no-such-model":
            raise
