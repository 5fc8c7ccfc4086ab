"""The prose within a Markdown paragraph: markup left out, every piece with its place.

An own scanner, not a parser library: those give text without offsets. It follows CommonMark 0.31
but for the rule of three in emphasis, and is linear in the length of the paragraph.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_SPECIAL = re.compile(r"[\\`*_~\[\]!<&\n]")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_CODE_RUN = re.compile(r"`+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|\w{2,31});")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>|<[?!][^<>]{0,2000}>")
_BREAK_TAG = re.compile(r"<br\s*/?>", re.I)
_TAIL = re.compile(
    r"\(\s*(?:<[^<>\n]{0,2000}>|[^\s()<]{0,2000}(?:\([^\s()]{0,500}\)[^\s()]{0,500}){0,8})"
    r"(?:\s+(?:\"[^\"]{0,1000}\"|'[^']{0,1000}'|\([^()]{0,1000}\)))?\s*\)"
    r"(?:\{[^{}\n]{0,200}\})?"
)
_REFERENCE = re.compile(r"\[([^\[\]]{0,500})\]")
_BRACKET = re.compile(r"\\.|[\[\]]", re.S)
# Inline code that may stand for a word in its sentence; other code is left out.
_WORD_LIKE = re.compile(r"[\w.-]{1,30}")


@dataclass(frozen=True, slots=True)
class Piece:
    """``text`` stands for ``[start, end)`` of the paragraph; None = that stretch verbatim."""

    start: int
    end: int
    text: str | None = None


@dataclass(slots=True)
class _Run:
    """A run of emphasis marks; ``left`` of them are still unmatched, cut from both ends."""

    start: int
    end: int
    char: str
    opens: bool
    closes: bool


def normalise_label(label: str) -> str:
    """Return the form in which link labels are compared."""
    return " ".join(label.split()).casefold()


def pieces(paragraph: str, labels: Collection[str] = ()) -> list[Piece]:
    r"""Return the prose of a paragraph's inline Markdown.

    Args:
        paragraph: its lines joined by ``\n``, without quote marks and indentation.
        labels: normalised labels of the document's link definitions.
    """
    scanner = _Scanner(paragraph, labels)
    found = list(scanner.scan())
    return _without_emphasis(found)


class _Scanner:
    def __init__(self, text: str, labels: Collection[str]) -> None:
        self._text = text
        self._labels = labels
        self._code = dict(_code_spans(text))
        self._closing = _brackets(text, self._code)
        self._tails: dict[int, int] = {}
        self._comment_end = 0

    def scan(self) -> Iterator[Piece | _Run]:
        text, at = self._text, 0
        while at < len(text):
            special = _SPECIAL.search(text, at)
            if special is None:
                yield Piece(at, len(text))
                return
            if special.start() > at:
                yield Piece(at, special.start())
            at = special.start()
            end, piece = self._at(at, text[at])
            if piece is not None:
                yield piece
            at = end

    def _at(self, at: int, char: str) -> tuple[int, Piece | _Run | None]:
        """Return where the construct at ``at`` ends, and what it contributes."""
        text = self._text
        if char == "\\":
            return self._escape(at)
        if char == "`":
            return self._code_span(at)
        if char in "*_~":
            return self._marks(at, char)
        if char == "&":
            entity = _ENTITY.match(text, at)
            plain = html.unescape(entity[0]) if entity else ""
            if entity and plain != entity[0]:
                return entity.end(), Piece(at, entity.end(), plain)
            return at + 1, Piece(at, at + 1)
        if char == "<":
            return self._tag(at)
        if char == "\n":
            return self._line_end(at)
        if char == "!" and text.startswith("[", at + 1):
            close = self._closing.get(at + 1)
            end = None if close is None else self._link_tail(at + 1, close)
            return (at + 1, Piece(at, at + 1)) if end is None else (end, None)
        if char == "[":
            return self._open_bracket(at)
        if char == "]" and at in self._tails:
            return self._tails[at], None
        return at + 1, Piece(at, at + 1)

    def _escape(self, at: int) -> tuple[int, Piece]:
        escaped = _ESCAPED.match(self._text, at)
        if escaped is not None:
            return at + 2, Piece(at, at + 2, escaped[1])
        if self._text.startswith("\n", at + 1):
            return at + 2, Piece(at, at + 2, "\n")
        return at + 1, Piece(at, at + 1)

    def _code_span(self, at: int) -> tuple[int, Piece | None]:
        if at not in self._code:
            run = _CODE_RUN.match(self._text, at)
            end = run.end() if run else at + 1
            return end, Piece(at, end)
        start, stop, end = self._code[at]
        plain = _WORD_LIKE.fullmatch(self._text, start, stop)
        return end, Piece(start, stop) if plain else None

    def _marks(self, at: int, char: str) -> tuple[int, Piece | _Run]:
        text, end = self._text, at
        while end < len(text) and text[end] == char:
            end += 1
        before = text[at - 1] if at else " "
        after = text[end] if end < len(text) else " "
        space_before, space_after = before.isspace(), after.isspace()
        mark_before, mark_after = _is_mark(before), _is_mark(after)
        left = not space_after and (not mark_after or space_before or mark_before)
        right = not space_before and (not mark_before or space_after or mark_after)
        if char == "_":
            left, right = left and (not right or mark_before), right and (not left or mark_after)
        if (char == "~" and end - at != 2) or not (left or right):
            return end, Piece(at, end)
        return end, _Run(at, end, char, left, right)

    def _tag(self, at: int) -> tuple[int, Piece | None]:
        text = self._text
        if text.startswith("<!--", at) and self._comment_end >= 0:
            self._comment_end = text.find("-->", at + 4)
            if self._comment_end >= 0:
                return self._comment_end + 3, None
        line_break = _BREAK_TAG.match(text, at)
        if line_break is not None:
            return line_break.end(), Piece(at, line_break.end(), "\n")
        tag = _TAG.match(text, at)
        return (at + 1, Piece(at, at + 1)) if tag is None else (tag.end(), None)

    def _line_end(self, at: int) -> tuple[int, Piece]:
        # Two spaces before a line end break the line; any other is a space.
        hard = self._text.endswith("  ", 0, at)
        return at + 1, Piece(at, at + 1, "\n" if hard else " ")

    def _open_bracket(self, at: int) -> tuple[int, Piece | None]:
        text = self._text
        close = self._closing.get(at)
        if close is None:
            return at + 1, Piece(at, at + 1)
        if text.startswith("^", at + 1) and " " not in text[at:close]:
            return close + 1, None  # a footnote's mark
        end = self._link_tail(at, close)
        if end is None:
            return at + 1, Piece(at, at + 1)
        self._tails[close] = end
        return at + 1, None

    def _link_tail(self, start: int, close: int) -> int | None:
        """Return where the link or image with text ``[start, close]`` ends; None if it is none."""
        tail = _TAIL.match(self._text, close + 1)
        if tail is not None:
            return tail.end()
        reference = _REFERENCE.match(self._text, close + 1)
        if reference is not None:
            label = reference[1] or self._text[start + 1 : close]
            if normalise_label(label) in self._labels:
                return reference.end()
        label = self._text[start + 1 : close]
        return close + 1 if normalise_label(label) in self._labels else None


def _is_mark(char: str) -> bool:
    return not char.isalnum() and not char.isspace()


def _code_spans(text: str) -> Iterator[tuple[int, tuple[int, int, int]]]:
    """Yield (start, (content start, content end, end)) of the code spans, left to right."""
    runs = [match.span() for match in _CODE_RUN.finditer(text)]
    by_length: dict[int, list[int]] = {}
    for index, (start, end) in enumerate(runs):
        by_length.setdefault(end - start, []).append(index)
    for indices in by_length.values():
        indices.reverse()  # popped from the end, in order
    current = 0
    while current < len(runs):
        start, end = runs[current]
        same = by_length[end - start]
        while same and same[-1] <= current:
            same.pop()
        escaped = (
            (start - len(text[:start].rstrip("\\"))) % 2 if text[start - 1 : start] == "\\" else 0
        )
        if not same or escaped:
            current += 1
            continue
        close_start, close_end = runs[same[-1]]
        inner = (end, close_start)
        if text[end] == text[close_start - 1] == " " and text[end:close_start].strip():
            inner = (end + 1, close_start - 1)
        yield start, (*inner, close_end)
        current = same[-1] + 1


def _brackets(text: str, code: dict[int, tuple[int, int, int]]) -> dict[int, int]:
    """Return the closing bracket of each opening one, outside of code and escapes."""
    skips = sorted((start, spans[2]) for start, spans in code.items())
    skip = 0
    stack: list[int] = []
    closing: dict[int, int] = {}
    for match in _BRACKET.finditer(text):
        at = match.start()
        while skip < len(skips) and skips[skip][1] <= at:
            skip += 1
        if skip < len(skips) and skips[skip][0] <= at:
            continue
        if match[0] == "[":
            stack.append(at)
        elif match[0] == "]" and stack:
            closing[stack.pop()] = at
    return closing


def _without_emphasis(found: list[Piece | _Run]) -> list[Piece]:
    """Drop matched emphasis marks; unmatched ones are text."""
    openers: dict[str, list[_Run]] = {"*": [], "_": [], "~": []}
    kept: dict[int, list[tuple[int, int]]] = {}
    runs = [each for each in found if isinstance(each, _Run)]
    spans = {id(run): [run.start, run.end] for run in runs}
    for run in runs:
        span, stack = spans[id(run)], openers[run.char]
        while run.closes and stack and span[0] < span[1]:
            opener = spans[id(stack[-1])]
            size = min(2, opener[1] - opener[0], span[1] - span[0])
            opener[1] -= size
            span[0] += size
            if opener[0] == opener[1]:
                stack.pop()
        if run.opens and span[0] < span[1]:
            stack.append(run)
    kept = {key: [(start, end)] for key, (start, end) in spans.items() if start < end}
    out: list[Piece] = []
    for each in found:
        if isinstance(each, Piece):
            out.append(each)
        else:
            out += (Piece(start, end) for start, end in kept.get(id(each), ()))
    return out
