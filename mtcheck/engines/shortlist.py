"""The pieces that a model's translations into a language are made of: CTranslate2's ``vmap.txt``.

Each line is a source key, a tab, and the target pieces that it lets through, with spaces between
them. CTranslate2 computes the output layer for the pieces of all keys in a batch. Only keys that
are target tokens (``>>por<<``) keep a translation independent of what it is batched with, because
all texts of a batch have the same one; a file with other keys is therefore not used.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from mtcheck.engines.marian import damaged

FILE = "vmap.txt"


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Target tokens that the file has pieces for, and its SHA-256 in hex; both empty: not used."""

    tokens: frozenset[str] = frozenset()
    sha256: str = ""


def read(folder: Path) -> Shortlist:
    """Read the keys of a CTranslate2 folder's ``vmap.txt``; empty if there is none to use.

    Raises:
        ModelError: ``damaged-model`` if the file can't be read.
    """
    try:
        content = (folder / FILE).read_bytes()
        keys = [line.partition("\t") for line in content.decode("utf-8").splitlines()]
    except FileNotFoundError:
        return Shortlist()
    except (OSError, ValueError) as error:
        raise damaged(folder, f"{FILE}: {error}") from error
    tokens = {key for key, _, pieces in keys if pieces}
    if not all(key.startswith(">>") and key.endswith("<<") and " " not in key for key in tokens):
        return Shortlist()
    return (
        Shortlist(frozenset(tokens), hashlib.sha256(content).hexdigest()) if tokens else Shortlist()
    )
