"""Baselines: findings that were there when the gate was switched on stay quiet.

A finding is known by its key (rule and normalised sentence), so that moved text stays quiet and a
corrected or changed sentence drops out.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mtcheck.core.errors import ConfigError
from mtcheck.core.findings import Finding, SuppressedBy, Suppression

VERSION = 1


@dataclass(frozen=True, slots=True)
class Baseline:
    """How often each key may occur in each document; paths are relative to the file's folder."""

    entries: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    folder: Path = Path()
    name: str = field(default="a baseline", compare=False)

    def split(
        self, path: str, findings: Sequence[Finding]
    ) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
        """Return (new findings, known findings with reasons) of a document, in their order."""
        why = Suppression(SuppressedBy.BASELINE, f"accepted in {self.name}")
        allowed = Counter(self.entries.get(relative(path, self.folder), {}))
        new, known = [], []
        for finding in findings:
            if allowed[finding.key] > 0:
                allowed[finding.key] -= 1
                known.append(replace(finding, suppression=why))
            else:
                new.append(finding)
        return tuple(new), tuple(known)


def relative(path: str, folder: Path) -> str:
    """Return ``path`` relative to ``folder`` with forward slashes; unchanged if it is elsewhere."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return Path(path).as_posix()


def count(documents: Iterable[tuple[str, Sequence[Finding]]], folder: Path) -> Baseline:
    """Return the baseline that accepts exactly these findings."""
    entries = {
        relative(path, folder): dict(sorted(Counter(f.key for f in findings).items()))
        for path, findings in documents
        if findings
    }
    return Baseline(dict(sorted(entries.items())), folder)


def update(old: Baseline, new: Baseline, checked: Iterable[str]) -> Baseline:
    """Return ``old`` with the documents in ``checked`` replaced: fixed findings drop out."""
    entries = dict(old.entries)
    for path in checked:
        entries.pop(relative(path, old.folder), None)
    entries.update(new.entries)
    return Baseline(dict(sorted(entries.items())), old.folder)


def load(path: Path) -> Baseline:
    """Read a baseline.

    Raises:
        ConfigError: missing, damaged, or written by a newer mtcheck.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(
            "no-baseline",
            "the baseline does not exist",
            where=str(path),
            try_="mtcheck baseline create",
        ) from error
    except (OSError, ValueError) as error:
        raise ConfigError(
            "bad-baseline",
            f"the baseline can't be read: {error}",
            where=str(path),
            try_="restore it from version control, or: mtcheck baseline create",
        ) from error
    version = data.get("version") if isinstance(data, dict) else None
    if not isinstance(version, int) or not isinstance(data.get("documents"), dict):
        raise ConfigError("bad-baseline", "this is no mtcheck baseline", where=str(path))
    if version > VERSION:
        raise ConfigError(
            "newer-baseline",
            f"the baseline has version {version}; this mtcheck knows {VERSION}",
            where=str(path),
            try_="a newer mtcheck, or: mtcheck baseline create",
        )
    try:
        entries = {
            str(doc): {str(k): int(n) for k, n in keys.items()}
            for doc, keys in data["documents"].items()
        }
    except (AttributeError, TypeError, ValueError) as error:
        raise ConfigError(
            "bad-baseline",
            "an entry is no number of accepted findings",
            where=str(path),
            try_="restore it from version control, or: mtcheck baseline create",
        ) from error
    return Baseline(entries, path.absolute().parent, path.name)


def save(baseline: Baseline, path: Path) -> None:
    """Write a baseline atomically; one line a finding, so that version control can merge it.

    Raises:
        ConfigError: the file can't be written.
    """
    data = {
        "version": VERSION,
        "note": "accepted findings; made by `mtcheck baseline`",
        "documents": baseline.entries,
    }
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as stream:
            stream.write(text)
        Path(stream.name).chmod(0o644)
        Path(stream.name).replace(path)
    except OSError as error:
        raise ConfigError(
            "unwritable-baseline", f"can't be written: {error.strerror}", where=str(path)
        ) from error
