"""What a translation must copy: addresses, placeholders, tags, codes, names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from mtcheck.checks.bilingual.context import Comparison, fold
from mtcheck.checks.rule import Hit

_URL = re.compile(r"\b(?:https?://|www\.)[!#-&*-;=?-Z\\^-z|~]+", re.IGNORECASE)
_EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
_PLACEHOLDER = re.compile(
    r"%(?:\d+\$)?[-+#0']*\d*(?:\.\d+)?(?:l{0,2}|h{0,2})[sdiufFxXcgeE@](?![A-Za-z0-9_%])"
    r"|%\([\w.]+\)[sdifr]|%\{[\w.]+\}|\$\{[\w.]+\}|\{\{[^{}\n]{1,60}\}\}"
    r"|\{(?:\d+|[A-Za-z_][\w.]*)(?:[:!][^{}\n]{0,20})?\}|%[A-Z][A-Z_]+%|<x id=\"[^\"]+\"/>"
)
_PLURAL_FORM = re.compile(r"\[\d+\]$")
_ICU = re.compile(r"\{\s*(\w+)\s*,\s*(plural|select|selectordinal|number|date|time)\b")
# A capital before the bracket is the markup of manual pages: B<bold>, E<lt>.
_TAG = re.compile(r"(?<!\b[A-Z])<(?!(?:lt|gt)>)/?([A-Za-z][\w:-]*)(?:\s[^<>]*)?/?>")
# Elements known without their other tag; any other lone <word> stands for something to fill in.
_HTML = frozenset({
    "a", "b", "bdi", "bdo", "big", "br", "bx", "code", "del", "div", "em", "ex", "font", "g", "h1",
    "h2", "h3", "hr", "i", "img", "input", "ins", "it", "kbd", "li", "ol", "p", "ph", "pre", "q",
    "s", "small", "span", "strong", "sub", "sup", "table", "td", "th", "tr", "tt", "u", "ul", "wbr",
    "x",
})  # fmt: skip
_CODE = re.compile(r"\b(?=[A-Z\d-]*\d)(?=[A-Z\d-]*[A-Z])[A-Z]{1,5}-?\d{1,4}[A-Z]?\b")
_NAME = re.compile(r"(?<![.!?:\"“«„'‘(] )(?<=[\w,;] )[A-ZÀ-ÖØ-Þ][^\W\d_A-Z]{3,}(?!\w)")
_TAIL = re.compile(r"[.,;:!?)\]]+$")


def addresses(c: Comparison) -> Iterator[Hit]:
    """URLs and e-mail addresses of the source that the target lacks or changes."""
    for pattern, noun in ((_URL, "address"), (_EMAIL, "e-mail address")):
        source = [_bare(m[0]) for m in pattern.finditer(c.source)]
        target = {_bare(m[0]): m.span() for m in pattern.finditer(c.target)}
        lost = [s for s in source if s not in target and _localised(s) not in c.target.lower()]
        if not lost:
            continue
        new = [span for text, span in target.items() if text not in source]
        if new:
            start, end = new[0]
            yield c.hit(start, end, message=f"The source has {lost[0]}.", suggestion=lost[0])
        else:
            yield c.whole(message=f"The {noun} {lost[0]} of the source is missing.")


def _bare(text: str) -> str:
    return _TAIL.sub("", text).lower()


def _localised(url: str) -> str:
    """Return the host of an address: language versions of a page keep it."""
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", url).split("/")[0]


def placeholders(c: Comparison) -> Iterator[Hit]:
    """Placeholders (printf, braces, ICU) that are lost, added or changed."""
    source, target = _slots(c.source), _slots(c.target)
    lost, added = source - target, target - source
    # A letter that touches "%d" hides it from the pattern, not from printf: "%dmeses".
    lost = Counter({s: n for s, n in lost.items() if c.target.count(s) < source[s]})
    added = Counter({s: n for s, n in added.items() if c.source.count(s) < target[s]})
    # A plural form for one number alone may spell it out: "one file", "no file".
    # And where one form serves 1, 21 and 31, it has the number that the source spells out.
    plural = c.unit is not None and _PLURAL_FORM.search(c.unit.unit or "")
    if plural and lost.total() + added.total() == 1:
        return
    # Numbered and plain placeholders may stand for each other: %s %s, %1$s %2$s.
    if sum(source.values()) == sum(target.values()) and _unnumbered(source) == _unnumbered(target):
        return
    missing = ", ".join(lost) or ""
    spans = [m.span() for m in _PLACEHOLDER.finditer(c.target) if m[0] in added]
    for start, end in spans:
        told = f"The source has {missing}." if missing else "The source has no such placeholder."
        only = next(iter(lost)) if len(lost) == 1 == len(spans) else None
        yield c.hit(start, end, message=told, suggestion=only)
    if lost and not spans and c.target.strip():
        yield c.whole(message=f"The placeholder {missing} of the source is missing.")


def without_code(text: str) -> str:
    """Return text with a line break for each character of placeholders and tags."""
    return _TAG.sub(_blank, _PLACEHOLDER.sub(_blank, text))


def _blank(match: re.Match[str]) -> str:
    return "\n" * len(match[0])


def _slots(text: str) -> Counter[str]:
    if _ICU.search(text):
        return Counter(f"{m[1]},{m[2]}" for m in _ICU.finditer(text))
    return Counter(m[0] for m in _PLACEHOLDER.finditer(text))


def _unnumbered(slots: Counter[str]) -> Counter[str]:
    out: Counter[str] = Counter()
    for slot, n in slots.items():
        out[re.sub(r"^%\d+\$", "%", slot)] += n
    return out


def tags(c: Comparison) -> Iterator[Hit]:
    """HTML and XML tags that are lost, added or renamed."""
    both = f"{c.source}\n{c.target}"
    elements = {m[1] for m in _TAG.finditer(both) if _is_element(m, both)}
    found = [[m for m in _TAG.finditer(text) if m[1] in elements] for text in (c.source, c.target)]
    source, target = (Counter(_tag_name(m) for m in matches) for matches in found)
    added, lost = target - source, source - target
    for match in found[1]:
        if added.get(_tag_name(match), 0):
            yield c.hit(match.start(), match.end(), message="The source has no such tag here.")
            added[_tag_name(match)] -= 1
    if lost and not target - source and c.target.strip():
        yield c.whole(message=f"The tag <{next(iter(lost))}> of the source is missing.")


def _is_element(match: re.Match[str], text: str) -> bool:
    """Tell markup from a name in angle brackets, as in "copy <file> to <folder>"."""
    return (
        match[1].lower() in _HTML
        or f"</{match[1]}" in text
        or match[0].endswith("/>")
        or "=" in match[0]
    )


def _tag_name(match: re.Match[str]) -> str:
    close = "/" if match[0].startswith("</") else ""
    return f"{close}{match[1].lower()}"


def codes(c: Comparison) -> Iterator[Hit]:
    """Letter-digit codes (MH17, A320, B12) that the target lacks, another taking their place."""
    source = Counter(m[0].replace("-", "") for m in _CODE.finditer(c.source))
    target = {m[0].replace("-", ""): m.span() for m in _CODE.finditer(c.target)}
    squeezed = re.sub(r"[\s-]", "", c.target).upper()
    lost = [code for code in source if code not in squeezed]
    there = re.sub(r"[\s-]", "", c.source).upper()
    new = [span for code, span in target.items() if code not in there]
    if len(lost) == len(new):
        for code, (start, end) in zip(lost, new, strict=True):
            yield c.hit(start, end, message=f"The source has {code}.", suggestion=code)


def names(c: Comparison) -> Iterator[Hit]:
    """Capitalised words of the source of which the target shows no trace (Latin script only)."""
    if c.langs.source == "de" or (
        not c.target.isascii() and not re.search("[A-Za-z]{3}", c.target)
    ):
        return
    target = fold(c.target)
    lost = [m[0] for m in _NAME.finditer(c.source) if fold(m[0])[:4] not in target]
    if lost and c.target.strip():
        yield c.whole(message=f"No trace of {', '.join(dict.fromkeys(lost))}.")
