"""Word lists that patterns refer to as ``{{name}}``."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from mtcheck.checks.inflect import all_forms

_MACRO = re.compile(r"\{\{(?:(forms|plural):)?([\w-]+)\}\}")
START = r"""(?:^|(?<=[.!?…] )|(?<=[.!?…][\"'”»)] )|(?<=[\"“«„‘] )|(?<=[\"“«„‘¿¡]))"""


@lru_cache(maxsize=32)
def lexicon(lang: str) -> dict[str, Any]:
    """Return the lists of one language (``xx``: any); empty if it has none."""
    file = Path(__file__).parent / "lexicon" / f"{lang}.toml"
    if not file.is_file():
        return {}
    return tomllib.loads(file.read_text(encoding="utf-8"))


def words(name: str, lang: str) -> list[str]:
    """Return the words of one list.

    Raises:
        KeyError: if neither the language's lexicon nor the general one has it.
    """
    entry = lexicon(lang).get(name, lexicon("xx").get(name))
    if entry is None:
        raise KeyError(name)
    return [entry] if isinstance(entry, str) else list(entry)


def expand(pattern: str, lang: str) -> str:
    """Return ``pattern`` with each ``{{name}}`` replaced by an alternation of the list's words.

    ``{{forms:announce}}`` and ``{{forms:list}}`` give all forms of a verb or of a list of verbs.

    Raises:
        KeyError: for a list that does not exist.
    """

    def put(match: re.Match[str]) -> str:
        how, name = match[1], match[2]
        if name == "start":
            return START
        entry = lexicon(lang).get(name, lexicon("xx").get(name))
        if how == "forms":
            bases = [name] if entry is None else list(entry)
            return alternation([form for base in bases for form in all_forms(base)])
        if entry is None:
            raise KeyError(name)
        if isinstance(entry, str):  # a regular expression
            return expand(entry, lang)
        return alternation(entry)

    return _MACRO.sub(put, pattern)


def alternation(items: list[str]) -> str:
    """Return words as a group, longest first, so that no word hides a longer one."""
    unique = sorted(dict.fromkeys(items), key=lambda w: (-len(w), w))
    return (
        "(?:" + "|".join(re.escape(w).replace(r"\ ", " ").replace(r"\-", "-") for w in unique) + ")"
    )
