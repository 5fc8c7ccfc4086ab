"""Suggestion templates: ``on {weekday}``, ``{verb:as insist}``, ``{name:map}``."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping

from mtcheck.checks.inflect import like

_FIELD = re.compile(r"\{(\w+)(?::([^{}]*))?\}")
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def fields(template: str) -> set[str]:
    """Return the names of the groups that a template uses."""
    return {match[1] for match in _FIELD.finditer(template)}


def fill(template: str, match: re.Match[str], mapping: Mapping[str, str]) -> str | None:
    """Return ``template`` with the groups of ``match`` put in; None where a map has no entry."""
    template = re.sub(r"\}\}(?!\})", "\1", template.replace("{{", "\0"))
    missing = gap = False

    def put(field: re.Match[str]) -> str:
        nonlocal missing, gap
        name, how = field[1], field[2]
        value = (match[int(name)] if name.isdigit() else match[name]) or ""
        gap = gap or not value
        if not how:
            return value
        result = _apply(how, value, mapping)
        if result is None:
            missing = True
            return ""
        return result

    out = _FIELD.sub(put, template)
    if missing:
        return None
    out = out.replace("\0", "{").replace("\1", "}")
    if not gap:
        return out
    # A group that took no part leaves a gap.
    out = re.sub(r" {2,}", " ", out)
    out = out if template.startswith(" ") else out.lstrip(" ")
    return out if template.endswith(" ") else out.rstrip(" ")


def _apply(how: str, value: str, mapping: Mapping[str, str]) -> str | None:
    if how == "map":
        return mapping.get(value, mapping.get(value.lower()))
    if how == "lower":
        return value.lower()
    if how == "upper":
        return value.upper()
    if how == "title":
        return value[:1].upper() + value[1:]
    if how == "group":  # 12500 → 12,500
        digits = re.sub(r"\D", "", value)
        return f"{int(digits):,}" if digits else None
    if how == "point":
        return value.replace(",", ".")
    if how == "narrow":  # full-width digits and letters
        return unicodedata.normalize("NFKC", value)
    if how == "unescape":
        return html.unescape(value)
    if how == "demojibake":
        return demojibake(value)
    if how == "ordinal":
        return ordinal(roman(value) if value.isalpha() else int(value))
    if how.startswith("as "):
        return like(value, how[3:])
    raise ValueError(f"unknown filter {how!r}")


FILTERS = (
    "map", "lower", "upper", "title", "group", "point", "ordinal", "narrow", "unescape",
    "demojibake",
)  # fmt: skip


def known_filter(how: str) -> bool:
    """Tell whether a template may use ``how`` after the colon."""
    return how in FILTERS or how.startswith("as ")


def filters(template: str) -> set[str]:
    """Return the filters that a template uses."""
    return {match[2] for match in _FIELD.finditer(template) if match[2]}


def demojibake(value: str) -> str | None:
    """Return what UTF-8 text was before it was read as Windows-1252; None if that is not it."""
    for encoding in ("cp1252", "latin-1"):
        try:
            return value.encode(encoding).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
    return None


def ordinal(number: int) -> str:
    """Return a number with its suffix: ``1st``, ``2nd``, ``11th``."""
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in {11, 12, 13} else suffix}"


def roman(numeral: str) -> int:
    """Return the value of a Roman numeral."""
    values = [_ROMAN[c] for c in numeral.upper()]
    return sum(-v if v < n else v for v, n in zip(values, [*values[1:], 0], strict=True))
