"""Length, sentences, punctuation, brackets, quotes and spaces against the source."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from mtcheck.checks.bilingual.context import UNSPACED, WORD, Comparison, words
from mtcheck.checks.rule import Hit
from mtcheck.core.spans import Span

# Characters that a text takes, English = 1. Medians of human translations of news (WMT).
_DENSITY = {"zh": 0.33, "ja": 0.45, "ko": 0.5, "th": 0.95, "ar": 0.85, "he": 0.75, "fa": 0.9,
            "cs": 0.95, "de": 1.1, "fr": 1.12, "es": 1.1, "pt": 1.05, "it": 1.08, "ru": 1.05,
            "uk": 1.02, "pl": 1.05, "nl": 1.08, "hi": 1.0, "ta": 1.1, "is": 1.0}  # fmt: skip
_CLOSERS = "\"'”’»“«)]}›‹」』）】>*_ \t\n\u00a0"
_SMILEY = re.compile(r"\s*(?:[:;]-?[()DP]+|[)]{2,})\s*$")
_TAIL_TAG = re.compile(r"</[\w:-]+>\s*$")
_END = {"?": "?", "？": "?", "؟": "?", "!": "!", "！": "!", "…": "…", ".": ".", "。": ".", "।": ".",
        "։": ".", "۔": ".", "．": ".", ":": ":", "：": ":", ";": ";", "；": ";", "॥": ".", "።": ".",
        "፧": "?", "፥": ":", "፦": ":", "፤": ";", "။": ".", "៖": ":", "؛": ";", "՞": "?",
        "՜": "!", "។": "."}  # fmt: skip
# What people type for an end mark that their keyboard lacks, and the mark that it stands for.
_ETHIOPIC = {"::": ".", "፡፡": ".", "፡": ":", "፡-": ":"}
_INDIC = {"|": ".", "ः": ":"}
_STAND_INS = {
    **dict.fromkeys(("am", "ti"), _ETHIOPIC),
    **dict.fromkeys(("hi", "mr", "ne", "bn", "as", "or", "pa"), _INDIC),
    "hy": {":": "."},
}
_BRACKETS = {"(": ")", "[": "]", "【": "】", "{": "}"}
_SAME_BRACKET = {"（": "(", "）": ")", "［": "[", "］": "]"}
_BRACKET = re.compile(r"[()\[\]【】{}（）［］]")
# Two words in a row that may be right, by language; everywhere words that the source doubles.
_DOUBLES = {
    "en": {"that", "had", "very", "so", "no", "bye", "is", "far", "long", "many", "really", "her"},
    "fr": {"nous", "vous", "faire", "bien", "très", "tout", "en", "les", "si"},
    "de": {"die", "der", "das", "sie", "den", "dem", "wird", "sind", "ist", "war", "es"},
    "es": {"la", "se", "no", "ya", "muy", "más", "que"},
    "pt": {"se", "há", "que", "a", "muito", "mais", "não"},
    "it": {"via", "mano", "piano", "poco", "molto", "che", "ora"},
    "nl": {"die", "dat", "is", "zijn"},
    "ru": {"вот", "очень", "да", "едва", "давно"},
}
_REDUPLICATING = frozenset(
    {"id", "ms", "tl", "hi", "ta", "bn", "gu", "mr", "ne", "te", "th", "vi", "zh", "ja", "ko", "tr",
     "ha", "sw", "af", "kn", "ml", "si"}
)  # fmt: skip
_DOUBLED = re.compile(r"(?<![\w'’-])([^\W\d_]{2,})([ \u00a0])\1(?![\w'’-])", re.IGNORECASE)
_MIN_CHARS = 30
_QUOTE = r"[\"“”„«»「」『』]"


def length(c: Comparison) -> Iterator[Hit]:
    """A target much shorter or longer than texts of the pair are."""
    source, target = _own_words(c.source, c.target)
    if (
        not target
        or source == target
        or (len(source) < _MIN_CHARS and len(target) < 3 * _MIN_CHARS)
    ):
        return
    expected = _DENSITY.get(c.langs.target, 1.0) / _DENSITY.get(c.langs.source, 1.0)
    ratio = len(target) / max(len(source), 1) / expected
    low, high = float(c.options.get("min_ratio", 0.4)), float(c.options.get("max_ratio", 2.5))
    if ratio < low:
        yield c.whole(message=f"Only {ratio:.0%} of the length to be expected: text is missing.")
    elif ratio > high:
        yield c.whole(message=f"{ratio:.1f} times as long as to be expected: text was added.")


def _own_words(source: str, target: str) -> tuple[str, str]:
    """Return both texts without what they share: names, options, figures, columns of spaces."""
    there, here = source.split(), target.split()
    shared = Counter(there) & Counter(here)
    if not shared or there == here:
        return " ".join(there), " ".join(here)
    texts = []
    for tokens in (there, here):
        left = shared.copy()
        kept = []
        for token in tokens:
            if left[token]:
                left[token] -= 1
            else:
                kept.append(token)
        texts.append(" ".join(kept))
    return texts[0], texts[1]


def sentences(c: Comparison) -> Iterator[Hit]:
    """At least two sentences fewer than the source, in clearly less text."""
    from mtcheck.text.segment import sentences as split

    def count(text: str, lang: str) -> int:
        spans = split(text, Span(0, len(text)), lang if lang != "und" else None)
        return sum(1 for s in spans if words(s.of(text)))

    if len(c.source) < 2 * _MIN_CHARS or not c.target.strip():
        return
    expected = _DENSITY.get(c.langs.target, 1.0) / _DENSITY.get(c.langs.source, 1.0)
    if len(c.target) / len(c.source) / expected > 0.75:
        return
    there, here = count(c.source, c.langs.source), count(c.target, c.langs.target)
    if there - here >= 2:
        yield c.whole(message=f"{here} of {there} sentences.")


def end_mark(c: Comparison) -> Iterator[Hit]:
    """A question, exclamation or open end in place of another, or an end mark lost."""
    source, _ = _last_mark(c.source, c.langs.source)
    target, here = _last_mark(c.target, c.langs.target)
    if not c.target.strip() or len(words(c.source)) < 3:
        return
    strong = {"?", ":"}
    if source is None:  # marks are often left out in chat and headings, and put in by translators
        return
    end = c.target.rstrip(_CLOSERS)
    if any(end.endswith(s) and m == source for s, m in _STAND_INS.get(c.langs.target, {}).items()):
        return
    if source != target and (source in strong or target in strong):
        # A mark that stands earlier was moved, not lost (a reporting clause behind a question).
        moved = source is not None and any(_END.get(ch) == source for ch in c.target)
        if moved or (target in strong and any(_END.get(ch) == target for ch in c.source)):
            return
        at = here if target is not None else max(len(c.target.rstrip()) - 1, 0)
        yield c.hit(at, at + 1, message=f"The source ends in {source or 'no mark'}.")


def _last_mark(text: str, lang: str) -> tuple[str | None, int]:
    text = _SMILEY.sub("", _TAIL_TAG.sub("", text)).rstrip(_CLOSERS)
    if not text:
        return None, 0
    if text.endswith("..."):
        return "…", len(text) - 1
    mark = _END.get(text[-1])
    if lang == "el" and text[-1] in ";\u037e":
        mark = "?"
    return mark, len(text) - 1


def brackets(c: Comparison) -> Iterator[Hit]:
    """A bracket that has no partner in the target while those of the source are paired."""
    if _unpaired(c.source) is None:
        at = _unpaired(c.target)
        if at is not None:
            yield c.hit(at, at + 1)


def _unpaired(text: str) -> int | None:
    """Return where the first bracket without partner is; list marks and smileys don't count."""
    text = re.sub(r"[:;=]-?[()\[\]]|\x1b\[[\d;]*m", lambda m: "x" * len(m[0]), text)
    stack: list[tuple[str, int]] = []
    for match in _BRACKET.finditer(text):
        i, char = match.start(), match[0]
        # Full-width and plain brackets pair with each other in Chinese and Japanese typing.
        char = _SAME_BRACKET.get(char, char)
        if char in _BRACKETS:
            stack.append((_BRACKETS[char], i))
        elif char in _BRACKETS.values():
            if not stack and re.search(r"(?:^|\s)\w{1,2}\Z", text[max(0, i - 3) : i]):
                continue  # a) b) 1) 2)
            if not stack or stack[-1][0] != char:
                return i
            stack.pop()
    return stack[-1][1] if stack else None


def quotes(c: Comparison) -> Iterator[Hit]:
    """A quotation mark without partner in the target while those of the source are paired."""
    if _lone_quote(c.source) is None and WORD.search(c.source):
        at = _lone_quote(c.target)
        if at is not None:
            yield c.hit(at, at + 1)


def _lone_quote(text: str) -> int | None:
    """Return where the last of an odd number of quotation marks is."""
    # Gershayim inside a Hebrew abbreviation are none, inches only where that makes the number even.
    for others in (r"\"\"|(?<=[\u0590-\u05ff])[\"”“](?=[\u0590-\u05ff])", r"\d[\"”″]"):
        text = re.sub(others, lambda m: "x" * len(m[0]), text)
        marks = list(re.finditer(_QUOTE, text))
        if len(marks) % 2 == 0:
            return None
    return marks[-1].start()


def spaces(c: Comparison) -> Iterator[Hit]:
    """Space at the edges of a unit that differs from the source's."""
    block = c.unit
    if block is None or block.source is None:
        return
    source, target = block.source, block.span.of(c.view.text)
    if not source.strip() or not target.strip():
        return
    for edge, i in (("start", 0), ("end", -1)):
        here, there = target[i].isspace(), source[i].isspace()
        # Full-width marks bring their space with them.
        if here != there and not (there and unicodedata.east_asian_width(target[i]) == "F"):
            at = block.span.start if i == 0 else block.span.end - 1
            what = "space that the source has not" if here else "no space, unlike the source"
            yield Hit(at, at + 1, message=f"At the {edge}: {what}.")


def double_space(c: Comparison) -> Iterator[Hit]:
    """Two spaces in a row that the source does not have."""
    if re.search(r"\S  +\S", c.source):
        return
    for match in re.finditer(r"(?<=[^\s])  +(?=\S)", c.target):
        yield c.hit(match.start(), match.end(), suggestion=" ")


def repeated_word(c: Comparison) -> Iterator[Hit]:
    """A word twice in a row that the source does not double."""
    if c.langs.target in _REDUPLICATING or c.langs.target in UNSPACED:
        return
    if _DOUBLED.search(c.source):
        return
    allowed = _DOUBLES.get(c.langs.target, set())
    for match in _DOUBLED.finditer(c.target):
        # Names (Duran Duran, Baden Baden) are doubled on purpose.
        if match[1].lower() in allowed or match[1][0].isupper() or match[0] in c.source:
            continue
        yield c.hit(match.start(), match.end(), suggestion=match[1])
