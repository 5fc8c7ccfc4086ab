"""The compact notation of phrases: ``at the (gates|doors) of (the )?_``, ``assure* that``."""

from __future__ import annotations

import re

from mtcheck.checks.inflect import all_forms
from mtcheck.checks.lexicons import alternation, expand

_GAP = re.compile(r"_\{(\d+),(\d+)\} ")
_STAR = re.compile(r"([A-Za-z]+)\*")
_WORD = r"[\w'’-]+"


def to_pattern(phrase: str, lang: str) -> str:
    """Return the regular expression of a phrase.

    ``(a|b)`` alternatives, ``(x )?`` optional parts, ``_`` any word, ``_{0,2} `` that many words,
    ``word*`` all forms of an English verb, ``{{list}}`` a word list.
    """
    text = expand(phrase, lang)
    text = _STAR.sub(lambda m: alternation(list(all_forms(m[1]))), text)
    text = _GAP.sub(lambda m: f"(?:{_WORD} ){{{m[1]},{m[2]}}}", text)
    text = re.sub(r"(?<!\w)_(?![\w{])", lambda _: _WORD, text)
    text = re.sub(r"\((?![?])", "(?:", text)
    text = _either_case(text)
    before = r"(?<![\w-])" if re.match(r"[\w(\[]", text) else ""
    after = r"(?![\w-])" if re.search(r"[\w)\]?]$", text) else ""
    return f"{before}(?:{text}){after}" if "|" in text else f"{before}{text}{after}"


def _either_case(pattern: str) -> str:
    """Let the first letter of each way to begin match in both cases."""
    out: list[str] = []
    i, opening = 0, True
    stack: list[bool] = []
    while i < len(pattern):
        char = pattern[i]
        if pattern.startswith("(?:", i):
            stack.append(opening)
            out.append("(?:")
            i += 3
            continue
        if char == "(":
            stack.append(opening)
        elif char == "|" and stack:
            opening = stack[-1]
        elif char == ")" and stack:
            was = stack.pop()
            # An optional opening group leaves what follows in first place.
            opening = was and pattern[i + 1 : i + 2] == "?"
        elif opening and char.isalpha() and (i == 0 or pattern[i - 1] != "\\"):
            low, up = char.lower(), char.upper()
            out.append(f"[{up}{low}]" if low != up and len(up) == 1 else char)
            opening = False
            i += 1
            continue
        elif char not in "(?:)|":
            opening = False
        out.append(char)
        i += 1
    return "".join(out)
