"""What the bilingual checks get: a pair of texts, their languages, the rule's options."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mtcheck.checks.rule import Hit
from mtcheck.checks.view import Pair, View
from mtcheck.core.documents import Block, BlockKind

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Scripts without spaces between words: counts of words mean nothing there.
UNSPACED = frozenset({"zh", "ja", "th", "lo", "km", "my"})
_SOURCE_SAMPLE = 4000


@dataclass(frozen=True, slots=True)
class Languages:
    """Languages of the two sides, two-letter codes; ``und`` where a side's is not known."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One source and its translation; offsets of hits are those of the whole text."""

    pair: Pair
    langs: Languages
    options: Mapping[str, Any]
    view: View

    @property
    def source(self) -> str:
        """The source text."""
        return self.pair.source

    @property
    def target(self) -> str:
        """The translation."""
        return self.pair.target

    @property
    def unit(self) -> Block | None:
        """The unit of a bilingual file that the pair belongs to; None for prose."""
        block = self.pair.block
        if block is None and self.pair.segment is not None:
            blocks = self.view.blocks
            block = (
                blocks[self.pair.segment.block] if self.pair.segment.block < len(blocks) else None
            )
        return block if block is not None and block.kind is BlockKind.UNIT else None

    def hit(self, start: int, end: int, **fields: Any) -> Hit:
        """Return a hit on ``target[start:end]``."""
        return Hit(self.pair.start + start, self.pair.start + end, **fields)

    def whole(self, **fields: Any) -> Hit:
        """Return a hit on the target without the space around it."""
        left = len(self.target) - len(self.target.lstrip())
        return self.hit(left, left + len(self.target.strip()), **fields)


_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
Check = Callable[[Comparison], Iterator[Hit]]


def languages(view: View) -> Languages:
    """Return the languages of both sides; the source's is identified where it is not given."""
    return view.shared("bilingual-languages", lambda: _languages(view))


def _languages(view: View) -> Languages:
    source = view.source_lang
    if source is None:
        from mtcheck.text.langid import identify

        guess = identify(" ".join(p.source for p in view.pairs())[:_SOURCE_SAMPLE])
        source = guess.lang if guess is not None and guess.confidence > 0.6 else "und"
    return Languages(source, view.lang or "und")


def comparisons(view: View) -> list[Comparison]:
    """Return all pairs with a source; made once for all rules without options of their own."""

    def made() -> list[Comparison]:
        langs = languages(view)
        return [Comparison(p, langs, view.options, view) for p in view.pairs() if p.source.strip()]

    return made() if view.options else view.shared("comparisons", made)


def fold(text: str) -> str:
    """Return text without case, accents and typographic variants, for loose comparison."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    if decomposed.isascii():
        return decomposed
    return _NOT_ASCII.sub(lambda m: "" if unicodedata.combining(m[0]) else m[0], decomposed)


def words(text: str) -> list[str]:
    """Return the folded words of ``text``."""
    return [fold(w) for w in WORD.findall(text)]
