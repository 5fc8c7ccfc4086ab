"""Which model translates a language pair, by what the user asked for.

A name given by the user is taken as it is; ``opus`` and ``auto`` look for the pair among the pulled
models and the table of recommended ones. Whatever is chosen, a model made for the pair comes before
a group model with a target token, and that before a chain through English.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from mtcheck.core import languages
from mtcheck.core.errors import ModelError
from mtcheck.engines import manifest as manifests
from mtcheck.engines import model_store, model_table
from mtcheck.engines.manifest import Manifest

HUB = "en"  # the language that chains go through
_ID = re.compile(r"^[\w.-]+/[\w.-]+$")


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


_Place = Callable[[str, str], Manifest | None]


class Choice:
    """Finds the models for language pairs.

    Args:
        model: the setting, as `mtcheck.engines.models.open_translator` describes it.
        offline: never open a connection.
        cache_dir: mtcheck's cache folder; None = the default one.
    """

    def __init__(self, model: str, *, offline: bool, cache_dir: Path | None) -> None:
        self.names = [n.strip() for n in model.split(",") if n.strip()] or ["embedded"]
        self.offline = offline
        self.cache_dir = cache_dir
        self._named: list[Manifest] | None = None

    def find(self, source: str, target: str) -> list[tuple[Manifest, str, str]]:
        """Return the models for a pair with what each translates: one, or two by way of English.

        Raises:
            ModelError: ``no-pair`` with the pairs that there are, ``unknown-model``, ``offline``,
                ``damaged-model`` and what the hub raises.
        """
        for places in self._stages():
            found = _route(places, source, target)
            if found:
                return found
        raise self._no_pair(source, target)

    def _stages(self) -> list[list[_Place]]:
        """Return where to look, and where to look again if that finds no route."""
        if self.names == ["auto"]:
            local: list[_Place] = [self._pulled, self._embedded]
            return [local, [*local, self._hub]]
        if self.names == ["opus"]:
            everywhere: list[_Place] = [self._pulled, self._hub]
            # Offline, two pulled models with English between them are better than an error.
            return [[self._pulled], everywhere] if self.offline else [everywhere]
        return [[self._given]]

    def _embedded(self, source: str, target: str) -> Manifest | None:
        model = embedded_model()
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
            return embedded_model()
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


def _route(
    places: list[_Place], source: str, target: str
) -> list[tuple[Manifest, str, str]] | None:
    """Return one model for a pair, or two by way of English, from the first place that has them."""

    def one(s: str, t: str) -> Manifest | None:
        return next((m for look in places if (m := look(s, t)) is not None), None)

    model = one(source, target)
    if model is not None:
        return [(model, source, target)]
    if HUB in (source, target):
        return None
    first, second = one(source, HUB), one(HUB, target)
    if first is None or second is None:
        return None
    return [(first, source, HUB), (second, HUB, target)]


def embedded_model() -> Manifest:
    """Return the translation model that comes with mtcheck.

    Raises:
        ModelError: ``no-such-model`` if this installation has none, ``damaged-model``.
    """
    return manifests.read(model_store.embedded_folder(), id=model_store.EMBEDDED)
