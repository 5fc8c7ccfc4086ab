"""Kind ``titlecase``: headings with a capital on every word, as English sets them.

``common`` are ordinary words, ``endings`` the ends of ordinary words of the language; a heading
counts only if several of them are capitalised, since names are capitalised in any language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mtcheck.checks.lexicons import words
from mtcheck.checks.rule import Check, Hit, Rule
from mtcheck.checks.view import View
from mtcheck.core.documents import BlockKind
from mtcheck.core.errors import ConfigError

KEYS = frozenset({"common", "endings", "min_ordinary"})
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MIN_SHARE = 0.8
_MIN_WORDS, _MAX_CHARS = 4, 140


def prepare(table: Mapping[str, Any], *, lang: str, where: str) -> dict[str, Any]:
    """Return ordinary words and endings.

    Raises:
        ConfigError: ``unknown-list`` or ``missing-key``.
    """
    endings = table.get("endings", [])
    if not isinstance(endings, list):
        raise ConfigError("bad-value", f"endings is {endings!r}", where=where, try_="a list")
    try:
        common = words(str(table["common"]), lang)
    except KeyError as error:
        raise ConfigError(
            "unknown-list", f"common: there is no word list {error.args[0]!r}", where=where
        ) from None
    return {"common": common, "endings": endings, "min_ordinary": int(table.get("min_ordinary", 2))}


def build(rule: Rule) -> Check:
    """Return the function that looks at headings and at short lines without an end mark."""
    common = frozenset(rule.data["common"])
    endings = tuple(rule.data["endings"])
    minimum = rule.data["min_ordinary"]

    def check(view: View) -> Iterator[Hit]:
        for block in view.blocks:
            text = block.span.of(view.text).strip()
            heading = block.kind is BlockKind.HEADING
            if len(text) > _MAX_CHARS or "\n" in text or (not heading and text[-1:] in ".!?:;,…"):
                continue
            if _is_title_case(text, common, endings, minimum):
                start = view.text.index(text, block.span.start)
                yield Hit(start, start + len(text))

    return check


def _is_title_case(
    text: str, common: frozenset[str], endings: tuple[str, ...], minimum: int
) -> bool:
    found = [w for w in _WORD.findall(text) if len(w) > 3 or w.lower() in common]
    if len(found) < _MIN_WORDS or text.isupper():
        return False
    capital = [w for w in found if w[0].isupper() and not w.isupper()]
    if len(capital) < _MIN_SHARE * len(found):
        return False
    # The first word of a heading has its capital anyway.
    ordinary = [w for w in capital[1:] if w.lower() in common or w.lower().endswith(endings)]
    return len(ordinary) >= minimum
