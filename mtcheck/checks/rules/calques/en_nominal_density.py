"""Chains of "of the": a nominal style."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtcheck.checks.rule import Hit
from mtcheck.checks.view import View

INFO = {
    "title": "Chain of “of the”",
    "why": "Chains of nouns with “of the” betray a nominal source style: use verbs, compounds or"
    " possessives.",
    "langs": ["en"],
    "source_langs": ["ru", "uk", "zh", "es", "pt", "fr"],
    "severity": "neutral",
    "confidence": "low",
    "mqm": "Style > Awkward style",
    "speaks_to": ["translated"],
    "rewrite": "verbs, noun compounds or possessives",
    "evidence": "genitive chains in Slavic and Romance languages, 的 in Chinese",
    "examples": [
        {"text": "⟦The growth of the income of the members of the union of the workers of the"
         " port⟧ is the aim."},
        {"text": "⟦The results of the work of the staff of the office of the mayor⟧ were shown."},
        {"text": "⟦The start of the repair of the roof of the hall of the school⟧ was put off."},
        {"text": "The union wants its members to earn more."},
        {"text": "At the end of the day, the head of the firm went home."},
    ],
}  # fmt: skip
_CHAIN = re.compile(
    r"\b(?:[Tt]he |[Aa]n? )?[\w'-]+(?: of (?:the |an? |its |this |these |all )?(?:[\w'-]+ ){0,1}?[\w'-]+){3,}"
)
_SENTENCE = re.compile(r"[^.!?\n]+")
_MIN_OF = 4
_MIN_LINKS = 5  # "x of the" in one sentence,
_WORDS_A_LINK = 6  # at least one in six words


def check(view: View) -> Iterator[Hit]:
    """Yield noun phrases with at least four "of" in a row."""
    flat = view.flat
    if " of " not in flat.text:
        return
    for match in _SENTENCE.finditer(flat.text):
        if match[0].count(" of ") < _MIN_OF:
            continue
        chains: list[tuple[int, int]] = []
        for chain in _CHAIN.finditer(flat.text, *match.span()):
            if len(re.findall(r"\bof\b", chain[0])) >= _MIN_OF:
                yield Hit(*flat.to_text(*chain.span()))
                chains.append(chain.span())
        links = list(re.finditer(r"\b\w+ of (?:the|a|an|its)\b", match[0]))
        words = match[0].count(" ") + 1
        if len(links) < _MIN_LINKS or len(links) * _WORDS_A_LINK < words:
            continue
        start = match.start() + links[0].start()
        end = match.start() + links[-1].end()
        if not any(s < end and start < e for s, e in chains):
            yield Hit(*flat.to_text(start, end))
