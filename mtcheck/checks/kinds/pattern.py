"""Kind ``pattern``: regular expressions with guards and suggestion templates."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from mtcheck.checks import templates
from mtcheck.checks.haystack import Haystack
from mtcheck.checks.kinds import _conditions
from mtcheck.checks.kinds._conditions import Conditions, checked, guards_allow
from mtcheck.checks.lexicons import lexicon
from mtcheck.checks.parsetree import group_names
from mtcheck.checks.plan import Plan, search_plan
from mtcheck.checks.rule import Check, Hit, Rule
from mtcheck.checks.view import View
from mtcheck.core.errors import ConfigError

KEYS = frozenset({"patterns", "map", "suggest", "ignore_case"}) | _conditions.KEYS
_GUARDS = ("unless", "not_before", "not_after", "not_in_source")
_ITEM_KEYS = {"pattern", "suggest", *_GUARDS, "ignore_case", "message"}
_SENTENCE_END = re.compile(r"(?:^|[.!?…][\"'”»)]?\s|[\"“«„]|\s[-–—]\s|\n)\Z")


def prepare(table: Mapping[str, Any], *, lang: str, where: str) -> dict[str, Any]:
    """Return patterns with macros expanded, templates checked and required literals found."""
    items = table.get("patterns", [])
    if not isinstance(items, list) or not items:
        raise ConfigError("missing-key", "patterns is missing", where=where, try_="[[patterns]]")
    out = _conditions.prepare(table, lang=lang, where=where)
    out["map"] = _map(table.get("map", {}), lang, where)
    out["patterns"] = [
        item_data({**_inherited(table), **item}, lang=lang, where=where, key=f"patterns[{i}]")
        for i, item in enumerate(items)
    ]
    return out


def _map(value: Any, lang: str, where: str) -> dict[str, str]:
    """Return a rule's own map, or the one of that name in the language's lexicon."""
    table = lexicon(lang).get(value) if isinstance(value, str) else value
    if not isinstance(table, dict):
        raise ConfigError("bad-value", f"map is {value!r}", where=where, try_="a table of words")
    return {str(k): str(v) for k, v in table.items()}


def _inherited(table: Mapping[str, Any]) -> dict[str, Any]:
    return {k: table[k] for k in ("suggest", "ignore_case") if k in table}


def item_data(item: Mapping[str, Any], *, lang: str, where: str, key: str) -> dict[str, Any]:
    """Return one pattern, prepared."""
    if unknown := set(item) - _ITEM_KEYS:
        raise ConfigError("unknown-key", f"unknown key {key}.{sorted(unknown)[0]}", where=where,
                          try_="one of: " + ", ".join(sorted(_ITEM_KEYS)))  # fmt: skip
    if "pattern" not in item:
        raise ConfigError("missing-key", f"{key}.pattern is missing", where=where)
    full = checked(item["pattern"], lang=lang, where=where, key=f"{key}.pattern")
    data: dict[str, Any] = {}
    guards = {k: item[k] for k in _GUARDS if k in item}
    prepared = _conditions.prepare(guards, lang=lang, where=where)
    data |= {k: prepared[k] for k in guards if k in prepared}
    if item.get("ignore_case"):
        data["ignore_case"] = True
    groups = group_names(full)
    for name in ("suggest", "message"):
        if name in item:
            check_template(item[name], groups, where=where, key=f"{key}.{name}")
            data[name] = item[name]
    plan = search_plan(full)
    if data.get("ignore_case"):
        plan.pop("first", None)
    return {**data, **plan}


def check_template(template: Any, groups: Collection[str], *, where: str, key: str) -> None:
    """Raise a `ConfigError` if a template names a group or filter that does not exist."""
    if not isinstance(template, str):
        raise ConfigError("bad-value", f"{key} is {template!r}", where=where, try_="a string")
    for name in templates.fields(template):
        if not name.isdigit() and name not in groups:
            raise ConfigError("bad-template", f"{key}: no group {name!r} in its pattern",
                              where=where)  # fmt: skip
    for how in templates.filters(template):
        if not templates.known_filter(how):
            raise ConfigError("bad-template", f"{key}: unknown filter {how!r}", where=where,
                              try_=", ".join(templates.FILTERS) + ", as VERB")  # fmt: skip


def build(rule: Rule) -> Check:
    """Return the function that runs the rule's patterns."""
    data = rule.data
    conditions = Conditions(data)
    on_text = data["on"] == "text"
    items = data["patterns"]
    plans = [Plan.of(item) for item in items]
    mapping: Mapping[str, str] = data["map"]

    def hits(view: View, hay: Haystack, wanted: list[int]) -> Iterator[Hit]:
        taken = bytearray()  # of text that an earlier pattern of this rule has flagged
        for number in wanted:
            item, plan = items[number], plans[number]
            for match in hay.matches(plan):
                begin, end = match.span("hit" if "hit" in match.re.groupindex else 0)
                if end <= begin or (taken and 1 in taken[begin:end]):
                    continue
                start, stop = (begin, end) if on_text else view.flat.to_text(begin, end)
                if not guards_allow(item, view, hay.text, begin, end, start):
                    continue
                if not conditions.allow(view, hay.text, begin, end, start):
                    continue
                taken = taken or bytearray(len(hay.text))
                taken[begin:end] = b"\x01" * (end - begin)
                message = item.get("message")
                yield Hit(
                    start,
                    stop,
                    suggestion=suggestion(
                        item.get("suggest"), match, mapping, hay.text, begin, end
                    ),
                    message=templates.fill(message, match, mapping) if message else None,
                )

    def check(view: View) -> Iterable[Hit]:
        hay = view.haystack_of_text if on_text else view.haystack
        wanted = hay.possible(plans)
        if not wanted or not conditions.apply(view):
            return ()
        found = sorted(hits(view, hay, wanted), key=lambda h: h.start)
        return conditions.finish(found, view)

    return check


def suggestion(
    template: str | None,
    match: re.Match[str],
    mapping: Mapping[str, str],
    text: str,
    begin: int,
    end: int,
) -> str | None:
    """Return the filled template, with a capital where a sentence begins."""
    if template is None:
        return None
    out = templates.fill(template, match, mapping)
    if out is None or out == text[begin:end]:
        return None
    begins = text[begin].isupper() and _SENTENCE_END.search(text[max(0, begin - 4) : begin])
    return out[0].upper() + out[1:] if begins and out[:1].islower() else out
