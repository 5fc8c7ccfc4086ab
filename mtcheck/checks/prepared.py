"""The prepared records of mtcheck's own rules: shipped in the wheel, cached for a checkout.

    python -m mtcheck.checks.prepared FILE

writes them to a file; the wheel is built with it. Preparing 300 rules takes more than a second,
reading what was prepared a few hundredths. Either form is known by a hash of everything that it was
made of, so that a changed rule, lexicon or module is noticed at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from mtcheck.checks.loader import RULES, record, rule_files, rule_id

_HERE = Path(__file__).parent
SHIPPED = _HERE / "prepared.json"


def builtin_records(cache_dir: str | None = None) -> list[dict[str, Any]]:
    """Return the prepared records of the rules that come with mtcheck.

    A wheel holds them. In a checkout they are kept in the cache folder; a cache that can't be read
    or written costs the time to prepare the rules and nothing else.
    """
    key = content_hash()
    cached = _cache_folder(cache_dir) / f"{key[:20]}.json"
    records = _read(SHIPPED, key)
    if records is None:
        records = _read(cached, key)
    if records is None:
        records = prepare()
        _write_quietly(cached, _dump(key, records))
    for prepared in records:
        prepared["origin"] = str(RULES / prepared["origin"])
    return records


def prepare() -> list[dict[str, Any]]:
    """Return the records of all rule files, prepared anew; ``origin`` is relative to the rules."""
    records = []
    for file in rule_files(RULES):
        prepared = record(file, rule_id(file, RULES))
        records.append({**prepared, "origin": file.relative_to(RULES).as_posix()})
    return records


def content_hash() -> str:
    """Return a hash of the rules and of all that prepares them: lexicons and modules."""
    watched = [*rule_files(RULES), *sorted(_HERE.glob("lexicon/*.toml")),
               *sorted(_HERE.glob("*.py")), *sorted(_HERE.glob("kinds/*.py"))]  # fmt: skip
    digest = hashlib.sha256()
    for file in watched:
        content = file.read_bytes().replace(b"\r\n", b"\n")
        name = file.relative_to(_HERE).as_posix()
        digest.update(f"{name}\0{len(content)}\n".encode() + content)
    return digest.hexdigest()


def write(file: Path) -> None:
    """Prepare all rules and write their records to ``file``."""
    file.write_text(_dump(content_hash(), prepare()), encoding="utf-8")


def _dump(key: str, records: list[dict[str, Any]]) -> str:
    return json.dumps({"key": key, "records": records}, ensure_ascii=False, separators=(",", ":"))


def _read(file: Path, key: str) -> list[dict[str, Any]] | None:
    """Return the records of a file; None if there are none or they are of other rules."""
    try:
        held = json.loads(file.read_bytes())
        records: list[dict[str, Any]] = held["records"]
        return records if held["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _cache_folder(cache_dir: str | None) -> Path:
    root = cache_dir or os.environ.get("MTCHECK_CACHE_DIR")
    if root is None:
        root = str(Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mtcheck")
    return Path(root) / "rules"


def _write_quietly(path: Path, text: str) -> None:
    """Write the cache whole or not at all; forms of older versions are removed."""
    import tempfile

    name = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, suffix=".tmp", delete=False
        ) as file:
            name = Path(file.name)
            file.write(text)
        name.replace(path)
        for old in path.parent.glob("*.json"):
            if old != path:
                old.unlink(missing_ok=True)
    except OSError:  # a full disk, too: nothing half-written stays
        if name is not None:
            with contextlib.suppress(OSError):
                name.unlink(missing_ok=True)


if __name__ == "__main__":
    import sys

    write(Path(sys.argv[1]))
