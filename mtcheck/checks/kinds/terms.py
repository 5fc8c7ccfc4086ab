"""Kind ``terms``: words that should be others; the first letter matches in both cases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mtcheck.checks.kinds import _conditions
from mtcheck.checks.kinds._conditions import Conditions
from mtcheck.checks.rule import Check, Hit, Rule
from mtcheck.checks.view import View
from mtcheck.core.errors import ConfigError

KEYS = frozenset({"terms"}) | _conditions.KEYS
_WORD = re.compile(r"\w+")


def prepare(table: Mapping[str, Any], *, lang: str, where: str) -> dict[str, Any]:
    """Return the terms and conditions."""
    return prepare_terms(table, "terms", lang=lang, where=where)


def prepare_terms(table: Mapping[str, Any], key: str, *, lang: str, where: str) -> dict[str, Any]:
    """Return the word list under ``key`` and the conditions."""
    terms = table.get(key)
    if not isinstance(terms, dict) or not terms:
        raise ConfigError("missing-key", f"{key} is missing", where=where, try_=f"[{key}]")
    for term, preferred in terms.items():
        if not isinstance(preferred, str) or not _WORD.search(term):
            raise ConfigError("bad-value", f"{key}.{term!r} is {preferred!r}", where=where,
                              try_="a word and a string")  # fmt: skip
    return {**_conditions.prepare(table, lang=lang, where=where), key: dict(terms)}


def build(rule: Rule) -> Check:
    """Return the function that looks the terms up."""
    return build_terms(rule, exact=False)


def build_terms(rule: Rule, *, exact: bool) -> Check:
    """Return the function that looks words up; ``exact``: as written, case included."""
    conditions = Conditions(rule.data)
    # The longest first: of terms that begin at one place it is the one to flag.
    terms = sorted(rule.data[rule.kind].items(), key=lambda t: -len(t[0]))
    literals = frozenset(term.lower() for term, _ in terms)

    def hits(view: View, present: frozenset[str]) -> Iterator[Hit]:
        hay = view.haystack
        text = hay.text
        taken: set[int] = set()
        for term, preferred in terms:
            low = term.lower()
            for begin in hay.places(low) if low in present else ():
                end = begin + len(term)
                if begin in taken or not _same(text[begin:end], term, exact):
                    continue
                if _joined(text, begin, end):
                    continue
                start, stop = view.flat.to_text(begin, end)
                if not conditions.allow(view, text, begin, end, start):
                    continue
                taken.add(begin)
                value = preferred or None
                if value and not exact and text[begin].isupper() and term[0].islower():
                    value = value[0].upper() + value[1:]
                yield Hit(start, stop, suggestion=value)

    def check(view: View) -> Iterable[Hit]:
        present = view.haystack.present(literals)
        if not present or not conditions.apply(view):
            return ()
        found = sorted(hits(view, present), key=lambda h: (h.start, -h.end))
        return conditions.finish(_apart(found), view)

    return check


def _same(found: str, term: str, exact: bool) -> bool:
    if found == term:
        return True
    return not exact and found[1:] == term[1:] and found[:1].lower() == term[:1].lower()


def _joined(text: str, begin: int, end: int) -> bool:
    """Tell whether the word goes on to the left or right (letters, digits, hyphen)."""
    if begin and (text[begin - 1].isalnum() or text[begin - 1] in "-_@/"):
        return True
    return end < len(text) and (text[end].isalnum() or text[end] in "-_@/")


def _apart(hits: list[Hit]) -> list[Hit]:
    found: list[Hit] = []
    for hit in hits:
        if not found or hit.start >= found[-1].end:
            found.append(hit)
    return found
