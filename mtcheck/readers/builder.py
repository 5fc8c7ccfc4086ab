"""Puts a document together piece by piece, keeping track of where each piece came from."""

from __future__ import annotations

from mtcheck.core.documents import Block, BlockKind
from mtcheck.core.spans import OffsetMap, OffsetRun, Span


class TextBuilder:
    """Collects text and its offset runs from pieces of ``raw``; pieces come in text order."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.blocks: list[Block] = []
        self._parts: list[str] = []
        self._runs: list[OffsetRun] = []
        self._length = 0
        self._last_verbatim = False

    def __len__(self) -> int:
        """Length of the text so far, in code points."""
        return self._length

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    def text_ends_with(self, char: str) -> bool:
        """Tell whether the text so far ends with this character."""
        return bool(self._parts) and self._parts[-1].endswith(char)

    @property
    def offsets(self) -> OffsetMap:
        """The map of the text so far."""
        return OffsetMap(self._runs)

    def verbatim(self, start: int, end: int) -> None:
        """Append ``raw[start:end]`` as it is."""
        if end <= start:
            return
        last = self._runs[-1] if self._runs else None
        if (
            last is not None
            and self._last_verbatim
            and last.text + last.length == self._length
            and last.raw + last.raw_length == start
        ):
            size = last.length + end - start
            self._runs[-1] = OffsetRun(last.text, last.raw, size, size)
        else:
            self._runs.append(OffsetRun(self._length, start, end - start, end - start))
        self._last_verbatim = True
        self._append(self.raw[start:end])

    def replaced(self, text: str, start: int, end: int) -> None:
        """Append ``text``, what ``raw[start:end]`` (an entity, an escape) as a whole stands for."""
        if text == self.raw[start:end]:
            self.verbatim(start, end)
        elif text:
            self._runs.append(OffsetRun(self._length, start, len(text), end - start))
            self._last_verbatim = False
            self._append(text)

    def separator(self, text: str = "\n\n") -> None:
        """Append text that is nowhere in the file, unless nothing stands before it."""
        if self._length:
            self._append(text)

    def block(
        self,
        start: int,
        kind: BlockKind = BlockKind.PARAGRAPH,
        *,
        unit: str | None = None,
        source: str | None = None,
        note: str | None = None,
    ) -> None:
        """Close a block that began at text offset ``start``; an empty one is dropped."""
        if self._length > start:
            self.blocks.append(Block(Span(start, self._length), kind, unit, source, note))

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
