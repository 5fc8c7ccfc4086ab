"""Writes a converted model with the record of where it came from and what each file hashes to."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from mtcheck.core.errors import ModelError
from mtcheck.engines import manifest as manifests
from mtcheck.engines.convert import convert
from mtcheck.engines.manifest import Manifest

_KEPT = ("source.spm", "target.spm", "tokenizer_config.json")


def write_converted(
    folder: Path,
    model: Manifest,
    *,
    source_sha256: str,
    extra: dict[str, Any] | None = None,
    quantization: str = "int8",
) -> None:
    """Fill ``folder`` with the CTranslate2 form of ``model``, its vocabularies and its record.

    Raises:
        ModelError: as `mtcheck.engines.convert.convert`; ``cache-not-writable``.
    """
    import ctranslate2

    import mtcheck

    assert model.hf is not None
    try:
        convert(model.hf, folder, quantization=quantization)
        for name in _KEPT:
            if (path := manifests.find(model, name)) is not None:
                shutil.copyfile(path, folder / name)
        files = {
            path.name: {"sha256": manifests.sha256(path), "size": path.stat().st_size}
            for path in sorted(folder.iterdir())
        }
        record = {
            "schema": manifests.SCHEMA,
            "id": model.id,
            "pairs": [list(pair) for pair in model.pairs],
            "tokens": dict(model.tokens),
            "max_tokens": model.max_tokens,
            "quantization": quantization,
            "converter": f"mtcheck {mtcheck.__version__}, ctranslate2 {ctranslate2.__version__}",
            "source_weights_sha256": source_sha256,
            **(extra or {}),
            "files": files,
        }
        text = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
        (folder / manifests.FILE).write_text(text, "utf-8")
    except OSError as e:
        raise ModelError(
            "cache-not-writable",
            f"can't write the converted model: {e.strerror or e}",
            where=str(folder.parent),
            try_="free some space, or MTCHECK_CACHE_DIR with another folder",
        ) from e
