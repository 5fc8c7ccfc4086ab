"""Where models live: those that come with mtcheck, and the cache for pulled and converted ones."""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mtcheck.core.errors import ModelError
from mtcheck.engines import manifest
from mtcheck.engines.manifest import Manifest

EMBEDDED = "marian-mul-small"
_PARTIAL = ".partial-"
_STALE_SECONDS = 24 * 3600


def embedded_folder(id: str = EMBEDDED) -> Path:
    """Return the folder of a model that comes with mtcheck.

    In a wheel that is ``mtcheck/_models/<id>``, in a source checkout ``models/<id>``.

    Raises:
        ModelError: ``no-such-model`` if this installation has no such model.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_models" / id, package.parent / "models" / id):
        if folder.is_dir():
            return folder
    raise ModelError(
        "no-such-model",
        f"this installation has no embedded model {id!r}",
        where=str(package / "_models"),
        try_="reinstall mtcheck, or --model with a folder or a hub id",
    )


def embedded_folders() -> list[tuple[str, Path]]:
    """Return id and folder of each model that this installation has."""
    found = []
    for id in (EMBEDDED, "judge-small"):
        with contextlib.suppress(ModelError):
            folder = embedded_folder(id)
            if any(folder.iterdir()):
                found.append((id, folder))
    return found


def cache_root(cache_dir: Path | None = None) -> Path:
    """Return mtcheck's cache folder: ``cache_dir`` or the default one. It need not exist yet."""
    from mtcheck.engines.cache import default_cache_dir

    return default_cache_dir() if cache_dir is None else cache_dir.expanduser()


def models_folder(cache_dir: Path | None = None) -> Path:
    """Return the folder of pulled models; it need not exist."""
    return cache_root(cache_dir) / "models"


def pulled_folder(id: str, revision: str, cache_dir: Path | None = None) -> Path:
    """Return the folder for one revision of a hub model; it need not exist."""
    return models_folder(cache_dir) / f"{_folder_name(id)}@{revision[:12]}"


def pulled_models(cache_dir: Path | None = None) -> tuple[list[Manifest], list[ModelError]]:
    """Return the pulled models, newest first, and what is wrong with folders that can't be read."""
    folder = models_folder(cache_dir)
    found: list[tuple[float, Manifest]] = []
    damaged: list[ModelError] = []
    if folder.is_dir():
        for child in sorted(folder.iterdir()):
            if child.name.startswith(".") or not child.is_dir():
                continue
            try:
                found.append((child.stat().st_mtime, manifest.read(child)))
            except ModelError as error:
                damaged.append(error)
    found.sort(key=lambda item: -item[0])
    return [m for _, m in found], damaged


def find_pulled(
    id: str, revision: str | None = None, cache_dir: Path | None = None
) -> Manifest | None:
    """Return a pulled model, the newest where no revision is given; None if there is none.

    Raises:
        ModelError: ``damaged-model`` if its folder is there but can't be read.
    """
    folder = models_folder(cache_dir)
    if not folder.is_dir():
        return None
    prefix = f"{_folder_name(id)}@"
    matches = [
        child
        for child in folder.iterdir()
        if child.name.startswith(prefix) and _same(child.name.removeprefix(prefix), revision)
    ]
    matches.sort(key=lambda child: -child.stat().st_mtime)
    return manifest.read(matches[0]) if matches else None


def _same(short: str, revision: str | None) -> bool:
    return revision is None or short.startswith(revision[:12]) or revision.startswith(short)


def _folder_name(id: str) -> str:
    # As huggingface_hub names its folders: a slash can't stand in a name.
    return re.sub(r"[^\w.-]", "-", id.replace("/", "--"))


@contextmanager
def new_folder(final: Path, *, replace: bool = False) -> Iterator[Path]:
    """Give a scratch folder that becomes ``final`` only if the block ends well.

    A process that is killed leaves no half-made model; its scratch folder is removed by a later
    call, after a day. If another process made ``final`` meanwhile, that one stays.

    Args:
        final: folder to make.
        replace: take the place of an existing one.

    Raises:
        ModelError: ``cache-not-writable``.
    """
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        _sweep(final.parent)
        scratch = Path(tempfile.mkdtemp(prefix=f"{_PARTIAL}{final.name}-", dir=final.parent))
    except OSError as e:
        raise ModelError(
            "cache-not-writable",
            f"can't write to the model cache: {e.strerror or e}",
            where=str(final.parent),
            try_="MTCHECK_CACHE_DIR or --cache-dir with a folder that you may write to",
        ) from e
    try:
        yield scratch
        scratch.chmod(0o755)  # mkdtemp makes it private
        if replace and final.exists():
            aside = Path(tempfile.mkdtemp(prefix=f"{_PARTIAL}old-", dir=final.parent))
            final.rename(aside / final.name)
            scratch.rename(final)
            shutil.rmtree(aside, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):  # another process was faster
                scratch.rename(final)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove scratch folders that killed processes left behind."""
    for child in folder.glob(f"{_PARTIAL}*"):
        with contextlib.suppress(OSError):
            if time.time() - child.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(child, ignore_errors=True)
