"""Conditions that kinds made of patterns share: guards, density, register."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mtcheck.checks.lexicons import expand
from mtcheck.checks.parsetree import parse
from mtcheck.checks.plan import compiled
from mtcheck.checks.rule import Hit
from mtcheck.checks.view import View
from mtcheck.core.errors import ConfigError

KEYS = frozenset(
    {
        "unless", "requires", "absent", "not_before", "not_after", "limit", "news",
        "max_per_1000", "min_per_1000", "min_count", "on", "not_in_source",
        "monolingual", "except_langs",
    }
)  # fmt: skip
_NUMBERS = ("limit", "max_per_1000", "min_per_1000", "min_count")
_LOOK_BACK = 80


def checked(pattern: Any, *, lang: str, where: str, key: str) -> str:
    """Return ``pattern`` with its macros expanded.

    Raises:
        ConfigError: ``bad-pattern`` naming file and key.
    """
    if not isinstance(pattern, str):
        raise ConfigError("bad-value", f"{key} is {pattern!r}", where=where, try_="a string")
    try:
        full = expand(pattern, lang)
        parse(full)
    except KeyError as error:
        raise ConfigError(
            "unknown-list", f"{key}: there is no word list {error.args[0]!r}", where=where
        ) from None
    except re.error as error:
        raise ConfigError(
            "bad-pattern",
            f"{key} is no regular expression: {error}",
            where=where,
            try_="see https://docs.python.org/3/library/re.html",
        ) from None
    return full


def prepare(table: Mapping[str, Any], *, lang: str, where: str) -> dict[str, Any]:
    """Return the conditions of a rule, patterns expanded."""
    out: dict[str, Any] = {}
    for key in ("unless", "requires", "absent"):
        values = table.get(key, [])
        values = [values] if isinstance(values, str) else values
        if values:
            out[key] = [checked(v, lang=lang, where=where, key=key) for v in values]
    for key in ("not_before", "not_after"):
        if key in table:
            out[key] = checked(table[key], lang=lang, where=where, key=key)
    for key in _NUMBERS:
        if key in table:
            if not isinstance(table[key], int | float) or isinstance(table[key], bool):
                raise ConfigError("bad-value", f"{key} is {table[key]!r}", where=where,
                                  try_="a number")  # fmt: skip
            out[key] = table[key]
    if table.get("on", "flat") not in {"flat", "text"}:
        raise ConfigError("bad-value", f"on is {table['on']!r}", where=where, try_="flat or text")
    out["on"] = table.get("on", "flat")
    for key in ("news", "monolingual"):
        if key in table:
            out[key] = bool(table[key])
    if "except_langs" in table:
        out["except_langs"] = [str(lang) for lang in table["except_langs"]]
    if isinstance(table.get("not_in_source"), str):
        pattern = table["not_in_source"]
        out["not_in_source"] = checked(pattern, lang=lang, where=where, key="not_in_source")
    elif "not_in_source" in table:
        out["not_in_source"] = bool(table["not_in_source"])
    return out


@dataclass(frozen=True, slots=True)
class Conditions:
    """Prepared conditions, ready to be asked."""

    data: Mapping[str, Any]

    def apply(self, view: View) -> bool:
        """Tell whether the rule is to run on the document at all."""
        data = self.data
        if (data.get("news") and view.informal) or view.lang in data.get("except_langs", ()):
            return False
        text = view.flat.text
        if any(not compiled(p).search(text) for p in data.get("requires", ())):
            return False
        return not any(compiled(p).search(text) for p in data.get("absent", ()))

    def allow(self, view: View, text: str, start: int, end: int, at: int) -> bool:
        """Tell whether a match at ``[start, end)`` of ``text`` may stand; ``at`` is its place."""
        return guards_allow(self.data, view, text, start, end, at)

    def finish(self, hits: Sequence[Hit], view: View) -> Sequence[Hit]:
        """Return those hits that the document-level conditions let through."""
        data = self.data
        if not any(key in data for key in _NUMBERS):
            return hits
        rate = 1000 * len(hits) / max(view.n_words, 1)
        if len(hits) < data.get("min_count", 0) or rate < data.get("min_per_1000", 0):
            return ()
        if rate > data.get("max_per_1000", rate):
            return ()
        return hits[: int(data.get("limit", len(hits)))]


def _in_source(data: Mapping[str, Any], source: str, hit: str) -> bool:
    """Tell whether the source has the hit, or what ``not_in_source`` describes, as well."""
    wanted = data.get("not_in_source")
    if isinstance(wanted, str):
        return compiled(wanted).search(source) is not None
    return hit in source


def guards_allow(
    data: Mapping[str, Any], view: View, text: str, start: int, end: int, at: int
) -> bool:
    """Tell whether no guard (``not_before``, ``unless`` …) objects."""
    if data.get("not_in_source") or data.get("monolingual"):
        segment = view.sentence_at(at)
        if segment and segment.source and data.get("monolingual"):
            return False  # a bilingual check compares the two sides
        if segment and segment.source and _in_source(data, segment.source, text[start:end]):
            return False
    if "not_before" in data:
        before = text[max(0, start - _LOOK_BACK) : start]
        if compiled(rf"(?:{data['not_before']})\Z").search(before):
            return False
    if "not_after" in data and compiled(data["not_after"]).match(text, end):
        return False
    if "unless" in data:
        sentence = view.sentence_text(at)
        if any(compiled(p).search(sentence) for p in data["unless"]):
            return False
    return True
