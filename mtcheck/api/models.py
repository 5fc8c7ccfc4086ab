"""Models from Python: what there is, fetching, and checking that files are as they were."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mtcheck.api.model_info import (
    ModelInfo,
    Verification,
    embedded,
    from_manifest,
    from_table,
    pulled,
    verify,
)
from mtcheck.core import languages
from mtcheck.core.errors import ModelError, UsageError

if TYPE_CHECKING:
    from mtcheck.engines.manifest import Manifest
    from mtcheck.engines.model_table import ListedModel

__all__ = [
    "ModelInfo",
    "Verification",
    "list_models",
    "parse_pair",
    "pull_model",
    "recommended_table",
    "show_model",
    "verify_models",
]

_PAIR = re.compile(r"^[A-Za-z_]{2,7}-[A-Za-z_]{2,7}$")


def list_models(
    *, pair: str | None = None, quality: bool = False, cache_dir: Path | None = None
) -> list[ModelInfo]:
    """Return embedded, pulled and recommended models, in that order.

    Args:
        pair: only models that serve ``en-pt`` or its reverse; recommended ones best first.
        quality: put larger models first.
        cache_dir: mtcheck's cache folder; None = the default one.

    Raises:
        UsageError: ``bad-pair``, ``unknown-language``.
    """
    from mtcheck.engines import model_table
    from mtcheck.engines.model_choice import HUB

    here = [*embedded(), *pulled(cache_dir)]
    ids = {m.id for m in here}
    if pair is None:
        listed = list(model_table.listed_models())
        return [*here, *(from_table(m) for m in listed if m.id not in ids)]
    source, target = parse_pair(pair)
    ways = ((source, target), (target, source))
    listed = []
    for s, t in ways:
        found = model_table.candidates(s, t, quality=quality)
        if not found and HUB not in (s, t):
            found = [
                *model_table.candidates(s, HUB, quality=quality)[:1],
                *model_table.candidates(HUB, t, quality=quality)[:1],
            ]
        listed += found
    return [
        *(m for m in here if any(_reaches(m, *way) for way in ways)),
        *(from_table(m) for m in dict.fromkeys(listed) if m.id not in ids),
    ]


def show_model(id: str, *, cache_dir: Path | None = None) -> ModelInfo:
    """Return everything known about a model: embedded, pulled, recommended, or a folder.

    Raises:
        ModelError: ``unknown-model``; ``damaged-model`` for a folder that can't be read.
    """
    from mtcheck.engines import manifest, model_store
    from mtcheck.engines.model_choice import parse_id

    wanted = model_store.EMBEDDED if id == "embedded" else id
    if Path(wanted).expanduser().is_dir():
        return from_manifest(manifest.read(Path(wanted).expanduser()), "folder")
    parsed = parse_id(wanted)
    name, revision = parsed if parsed else (wanted, None)
    for model in list_models(cache_dir=cache_dir):
        same = revision is None or (model.revision or "").startswith(revision)
        if model.id.lower() == name.lower() and same:
            return model
    raise ModelError(
        "unknown-model",
        f"mtcheck knows no model {id!r}",
        try_="an id from `mtcheck models list`, or a folder",
    )


def pull_model(
    what: str,
    *,
    quality: bool = False,
    one_way: bool = False,
    force: bool = False,
    cache_dir: Path | None = None,
) -> list[ModelInfo]:
    """Fetch the models for a pair, or one by its hub id, and convert them to int8.

    Args:
        what: ``en-pt``, for which the recommended models of both directions are fetched (through
            English where there is none for the pair), or a hub id with an optional ``@revision``.
        quality: prefer opus-mt-tc-big.
        one_way: leave out the way back.
        force: convert again what is there already.
        cache_dir: mtcheck's cache folder; None = the default one.

    Raises:
        UsageError: ``bad-model``, ``unknown-language``.
        ModelError: ``no-pair`` if no recommended model serves it; as `mtcheck.engines.hub.pull`.
    """
    from mtcheck.engines import hub
    from mtcheck.engines.model_choice import parse_id

    parsed = parse_id(what)
    if parsed is not None:
        id, revision = parsed
        model = hub.pull(id, revision=revision, cache_dir=cache_dir, force=force)
        return [from_manifest(model, "pulled")]
    if not _PAIR.match(what):
        raise UsageError(
            "bad-model",
            f"{what!r} is neither a language pair nor a hub id",
            try_="en-pt, or Helsinki-NLP/opus-mt-en-de",
        )
    source, target = parse_pair(what)
    ways = [(source, target)] if one_way else [(source, target), (target, source)]
    done: dict[str, ModelInfo] = {}
    for s, t in ways:
        for candidates in _plan(s, t, quality):
            if not any(c.id in done for c in candidates[:1]):
                model = _first(candidates, force=force, cache_dir=cache_dir)
                done[model.id] = from_manifest(model, "pulled")
    return list(done.values())


def verify_models(ids: Sequence[str] = (), *, cache_dir: Path | None = None) -> list[Verification]:
    """Hash the files of embedded and pulled models again and compare with what was recorded.

    Args:
        ids: models or folders to look at; default all.
        cache_dir: mtcheck's cache folder; None = the default one.

    Raises:
        ModelError: ``unknown-model`` for an id that is not here.
    """
    if not ids:
        return [verify(m) for m in (*embedded(), *pulled(cache_dir))]
    results = []
    for id in ids:
        model = show_model(id, cache_dir=cache_dir)
        if model.folder is None:
            raise ModelError(
                "unknown-model",
                f"{model.id} has not been pulled",
                try_=f"mtcheck models pull {model.id}",
            )
        results.append(verify(model))
    return results


def parse_pair(pair: str) -> tuple[str, str]:
    """Return the two normalised languages of ``en-pt`` or ``en→pt``.

    Raises:
        UsageError: ``bad-pair``, ``unknown-language``.
    """
    parts = [p for p in re.split(r"[-→>:,/ ]+", pair.strip()) if p]
    if len(parts) != 2 or parts[0] == parts[1]:
        raise UsageError("bad-pair", f"{pair!r} is no language pair", try_="en-pt")
    return languages.normalise(parts[0]), languages.normalise(parts[1])


def recommended_table() -> str:
    """Return the recommended models as a Markdown table, for the documentation."""
    from mtcheck.engines import model_table

    lines = [
        "| model | from | to | size | download (MB) | on disk, int8 (MB) | licence |",
        "|---|---|---|---|---|---|---|",
    ]
    for m in model_table.listed_models():
        source, target = (" ".join(model_table.members(c)) for c in (m.source, m.target))
        link = f"[{m.id.split('/')[1]}](https://huggingface.co/{m.id})"
        lines.append(
            f"| {link} | {source} | {target} | {m.tier} | {m.download_mb} | {m.int8_mb} "
            f"| {m.license} |"
        )
    return "\n".join(lines) + "\n"


def _reaches(model: ModelInfo, source: str, target: str) -> bool:
    """Tell whether a model alone takes one language to the other, if need be through English."""
    from mtcheck.engines.model_choice import HUB

    chain = {(source, HUB), (HUB, target)}
    return (source, target) in model.pairs or chain <= set(model.pairs)


def _plan(source: str, target: str, quality: bool) -> list[list[ListedModel]]:
    """Return the candidates of each step from ``source`` to ``target``."""
    from mtcheck.engines import model_table
    from mtcheck.engines.model_choice import HUB

    direct = model_table.candidates(source, target, quality=quality)
    if direct:
        return [direct]
    first = model_table.candidates(source, HUB, quality=quality)
    second = model_table.candidates(HUB, target, quality=quality)
    if HUB in (source, target) or not first or not second:
        raise ModelError(
            "no-pair",
            f"the table has no model from {languages.name(source)} to {languages.name(target)}",
            try_="a hub id: mtcheck models pull OWNER/NAME",
        )
    return [first, second]


def _first(candidates: Iterable[ListedModel], *, force: bool, cache_dir: Path | None) -> Manifest:
    from mtcheck.engines import hub

    error: ModelError | None = None
    for candidate in candidates:
        try:
            return hub.pull(candidate.id, cache_dir=cache_dir, force=force)
        except ModelError as e:
            if e.code != "unknown-model":
                raise
            error = error or e
    assert error is not None
    raise error
