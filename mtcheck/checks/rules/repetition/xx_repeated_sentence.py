"""A sentence that appears twice."""

from __future__ import annotations

from collections.abc import Iterator

from mtcheck.checks.rule import Hit
from mtcheck.checks.view import View
from mtcheck.core.documents import BlockKind

INFO = {
    "title": "Sentence appears twice",
    "why": "The same sentence, or nearly the same, stands twice in the text.",
    "langs": [],
    "source_langs": [],
    "severity": "major",
    "confidence": "medium",
    "mqm": "Accuracy > Addition",
    "speaks_to": ["machine"],
    "rewrite": "delete one",
    "examples": [
        {"text": "The mill was sold on Friday by the heirs. ⟦The mill was sold on Friday by the"
         " heirs.⟧"},
        {"text": "No one was hurt in the fire last night. Crews came. ⟦No one was hurt in the fire"
         " last night.⟧"},
        {"text": "He has run the small bakery for years. ⟦He has run the small bakery for nine"
         " years.⟧"},
        {"text": "She lost. She lost again."},
        {"text": "The mill was sold on Friday. The road was closed on Monday."},
        {"text": "Rain fell. Rain fell."},
    ],
}  # fmt: skip
_MIN_WORDS = 6
_MIN_OVERLAP = 0.85
_PROSE = {BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.QUOTE}
_MAX_EACH = 3


def check(view: View) -> Iterator[Hit]:
    """Yield sentences of six words or more that stand in the text already."""
    seen: dict[tuple[str, ...], int] = {}
    previous: list[str] = []
    for segment, words in zip(view.segments, view.segment_words, strict=True):
        if segment.kind not in _PROSE or segment.source is not None:
            continue
        key = tuple(words)
        if len(words) >= _MIN_WORDS:
            seen[key] = seen.get(key, 0) + 1
            again = 1 < seen[key] <= 1 + _MAX_EACH
            if again or (seen[key] == 1 and _nearly(words, previous)):
                yield Hit(segment.span.start, segment.span.end)
        previous = words


def _nearly(words: list[str], previous: list[str]) -> bool:
    """Tell whether two neighbours share nearly all words, in order."""
    if len(previous) < _MIN_WORDS or abs(len(words) - len(previous)) > 2:
        return False
    different = set(words) ^ set(previous)
    if len(different) > len(words) or any(w.isdigit() for w in different):
        return False  # lists of results differ in their figures
    shared = 0
    rest = iter(previous)
    for word in words:
        if any(word == other for other in rest):
            shared += 1
        else:
            rest = iter(previous[shared:])
    return 2 * shared / (len(words) + len(previous)) >= _MIN_OVERLAP
