"""Brackets and quotation marks without their other half."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtcheck.checks.rule import Hit
from mtcheck.checks.view import View
from mtcheck.core.findings import Severity

INFO = {
    "title": "One half of a pair is missing",
    "why": "A bracket or quotation mark has no other half in its paragraph.",
    "langs": [],
    "source_langs": [],
    "severity": "minor",
    "confidence": "medium",
    "mqm": "Linguistic conventions > Punctuation",
    "speaks_to": ["machine"],
    "rewrite": "add or remove a mark",
    "examples": [
        {"text": "⟦\"⟧The rink is shut, said the guard. Nobody skates."},
        {"text": "\"The rink is shut. Nobody skates."},
        {"text": "She came ⟦(⟧late and alone."},
        {"text": "⟦“⟧We lost, she said."},
        {"text": "The law⟦]⟧ was passed."},
        {"text": "He called it a disgrace⟦”⟧ and left."},
        {"text": "Ana dijo: ⟦«⟧No iré.", "lang": "es"},
        {"text": "She came (late)."},
        {"text": "1) first point 2) second point"},
        {"text": 'The 6" nail and :) smiley'},
        {"text": "“We lost,” she said.\n\n“We played badly.\n\n“Next time we win.”"},
        {"text": "Er nannte es „Unsinn“ und ging.", "lang": "de"},
        {"text": "”Nej”, sa hon. ”Aldrig.”", "lang": "sv"},
        {"text": "»Ei», hän sanoi. »Ei koskaan.»", "lang": "fi"},
        {"text": "Inicio de grupo [(]", "lang": "es", "source": "Start group [(]",
         "source_lang": "en"},
        {"text": "Hon kallade det ⟦”⟧otur och gick.", "lang": "sv"},
    ],
}  # fmt: skip
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_MARK = re.compile(r"[()\[\]{}“”„«»]")
_LIST = re.compile(r"(?:(?<![^\s(])\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,5}))\Z")
_SMILEY = re.compile(r"[:;=8xX]['-]?\Z")
_MAX = 2
_EXCERPT = 4  # blocks
# Languages that open quotations with the mark that closes them.
_SAME_MARKS = frozenset({"sv", "fi"})
_LONGEST_QUOTATION = 3000
# A straight mark opens, and the speaker is named before anything closes: "We won, he said.
_SPEAKER = re.compile(
    r"(?:(?<=\s)|\A)[\"“](?=\w)[^\"“”\n]{3,400}?[,!?] (?:(?:(?:he|she|they|[A-Z][\w'-]+|the [a-z]+) )"
    r"{1,2}(?:said|says|told|added|explained)|said (?:the|[A-Z])|(?:dijo|afirmó|explicó|aseguró|disse|"
    r"afirmou|explicou) (?:el|la|o|a|[A-Z])|a (?:dit|déclaré|expliqué) |a-t-(?:il|elle) |dit-(?:il|elle)|"
    r"sagte (?:der|die|er|sie|[A-Z])|erklärte (?:der|die|er|sie|[A-Z]))[^\"“”\n]*\Z"
)


def check(view: View) -> Iterator[Hit]:
    """Yield marks that nothing closes or opens, at most two a paragraph."""
    lonely: list[int] = []
    quotes: list[int] = []
    for block in view.blocks:
        text = block.span.of(view.text)
        # Pairs are compared with the source's by bilingual checks.
        if block.source is not None:
            continue
        if text.count('"') == 1 and (spoken := _SPEAKER.search(text.rstrip())):
            lonely.append(block.span.start + spoken.start())
        if not _MARK.search(text):
            continue
        lonely += [block.span.start + at for at in list(_brackets(text))[:_MAX]]
        quotes += [block.span.start + at for at in list(_quotes(text, view, block.span.end))[:_MAX]]
    found = list(_unmatched(sorted(quotes), view.text))
    if len(view.blocks) >= _EXCERPT and found:
        # An excerpt may begin or end inside a quotation.
        marks = [m.start() for m in re.finditer(r"[“”„«»]", view.text)]
        found = [
            at
            for at in found
            if not (view.text[at] in "”»" and at == marks[0])
            and not (view.text[at] in "“„«" and at == marks[-1])
        ]
    # A sentence taken out of a longer quotation looks the same: a remark, not a fault.
    excerpt = set(found) if len(view.segments) < 2 else _edges(view)
    for at in sorted([*lonely, *found]):
        yield Hit(at, at + 1, severity=Severity.NEUTRAL if at in excerpt else None)


def _edges(view: View) -> set[int]:
    """Return the places of quotation marks that open or close a whole paragraph."""
    edges = set()
    for block in view.blocks:
        text = block.span.of(view.text)
        first = len(text) - len(text.lstrip())
        last = len(text.rstrip(" \t\r\n.,;:")) - 1
        if text[first : first + 1] in {"“", "„", "«"}:
            edges.add(block.span.start + first)
        if last > 0 and text[last] in "”“»":
            edges.add(block.span.start + last)
    return edges


def _unmatched(quotes: list[int], text: str) -> Iterator[int]:
    """Yield those marks that no other block completes: a long quotation may span several."""
    waiting: int | None = None
    for at in quotes:
        if text[at] in "“„«":
            if waiting is not None:
                yield waiting
            waiting = at
        elif waiting is not None and at - waiting < _LONGEST_QUOTATION:
            waiting = None
        else:
            yield at
    if waiting is not None:
        yield waiting


def _brackets(text: str) -> Iterator[int]:
    stack: list[tuple[str, int]] = []
    for match in re.finditer(r"[()\[\]{}]", text):
        char, at = match[0], match.start()
        if char in "([{":
            if not re.search(r"[:;=]['-]?\Z", text[max(0, at - 2) : at]):
                stack.append((char, at))
        elif stack and stack[-1][0] == _BRACKETS[char]:
            stack.pop()
        elif char == ")" and (
            _LIST.search(text[max(0, at - 6) : at]) or _SMILEY.search(text[max(0, at - 2) : at])
        ):
            continue
        else:
            yield at
    yield from (at for _, at in stack)


def _quotes(text: str, view: View, end: int) -> Iterator[int]:
    """Yield curly quotation marks and guillemets that stand alone."""
    if view.lang in _SAME_MARKS and not re.search("[“„«]", text):
        for mark in "”»":
            places = [m.start() for m in re.finditer(mark, text)]
            yield from places[-1:] if len(places) % 2 else ()
        return
    if "„" in text or ("»" in text and re.search(r"»\w[^«»]*«", text)):
        yield from _count(text, "„", "“”")
        return
    if "“" in text or "”" in text:
        open_at: int | None = None
        opened = text.count("“") - text.count("”")
        # A quotation that runs on opens each of its paragraphs and closes only the last.
        following = view.text[end : end + 40].lstrip()[:1]
        for match in re.finditer(r"[“”]", text):
            at = match.start()
            if match[0] == "“":
                if open_at is not None:
                    yield open_at
                open_at = at
            elif open_at is None:
                if '"' not in text[:at]:
                    yield at
            else:
                open_at = None
        if (
            open_at is not None
            and not (opened == 1 and following == "“")
            and '"' not in text[open_at:]
        ):
            yield open_at
    if "«" in text or "»" in text:
        yield from _count(text, "«", "»")


def _count(text: str, opening: str, closing: str) -> Iterator[int]:
    stack: list[int] = []
    for match in re.finditer(f"[{opening}{closing}]", text):
        if match[0] == opening:
            stack.append(match.start())
        elif stack:
            stack.pop()
        else:
            yield match.start()
    yield from stack
