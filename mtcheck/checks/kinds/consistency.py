"""Kind ``consistency``: one way of writing or saying a thing throughout a document.

``check = "variants"`` (default) flags the rarer of two or more ``[[variants]]``. Those that stand
at most ``margin`` times less often than another count as frequent as it; the later is flagged. The
other checks compare names, or the units of a bilingual file with each other.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any

from mtcheck.checks.kinds._conditions import checked
from mtcheck.checks.plan import Plan, search_plan
from mtcheck.checks.rule import Check, Hit, Rule
from mtcheck.checks.view import View
from mtcheck.core.errors import ConfigError

KEYS = frozenset({"check", "variants", "outside_quotes", "per_variant", "limit", "margin"})
# check → function of `mtcheck.checks.consistency`
CHECKS = {
    "names": "spellings_of_names",
    "same-source": "same_source",
    "same-target": "same_target",
}
_QUOTED = re.compile(
    r"„[^“”\n]{1,600}[“”]|“[^”\n]{1,600}”|«[^»\n]{1,600}»|»[^«\n]{1,600}«|\"[^\"\n]{1,600}\""
)


def prepare(table: Mapping[str, Any], *, lang: str, where: str) -> dict[str, Any]:
    """Return the check, or the variants with their patterns expanded.

    Raises:
        ConfigError: ``bad-value`` or ``missing-key`` naming the key.
    """
    check = table.get("check", "variants")
    if check != "variants":
        if check not in CHECKS:
            raise ConfigError("bad-value", f"check is {check!r}", where=where,
                              try_=", ".join(["variants", *CHECKS]))  # fmt: skip
        return {"check": check}
    variants = table.get("variants", [])
    if not isinstance(variants, list) or len(variants) < 2:
        raise ConfigError("missing-key", "variants is missing", where=where,
                          try_="two [[variants]] with name and patterns")  # fmt: skip
    out = []
    for i, variant in enumerate(variants):
        key = f"variants[{i}]"
        if not isinstance(variant.get("name"), str) or not variant.get("patterns"):
            raise ConfigError("missing-key", f"{key} needs name and patterns", where=where)
        patterns = [
            checked(p, lang=lang, where=where, key=f"{key}.patterns") for p in variant["patterns"]
        ]
        out.append({"name": variant["name"], "patterns": [search_plan(p) for p in patterns]})
    return {
        "check": check,
        "variants": out,
        "outside_quotes": bool(table.get("outside_quotes", False)),
        "per_variant": int(table.get("per_variant", 1)),
        "limit": int(table.get("limit", 5)),
        "margin": int(table.get("margin", 0)),
    }


def build(rule: Rule) -> Check:
    """Return the function that looks for inconsistencies."""
    if rule.data["check"] != "variants":
        from mtcheck.checks import consistency

        check: Check = getattr(consistency, CHECKS[rule.data["check"]])
        return check
    data = rule.data

    variants = [(v["name"], [Plan.of(item) for item in v["patterns"]]) for v in data["variants"]]

    def check_variants(view: View) -> Iterator[Hit]:
        quoted = (
            [m.span() for m in _QUOTED.finditer(view.flat.text)] if data["outside_quotes"] else []
        )
        found = [(name, _places(view, plans, quoted)) for name, plans in variants]
        # Of spans with the same start the longest first: what lies in another comes after it.
        everything = sorted({p for _, places in found for p in places}, key=lambda p: (p[0], -p[1]))
        before = [0, *accumulate((end for _, end in everything), max)]
        inner = {p for p, furthest in zip(everything, before, strict=False) if p[1] <= furthest}
        found = [(name, [p for p in places if p not in inner]) for name, places in found]
        used = [(name, places) for name, places in found if len(places) >= data["per_variant"]]
        if len(used) < 2:
            return
        # The rarer way is flagged; of those about as frequent the later.
        enough = max(len(places) for _, places in used) - data["margin"]
        usual, kept = min(
            (item for item in used if len(item[1]) >= enough), key=lambda item: item[1][0]
        )
        first = view.flat.text[kept[0][0] : kept[0][1]]
        for name, places in used:
            if name == usual:
                continue
            for begin, end in places[: data["limit"]]:
                start, stop = view.flat.to_text(begin, end)
                yield Hit(start, stop, message=f"{name}, but elsewhere {usual} (“{first}”).")

    return check_variants


def _places(view: View, plans: list[Plan], quoted: list[tuple[int, int]]) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    starts = [start for start, _ in quoted]  # apart and in order
    hay = view.haystack
    for number in hay.possible(plans):
        for match in hay.matches(plans[number]):
            span = match.span("hit" if "hit" in match.re.groupindex else 0)
            i = bisect_right(starts, span[0]) - 1
            if i < 0 or span[1] > quoted[i][1]:
                places.append(span)
    return sorted(set(places))
