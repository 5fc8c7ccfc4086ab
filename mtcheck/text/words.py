"""Words: where they are, how many there are, and sentences made comparable.

Conventions. A word is a run of letters, digits and combining marks, with hyphens, apostrophes and
full stops inside it (``well-being``, ``l’eau``, ``U.S``), or a number with its separators
(``1,234.5``). Scripts without spaces have no such runs: for them every ideograph, kana or
(Thai, Lao, Khmer, Burmese) syllable-like cluster of base and marks is one span, and `count` divides
by the mean number of such characters a word, so that rates per 1,000 words are comparable between
languages: 1.6 for Chinese, 2.2 where there are kana, 5 for the South-East Asian scripts (common
conversion factors of the translation trade; estimates, not measurements).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from mtcheck.core.spans import Span

_HAN = "\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_KANA = "\u3041-\u3096\u30a1-\u30fa\u30fc\u31f0-\u31ff\uff66-\uff9d"
_SOUTH_EAST = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_HAN_PER_WORD = 1.6
_JAPANESE_PER_WORD = 2.2
_SOUTH_EAST_PER_WORD = 5.0

_QUOTES = str.maketrans({
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "ʼ": "'", "`": "'", "´": "'",
    "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    "\u00ad": None, "\u200b": None, "\u200c": None, "\u200d": None, "\u2060": None, "\ufeff": None,
})  # fmt: skip


def _mark_ranges() -> str:
    r"""Return combining marks as a character class: Python's ``\w`` has none of them."""
    ranges: list[list[int]] = []
    # Everything above U+ABFF but the half marks is presentation forms and rare historic scripts.
    for code in (*range(0x300, 0xAC00), *range(0xFE20, 0xFE30)):
        if unicodedata.category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"\\u{a:04x}-\\u{b:04x}" for a, b in ranges)


@lru_cache(maxsize=1)
def _word_pattern() -> re.Pattern[str]:
    marks = _mark_ranges()
    unspaced = f"{_HAN}{_KANA}{_SOUTH_EAST}"
    letter = f"(?:(?![{unspaced}])[^\\W_])[{marks}\u200c\u200d]*"
    return re.compile(
        f"(?P<cjk>[{_HAN}{_KANA}][\u3099\u309a]*)"
        f"|(?P<sea>[{_SOUTH_EAST}][{marks}]*)"
        rf"|\d+(?:[.,:\u00a0\u202f\u066b\u066c]\d+)*(?:{letter})*"
        f"|(?:{letter})+(?:['’ʼ.\u00b7\u2010\u2011&@-](?:{letter})+)*"
    )


# Texts without marks and unspaced scripts, most texts, are counted five times faster.
_SPECIAL = re.compile(r"[^\x00-\u02ff\u2010-\u206f\u20a0-\u20bf\u0400-\u0482\u048a-\u052f]")
_PLAIN_WORD = re.compile(
    r"\d+(?:[.,:\u00a0\u202f]\d+)*[^\W_]*|[^\W_]+(?:['’ʼ.\u00b7\u2010\u2011&@-][^\W_]+)*"
)


def words(text: str, lang: str | None = None) -> list[Span]:
    """Return the spans of all words in ``text``, in order, without overlap.

    Args:
        text: any text.
        lang: two-letter code; kept for languages whose words need more than the script tells.
    """
    return [Span(*match.span()) for match in _word_pattern().finditer(text)]


def count(text: str, lang: str | None = None) -> int:
    """Return the number of words; at least 1 for a text with any word character."""
    if not _SPECIAL.search(text):
        return len(_PLAIN_WORD.findall(text))
    plain = cjk = south_east = 0
    for match in _word_pattern().finditer(text):
        kind = match.lastgroup
        if kind == "cjk":
            cjk += 1
        elif kind == "sea":
            south_east += 1
        else:
            plain += 1
    if not cjk and not south_east:
        return plain
    japanese = lang == "ja" or re.search(f"[{_KANA}]", text) is not None
    per_word = _JAPANESE_PER_WORD if japanese else _HAN_PER_WORD
    return max(1, round(plain + cjk / per_word + south_east / _SOUTH_EAST_PER_WORD))


def normalise_sentence(text: str) -> str:
    """Return the form of a sentence that baselines compare.

    Case, white space, kinds of quotes and dashes, compatibility forms and invisible characters do
    not matter; words, numbers and punctuation do, so that a corrected sentence is another one.
    """
    plain = unicodedata.normalize("NFKC", text.translate(_QUOTES)).casefold()
    return " ".join(plain.split())
