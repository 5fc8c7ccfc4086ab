"""Names spelled two ways, and units of a bilingual file that contradict each other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from mtcheck.checks.bilingual.context import fold
from mtcheck.checks.rule import Hit
from mtcheck.checks.view import Pair, View

# The class comes first since `re` finds that fast.
_NAME = re.compile(r"[A-ZÀ-ÖØ-ÞŠŽČŘ](?<![\w'’-].)[^\W\d_A-Z]{4,}(?![\w])")
# What transliteration and diacritics vary: Sergei/Sergey, Kharkov/Harkov, Hussein/Hossein.
_FOLDS = (
    ("tch", "c"), ("tsch", "c"), ("shch", "s"), ("sch", "s"), ("sh", "s"), ("ch", "c"), ("zh", "z"),
    ("kh", "h"), ("ph", "f"), ("ck", "k"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ie", "e"),
    ("ei", "e"), ("ey", "e"), ("ay", "a"), ("ai", "a"), ("ij", "i"), ("iy", "i"), ("yi", "i"),
    ("ii", "i"), ("j", "i"), ("y", "i"), ("w", "v"), ("q", "k"),
    ("x", "ks"),
)  # fmt: skip
_ENDINGS = re.compile(r"(?:s|es|n|en|e|er|a|o|em|ns|in|r)$")
_MAX_LISTED = 5
_SHORT = 2
_PLURAL_FORM = re.compile(r"(.*)\[\d+\]$", re.DOTALL)


def spellings_of_names(view: View) -> Iterator[Hit]:
    """Yield the rarer spelling of a name that the document spells two ways.

    Two capitalised words are one name if they are equal once accents, double letters and the usual
    variants of transliteration are folded, and if they are no forms of one word.
    """
    by_name: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for match in _NAME.finditer(view.text):
        by_name[match[0]].append(match.span())
    by_key: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(dict)
    for name, spans in by_name.items():
        by_key[_key(name)][name] = spans
    for spellings in by_key.values():
        if len(spellings) < 2:
            continue
        ranked = sorted(spellings.items(), key=lambda item: (-len(item[1]), item[1][0]))
        usual = ranked[0][0]
        for other, places in ranked[1:]:
            if not _forms_of_one_word(usual, other, view.lang) and not _ordinary(
                view, usual, other
            ):
                for start, end in places[:_MAX_LISTED]:
                    yield Hit(start, end, suggestion=usual, message=f"Elsewhere: {usual}.")


@lru_cache(maxsize=1 << 16)
def _key(name: str) -> str:
    key = fold(name)
    for old, new in _FOLDS:
        key = key.replace(old, new)
    return re.sub(r"(.)\1", r"\1", key)


def _forms_of_one_word(one: str, other: str, lang: str | None) -> bool:
    # Tochter, Töchter; Etats, États; Califórnia beside the Spanish "Baja California".
    if lang != "en" and fold(one) == fold(other):
        return True
    if one + "s" == other or other + "s" == one:
        return True
    return _ENDINGS.sub("", one.lower()) == _ENDINGS.sub("", other.lower())


def _ordinary(view: View, *names: str) -> bool:
    """Tell whether a word also stands in lower case: no name but a sentence's first word."""
    return any(name.lower() in view.vocabulary for name in names)


def same_source(view: View) -> Iterator[Hit]:
    """Yield units whose source stood before with another translation."""
    exact: set[str] = set()
    seen: dict[str, tuple[str, str, str | None]] = {}
    for pair in _units(view):
        key, target = _plain(pair.source), _plain(pair.target)
        if not target or key == target:  # not translated: another check's matter
            continue
        if len(key.split()) <= _SHORT:  # KiB and Kib are two things
            key = " ".join(pair.source.split()).rstrip(".!:;… ")
        first = seen.setdefault(key, (target, pair.target.strip(), _plural(pair)))
        if pair.source in exact and view.format == "po":
            continue  # a catalogue has one message twice only for contexts that differ
        exact.add(pair.source)
        if first[0] != target and not _forms_of_one_unit(first[2], pair):
            yield _whole(pair, f"The same source is elsewhere “{first[1][:60]}”.")


def same_target(view: View) -> Iterator[Hit]:
    """Yield units whose target stood before for another source.

    Plural forms are left out: which of them agree is the language's matter, in one unit as in two
    that count the same things.
    """
    seen: dict[str, tuple[str, str]] = {}
    for pair in _units(view):
        key, target = _plain(pair.source), _plain(pair.target)
        if len(target.split()) < 2 or key == target or _plural(pair) is not None:
            continue
        first = seen.setdefault(target, (key, pair.source.strip()))
        if first[0] != key:
            yield _whole(pair, f"The same text also stands for “{first[1][:60]}”.")


def _units(view: View) -> Iterator[Pair]:
    from mtcheck.core.documents import BlockKind

    for block in view.blocks:
        if block.kind is BlockKind.UNIT and block.source and block.source.strip():
            yield Pair(block.source, block.span.of(view.text), block.span.start, block=block)


def _plural(pair: Pair) -> str | None:
    """Return the unit that a plural form (``unit[2]``) belongs to; None for other units."""
    unit = pair.block.unit if pair.block is not None else None
    found = _PLURAL_FORM.match(unit) if unit else None
    return found[1] if found else None


def _forms_of_one_unit(plural: str | None, pair: Pair) -> bool:
    """Tell whether both are forms of one unit: those differ, or agree, as grammar has it."""
    return plural is not None and plural == _plural(pair)


def _plain(text: str) -> str:
    """Return text as it is compared: case, end marks and spacing aside."""
    return " ".join(fold(text).split()).rstrip(".!:;… ")


def _whole(pair: Pair, message: str) -> Hit:
    left = len(pair.target) - len(pair.target.lstrip())
    start = pair.start + left
    return Hit(start, start + len(pair.target.strip()), message=message)
