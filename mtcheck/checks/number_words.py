"""Spelled-out numbers, scale words, months and Chinese numerals, by language."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

# Languages whose spelled-out numbers text2num reads.
SPELLED = frozenset({"en", "es", "pt", "fr", "de", "it", "nl"})
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_HAN_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
_HAN_SMALL = {"十": 10, "百": 100, "千": 1000}
_HAN_LARGE = {
    "万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8, "兆": 10**12,
    "만": 10**4, "억": 10**8, "조": 10**12, "천": 1000,
}  # fmt: skip
HAN = re.compile(
    rf"(?:\d[\d,.]*\s?)?[{''.join([*_HAN_DIGITS, *_HAN_SMALL, *_HAN_LARGE])}]"
    rf"[\d{''.join([*_HAN_DIGITS, *_HAN_SMALL, *_HAN_LARGE])}]*"
)


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, dict[str, float]]]:
    file = Path(__file__).parent / "lexicon" / "numbers.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@lru_cache(maxsize=64)
def _matcher(lang: str, table: str) -> tuple[re.Pattern[str], dict[str, Decimal]] | None:
    entries = _tables().get(lang, {}).get(table)
    if not entries:
        return None
    values = {key.rstrip("*"): Decimal(str(value)) for key, value in entries.items()}
    parts = [
        re.escape(key.rstrip("*")) + (r"\w*" if key.endswith("*") else r"(?!\w)")
        for key in sorted(entries, key=lambda k: (-len(k), k))
    ]
    return re.compile("(?:" + "|".join(parts) + ")"), values


def _value(word: str, values: dict[str, Decimal]) -> Decimal:
    return next(values[word[:n]] for n in range(len(word), 0, -1) if word[:n] in values)


def knows(lang: str) -> bool:
    """Tell whether numbers written as words are read in this language."""
    return lang in SPELLED or "word" in _tables().get(lang, {}) or lang in {"zh", "ja"}


def scale_after(text: str, at: int, lang: str) -> tuple[Decimal, int] | None:
    """Return factor and end of the scale word behind a figure that ends at ``at``.

    Two scale words in a row multiply (Spanish ``mil millones``).
    """
    matcher = _matcher(lang, "scale")
    if matcher is None:
        return None
    pattern, values = matcher
    factor, end = Decimal(1), at
    for _ in range(2):
        gap = re.compile(r"[\s\u00a0\u202f-]{0,2}").match(text, end)
        start = gap.end() if gap else end
        # Single letters are scales only where they touch the figure: 5M, 10k.
        match = pattern.match(text, start) or pattern.match(text.lower(), start)
        if match is None or (len(match[0]) == 1 and start > at):
            break
        factor *= _value(match[0], values)
        end = match.end()
    return (factor, end) if end > at else None


def scales(text: str, lang: str) -> set[Decimal]:
    """Return the factors of all scale words that stand free in ``text``."""
    matcher = _matcher(lang, "scale")
    found: set[Decimal] = set()
    if matcher is not None:
        for word in _WORD.findall(text.lower()):
            value = _value_of_word(word, lang, "scale") if len(word) > 1 else None
            if value is not None:
                found.add(value)
    if text.isascii():
        return _with_products(found)
    found |= {Decimal(f) for char, f in _HAN_LARGE.items() if char in text}
    if any(char in text for char in _HAN_SMALL):
        found |= {Decimal(f) for char, f in _HAN_SMALL.items() if char in text}
    return _with_products(found)


def _with_products(found: set[Decimal]) -> set[Decimal]:
    return found | {a * b for a in found for b in found if a != b and a * b <= 10**13}


@lru_cache(maxsize=1 << 14)
def _value_of_word(word: str, lang: str, table: str) -> Decimal | None:
    matcher = _matcher(lang, table)
    if matcher is None:
        return None
    pattern, values = matcher
    return _value(word, values) if pattern.fullmatch(word) else None


def spelled(text: str, lang: str) -> set[Decimal]:
    """Return every value that the words of ``text`` may stand for."""
    found: set[Decimal] = set()
    lowered = text.lower().replace("’", "'")
    matcher = _matcher(lang, "word")
    if matcher is not None:
        values = matcher[1]
        run: list[Decimal] = []
        for word in _WORD.findall(lowered):
            value = _value_of_word(word, lang, "word")
            if value is None:
                run = []
                continue
            run.append(value)
            found |= {sum(run[i:], Decimal(0)) for i in range(max(0, len(run) - 4), len(run))}
        found |= _inside_words(lowered, lang, values)
    return found


def _inside_words(text: str, lang: str, values: dict[str, Decimal]) -> set[Decimal]:
    """Return values of Czech and German compounds that put the unit first: pětadvacet, 25."""
    joiner = {"cs": "a", "de": "und"}.get(lang)
    if joiner is None:
        return set()
    found: set[Decimal] = set()
    for word in _WORD.findall(text):
        left, middle, right = word.partition(joiner)
        if middle and left in values and values[left] < 10:
            stem = next((values[right[:n]] for n in range(len(right), 2, -1)
                         if right[:n] in values), None)  # fmt: skip
            if stem is not None and stem % 10 == 0:
                found.add(values[left] + stem)
    return found


@lru_cache(maxsize=64)
def _months(lang: str) -> tuple[tuple[str, int], ...]:
    from babel import Locale
    from babel.core import UnknownLocaleError

    try:
        locale = Locale.parse(lang)
    except (UnknownLocaleError, ValueError):
        return ()
    names: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                bare = name.lower().rstrip(".")
                # Inflected forms share the stem; very short names only as they are.
                names[bare[:-1] if len(bare) > 5 else bare] = int(number)
    return tuple(sorted(names.items(), key=lambda item: -len(item[0])))


def months(text: str, lang: str) -> set[Decimal]:
    """Return the numbers of the months that ``text`` names."""
    found = {_month(word, lang) for word in _WORD.findall(text.lower())}
    return {number for number in found if number is not None}


@lru_cache(maxsize=1 << 14)
def _month(word: str, lang: str) -> Decimal | None:
    for name, number in _months(lang):
        if word == name or (len(name) > 3 and word.startswith(name)):
            return Decimal(number)
    return None


def han(text: str) -> Decimal | None:
    """Return the value of a Chinese or Japanese numeral, digits mixed in: 3万5千, 1.5億."""
    total, section, current = Decimal(0), Decimal(0), Decimal(0)
    seen = False
    for token in re.finditer(r"\d[\d,.]*|\S", text):
        part = token[0]
        if part[0].isdigit() and part[0].isascii():
            try:
                current = Decimal(part.replace(",", "").rstrip("."))
            except ArithmeticError:
                return None
        elif part in _HAN_DIGITS:
            current = current * 10 + _HAN_DIGITS[part] if seen else Decimal(_HAN_DIGITS[part])
        elif part in _HAN_SMALL:
            section += (current or 1) * _HAN_SMALL[part]
            current = Decimal(0)
        elif part in _HAN_LARGE:
            total += (section + current or 1) * _HAN_LARGE[part]
            section, current = Decimal(0), Decimal(0)
        else:
            return None
        seen = part in _HAN_DIGITS
    return total + section + current
