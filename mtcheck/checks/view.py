"""The read-only view of a document that rules get."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from mtcheck.checks.flat import Flat
from mtcheck.checks.haystack import Haystack
from mtcheck.checks.scan import scanner
from mtcheck.core.config import RulesConfig
from mtcheck.core.documents import Block, BlockKind, Document, Meta, Segment
from mtcheck.core.spans import Span

if TYPE_CHECKING:
    from mtcheck.checks.rule import Rule

T = TypeVar("T")
_WORD = re.compile(r"\w+")
_WORD_OR_END = re.compile(r"\w+|\0")
_TOGETHER = 1000  # segments whose words are looked for at a time
_PERSONS = frozenset(("I", "you", "your", "my", "me", "i", "u"))
# Repeated marks, smileys and emoji; all begin with a character of one class, which is found fast.
_CHAT = re.compile(
    r"[!?:;\U0001F600-\U0001F64F]"
    r"(?:(?<=[!?])[!?]+|(?<=[:;])-?[)(D]|(?<=[\U0001F600-\U0001F64F]))"
)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*|\r\n[^\S\n]*\r\n\s*")


@dataclass(frozen=True, slots=True)
class Pair:
    """A stretch of text with the source that it translates; ``start`` is its offset in the text."""

    source: str
    target: str
    start: int
    segment: Segment | None = None
    block: Block | None = None


class View:
    """What a rule may look at: text, its parts, languages, date; nothing that it could change.

    All offsets are code points of ``text`` (`Document.text`).
    """

    def __init__(
        self,
        document: Document,
        *,
        config: RulesConfig | None = None,
        published: dt.date | None = None,
        options: Mapping[str, Any] | None = None,
        shared: dict[str, Any] | None = None,
        rules: Sequence[Rule] = (),
    ) -> None:
        self._document = document
        self._rules = rules  # those that will run: what they look for is looked for in one pass
        self.text = document.text
        self.lang = document.lang
        self.source_lang = document.source_lang
        self.format = document.format
        self.meta: Meta = document.meta
        self.published = published or document.meta.published
        self.config = config or RulesConfig()
        self.options: Mapping[str, Any] = options or {}
        self._shared: dict[str, Any] = {} if shared is None else shared

    def with_options(self, options: Mapping[str, Any]) -> View:
        """Return this view with a rule's own options; everything computed so far is shared."""
        if not options:
            return self
        view = View.__new__(View)
        view.__dict__.update(self.__dict__)
        view.options = options
        return view

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Paragraphs, headings, cells; a document without blocks is split at blank lines."""
        return self._document.blocks or tuple(_paragraphs(self.text))

    @property
    def segments(self) -> tuple[Segment, ...]:
        """Sentences (or translation units) in order."""
        return self._document.segments

    @property
    def flat(self) -> Flat:
        """The text with white space and apostrophes evened out."""
        return self.shared("flat", lambda: Flat(self.text, [b.span for b in self.blocks]))

    @property
    def haystack(self) -> Haystack:
        """The flat text, ready to be searched."""
        return self.shared("haystack", lambda: Haystack(self.flat.text, scanner(self._rules)))

    @property
    def haystack_of_text(self) -> Haystack:
        """The text as it is, ready to be searched."""
        return self.shared(
            "haystack-text", lambda: Haystack(self.text, scanner(self._rules, on="text"))
        )

    def shared(self, key: str, make: Callable[[], T]) -> T:
        """Return what ``make`` gives, computed once for all rules of a check."""
        if key not in self._shared:
            self._shared[key] = make()
        value: T = self._shared[key]
        return value

    def sentence_at(self, offset: int) -> Segment | None:
        """Return the segment that holds ``offset``, or the one before it; None if there is none."""
        starts = self.shared("segment-starts", lambda: [s.span.start for s in self.segments])
        i = bisect_right(starts, offset) - 1
        return self.segments[i] if i >= 0 else None

    def sentence_span(self, offset: int) -> Span:
        """Return the sentence around ``offset``, or its block where there are no segments."""
        segment = self.sentence_at(offset)
        if segment is not None and offset < segment.span.end:
            return segment.span
        block = self.block_at(offset)
        return block.span if block else Span(0, len(self.text))

    def sentence_text(self, offset: int) -> str:
        """Return the sentence around ``offset``, white space and apostrophes evened out."""
        span = self.sentence_span(offset)
        known = self.shared("sentence-texts", dict[int, str])
        if span.start not in known:
            known[span.start] = " ".join(span.of(self.text).replace("’", "'").split())
        return known[span.start]

    def block_at(self, offset: int) -> Block | None:
        """Return the block that holds ``offset``; None between blocks."""
        starts = self.shared("block-starts", lambda: [b.span.start for b in self.blocks])
        i = bisect_right(starts, offset) - 1
        if i < 0 or offset >= max(self.blocks[i].span.end, self.blocks[i].span.start + 1):
            return None
        return self.blocks[i]

    def pairs(self) -> Iterator[Pair]:
        """Yield each aligned segment with its source; blocks where segments have none."""
        seen = {s.block for s in self.segments if s.source is not None}
        for segment in self.segments:
            if segment.source is not None:
                target = segment.span.of(self.text)
                yield Pair(segment.source, target, segment.span.start, segment=segment)
        for index, block in enumerate(self.blocks):
            if block.source is not None and index not in seen:
                yield Pair(block.source, block.span.of(self.text), block.span.start, block=block)

    @property
    def words(self) -> list[str]:
        """Words of the text (runs of letters and digits), in order."""
        return self.shared("words", lambda: _each_once(_WORD.findall(self.text)))

    @property
    def n_words(self) -> int:
        """Number of words of the text."""
        return len(self.words)

    @property
    def vocabulary(self) -> frozenset[str]:
        """The different words of the text."""
        return self.shared("vocabulary", lambda: frozenset(self.words))

    @property
    def segment_words(self) -> list[list[str]]:
        """Words of each segment in lower case."""
        return self.shared("segment-words", self._words_by_segment)

    def _words_by_segment(self) -> list[list[str]]:
        out: list[list[str]] = []
        once: dict[str, str] = {}
        # One call for many is faster than one for each.
        for first in range(0, len(self.segments), _TOGETHER):
            some = self.segments[first : first + _TOGETHER]
            texts = [s.span.of(self.text).replace("\0", " ") + "\0" for s in some]
            found = _each_once(_WORD_OR_END.findall("".join(texts).lower()), once)
            start = 0
            for _ in some:
                end = found.index("\0", start)
                out.append(found[start:end])
                start = end + 1
        return out

    @property
    def informal(self) -> bool:
        """Chat, review or forum rather than news: many first and second persons, emoji, “!!”.

        Thresholds set by hand on English: news runs at fewer than 10 such words in 1,000 outside
        quotations, chat above 40; quotations let news reach 25, hence 35.
        """
        return self.shared("informal", self._is_informal)

    def _is_informal(self) -> bool:
        words = self.n_words
        if words < 15:
            return False
        marks = len(_CHAT.findall(self.text)) + self.words.count("lol")
        persons = len([word for word in self.words if word in _PERSONS])
        return 1000 * persons / words > 35 or 1000 * marks / words > 15


def _each_once(words: list[str], once: dict[str, str] | None = None) -> list[str]:
    """Return equal words as one and the same: a long text has a hundred times as many as differ."""
    once = {} if once is None else once
    return list(map(once.setdefault, words, words))


def _paragraphs(text: str) -> Iterator[Block]:
    at = 0
    for match in _BLANK_LINE.finditer(text):
        if text[at : match.start()].strip():
            yield Block(Span(at, match.start()), BlockKind.PARAGRAPH)
        at = match.end()
    if text[at:].strip():
        yield Block(Span(at, len(text)), BlockKind.PARAGRAPH)
