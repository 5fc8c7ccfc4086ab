"""Sentence boundaries mended where sentencex is wrong on news text, for the languages we measure.

Each rule only removes or adds cut positions; what a language is not listed for stays as it was.
"""

from __future__ import annotations

import re

# Abbreviations that a name or noun follows: never the end of a sentence.
_TITLES = {
    "en": "Rep|Reps|Sens|Gov|Govs|Gen|Lt|Col|Maj|Capt|Cpl|Sgt|Cmdr|Adm|Insp|Supt|Hon|Rev|Messrs",
    "pt": "dep|sen|pres|gen|cel|cap|ten|sgt|gov|min|des|pe|st|sto|sta|exmo|exma|profa|dras|srs|sras"
    "|av|trav|rod|eng|arq|tel|ed|fig",
    "es": "dip|sen|pres|gral|cnel|cap|tte|sgto|gob|lic|ing|arq|mons|fr|avda|av|tel|ed|fig|dres|sres"
    "|sras|dña|dto|prof|profa",
    "fr": "M|MM|Me|Mgr|Pr|Dr|gén|col|cdt|cap|lt|av|bd|env|éd|fig|tél|St|Ste",
    "de": "Fa|Gebr|Frl|Hr|Hrn|Prof|Ing|Dipl|Abg|Min|Gen|Oberst|St|Str|Tel|Abb|Nr|Art|Abs|Bd|Bf|ca"
    "|bzw|sog|gen|insb|jew|inkl|exkl|evtl|ggf|vgl|geb|gest|verh|kath|evang|rd|Mio|Mrd",
}
# Abbreviations that a number follows: no end if one does.
_BEFORE_NUMBER = {
    "en": "no|nos|p|pp|vol|art|fig|sec|ch|par|v|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec",
    "pt": "nº|n|p|pp|pág|págs|art|arts|vol|cap|inc|par|fls|fl|jan|fev|mar|abr|mai|jun|jul|ago|set"
    "|out|nov|dez",
    "es": "n|nº|núm|núms|p|pp|pág|págs|art|arts|vol|cap|ene|feb|mar|abr|may|jun|jul|ago|sep|sept"
    "|oct|nov|dic",
    "fr": "n|no|p|pp|art|vol|chap|al|janv|févr|avr|juil|sept|oct|nov|déc",
    "de": "S|Bd|Kap|Abs|Art|Nr|Ziff|Jan|Feb|Apr|Aug|Sept|Okt|Nov|Dez",
}
# "am 3. | Platz": an ordinal after an article or preposition goes on.
_GERMAN_ORDINAL = re.compile(
    r"\b(?:der|die|das|dem|den|des|am|vom|zum|zur|im|beim|ab|bis|seit|sein\w*|ihr\w*|jed\w+|nach"
    r"|vor|und|[–-])\s?\d{1,2}\.\s+$",
    re.I,
)
# "J.-L. | Barré"
_INITIALS_HYPHEN = re.compile(r"\b[^\W\d_]\.$")
_HYPHENATED_INITIAL = re.compile(r"\b[^\W\d_]\.-[^\W\d_]\.\s+$")
# An ellipsis ends a sentence if a new one clearly begins; "(…)" is an omission within one.
_ELLIPSIS = re.compile(r"(?<=\w)(?:…|\.\.\.)['\"”’»)]*\s+(?=[“\"'‘«¿¡]?[^\W\d_])")
_JAPANESE_QUOTE_GOES_ON = re.compile(r"(?:と|って|など|という|とは|の|を|が|は|に|で)")

_TITLE_RES = {
    lang: re.compile(rf"(?<![\w.])(?:{names})\.\s+$", re.I if lang in {"pt", "es"} else 0)
    for lang, names in _TITLES.items()
}
_NUMBER_RES = {
    lang: re.compile(rf"(?<![\w.])(?:{names})\.?\.\s+$", re.I)
    for lang, names in _BEFORE_NUMBER.items()
}
# Longest look back that any rule above needs.
_BACK = 40
_UNSPACED = {"zh", "ja", "th", "lo", "km", "my"}


def refine(text: str, cuts: list[int], lang: str) -> list[int]:
    """Return sentence starts (all but the first sentence's) with known mistakes mended.

    Args:
        text: the block.
        cuts: ascending offsets at which sentencex begins a new sentence.
        lang: two-letter code.
    """
    kept = [cut for cut in cuts if not _goes_on(text, cut, lang)]
    if "…" in text or "..." in text:
        added = {
            match.end() for match in _ELLIPSIS.finditer(text) if _starts_upper(text, match.end())
        }
        kept = sorted(added | set(kept))
    return kept


def _starts_upper(text: str, at: int) -> bool:
    return any(char.isupper() for char in text[at : at + 2][:2] if char.isalpha())


def _goes_on(text: str, cut: int, lang: str) -> bool:
    """Tell whether the sentence does not end before ``cut``."""
    if not 0 < cut < len(text):
        return True
    before, after = text[max(0, cut - _BACK) : cut], text[cut]
    spaced = before[-1].isspace()
    if lang == "ja" and before[-1] in "」』）" and _JAPANESE_QUOTE_GOES_ON.match(text, cut):
        return True
    if not spaced and lang not in _UNSPACED:
        # No space: "J.|-L.", "3.|5", "site.|com"; "end.|Next" is a missing space.
        return not (after.isupper() or after in '“"«¿¡‘(') or (
            after == "-" and _INITIALS_HYPHEN.search(before) is not None
        )
    if _HYPHENATED_INITIAL.search(before):
        return True
    title = _TITLE_RES.get(lang)
    if title is not None and title.search(before):
        return True
    number = _NUMBER_RES.get(lang)
    if number is not None and after.isdigit() and number.search(before):
        return True
    return lang == "de" and _GERMAN_ORDINAL.search(before) is not None
