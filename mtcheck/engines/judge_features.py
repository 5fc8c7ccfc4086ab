"""Features of the origin model: hashed n-grams and a few densities of style, in plain numpy.

The recipe that trains the model imports this file, so that training and use can't drift apart.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME = "\u00a4"  # stands for a masked name; hardly any text has it
WORD_KEYS = 1 << 31  # keys of word n-grams start here, those of characters lie below
LEXICAL_KEYS = 3 << 30  # where there are n-grams of all words, their keys start here
CHAR_ORDERS = (2, 3, 4, 5)
WORD_ORDERS = (1, 2, 3)
STYLE_NAMES = (
    "the_per_word", "preposition_article_per_word", "mean_word_length", "mean_sentence_length",
    "sentence_length_spread", "commas_per_word", "semicolons_per_word", "dashes_per_word",
    "brackets_per_word", "quotes_per_word", "apostrophes_per_word", "digits_per_word",
    "capitalised_per_word", "type_token_ratio",
)  # fmt: skip

# Quotation marks, dashes and spaces follow the publisher's house style, not the text's origin: on
# WMT data they tell the file's editor apart, and a detector that leans on them is worthless.
_PUNCTUATION = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»「」『』〝〞＂", '"'),
        **dict.fromkeys("‘’‚‛‹›`´", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2009\u202f\u3000\t\n\r", " "),
        "…": "...",
    }
)
_DIGIT = re.compile(r"\d")
_SPACE = re.compile(r" +")
_SPACED_DASH = re.compile(r"\s*--+\s*| - ")
_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_ARTICLE_PAIR = re.compile(r"\b(?:of|in|on|at|to|for|by|with|from) (?:the|a|an)\b", re.IGNORECASE)
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_OTHER_WORD = zlib.crc32(b"\x00other")


@dataclass(frozen=True, slots=True)
class Counts:
    """Sparse counts: ``keys`` ascending without repeats (uint32), ``counts`` of the same length."""

    keys: NDArray[np.uint32]
    counts: NDArray[np.float32]


def normalise(text: str, *, mask_names: bool = False) -> str:
    """Return ``text`` in lower case with one form of quotation marks, dashes, spaces and digits.

    With ``mask_names`` every capitalised word but the first becomes one sign: names tell the topic,
    and a model that knows them takes any news from Moscow for a translation from Russian.
    """
    text = text.translate(_PUNCTUATION)
    text = _SPACED_DASH.sub(" - ", text)
    text = _SPACE.sub(" ", _DIGIT.sub("0", text)).strip()
    if mask_names:
        first = _WORD.search(text)
        start = first.end() if first else 0
        text = text[:start] + _WORD.sub(_mask, text[start:])
    return text.lower()


def _mask(match: re.Match[str]) -> str:
    word = match[0]
    return NAME if word[0].isupper() and len(word) > 1 else word


@lru_cache(maxsize=65536)
def word_key(word: str) -> int:
    """Return the 32-bit key of a word; stable across processes and versions."""
    return zlib.crc32(word.encode("utf-8"))


def n_words(text: str) -> int:
    """Count words; in scripts without spaces two characters count as one word.

    (Chinese and Japanese news has about 1.7 characters an English word.)
    """
    dense = len(_DENSE.findall(text))
    return dense // 2 + len(_DENSE.sub(" ", text).split())


def words(text: str) -> list[str]:
    """Return words and single marks of punctuation of an already normalised text."""
    return _TOKEN.findall(text)


def count(
    segment: str,
    function_words: NDArray[np.uint32],
    *,
    mask_names: bool = False,
    lexical: bool = False,
) -> Counts:
    """Count the hashed features of one segment.

    Character n-grams (2 to 5) see the normalised text; word n-grams (1 to 3) see it with every
    word outside ``function_words`` replaced by one placeholder, so that they carry grammar, not
    topic. The counts of a document are the sums over its segments.

    Args:
        segment: any length; the empty text has no features.
        function_words: ascending keys of the words to keep; empty switches word n-grams off
            (languages written without spaces).
        mask_names: see `normalise`.
        lexical: count n-grams (1 to 3) of all words too, with the segment's ends. They know which
            wording was chosen, and something of the topic.
    """
    import numpy as np

    _, found = occurrences([segment], function_words, mask_names=mask_names, lexical=lexical)
    keys, counts = np.unique(found, return_counts=True)
    return Counts(keys, counts.astype(np.float32))


def occurrences(
    segments: Sequence[str],
    function_words: NDArray[np.uint32],
    *,
    mask_names: bool = False,
    lexical: bool = False,
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Return every occurrence of a feature in ``segments``: its segment's position and its key.

    What `count` counts, in no order worth relying on. All segments go through numpy at once: one
    by one, calls cost more than the hashing.

    Args:
        segments: a few hundred; memory is some 200 times their characters.
        function_words: as for `count`.
        mask_names: see `normalise`.
        lexical: as for `count`.
    """
    import numpy as np

    clean = [normalise(segment, mask_names=mask_names) for segment in segments]
    # A space at either end makes n-grams of the first and last word look like all others.
    framed = [f" {text} " if text else "" for text in clean]
    points = np.frombuffer("".join(framed).encode("utf-32-le"), np.uint32).astype(np.uint64)
    row = np.repeat(np.arange(len(segments)), [len(text) for text in framed])
    parts = [_ngrams(points, row, n, salt=n) for n in CHAR_ORDERS]
    if len(function_words):
        tokens = [words(text) for text in clean]
        row = np.repeat(np.arange(len(segments)), [len(found) for found in tokens])
        flat = list(chain.from_iterable(tokens))
        ids = np.array([word_key(w) for w in flat], dtype=np.uint32)
        found = np.searchsorted(function_words, ids).clip(max=len(function_words) - 1)
        marks = np.array([not w[0].isalnum() for w in flat], dtype=bool)
        keep = (function_words[found] == ids) | marks
        shown = np.where(keep, ids, np.uint32(_OTHER_WORD)).astype(np.uint64)
        for n in WORD_ORDERS:
            at, keys = _ngrams(shown, row, n, salt=64 + n)
            if lexical:  # the upper half of their range is taken
                keys &= np.uint32(LEXICAL_KEYS - WORD_KEYS - 1)
            parts.append((at, keys | np.uint32(WORD_KEYS)))
        if lexical:
            parts += _lexical(ids, row)
    return np.concatenate([at for at, _ in parts]), np.concatenate([keys for _, keys in parts])


def _lexical(
    ids: NDArray[np.uint32], row: NDArray[np.int64]
) -> list[tuple[NDArray[np.int64], NDArray[np.uint32]]]:
    """Return (row, key) of the n-grams of all words, the ends of each row as words of their own."""
    import numpy as np

    present = np.unique(row)
    ends = np.concatenate([present, row, present])
    items = np.concatenate([np.zeros(len(present)), ids, np.zeros(len(present))])
    order = np.argsort(ends, kind="stable")
    out = []
    for n in WORD_ORDERS:
        at, keys = _ngrams(items.astype(np.uint64)[order], ends[order], n, salt=96 + n)
        keys &= np.uint32(LEXICAL_KEYS - WORD_KEYS - 1)
        out.append((at, keys | np.uint32(LEXICAL_KEYS)))
    return out


def _ngrams(
    items: NDArray[np.uint64], row: NDArray[np.int64], n: int, *, salt: int
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Hash all runs of ``n`` items of one row to 31 bits (multiply and xor-shift, splitmix64's).

    Returns:
        (row, hash) of each run.
    """
    import numpy as np

    size = len(items) - n + 1
    if size <= 0:
        return np.zeros(0, np.int64), np.zeros(0, np.uint32)
    value = np.full(size, salt, np.uint64)
    shifted = np.empty_like(value)
    for k in range(n):
        value ^= items[k : k + size]
        value *= np.uint64(0xBF58476D1CE4E5B9)
        np.right_shift(value, np.uint64(29), out=shifted)
        value ^= shifted
    value *= np.uint64(0x94D049BB133111EB)
    np.right_shift(value, np.uint64(31), out=shifted)
    value ^= shifted
    keys = (value & np.uint64(WORD_KEYS - 1)).astype(np.uint32)
    whole = row[:size] == row[n - 1 :]
    return row[:size][whole], keys[whole]


def style(segments: Sequence[str]) -> NDArray[np.float32]:
    """Return the densities named in `STYLE_NAMES`, per word where the name says so.

    A text without words gives zeros.
    """
    import numpy as np

    plain = [s.translate(_PUNCTUATION) for s in segments if s.strip()]
    text = " ".join(plain)
    once: dict[str, str] = {}  # a long text has far fewer words than tokens
    tokens = [once.setdefault(t, t) for m in _TOKEN.finditer(text) if (t := m[0])[0].isalnum()]
    if not tokens:
        return np.zeros(len(STYLE_NAMES), np.float32)
    n = len(tokens)
    lengths = np.array([len(s.split()) for s in plain], dtype=np.float32)
    lowered = {t: t.lower() for t in once}
    low = [lowered[t] for t in tokens]
    # The ratio falls with length; windows of 50 words make short and long texts comparable.
    windows = [low[i : i + 50] for i in range(0, max(1, n - 25), 50)]
    ratio = sum(len(set(w)) / len(w) for w in windows) / len(windows)
    return np.array(
        [
            low.count("the") / n,
            len(_ARTICLE_PAIR.findall(text)) / n,
            sum(map(len, tokens)) / n,
            float(np.log1p(lengths.mean())),
            float(lengths.std() / (lengths.mean() + 1)),
            (text.count(",") + text.count("，") + text.count("、")) / n,
            (text.count(";") + text.count(":")) / n,
            text.count("-") / n,
            text.count("(") / n,
            text.count('"') / n,
            text.count("'") / n,
            sum(map(str.isdigit, text)) / n,
            sum(t[0].isupper() for t in tokens) / n,
            ratio,
        ],
        dtype=np.float32,
    )
