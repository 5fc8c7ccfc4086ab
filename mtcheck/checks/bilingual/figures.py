"""Numbers, scales, dates, units and currencies that differ between source and target."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from mtcheck.checks import numbers
from mtcheck.checks.bilingual.context import Comparison, fold
from mtcheck.checks.rule import Hit
from mtcheck.core.findings import Severity

_BILLION = {
    "es": (r"\bbill(?:ón|ones)\b", "mil millones", 10**12),
    "fr": (r"\bbillions?\b", "milliards", 10**12),
    "de": (r"\bBillion(?:en)?\b", "Milliarden", 10**12),
    "pt": (r"\bbili(?:ão|ões)\b", "mil milhões", 10**12),
    "it": (r"\bbilion[ei]\b", "miliardi", 10**12),
}
_CURRENCIES = {
    "USD": r"US\$|\$|\bUSD\b|\b(?:us-?)?d[oó]l+ar\w*|доллар\w*|долар\w*|美元|ドル",
    "EUR": r"€|\bEUR\b|\beuros?\b|евро\b|євро\b|欧元|ユーロ",
    "GBP": r"£|\bGBP\b|\bpounds? sterling|\blibras? esterlinas?|\blivres? sterling|"
    r"фунт\w* стерл\w*|英镑",
    "JPY": r"\bJPY\b|\byen(?:es)?\b|иен\w*|円|日元",
    "CNY": r"\bCNY\b|\bRMB\b|\byuan\w*|юан\w*|(?<=[\d万亿百千])\s?元(?!旦)|人民币",
    "RUB": r"₽|\bRUB\b|\br(?:o|u)u?b[el]l\w*|рубл\w*|руб\b|卢布",
    "BRL": r"R\$|\bBRL\b|\breais\b",
    "INR": r"₹|\bINR\b|\brupees?\b|\brupias?\b|\brupien\b|\broupies?\b",
    "CHF": r"\bCHF\b|\bswiss francs?|\bfrancos (?:suizos|suíços)|\bfrancs suisses|"
    r"\bschweizer franken",
}  # fmt: skip
_ANY_CURRENCY = re.compile("|".join(_CURRENCIES.values()), re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_LONG_WORD = re.compile(r"[^\W\d_]{3,}(?:-feira)?")
_UNITS = {
    "km": r"(?:km|kil[oó]m\w+|quil[oó]m\w+|километр\w*)",
    "mi": r"(?:miles?|mi|millas?|milhas?|milles|meilen?|миль|мил[яи])",
    "kg": r"(?:kg|kilos?|kilogram\w*|quilos?|quilogramas?|килограмм\w*|кг)",
    "lb": r"(?:lbs?|pounds?(?! sterling))",
    "m": r"(?:met(?:er|re)s?|metern?|metros?|mètres?|метр\w*)",
    "ft": r"(?:feet|foot|ft|pies|pés|pieds|fuß|футов)",
    "cm": r"(?:cm|centim\w+|zentimeter\w*|сантиметр\w*)",
    "in": r"(?:inch(?:es)?|pulgadas?|polegadas?|pouces?|zoll|дюйм\w*)",
    "ha": r"(?:ha|hectares?|hect[aá]reas?|hektar|гектар\w*)",
    "ac": r"(?:acres?|акр\w*)",
    "l": r"(?:lit(?:er|re)s?|litern?|litros?|литр\w*)",
    "gal": r"(?:gallons?|galones|galões|gallonen)",
    "C": r"(?:°\s?C|celsius)",
    "F": r"(?:°\s?F|fahrenheit)",
}  # fmt: skip
_PAIRS = [
    ("km", "mi"),
    ("kg", "lb"),
    ("m", "ft"),
    ("cm", "in"),
    ("ha", "ac"),
    ("l", "gal"),
    ("C", "F"),
]


def changed_numbers(c: Comparison) -> Iterator[Hit]:
    """Figures of the target that the source can't mean, where the source's are lost too."""
    lost, new = _unmatched(c)
    if not lost or not new:
        return
    for figure in new:
        value = max(figure.values)
        shifted = any(_shift(value, other) for f in lost for other in f.values)
        nearest = min(lost, key=lambda f: abs(f.start - figure.start))
        yield c.hit(
            figure.start,
            figure.end,
            message=f"The source has {nearest.text}, not {figure.text}.",
            severity=Severity.CRITICAL if shifted else None,
        )


def missing_numbers(c: Comparison) -> Iterator[Hit]:
    """Figures of the source that the target does not mean in any way."""
    lost, new = _unmatched(c)
    weighty = [f for f in lost if max(f.values) > 12 and not _is_clock(f.text)]
    if weighty and not new and c.target.strip():
        named = ", ".join(f.text for f in weighty[:3])
        yield c.whole(message=f"{named} of the source is missing.")


def _unmatched(c: Comparison) -> tuple[list[numbers.Figure], list[numbers.Figure]]:
    key = f"bilingual-figures-{c.pair.start}"
    return c.view.shared(
        key, lambda: numbers.unmatched(c.source, c.langs.source, c.target, c.langs.target)
    )


def _shift(one: Decimal, other: Decimal) -> bool:
    """Tell whether two values differ by a power of ten: a lost scale or a shifted point."""
    if not one or not other:
        return False
    ratio = max(one, other) / min(one, other)
    return ratio in {Decimal(10) ** n for n in range(1, 13)}


def _is_clock(text: str) -> bool:
    return bool(re.fullmatch(r"\d{1,2}[:.]\d\d", text))


def billion(c: Comparison) -> Iterator[Hit]:
    """English billion (10⁹) turned into billón, Billion or billion (10¹²) with the same figure."""
    if c.langs.target not in _BILLION or c.langs.source not in {"en", "und"}:
        return
    pattern, right, _ = _BILLION[c.langs.target]
    if not re.search(r"(?i)\d ?bn\b|\bbillions?\b", c.source) or re.search(
        r"(?i)\d ?tn\b|\btrillions?\b", c.source
    ):
        return
    for match in re.finditer(pattern, c.target):
        yield c.hit(
            match.start(),
            match.end(),
            message=f"English “billion” is 10⁹: {right}.",
            suggestion=right,
        )


@lru_cache(maxsize=64)
def _calendar(lang: str) -> dict[str, tuple[str, int]]:
    """Return what each name of a month or weekday means: ``month`` or ``day`` and its number.

    Names are folded, and of three letters or more; of more than five, they stand there without
    their last letter and with a ``*`` too.
    """
    from babel import Locale
    from babel.core import UnknownLocaleError

    try:
        locale = Locale.parse(lang)
    except (UnknownLocaleError, ValueError):
        return {}
    names: dict[str, tuple[str, int]] = {}
    for what, table in (("month", locale.months), ("day", locale.days)):
        for context in ("format", "stand-alone"):
            for number, name in table[context]["wide"].items():
                folded = fold(name)
                if len(folded) > 2:
                    names[folded] = what, int(number)
                if len(folded) > 5:
                    names[f"{folded[:-1]}*"] = what, int(number)
    return names


def _named(text: str, lang: str) -> dict[str, dict[int, tuple[int, int]]]:
    """Return the months and weekdays that a text names, by number, with the place of each."""
    found: dict[str, dict[int, tuple[int, int]]] = {"month": {}, "day": {}}
    calendar = _calendar(lang)
    for word in _LONG_WORD.finditer(text):
        folded = fold(word[0])
        known = calendar.get(folded) or calendar.get(f"{folded[:-1]}*")
        # "may" and "march" are English verbs, "mar" is the Spanish sea.
        if known and not (folded in {"may", "march", "mar"} and word[0].islower()):
            what, number = known
            found[what][number] = word.span()
    return found


def dates(c: Comparison) -> Iterator[Hit]:
    """A month or weekday of the target that the source does not name, in place of another."""
    there, here = _named(c.source, c.langs.source), _named(c.target, c.langs.target)
    for what in ("month", "day"):
        source, target = there[what], here[what]
        if not source or len(source) != len(target) or set(source) & set(target):
            continue
        for start, end in target.values():
            yield c.hit(start, end, message=f"The source names another {what}.")


def currencies(c: Comparison) -> Iterator[Hit]:
    """A currency of the target in place of another of the source."""
    source, target = _currencies(c.source), _currencies(c.target)
    if len(source) != 1 or len(target) != 1 or set(source) == set(target):
        return
    (code,), ((there, (start, end)),) = source, target.items()
    yield c.hit(start, end, message=f"The source has {code}, the target {there}.")


def _currencies(text: str) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    taken: list[tuple[int, int]] = []
    if not _ANY_CURRENCY.search(text):
        return found
    for code in ("BRL", *(k for k in _CURRENCIES if k != "BRL")):
        for match in re.finditer(_CURRENCIES[code], text, re.IGNORECASE):
            if not any(match.start() < e and s < match.end() for s, e in taken):
                taken.append(match.span())
                found.setdefault(code, match.span())
    return found


def units(c: Comparison) -> Iterator[Hit]:
    """A figure that kept its value while its unit changed: 5 miles, 5 km."""
    if not _DIGIT.search(c.source) or not _DIGIT.search(c.target):
        return
    for one, other in _PAIRS:
        source = _measured(c.source, one), _measured(c.source, other)
        target = _measured(c.target, one), _measured(c.target, other)
        for here, there in ((0, 1), (1, 0)):
            for figure, (start, end) in target[there].items():
                if figure in source[here] and figure not in source[there]:
                    name = (one, other)[here]
                    yield c.hit(start, end, message=f"The source says {figure} {name}.")


def _measured(text: str, unit: str) -> dict[str, tuple[int, int]]:
    pattern = rf"(\d[\d.,]*)[\s-]?{_UNITS[unit]}(?!\w)"
    return {
        re.sub(r"\D+$", "", m[1]).replace(",", "."): m.span()
        for m in re.finditer(pattern, text, re.IGNORECASE)
    }
