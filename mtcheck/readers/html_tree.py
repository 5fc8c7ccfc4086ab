"""HTML as a light tree with places in the file.

Parser libraries drop offsets, so this is a tokenizer of its own, in the spirit of the HTML
standard's: never an error, linear in the length of the file, implied end tags of paragraphs, items
and cells, raw text in scripts and styles.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_MARKUP = re.compile(
    r"<(?:(?P<comment>!--)|(?P<other>[!?])|(?P<close>/)?(?P<name>[a-zA-Z][^\s/>]*))"
)
_ATTRIBUTE = re.compile(
    r"[\s/]*(?P<name>[^\s/>=][^\s/>=]*)(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'"
    r"|(?P<bare>[^\s>]*)))?"
)
_ATTRIBUTES_END = re.compile(r"[\s/]*(>|$)")
VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
})  # fmt: skip
_RAW_TEXT = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed",
                       "noframes"})  # fmt: skip
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol",
    "option", "p", "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul", "caption",
})  # fmt: skip
# An opening tag closes these, up to the nearest of the second set.
_CLOSES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "menu"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "tr": (frozenset({"tr", "td", "th"}), frozenset({"table"})),
    "td": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "option": (frozenset({"option"}), frozenset({"select", "datalist"})),
}
# Deeper nesting is flattened: no page is, and recursion over the tree must end.
_MAX_DEPTH = 400


@dataclass(slots=True, eq=False)
class Text:
    """Character data ``raw[start:end]``, entities not yet resolved."""

    start: int
    end: int


@dataclass(slots=True, eq=False)
class Element:
    """An element; ``start`` is where its tag begins."""

    name: str
    attributes: dict[str, str]
    start: int
    parent: Element | None = None
    children: list[Element | Text] = field(default_factory=list)

    def elements(self) -> Iterator[Element]:
        """Yield this element and all below it, in document order."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack += (child for child in reversed(element.children) if isinstance(child, Element))

    def get(self, name: str) -> str:
        """Return an attribute, empty if there is none."""
        return self.attributes.get(name, "")

    def text(self, raw: str) -> str:
        """Return the plain text below this element, white space collapsed."""
        parts: list[str] = []
        stack: list[Element | Text] = [self]
        while stack:
            node = stack.pop()
            if isinstance(node, Text):
                parts.append(raw[node.start : node.end])
            else:
                stack += reversed(node.children)
        return " ".join(html.unescape("".join(parts)).split())


def parse(raw: str) -> Element:
    """Return the root: an element without a name that holds the whole file."""
    return _Parser(raw).parse()


class _Parser:
    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._root = Element("", {}, 0)
        self._stack = [self._root]
        self._no_comment_end = False

    def parse(self) -> Element:
        raw, at, text_from = self._raw, 0, 0
        while True:
            match = _MARKUP.search(raw, at)
            if match is None:
                break
            self._text(text_from, match.start())
            if match["comment"]:
                at = self._comment(match)
            elif match["other"] or not match["name"]:
                at = _after(raw, ">", match.end())
            elif match["close"]:
                at = _after(raw, ">", match.end())
                self._close(match["name"].lower())
            else:
                at = self._open(match)
            text_from = at
        self._text(text_from, len(raw))
        return self._root

    def _text(self, start: int, end: int) -> None:
        if start < end:
            self._stack[-1].children.append(Text(start, end))

    def _comment(self, match: re.Match[str]) -> int:
        end = -1 if self._no_comment_end else self._raw.find("-->", match.end() - 2)
        if end >= 0:
            return end + 3
        self._no_comment_end = True  # not looked for again: that would be quadratic
        return _after(self._raw, ">", match.end())

    def _open(self, match: re.Match[str]) -> int:
        raw, name = self._raw, match["name"].lower()
        attributes, at, self_closing = _attributes(raw, match.end())
        self._imply_ends(name)
        element = Element(name, attributes, match.start(), self._stack[-1])
        self._stack[-1].children.append(element)
        if name in _RAW_TEXT:
            end = re.compile(rf"</{re.escape(name)}(?=[\s/>])", re.I).search(raw, at)
            stop = end.start() if end else len(raw)
            if stop > at:
                element.children.append(Text(at, stop))
            return _after(raw, ">", stop) if end else stop
        if name not in VOID and not self_closing and len(self._stack) < _MAX_DEPTH:
            self._stack.append(element)
        return at

    def _imply_ends(self, name: str) -> None:
        if name in BLOCKS and self._stack[-1].name == "p":
            self._stack.pop()
        elif name in BLOCKS:
            # <p><b>text<p>: the open paragraph ends with what is inside it.
            for depth in range(len(self._stack) - 1, 0, -1):
                if self._stack[depth].name == "p":
                    del self._stack[depth:]
                    break
                if self._stack[depth].name in BLOCKS:
                    break
        if name in _CLOSES:
            closed, border = _CLOSES[name]
            for depth in range(len(self._stack) - 1, 0, -1):
                if self._stack[depth].name in border:
                    break
                if self._stack[depth].name in closed:
                    del self._stack[depth:]
                    break

    def _close(self, name: str) -> None:
        for depth in range(len(self._stack) - 1, 0, -1):
            if self._stack[depth].name == name:
                del self._stack[depth:]
                return
            # A stray inline end tag never closes a block around it.
            if name not in BLOCKS and self._stack[depth].name in BLOCKS:
                return


def _after(raw: str, mark: str, at: int) -> int:
    found = raw.find(mark, at)
    return len(raw) if found < 0 else found + 1


def _attributes(raw: str, at: int) -> tuple[dict[str, str], int, bool]:
    """Return the attributes from ``at`` on, the offset behind the tag, and whether it ends in /."""
    found: dict[str, str] = {}
    while True:
        end = _ATTRIBUTES_END.match(raw, at)
        if end is not None:
            return found, end.end(), "/" in end[0]
        match = _ATTRIBUTE.match(raw, at)
        if match is None:  # a lone "="
            at += 1
            continue
        value = match["double"] or match["single"] or match["bare"] or ""
        found.setdefault(match["name"].lower(), html.unescape(value))
        at = match.end()
