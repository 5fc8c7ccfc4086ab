"""Kind ``glossary``: preferred, forbidden and untranslatable terms of the user's glossaries."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from mtcheck.checks.bilingual.context import Comparison, fold, languages
from mtcheck.checks.glossaries import Term, load
from mtcheck.checks.rule import Check, Hit, Rule
from mtcheck.checks.view import View
from mtcheck.core.errors import ConfigError

KEYS = frozenset({"check"})
CHECKS = ("preferred", "forbidden", "dnt")
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff]")
# Endings may differ by this many letters and still belong to one word.
_MAX_ENDING = 4


def prepare(table: Mapping[str, Any], *, lang: str, where: str) -> dict[str, Any]:
    """Return the name of the check.

    Raises:
        ConfigError: ``bad-value`` if there is no such check.
    """
    if table.get("check") not in CHECKS:
        raise ConfigError("bad-value", f"check is {table.get('check')!r}", where=where,
                          try_=", ".join(CHECKS))  # fmt: skip
    return {"check": table["check"]}


def build(rule: Rule) -> Check:
    """Return the function that compares a view with the glossaries of the configuration."""
    run = {"preferred": _preferred, "forbidden": _forbidden, "dnt": _dnt}[rule.data["check"]]

    def check(view: View) -> Iterator[Hit]:
        terms = _terms(view)
        if terms:
            yield from run(view, terms)

    return check


def _terms(view: View) -> list[Term]:
    langs = languages(view)
    given = [Term(str(t.get("source", "")), str(t.get("target", "")) or str(t.get("source", "")),
                  str(t.get("status", "preferred")))
             for t in view.options.get("terms", [])]  # fmt: skip
    files = view.config.glossaries
    return given + [t for path in files for t in load(path, langs.source, langs.target)]


def _preferred(view: View, terms: list[Term]) -> Iterator[Hit]:
    """Source terms whose preferred translation the target lacks."""
    wanted: dict[str, list[str]] = defaultdict(list)
    refused: dict[str, list[str]] = defaultdict(list)
    for term in terms:
        if term.source and term.status in {"preferred", "admitted"}:
            wanted[term.source].append(term.target)
        elif term.source and term.status == "forbidden":
            refused[term.source].append(term.target)
    for c in _comparisons(view):
        for source, targets in wanted.items():
            if not find(source, c.source) or not c.target.strip():
                continue
            if any(find(t, c.target) for t in targets):
                continue
            if any(find(t, c.target) for t in refused.get(source, [])):
                continue  # the check for forbidden terms tells it
            yield c.whole(message=f"Glossary: “{source}” is “{targets[0]}”.")


def _forbidden(view: View, terms: list[Term]) -> Iterator[Hit]:
    """Forbidden words: anywhere, or where their source term stands in the source."""
    best = {t.source: t.target for t in reversed(terms) if t.status == "preferred" and t.source}
    pairs = list(_comparisons(view))
    for term in terms:
        if term.status != "forbidden":
            continue
        good = best.get(term.source)
        message = f"Glossary: not “{term.target}”" + (f" but “{good}”." if good else ".")
        if not term.source or not pairs:
            for start, end in find(term.target, view.text):
                yield Hit(start, end, message=message, suggestion=good)
            continue
        for c in pairs:
            if find(term.source, c.source):
                for start, end in find(term.target, c.target):
                    yield c.hit(start, end, message=message, suggestion=good)


def _dnt(view: View, terms: list[Term]) -> Iterator[Hit]:
    """Terms that must stand in the target exactly as in the source."""
    for c in _comparisons(view):
        for term in terms:
            if term.status != "dnt":
                continue
            exact = rf"(?<!\w){re.escape(term.source)}(?!\w)"
            if re.search(exact, c.source) and not re.search(exact, c.target) and c.target.strip():
                yield c.whole(message=f"Glossary: “{term.source}” is not translated.")


def _comparisons(view: View) -> Iterator[Comparison]:
    for pair in view.pairs():
        yield Comparison(pair, languages(view), view.options, view)


def find(term: str, text: str) -> list[tuple[int, int]]:
    """Return where ``term`` stands in ``text``, its words in any inflected form.

    A word is a form of another if both begin the same way and their ends differ by a few letters;
    short words and words in capitals must be equal.
    """
    if _UNSPACED.search(term):
        return [m.span() for m in re.finditer(re.escape(term), text)]
    wanted = [m[0] for m in _TOKEN.finditer(term)]
    found = list(_TOKEN.finditer(text))
    spans: list[tuple[int, int]] = []
    for i in range(len(found) - len(wanted) + 1 if wanted else 0):
        if all(_is_form(w, found[i + k][0]) for k, w in enumerate(wanted)):
            spans.append((found[i].start(), found[i + len(wanted) - 1].end()))
    return spans


def _is_form(word: str, token: str) -> bool:
    if word == token:
        return True
    if word.isupper() and len(word) > 1:
        return False
    one, other = fold(word), fold(token)
    if one == other:
        return True
    shared = len(one) if other.startswith(one) else _common(one, other)
    least = max(4, len(one) - 2)
    ending = _MAX_ENDING if len(one) > 4 else 1  # lock, locks; not locker
    return shared >= least and max(len(one), len(other)) - shared <= ending


def _common(one: str, other: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
                min(len(one), len(other)))  # fmt: skip
