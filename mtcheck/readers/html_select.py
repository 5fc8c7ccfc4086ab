"""CSS selectors over the HTML tree: what people write to name the body of an article.

Types, ``*``, ``#id``, ``.class``, ``[attribute]`` with and without a value (``= ~= ^= $= *= |=``),
``:not()`` of one of these, descendants, children (``>``) and lists with commas.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from mtcheck.core.errors import UsageError
from mtcheck.readers.html_tree import Element

_SIMPLE = re.compile(
    r"(?P<type>\*|[a-zA-Z][\w-]*)"
    r"|#(?P<id>[\w\\:-]+)"
    r"|\.(?P<class>[\w\\:-]+)"
    r"|\[\s*(?P<name>[\w:-]+)\s*(?:(?P<op>[~^$*|]?=)\s*"
    r"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\]\"']+))\s*)?\]"
    r"|:not\((?P<not>[^()]+)\)"
)
# Between commas, but for those in brackets.
_PART = re.compile(r"(?:\[[^\]]*\]|\([^)]*\)|[^,\[(])+")
_COMBINATOR = re.compile(r"\s*(>)\s*|\s+")

Test = Callable[[Element], bool]


@dataclass(frozen=True, slots=True)
class _Step:
    """All ``tests`` hold; the step before is the parent (``child``) or any ancestor."""

    tests: tuple[Test, ...]
    child: bool


def select(root: Element, selector: str) -> list[Element]:
    """Return the elements that match, in document order, none within another.

    Raises:
        UsageError: ``bad-selector`` for what is no selector, or one beyond those above.
    """
    parts = _PART.findall(selector)
    if ",".join(parts) != selector:
        raise _bad(selector)
    chains = [_chain(part.strip(), selector) for part in parts]
    found: list[Element] = []
    chosen: set[int] = set()
    for element in root.elements():
        if any(_matches(element, chain) for chain in chains) and not _within(element, chosen):
            found.append(element)
            chosen.add(id(element))
    return found


def _within(element: Element, chosen: set[int]) -> bool:
    parent = element.parent
    while parent is not None:
        if id(parent) in chosen:
            return True
        parent = parent.parent
    return False


def _chain(text: str, selector: str) -> list[_Step]:
    steps: list[_Step] = []
    at, child = 0, False
    while at < len(text):
        tests: list[Test] = []
        while (simple := _SIMPLE.match(text, at)) is not None:
            tests.append(_test(simple, selector))
            at = simple.end()
        if not tests:
            break
        steps.append(_Step(tuple(tests), child))
        combinator = _COMBINATOR.match(text, at)
        if combinator is None:
            break
        child = combinator[1] is not None
        at = combinator.end()
        if at == len(text):  # a selector does not end in a combinator
            steps.clear()
    if not steps or at < len(text):
        raise _bad(selector)
    return steps


def _bad(selector: str) -> UsageError:
    return UsageError(
        "bad-selector",
        f"{selector!r} is not a CSS selector that mtcheck knows",
        try_="for example article, #story, .article-body > p",
    )


def _test(simple: re.Match[str], selector: str) -> Test:
    if simple["type"]:
        name = simple["type"].lower()
        return lambda e: name == "*" or e.name == name
    if simple["id"]:
        wanted = simple["id"].replace("\\", "")
        return lambda e: e.get("id") == wanted
    if simple["class"]:
        wanted = simple["class"].replace("\\", "")
        return lambda e: wanted in e.get("class").split()
    if simple["not"]:
        (inner,) = _chain(simple["not"].strip(), selector)[:1]
        return lambda e: not all(test(e) for test in inner.tests)
    name, op = simple["name"].lower(), simple["op"]
    value = simple["double"] or simple["single"] or simple["bare"] or ""
    compare: dict[str | None, Test] = {
        None: lambda e: name in e.attributes,
        "=": lambda e: e.get(name) == value,
        "~=": lambda e: value in e.get(name).split(),
        "^=": lambda e: bool(value) and e.get(name).startswith(value),
        "$=": lambda e: bool(value) and e.get(name).endswith(value),
        "*=": lambda e: bool(value) and value in e.get(name),
        "|=": lambda e: e.get(name) == value or e.get(name).startswith(f"{value}-"),
    }
    return compare[op]


def _matches(element: Element, chain: list[_Step]) -> bool:
    """Match a chain from its last step up the tree."""
    step = chain[-1]
    if not element.name or not all(test(element) for test in step.tests):
        return False
    if len(chain) == 1:
        return True
    parent = element.parent
    if step.child:
        return parent is not None and _matches(parent, chain[:-1])
    while parent is not None:
        if _matches(parent, chain[:-1]):
            return True
        parent = parent.parent
    return False
