"""What a model folder holds: layout, language pairs, target tokens, hashes, origin and licence.

A folder that mtcheck made says it in ``mtcheck-model.json``. Of other folders as much is worked out
from their configuration, vocabulary and name. Two layouts are read: ``hf`` (config.json with
model_type marian, vocab.json, model.safetensors or pytorch_model.bin) and ``ct2`` (model.bin and
its vocabulary), either in the folder itself or in its subfolder ``ct2``; both have source.spm and
target.spm.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mtcheck.core.errors import ModelError
from mtcheck.engines import model_table
from mtcheck.engines.model_weights import SAFETENSORS, TORCH, check_safetensors, weights_file

FILE = "mtcheck-model.json"
HASHES = "sha256.txt"
SCHEMA = 1
SENTENCEPIECE = ("source.spm", "target.spm")
_DEFAULT_MAX_TOKENS = 512


@dataclass(frozen=True, slots=True)
class Manifest:
    """A translation model on disk.

    ``pairs`` are normalised (source, target) languages. ``tokens`` holds, by target language, the
    token that must stand before the source text; a language without one needs none. ``hashes`` are
    SHA-256 by path relative to ``folder``, as recorded when the model was made or pulled; empty for
    folders that have no record. ``hf`` and ``ct2`` are the folders of the two layouts, None where
    that layout is not there.
    """

    id: str
    folder: Path
    hf: Path | None
    ct2: Path | None
    pairs: tuple[tuple[str, str], ...]
    tokens: Mapping[str, str] = field(default_factory=dict)
    max_tokens: int = _DEFAULT_MAX_TOKENS
    hashes: Mapping[str, str] = field(default_factory=dict)
    license: str | None = None
    origin: str | None = None
    revision: str | None = None
    quantization: str | None = None
    source_weights_sha256: str | None = None

    @property
    def layout(self) -> str:
        """``hf``, ``ct2`` or ``hf+ct2``."""
        return "+".join(n for n, f in (("hf", self.hf), ("ct2", self.ct2)) if f)

    def serves(self, source: str, target: str) -> bool:
        """Tell whether the model translates between two normalised languages."""
        return (source, target) in self.pairs

    def weights(self, layout: str) -> Path:
        """Return the weights file of ``hf`` or ``ct2``.

        Raises:
            ModelError: ``damaged-model`` if the folder does not have that layout.
        """
        path = self.ct2 / "model.bin" if layout == "ct2" and self.ct2 else None
        if layout == "hf" and self.hf:
            path = weights_file(self.hf)
        if path is None:
            raise ModelError(
                "damaged-model", f"no weights in {layout} layout", where=str(self.folder)
            )
        return path


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read(folder: Path, *, id: str | None = None) -> Manifest:
    """Read what ``folder`` holds, without loading or hashing weights.

    Args:
        folder: a model in one of the layouts above.
        id: name to report; default the recorded id, else the folder's name.

    Raises:
        ModelError: ``no-such-model`` if it is no folder, ``not-a-model`` if it holds no layout that
            mtcheck reads, ``damaged-model`` if files are missing or malformed, ``no-languages`` if
            nothing says which languages it translates.
    """
    if not folder.is_dir():
        raise ModelError(
            "no-such-model",
            "there is no such model folder",
            where=str(folder),
            try_="`mtcheck models list` for the models that are here",
        )
    hf = folder if _is_hf(folder) else None
    ct2 = next((f for f in (folder, folder / "ct2") if (f / "model.bin").is_file()), None)
    record = _json(folder / FILE) if (folder / FILE).is_file() else {}
    hashes = recorded_hashes(folder, record)
    if not record and hf is None and ct2 is None and not hashes:
        raise ModelError(
            "not-a-model",
            "the folder holds no Marian model",
            where=str(folder),
            try_="a folder with config.json and model.safetensors, or with model.bin",
        )
    for base in {f for f in (hf, ct2) if f}:
        _check_complete(base, folder)
    if hf is None and ct2 is None:
        raise _missing("model.bin", folder)
    pairs, tokens = _languages(folder, hf, ct2, record, id)
    return Manifest(
        id=id or str(record.get("id") or folder.resolve().name),
        folder=folder,
        hf=hf,
        ct2=ct2,
        pairs=pairs,
        tokens=tokens,
        max_tokens=int(record.get("max_tokens") or _max_tokens(hf)),
        hashes=hashes,
        license=record.get("license"),
        origin=record.get("origin"),
        revision=record.get("revision"),
        quantization=record.get("quantization"),
        source_weights_sha256=record.get("source_weights_sha256"),
    )


def verify(manifest: Manifest, only: Iterable[Path] | None = None) -> dict[str, str]:
    """Hash the recorded files of a model again; see `compare`."""
    return compare(manifest.folder, manifest.hashes, only)


def compare(
    folder: Path, hashes: Mapping[str, str], only: Iterable[Path] | None = None
) -> dict[str, str]:
    """Hash files again and return what is wrong, by relative path.

    Args:
        folder: where they are.
        hashes: expected SHA-256 by path relative to ``folder``.
        only: paths to look at; default all of ``hashes``. Weights that a wheel leaves out may be
            missing if the CTranslate2 form is there.

    Returns:
        ``missing`` or ``changed`` by path; empty if all is well.
    """
    wanted = None if only is None else {p.resolve() for p in only}
    converted = any((folder / n).is_file() for n in ("model.bin", "ct2/model.bin"))
    wrong: dict[str, str] = {}
    for name, digest in hashes.items():
        path = folder / name
        if wanted is not None and path.resolve() not in wanted:
            continue
        if not path.is_file():
            if not (converted and name in (SAFETENSORS, TORCH)):
                wrong[name] = "missing"
        elif sha256(path) != digest:
            wrong[name] = "changed"
    return wrong


def check(manifest: Manifest, layout: str) -> str:
    """Check the files that opening ``layout`` needs and return the SHA-256 of its weights.

    Raises:
        ModelError: ``damaged-model`` that names the file which is missing, cut short or changed.
    """
    base = manifest.ct2 if layout == "ct2" else manifest.hf
    weights = manifest.weights(layout)
    if weights.suffix == ".safetensors":
        check_safetensors(weights)
    files = [weights, *(f for n in SENTENCEPIECE if (f := find(manifest, n)))]
    if base is not None:
        files += (*base.glob("*.json"), *base.glob("vmap.txt"))
    wrong = verify(manifest, files)
    if wrong:
        name, why = next(iter(wrong.items()))
        raise ModelError(
            "damaged-model",
            f"{name} is {why}" if why == "missing" else f"{name} differs from its recorded SHA-256",
            where=str(manifest.folder),
            try_=repair_hint(manifest),
        )
    relative = weights.relative_to(manifest.folder).as_posix()
    return manifest.hashes.get(relative) or sha256(weights)


def repair_hint(manifest: Manifest) -> str:
    """Return what to do about a damaged folder."""
    if manifest.origin and manifest.revision:
        return f"mtcheck models pull {manifest.id}@{manifest.revision[:12]} --force"
    return "put back the original files, or reinstall mtcheck if the model came with it"


def find(manifest: Manifest, name: str) -> Path | None:
    """Return the file ``name`` of a model, wherever its layouts keep it."""
    folders = [f for f in (manifest.ct2, manifest.folder, manifest.hf) if f]
    return next((path for f in folders if (path := f / name).is_file()), None)


def _is_hf(folder: Path) -> bool:
    return weights_file(folder) is not None and (folder / "config.json").is_file()


def _missing(name: str, folder: Path) -> ModelError:
    return ModelError(
        "damaged-model",
        f"{name} is missing",
        where=str(folder),
        try_="put back the file, or pull the model again with --force",
    )


def _check_complete(base: Path, folder: Path) -> None:
    needed: list[tuple[str, ...]] = [("source.spm",), ("target.spm",), ("config.json",)]
    if (base / "model.bin").is_file():
        needed.append(("shared_vocabulary.json", "shared_vocabulary.txt", "source_vocabulary.json"))
    else:
        needed.append(("vocab.json",))
    for names in needed:
        if not any((f / n).is_file() for n in names for f in (base, folder)):
            raise _missing(names[0], folder)


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as e:
        raise ModelError("damaged-model", f"can't be read: {e}", where=str(path)) from e
    if not isinstance(value, dict):
        raise ModelError("damaged-model", "is not a JSON object", where=str(path))
    return value


def recorded_hashes(folder: Path, record: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Return the SHA-256 of a folder's files as its record, or else its sha256.txt, has them."""
    files = (record or {}).get("files")
    if isinstance(files, dict):
        return {name: str(entry["sha256"]) for name, entry in files.items()}
    listed = folder / HASHES
    if not listed.is_file():
        return {}
    hashes = {}
    for line in listed.read_text("utf-8").splitlines():
        digest, _, name = line.strip().partition(" ")
        if name:
            hashes[name.strip().lstrip("*")] = digest
    return hashes


def _max_tokens(hf: Path | None) -> int:
    if hf is None:
        return _DEFAULT_MAX_TOKENS
    return int(_json(hf / "config.json").get("max_position_embeddings", _DEFAULT_MAX_TOKENS))


def _vocabulary(hf: Path | None, ct2: Path | None) -> list[str]:
    """Return the source vocabulary, which is where target tokens stand."""
    if ct2 is not None:
        for name in ("source_vocabulary.json", "shared_vocabulary.json"):
            if (ct2 / name).is_file():
                return [str(t) for t in json.loads((ct2 / name).read_text("utf-8"))]
        if (ct2 / "shared_vocabulary.txt").is_file():
            return (ct2 / "shared_vocabulary.txt").read_text("utf-8").splitlines()
    return list(_json(hf / "vocab.json")) if hf is not None else []


def _languages(
    folder: Path, hf: Path | None, ct2: Path | None, record: Mapping[str, Any], id: str | None
) -> tuple[tuple[tuple[str, str], ...], dict[str, str]]:
    if isinstance(record.get("pairs"), list):
        pairs = tuple((str(s), str(t)) for s, t in record["pairs"])
        tokens = record.get("tokens") or {}
        return pairs, {str(k): str(v) for k, v in tokens.items()}
    try:
        tokens = model_table.target_tokens(_vocabulary(hf, ct2))
    except (OSError, ValueError) as e:
        raise ModelError(
            "damaged-model", f"the vocabulary can't be read: {e}", where=str(folder)
        ) from e
    # Hugging Face's cache keeps a model in models--OWNER--NAME/snapshots/COMMIT.
    names = (id, record.get("id"), *reversed(folder.absolute().parts[-3:]))
    codes = next((c for n in names if n and (c := model_table.codes_in(str(n)))), None)
    if codes is None:
        codes = _tokenizer_codes(folder)
    pairs = model_table.derive_pairs(codes, tokens)
    if not pairs:
        raise ModelError(
            "no-languages",
            "nothing says which languages this model translates",
            where=str(folder),
            try_="name the folder like opus-mt-en-pt, or add "
            f'{FILE} with {{"pairs": [["en", "pt"]]}}',
        )
    return pairs, {t: tokens[t] for t in dict.fromkeys(t for _, t in pairs) if t in tokens}


def _tokenizer_codes(folder: Path) -> tuple[str, str] | None:
    path = folder / "tokenizer_config.json"
    if not path.is_file():
        return None
    config = _json(path)
    source, target = config.get("source_lang"), config.get("target_lang")
    return (str(source), str(target)) if source and target else None
