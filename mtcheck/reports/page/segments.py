"""Sentences there and back: forward translation, back-translation, and what changed in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from mtcheck.core.evidence import RoundTrip
from mtcheck.core.languages import name as language_name
from mtcheck.core.report import Report, SegmentReport
from mtcheck.reports import wording
from mtcheck.reports.page.markup import lang_attribute, text

MOST_SEGMENTS = 2000
# Longer segments are shown without a word diff, whose cost grows with the square of their length.
_LONGEST_DIFF = 1500
# A word, or one character of anything else (scripts without spaces are compared by character).
_TOKEN = re.compile(r"[^\W\u0e00-\u0eff\u3040-\u9fff]+|\s+|.", re.DOTALL)


def table(report: Report, prefix: str) -> Iterator[str]:
    """Yield the section of segments; nothing where no segment went on a round trip."""
    tripped = [s for s in report.segments if s.roundtrips]
    if not tripped:
        return
    yield f'<section class="segments" aria-labelledby="{prefix}segments">'
    yield f'<h3 id="{prefix}segments">Sentences there and back</h3>'
    yield (
        '<p class="remark"><del>Struck</del> words did not come back; <ins>underlined</ins> ones '
        "came back instead.</p>"
        '<p class="order" hidden>Order: <button type="button" data-order="text" '
        'aria-pressed="true">as in the text</button> <button type="button" data-order="stability" '
        'aria-pressed="false">least stable first</button></p>'
    )
    yield '<table class="trips"><thead><tr><th scope="col">#</th><th scope="col">Sentence</th>'
    yield '<th scope="col">Forward</th><th scope="col">Back-translation</th>'
    yield '<th scope="col">Figures</th></tr></thead>'
    for segment in tripped[:MOST_SEGMENTS]:
        yield _rows(segment, report)
    yield "</table>"
    if len(tripped) > MOST_SEGMENTS:
        left = wording.count(len(tripped) - MOST_SEGMENTS, "more sentence")
        yield f'<p class="remark">{left} in the JSON and spreadsheet reports.</p>'
    yield "</section>"


def _rows(segment: SegmentReport, report: Report) -> str:
    """Return a table body: all pivots of a segment stay together when the table is sorted."""
    unstable = wording.instability(segment)
    key = "-1" if unstable is None else f"{unstable:.4f}"
    own = lang_attribute(segment.lang or report.lang)
    rows = []
    for i, trip in enumerate(segment.roundtrips):
        before, after = diff(segment.text, trip.back)
        source = ""
        if segment.source and i == 0:
            where = lang_attribute(report.source_lang)
            source = f'<p class="source"{where} dir="auto">Source: {text(segment.source)}</p>'
        pivot = text(language_name(trip.pivot))
        rows.append(
            f'<tr><th scope="row">{segment.index + 1}</th>'
            f'<td data-label="Sentence"{own} dir="auto">{before}{source}</td>'
            f'<td data-label="{pivot}"{lang_attribute(trip.pivot)} dir="auto">'
            f"{text(trip.forward) if trip.forward is not None else '–'}</td>"
            f'<td data-label="Back"{own} dir="auto">{after}</td>'
            f'<td data-label="Figures">{_figures(segment, trip, first=i == 0)}</td></tr>'
        )
    return f'<tbody data-unstable="{key}" data-index="{segment.index}">{"".join(rows)}</tbody>'


def _figures(segment: SegmentReport, trip: RoundTrip, *, first: bool) -> str:
    lines = []
    if trip.similarity is not None:
        share = min(max(trip.similarity, 0.0), 1.0)
        lines.append(
            f"<span class='figure'>meaning {trip.similarity:.2f} "
            f"<meter min='0' max='1' value='{share:.3f}'>{share:.2f}</meter></span>"
        )
    if trip.chrf is not None:
        lines.append(f"<span class='figure'>chrF++ {trip.chrf:.1f}</span>")
    for name in ("fluency", "quality") if first else ():
        score = getattr(segment, name)
        if score is not None and score.value is not None:
            lines.append(f"<span class='figure'>{name} {score.value:.1f}</span>")
    lines += [f"<span class='flag'>{text(f.replace('-', ' '))}</span>" for f in trip.flags]
    return " ".join(lines) or "not measured"


def diff(before: str, after: str | None) -> tuple[str, str]:
    """Return both texts as HTML with what was lost and gained between them marked, word by word.

    Case does not count; differences in spaces alone are not marked.
    """
    if after is None:
        return text(before), "–"
    if len(before) + len(after) > 2 * _LONGEST_DIFF:
        return text(before), text(after)
    a, b = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = SequenceMatcher(None, _keys(a), _keys(b), autojunk=False)
    old: list[str] = []
    new: list[str] = []
    for op, a0, a1, b0, b1 in matcher.get_opcodes():
        lost, gained = "".join(a[a0:a1]), "".join(b[b0:b1])
        old.append(text(lost) if op == "equal" else _tagged("del", lost))
        new.append(text(gained) if op == "equal" else _tagged("ins", gained))
    return "".join(old), "".join(new)


def _keys(tokens: list[str]) -> list[str]:
    return [" " if t.isspace() else t.casefold() for t in tokens]


def _tagged(tag: str, part: str) -> str:
    return f"<{tag}>{text(part)}</{tag}>" if part.strip() else text(part)
