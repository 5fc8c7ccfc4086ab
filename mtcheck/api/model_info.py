"""What is told of a model, whether embedded, pulled or only recommended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtcheck.core.errors import ModelError

if TYPE_CHECKING:
    from mtcheck.engines.manifest import Manifest
    from mtcheck.engines.model_table import ListedModel


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that is here or could be pulled.

    ``status`` is ``embedded``, ``pulled``, ``available`` (in the table of recommended models) or
    ``damaged``; ``role`` is ``translation`` or ``judge``. ``size`` is in bytes, of what is on disk
    or would be after pulling; ``download`` what pulling would fetch. ``problem`` says what is wrong
    with a damaged one. ``tier`` is ``base`` or ``big`` for recommended models.
    """

    id: str
    status: str
    role: str = "translation"
    pairs: tuple[tuple[str, str], ...] = ()
    tokens: Mapping[str, str] = field(default_factory=dict)
    size: int | None = None
    download: int | None = None
    revision: str | None = None
    license: str | None = None
    origin: str | None = None
    layout: str | None = None
    quantization: str | None = None
    tier: str | None = None
    folder: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    problem: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return {
            "id": self.id,
            "status": self.status,
            "role": self.role,
            "pairs": [f"{s}-{t}" for s, t in self.pairs],
            "tokens": dict(self.tokens),
            "size": self.size,
            "download": self.download,
            "revision": self.revision,
            "license": self.license,
            "origin": self.origin,
            "layout": self.layout,
            "quantization": self.quantization,
            "tier": self.tier,
            "folder": self.folder,
            "files": dict(self.files),
            "problem": self.problem,
        }


@dataclass(frozen=True, slots=True)
class Verification:
    """What re-hashing a model's files found.

    ``wrong`` maps file names to ``missing`` or ``changed``; ``problem`` says why a model could not
    be looked at, or that it has no recorded hashes. ``checked`` counts the files hashed; a wheel
    leaves out some that the record names.
    """

    id: str
    folder: str
    checked: int
    wrong: Mapping[str, str] = field(default_factory=dict)
    problem: str | None = None

    @property
    def ok(self) -> bool:
        """True where files were hashed and all are as recorded."""
        return self.checked > 0 and not self.wrong and self.problem is None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return {
            "id": self.id,
            "folder": self.folder,
            "ok": self.ok,
            "checked": self.checked,
            "wrong": dict(self.wrong),
            "problem": self.problem,
        }


def embedded() -> list[ModelInfo]:
    """Return the models that come with this installation."""
    from mtcheck.engines import manifest, model_store

    found = []
    for id, folder in model_store.embedded_folders():
        if id != model_store.EMBEDDED:
            hashes = manifest.recorded_hashes(folder)
            size = _size(folder)
            found.append(
                ModelInfo(id, "embedded", "judge", size=size, folder=str(folder), files=hashes)
            )
            continue
        try:
            found.append(from_manifest(manifest.read(folder, id=id), "embedded"))
        except ModelError as error:
            found.append(ModelInfo(id, "damaged", folder=str(folder), problem=str(error)))
    return found


def pulled(cache_dir: Path | None) -> list[ModelInfo]:
    """Return the models in mtcheck's cache, newest first, then the damaged ones."""
    from mtcheck.engines import model_store

    models, damaged = model_store.pulled_models(cache_dir)
    return [
        *(from_manifest(m, "pulled") for m in models),
        *(
            ModelInfo(
                Path(e.where or "?").name.replace("--", "/"),
                "damaged",
                folder=e.where,
                problem=e.what,
            )
            for e in damaged
        ),
    ]


def from_manifest(model: Manifest, status: str) -> ModelInfo:
    """Return what is told of a translation model on disk."""
    return ModelInfo(
        id=model.id,
        status=status,
        pairs=model.pairs,
        tokens=model.tokens,
        size=_size(model.folder),
        revision=model.revision,
        license=model.license,
        origin=model.origin,
        layout=model.layout,
        quantization=model.quantization,
        folder=str(model.folder),
        files=model.hashes,
    )


def from_table(model: ListedModel) -> ModelInfo:
    """Return what is told of a recommended model that is not here."""
    from mtcheck.engines import model_table

    return ModelInfo(
        id=model.id,
        status="available",
        pairs=model_table.derive_pairs((model.source, model.target), {}),
        size=model.int8_mb * 10**6,
        download=model.download_mb * 10**6,
        license=model.license,
        origin=f"https://huggingface.co/{model.id}",
        quantization="int8",
        tier=model.tier,
    )


def _size(folder: Path) -> int:
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())


def verify(model: ModelInfo) -> Verification:
    """Hash the files of a model on disk again and compare with its record."""
    from mtcheck.engines import manifest

    assert model.folder is not None
    folder = Path(model.folder)
    if model.status == "damaged":
        return Verification(model.id, model.folder, 0, problem=model.problem)
    if not model.files:
        return Verification(model.id, model.folder, 0, problem="it has no recorded hashes")
    wrong = manifest.compare(folder, model.files)
    present = sum((folder / name).is_file() for name in model.files)
    return Verification(model.id, model.folder, present, wrong)
