"""Which part of a page is the article.

Signals in order: what marks itself as the article's body; an ``<article>`` or ``<main>`` that holds
most of the page's running text; the container with most paragraph text (as in Arc90's Readability:
a paragraph counts for its parent, and half for its grandparent, less its share of link text).
"""

from __future__ import annotations

import re
from collections import defaultdict

from mtcheck.readers.html_tree import BLOCKS, Element, Text

# Never prose, or never this article's.
_DROPPED = frozenset({
    "script", "style", "noscript", "template", "nav", "footer", "aside", "form", "button", "select",
    "textarea", "svg", "math", "canvas", "iframe", "object", "video", "audio", "pre", "head",
    "dialog", "menu", "input", "label", "title",
})  # fmt: skip
_BOILERPLATE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|share|sharing|social|related|recirc"
    r"|recommend(?:ed|ations?)?|promo|newsletter|subscri\w+|sign-?up|advert\w*|ads?|sponsor\w*"
    r"|comments?|disqus|cookies?|consent|banner|footer|sidebar|toolbar|widget|pagination|skip-link"
    r"|tags?-list|most-read|trending|outbrain|taboola|paywall|author-bio|print-only|screen-reader"
    r"(?:-text)?|sr-only|visually-?hidden|modal|popup)(?:$|[\s_-])",
    re.I,
)
_BOILERPLATE_ROLES = frozenset({
    "navigation", "banner", "contentinfo", "complementary", "search", "dialog", "menu", "form",
})  # fmt: skip
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_BODY_PROPERTIES = frozenset({"articlebody", "reviewbody"})
# An <article> or <main> with this share of the page's paragraph text is the article.
_MOST = 0.5
# Shorter paragraphs are teasers, credits and buttons, as like as not.
_MIN_PARAGRAPH = 25
_MIN_LINK_ITEMS, _LINK_SHARE = 3, 0.8


def is_dropped(element: Element, *, chosen: bool = False) -> bool:
    """Tell whether nothing within ``element`` is checked.

    ``chosen`` is True for an element that the user selected, whose class may say anything.
    """
    if element.name in _DROPPED or "hidden" in element.attributes:
        return True
    if element.get("aria-hidden").lower() == "true" or _HIDDEN_STYLE.search(element.get("style")):
        return True
    if chosen or element.name in {"html", "body", "main", "article"}:
        return False
    if element.get("role").lower() in _BOILERPLATE_ROLES:
        return True
    return bool(_BOILERPLATE.search(f"{element.get('class')} {element.get('id')}"))


def main_content(root: Element, raw: str) -> list[Element]:
    """Return the element(s) that hold the article; the headline may lie outside of them."""
    own = _paragraph_text(root, raw)
    below = _sums(root, own)
    marked = [e for e in root.elements() if e.get("itemprop").lower() in _BODY_PROPERTIES]
    if any(below[id(e)] for e in marked):
        return marked
    total = below[id(root)]
    for name in ("article", "main"):
        found = [e for e in root.elements() if e.name == name or e.get("role") == name]
        best = max(found, key=lambda e: below[id(e)], default=None)
        if best is not None and below[id(best)] >= _MOST * total > 0:
            return [best]
    scores: dict[int, float] = defaultdict(float)
    holders: dict[int, Element] = {}
    for element in root.elements():
        for holder, share in ((element, 1.0), (element.parent, 0.5)):
            if holder is not None and own[id(element)]:
                scores[id(holder)] += share * own[id(element)]
                holders[id(holder)] = holder
    if scores:
        return [holders[max(scores, key=lambda key: scores[key])]]
    return [next((e for e in root.elements() if e.name == "body"), root)]


def headline(root: Element, content: list[Element]) -> Element | None:
    """Return the page's only <h1> if it is none of the content's."""
    found = [e for e in root.elements() if e.name == "h1" and not _dropped_above(e)]
    if len(found) != 1 or any(inner is found[0] for part in content for inner in part.elements()):
        return None
    return found[0]


def is_link_list(element: Element) -> bool:
    """Tell whether a list of three or more items is little but links: "related articles"."""
    if element.name not in {"ul", "ol"}:
        return False
    items = [c for c in element.children if isinstance(c, Element) and c.name == "li"]
    if len(items) < _MIN_LINK_ITEMS:
        return False
    lengths = [_lengths(item) for item in items]
    return sum(links for _, links in lengths) > _LINK_SHARE * sum(total for total, _ in lengths)


def _dropped_above(element: Element) -> bool:
    at: Element | None = element
    while at is not None:
        if is_dropped(at) and at.name != "header":
            return True
        at = at.parent
    return False


def _paragraph_text(root: Element, raw: str) -> dict[int, float]:
    """Return, by identity, how much text each element holds in paragraphs of its own."""
    own: dict[int, float] = defaultdict(float)
    stack = [root]
    while stack:
        element = stack.pop()
        if is_dropped(element):
            continue
        stack += (child for child in element.children if isinstance(child, Element))
        if element.name == "p" or _bare_text(element, raw):
            total, links = _lengths(element)
            holder = element.parent if element.name == "p" else element
            if total >= _MIN_PARAGRAPH and holder is not None:
                own[id(holder)] += total - links
    return own


def _sums(root: Element, own: dict[int, float]) -> dict[int, float]:
    """Return the paragraph text anywhere below each element, by identity."""
    order = list(root.elements())
    below = {id(element): own[id(element)] for element in order}
    for element in reversed(order):
        if element.parent is not None:
            below[id(element.parent)] += below[id(element)]
    return below


def _bare_text(element: Element, raw: str) -> bool:
    """Tell whether a <div> or the like is used as a paragraph: it has text of its own."""
    if element.name not in {"div", "section", "article", "td", "blockquote", "main", "body"}:
        return False
    texts = (child for child in element.children if isinstance(child, Text))
    return sum(len(raw[t.start : t.end].strip()) for t in texts) >= _MIN_PARAGRAPH


def _lengths(element: Element) -> tuple[int, int]:
    """Return the characters of text in an element's own lines, and those within links."""
    total = links = 0
    stack: list[tuple[Element | Text, bool]] = [(element, False)]
    while stack:
        node, in_link = stack.pop()
        if isinstance(node, Text):
            total += node.end - node.start
            links += (node.end - node.start) * in_link
        elif node is element or node.name not in BLOCKS:
            stack += ((child, in_link or node.name == "a") for child in node.children)
    return total, links
