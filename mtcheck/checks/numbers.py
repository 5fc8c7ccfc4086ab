"""Which numbers two texts share, whatever words, separators, scales and clocks they use.

A naive comparison of figures alarms on correct translations as often as on wrong ones, since one
language writes what the other spells. So each figure is read in all ways it can be read, and counts
as kept if the other text can mean the same value in any way.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from mtcheck.checks import number_words

_SPACES = " \u00a0\u202f\u2009"
_FIGURE = re.compile(
    rf"(?:(?<![\d.,])\d{{1,3}}(?:[.,'’{_SPACES}]\d{{3}})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,:]\d+)*)"
)
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_ROMAN = re.compile(r"\b(?=[IVX])(X{0,2})(IX|IV|V?I{0,3})(?:e|ème|er|º|th)?\b")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?!\d)")
_MAX_DIGITS = 15
_ENUMERATOR = re.compile(r"\s*\d{1,2}")
_CURRENCY = re.compile(r"(?:\b(?:EUR|USD|GBP|CHF|US|CA|AU|Rs|CZK|UAH|RUB|INR|JPY|ISK|BRL))\Z")
_CODE_TAIL = re.compile(r"[A-Z](?![A-Za-z])(?<![MB])|[A-Z]+\d|[A-Z]{2,}\b(?<!AM)(?<!PM)")
# Factors between units that a translation may convert: mile, foot, inch, pound, acre, mph, °F.
_CONVERSIONS = tuple(
    Decimal(f)
    for f in ("1.609", "0.3048", "30.48", "2.54", "0.4536", "0.4047", "0.9144", "3.785", "28.35",
              "0.0254", "4.546", "2.59", "0.9072", "907.2", "6.35")
)  # fmt: skip
_UNIT = re.compile(
    r"\b(?:miles?|mi|feet|foot|ft|inch(?:es)?|pounds?|lbs?|acres?|mph|yards?|gallons?|ounces?|oz|"
    r"fahrenheit|stone|tons?|meilen?|fuß|zoll|pfund|millas?|pies?|pulgadas?|libras?|acres|"
    r"milhas?|pés|polegadas?|pieds?|pouces?|livres?)\b|°\s?F|['\"″′](?!\w)",
    re.IGNORECASE,
)
_DEGREES = re.compile(r"(?i)°|degree|grad|degré|grau|градус|stupň|stupn|度")
_TOLERANCE = Decimal("0.06")
# Every language has other ways to say none and one.
_FREE = {Decimal(0), Decimal(1)}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number written with digits; ``values`` are all that it can mean.

    ``parts`` are the numbers that it falls into where its separators separate (dates, times,
    ranges); it is also kept if all of them are.
    """

    start: int
    end: int
    text: str
    values: frozenset[Decimal]
    parts: tuple[Decimal, ...] = ()


def figures(text: str, lang: str) -> list[Figure]:
    """Return the figures of ``text`` that a translation must keep, in order.

    Digits inside names and codes (A320, COVID-19, B2B) are not numbers here.
    """
    return list(_figures(text, lang))


@lru_cache(maxsize=256)
def _figures(text: str, lang: str) -> tuple[Figure, ...]:
    plain = ascii_digits(text)
    found: list[Figure] = []
    for match in _FIGURE.finditer(plain):
        start, end = match.span()
        if found and start < found[-1].end:  # 4億5000万 is one number
            continue
        if _in_code(plain, start, end) or sum(c.isdigit() for c in match[0]) > _MAX_DIGITS:
            continue
        found.append(_figure(plain, start, end, lang))
    return tuple(found)


def ascii_digits(text: str) -> str:
    """Return ``text`` with the decimal digits of all scripts as 0–9, code points kept in place."""
    if text.isascii():
        return text
    return _OTHER_DIGIT.sub(lambda m: str(unicodedata.decimal(m[0])), text)


def _in_code(text: str, start: int, end: int) -> bool:
    """Tell whether the digits belong to a name: A320, K2, COVID-19, 4K, 5G, #3."""
    before = text[max(0, start - 16) : start]
    if _ENUMERATOR.fullmatch(text[:end]) and text[end : end + 1] in {".", ")"}:
        return True
    if re.search(r"[A-Za-z_@#/\\]\Z", before) and not _CURRENCY.search(before):
        return True
    hyphened = re.search(r"([^\W\d_]+)[-–_]\Z", before)
    if hyphened and (hyphened[1].lower() != hyphened[1] or hyphened[1] == "covid"):
        return True
    return bool(_CODE_TAIL.match(text, end))


def _figure(text: str, start: int, end: int, lang: str) -> Figure:
    raw = text[start:end]
    values = readings(raw)
    parts = tuple(Decimal(p) for p in re.findall(r"\d+", raw))
    scale = number_words.scale_after(text, end, lang)
    if scale is None and lang in {"zh", "ja", "ko"}:
        numeral = number_words.HAN.match(text, start)
        value = number_words.han(numeral[0]) if numeral else None
        if numeral and value is not None:
            return Figure(start, numeral.end(), text[start : numeral.end()], frozenset({value}))
    if scale is not None:
        scaled = {v * scale[0] for v in values}
        # One letter may be a unit as well: 137m.
        values = scaled | values if scale[1] - end <= 2 else scaled
        return Figure(start, scale[1], text[start : scale[1]], frozenset(values), ())
    return Figure(start, end, raw, frozenset(values), parts if len(parts) > 1 else ())


def readings(raw: str) -> set[Decimal]:
    """Return what a string of digits and separators can mean: 1.500 is 1500 or 1.5."""
    digits = re.sub(r"\D", "", raw)
    if not digits or len(digits) > _MAX_DIGITS:
        return set()
    found: set[Decimal] = set()
    groups = re.split(r"[^\d]+", raw)
    if len(groups) == 1:
        return {Decimal(digits)}
    if all(len(g) == 3 for g in groups[1:]) or _INDIAN.fullmatch(raw):
        found.add(Decimal(digits))
    last = groups[-1]
    if re.search(r"[.,]\d+$", raw) and (len(groups) == 2 or all(len(g) == 3 for g in groups[1:-1])):
        found.add(Decimal("".join(groups[:-1]) + "." + last))
    return found


def possible(text: str, lang: str) -> set[Decimal]:
    """Return every value that ``text`` can mean, generously read."""
    plain = ascii_digits(text)
    found: set[Decimal] = set()
    decimals: set[Decimal] = set()
    for match in _FIGURE.finditer(plain):
        found |= readings(match[0])
        parts = {Decimal(p) for p in re.findall(r"\d{1,15}", match[0])}
        if re.fullmatch(r"\d+[.,]\d", match[0]):
            decimals |= parts  # 1.3 is no time of day, so its 3 is not 15 o'clock
        else:
            found |= parts
    found |= {value for f in figures(text, lang) for value in f.values}
    factors = number_words.scales(plain, lang)
    if lang in number_words.SPELLED:
        found |= _by_text2num(text, lang)
    found |= number_words.spelled(text, lang) | number_words.months(text, lang)
    for numeral in number_words.HAN.finditer(plain):
        value = number_words.han(numeral[0])
        if value is not None:
            found.add(value)
    found |= {v * f for v in found for f in factors if v < 10000} | factors
    found |= _roman(plain)
    if not plain.isascii():
        found |= {
            Decimal(str(unicodedata.numeric(c))) for c in plain if not c.isascii() and c.isnumeric()
        }
    return found | decimals | _clock_and_years(found)


def _by_text2num(text: str, lang: str) -> set[Decimal]:
    from text_to_num import alpha2digit

    found: set[Decimal] = set()
    # Hyphens hide number words ("five-year-old"); the threshold lets single ones through.
    for version in (text, re.sub(r"[-–—]", " ", text)):
        for match in _FIGURE.finditer(alpha2digit(version.lower(), lang, threshold=0.0)):
            found |= readings(match[0])
    return found


def _roman(text: str) -> set[Decimal]:
    found: set[Decimal] = set()
    for match in _ROMAN.finditer(text):
        if not match[1] and not match[2]:
            continue
        ones = {"IX": 9, "IV": 4}.get(match[2])
        if ones is None:
            ones = 5 * match[2].startswith("V") + match[2].count("I")
        found.add(Decimal(10 * len(match[1]) + ones))
    return found


def _clock_and_years(values: set[Decimal]) -> set[Decimal]:
    found: set[Decimal] = set()
    for value in values:
        if value == value.to_integral_value():
            if 0 <= value <= 12:
                found.add(value + 12)
            elif value <= 24:
                found.add(value - 12)
            if 1000 <= value < 2100:
                found.add(value % 100)
                found.add(value // 100 + 1)  # 1900s, the 20th century
                found.add(value // 100 * 100)
            if value <= 21:
                found.add((value - 1) * 100)
            if value < 100:
                found |= {1900 + value, 2000 + value}
        else:
            found.add(value * 100 if value < 1 else value)
    if Decimal(50) in values:
        found |= {Decimal("0.5"), Decimal(30), Decimal(2)}
        found |= {v + Decimal("0.5") for v in values}
    if Decimal(30) in values:
        found |= {Decimal("0.5"), Decimal(6)} | {v + Decimal("0.5") for v in values if v < 1000}
    if Decimal(25) in values:
        found |= {Decimal(15), Decimal(45), Decimal(75), Decimal(4), Decimal(3)}
    if Decimal("1.5") in values:
        found |= {Decimal(1500), Decimal(150)}
    return found


def unmatched(
    source: str, source_lang: str, target: str, target_lang: str
) -> tuple[list[Figure], list[Figure]]:
    """Return the figures of the source that the target can't mean, and the reverse."""
    there, here = possible(target, target_lang), possible(source, source_lang)
    convert = bool(_UNIT.search(source)) != bool(_UNIT.search(target)) or bool(
        _DEGREES.search(source) and _DEGREES.search(target)
    )
    lost = [f for f in figures(source, source_lang) if not _kept(f, there, target_lang, convert)]
    new = [f for f in figures(target, target_lang) if not _kept(f, here, source_lang, convert)]
    return lost, new


def _kept(figure: Figure, values: set[Decimal], lang: str, convert: bool) -> bool:
    if figure.values & values or (figure.parts and set(figure.parts) - _FREE <= values):
        return True
    if figure.values <= _FREE:
        return True
    small = max(figure.values, default=Decimal(0)) <= 100
    if small and not number_words.knows(lang):
        return True  # the other text may spell it in words that are not known here
    return convert and any(_converted(v, values) for v in figure.values)


def _converted(value: Decimal, values: set[Decimal]) -> bool:
    if value == 0:
        return True
    candidates = [value * f for f in _CONVERSIONS] + [value / f for f in _CONVERSIONS]
    candidates += [(value - 32) / Decimal("1.8"), value * Decimal("1.8") + 32]
    return any(
        abs(c - v) <= _TOLERANCE * abs(v) + Decimal("0.5") for c in candidates for v in values
    )
