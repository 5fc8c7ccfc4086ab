"""Fetches OPUS-MT models from the Hugging Face hub and keeps them as CTranslate2 int8.

The checkpoint goes into Hugging Face's own cache (``HF_HOME``), where an interrupted download is
taken up again; the converted model goes into mtcheck's cache, complete or not at all, with the
commit that it was made from and the SHA-256 of every file. ``HF_ENDPOINT``, ``HF_TOKEN`` and
``HF_HUB_OFFLINE`` are honoured. Only named files are fetched, and none of them is ever executed.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mtcheck.core.errors import ModelError
from mtcheck.engines import manifest as manifests
from mtcheck.engines import model_store
from mtcheck.engines.manifest import Manifest
from mtcheck.engines.model_record import write_converted
from mtcheck.engines.model_weights import SAFETENSORS, TORCH

_REQUIRED = ("config.json", "vocab.json", "source.spm", "target.spm")
_OPTIONAL = ("tokenizer_config.json", "special_tokens_map.json", "generation_config.json",
             "target_vocab.json")  # fmt: skip


def fetch(
    id: str,
    *,
    revision: str | None = None,
    cache_dir: Path | None = None,
    offline: bool = False,
) -> Manifest:
    """Return a hub model from mtcheck's cache, pulling it first if it is not there.

    Args:
        id: ``owner/name``.
        revision: commit, branch or tag; None = whatever has been pulled, else the main branch.
        cache_dir: mtcheck's cache folder; None = the default one.
        offline: open no connection.

    Raises:
        ModelError: ``offline`` if it would have to be pulled, otherwise as `pull`.
    """
    found = model_store.find_pulled(id, revision, cache_dir)
    if found is not None:
        return found
    if offline or _offline():
        name = f"{id}@{revision}" if revision else id
        raise ModelError(
            "offline",
            f"{name} has not been pulled, and mtcheck is offline",
            where=str(model_store.models_folder(cache_dir)),
            try_=f"mtcheck models pull {name}, where there is a network",
        )
    return pull(id, revision=revision, cache_dir=cache_dir)


def pull(
    id: str,
    *,
    revision: str | None = None,
    cache_dir: Path | None = None,
    force: bool = False,
) -> Manifest:
    """Download a Marian model, convert it, and return what is in the cache now.

    A model whose commit is there already, with all files as recorded, is not fetched again.

    Args:
        id: ``owner/name``.
        revision: commit, branch or tag; None = the main branch.
        cache_dir: mtcheck's cache folder; None = the default one.
        force: convert again even if it is there.

    Raises:
        ModelError: ``unknown-model``, ``unknown-revision``, ``hub-unreachable``, ``hub-refused``,
            ``offline`` (HF_HUB_OFFLINE), ``unsupported-model`` (not Marian), ``damaged-model``,
            ``cache-not-writable``.
    """
    if _offline():
        raise ModelError(
            "offline", f"{id} can't be pulled: HF_HUB_OFFLINE is set", try_="unset HF_HUB_OFFLINE"
        )
    commit, names, license = _lookup(id, revision)
    final = model_store.pulled_folder(id, commit, cache_dir)
    if final.is_dir() and not force:
        try:
            present = manifests.read(final)
            if not manifests.verify(present):
                return present
        except ModelError:
            pass  # damaged: made again below
    source = manifests.read(_download(id, commit, names), id=id)
    digest = manifests.check(source, "hf")
    with model_store.new_folder(final, replace=True) as scratch:
        write_converted(
            scratch,
            source,
            source_sha256=digest,
            extra={
                "origin": f"{_endpoint()}/{id}",
                "revision": commit,
                "license": license,
                "pulled": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            },
        )
    return manifests.read(final)


def snapshot(model: Manifest, *, offline: bool = False) -> Manifest:
    """Return the Hugging Face form of a pulled model, for the transformers backend.

    It is looked for in Hugging Face's cache, and fetched again if it was removed from there.

    Raises:
        ModelError: ``offline`` if it is not there and must not be fetched; as `pull` otherwise.
    """
    from huggingface_hub import try_to_load_from_cache

    assert model.revision is not None
    folder: Path | None = None
    for weights in (SAFETENSORS, TORCH):
        path = try_to_load_from_cache(
            model.id, weights, cache_dir=_hf_cache(), revision=model.revision
        )
        if isinstance(path, str):
            folder = Path(path).parent
            break
    if folder is None:
        if offline or _offline():
            raise ModelError(
                "offline",
                f"the original weights of {model.id} are no longer in Hugging Face's cache, and "
                "mtcheck is offline",
                where=str(_hf_cache() or "HF_HOME"),
                try_="roundtrip.backend = 'ctranslate2', or pull the model again",
            )
        _, names, _ = _lookup(model.id, model.revision)
        folder = _download(model.id, model.revision, names)
    original = manifests.read(folder, id=model.id)
    return Manifest(
        id=model.id,
        folder=original.folder,
        hf=original.hf,
        ct2=None,
        pairs=model.pairs,
        tokens=model.tokens,
        max_tokens=model.max_tokens,
        license=model.license,
        origin=model.origin,
        revision=model.revision,
    )


def _lookup(id: str, revision: str | None) -> tuple[str, list[str], str | None]:
    """Return commit, file names and licence of a hub model."""
    from huggingface_hub import HfApi

    with _hub_errors(id, revision):
        info = HfApi(endpoint=_endpoint()).model_info(id, revision=revision)
    card = info.card_data
    license = card.get("license") if card is not None else None
    names = [s.rfilename for s in info.siblings or ()]
    if info.sha is None:
        raise ModelError("hub-refused", f"the hub tells no commit of {id}", where=_endpoint())
    return info.sha, names, str(license) if license else None


def _download(id: str, commit: str, names: list[str]) -> Path:
    """Fetch the files that a conversion needs into Hugging Face's cache; return their folder."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.utils.tqdm import (
        are_progress_bars_disabled,
        disable_progress_bars,
        enable_progress_bars,
    )

    weights = next((n for n in (SAFETENSORS, TORCH) if n in names), None)
    missing = [n for n in _REQUIRED if n not in names]
    if weights is None or missing:
        lacking = ", ".join(missing) or f"{SAFETENSORS} or {TORCH}"
        raise ModelError(
            "unsupported-model",
            f"{id} is not a Marian model that mtcheck can use: it has no {lacking}",
            where=f"{_endpoint()}/{id}/tree/{commit}",
            try_="a Helsinki-NLP/opus-mt model (see `mtcheck models list`)",
        )
    quiet = not sys.stderr.isatty() and not are_progress_bars_disabled()
    if quiet:
        disable_progress_bars()
    folder = Path()
    try:
        # Small files first: a model of another kind is found out before its weights are fetched.
        for name in (*_REQUIRED, *(n for n in _OPTIONAL if n in names), weights):
            with _hub_errors(id, commit):
                path = hf_hub_download(
                    id, name, revision=commit, cache_dir=_hf_cache(), endpoint=_endpoint()
                )
            folder = Path(path).parent
            if name == "config.json":
                _check_marian(id, Path(path))
    finally:
        if quiet:
            enable_progress_bars()
    return folder


def _check_marian(id: str, path: Path) -> None:
    try:
        kind = json.loads(path.read_text("utf-8")).get("model_type")
    except (OSError, ValueError, AttributeError):
        kind = None
    if kind != "marian":
        raise ModelError(
            "unsupported-model",
            f"{id} is no Marian model (model_type is {kind!r})",
            try_="a Helsinki-NLP/opus-mt model (see `mtcheck models list`)",
        )


def _endpoint() -> str:
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def _hf_cache() -> Path | None:
    """Return Hugging Face's cache by the environment as it is now, None for its default."""
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if value := os.environ.get(name):
            return Path(value).expanduser()
    if home := os.environ.get("HF_HOME"):
        return Path(home).expanduser() / "hub"
    return None


def _offline() -> bool:
    names = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
    return any(os.environ.get(n, "").upper() in ("1", "ON", "YES", "TRUE") for n in names)


@contextmanager
def _hub_errors(id: str, revision: str | None) -> Iterator[None]:
    """Turn what huggingface_hub and its HTTP client raise into errors with a way out."""
    from huggingface_hub import errors

    # The HTTP client's own base class: httpx or requests, by version of huggingface_hub.
    transport: type[Exception] = errors.HfHubHTTPError.__mro__[1]
    try:
        yield
    except errors.RevisionNotFoundError as e:
        raise ModelError(
            "unknown-revision",
            f"{id} has no revision {revision!r}",
            where=_endpoint(),
            try_="a commit, branch or tag of the model, or none for the newest",
        ) from e
    except errors.GatedRepoError as e:
        raise ModelError(
            "hub-refused",
            f"{id} may only be fetched by accounts that its owner admitted",
            where=_endpoint(),
            try_="HF_TOKEN with a token of such an account",
        ) from e
    except (errors.RepositoryNotFoundError, errors.HFValidationError) as e:
        raise ModelError(
            "unknown-model",
            f"the hub has no model {id}, or it is private",
            where=_endpoint(),
            try_="`mtcheck models list` for known ids; HF_TOKEN for a private model",
        ) from e
    except errors.OfflineModeIsEnabled as e:
        raise ModelError(
            "offline", f"{id} can't be fetched: HF_HUB_OFFLINE is set", try_="unset HF_HUB_OFFLINE"
        ) from e
    except errors.HfHubHTTPError as e:
        status = e.response.status_code if e.response is not None else "an error"
        raise ModelError(
            "hub-refused",
            f"the hub answered {status} for {id}",
            where=_endpoint(),
            try_="later again; HF_TOKEN if the model needs an account",
        ) from e
    except (transport, OSError) as e:
        raise ModelError(
            "hub-unreachable",
            f"{id} can't be fetched: {str(e).splitlines()[0] if str(e) else type(e).__name__}",
            where=_endpoint(),
            try_="the network, HF_ENDPOINT for a mirror, or --offline with a pulled model",
        ) from e
