"""The article with its findings marked, and a note beside each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mtcheck.core.findings import Finding
from mtcheck.core.report import Report
from mtcheck.core.spans import Span
from mtcheck.reports import wording
from mtcheck.reports.page.markup import lang_attribute, text
from mtcheck.reports.places import Lines

# More would be slow to open; the mildest are left out.
MOST_FINDINGS = 1000
# A longer text is shown only around its findings.
MOST_LINES = 3000
_AROUND = 2


@dataclass(frozen=True, slots=True)
class _Numbered:
    number: int
    finding: Finding


def article(report: Report, prefix: str) -> Iterator[str]:
    """Yield the article's section; ``prefix`` makes its ids unique on the page."""
    kept = sorted(report.findings, key=lambda f: -f.severity.rank)[:MOST_FINDINGS]
    shown = [
        _Numbered(i, f) for i, f in enumerate(sorted(kept, key=lambda f: (f.span, f.rule)), start=1)
    ]
    yield f'<section class="article" aria-labelledby="{prefix}text">'
    yield f'<h3 id="{prefix}text">The text</h3>'
    doubts = _doubts(report)
    if doubts:
        yield (
            f'<p class="remark"><span class="doubt">{wording.STUMBLES}</span> are underlined with '
            f"a wave. {wording.STUMBLES_LEGEND}</p>"
        )
    if report.text:
        yield f'<div class="lines"{lang_attribute(report.lang)}>'
        yield from _lines(report, shown, doubts, prefix)
        yield "</div>"
    else:
        for item in shown:
            yield _note(item, prefix)
    left = len(report.findings) - len(kept)
    if left:
        yield f'<p class="remark">{wording.count(left, "milder finding")} not shown here.</p>'
    yield "</section>"


def _doubts(report: Report) -> list[Span]:
    """Return the words that the judge stumbles over, in order."""
    return [w.span for s in wording.stumbling(report) for w in s.suspicious] if report.text else []


def _lines(
    report: Report, shown: Sequence[_Numbered], doubts: Sequence[Span], prefix: str
) -> Iterator[str]:
    lines = Lines(report.text)
    doubted: dict[int, list[Span]] = {}
    for span in doubts:
        doubted.setdefault(lines.number(span.start), []).append(span)
    marks: dict[int, list[_Numbered]] = {}
    for item in shown:
        span = item.finding.span
        first = lines.number(span.start)
        for number in range(first, lines.number(max(span.start, span.end - 1)) + 1):
            marks.setdefault(number, []).append(item)
    total = len(lines)
    wanted: Sequence[int] = range(1, total + 1)
    if total > MOST_LINES:
        near = {n + d for n in {*marks, *doubted} for d in range(-_AROUND, _AROUND + 1)}
        wanted = sorted(n for n in near if 1 <= n <= total)
    before = 0
    for number in wanted:
        start, end = lines.bounds(number)
        here = marks.get(number, [])
        if number != before + 1:
            yield '<div class="gap" role="separator"></div>'
        before = number
        if start == end and not here:
            yield '<div class="blank"></div>'
            continue
        yield f'<div class="row"><span class="number">{number}</span>'
        marked = _marked(report.text, start, end, here, doubted.get(number, ()), prefix)
        yield f'<p class="line" dir="auto">{marked}</p>'
        notes = [m for m in here if lines.number(m.finding.span.start) == number]
        if notes:
            yield '<div class="notes">'
            for item in notes:
                yield _note(item, prefix)
            yield "</div>"
        yield "</div>"


def _marked(
    source: str,
    start: int,
    end: int,
    marks: Sequence[_Numbered],
    doubts: Sequence[Span],
    prefix: str,
) -> str:
    """Return ``source[start:end]`` with links to the notes; overlaps are cut into pieces."""
    spans = [(max(m.finding.span.start, start), min(m.finding.span.end, end), m) for m in marks]
    cuts = sorted({start, end, *(s for s, _, _ in spans), *(e for _, e, _ in spans),
                   *(edge for d in doubts for edge in (d.start, d.end))})  # fmt: skip
    cuts = [c for c in cuts if start <= c <= end]
    out: list[str] = []
    linked: set[int] = set()
    for low, high in pairwise(cuts):
        over = [(e - s, m) for s, e, m in spans if s <= low and high <= e]
        piece = text(source[low:high])
        if any(d.start <= low and high <= d.end for d in doubts):
            piece = f'<span class="doubt">{piece}</span>'
        if not over:
            out.append(piece)
            continue
        # The innermost finding is the one that a reader points at.
        _, top = min(over, key=lambda pair: (pair[0], pair[1].number))
        worst = max((m.finding.severity for _, m in over), key=lambda s: s.rank)
        ends = [str(m.number) for s, e, m in spans if e == high and s < e]
        number = f' data-k="{",".join(ends)}"' if ends else ""
        numbers = " ".join(str(m.number) for _, m in over)
        # Only a finding's first piece, in its first line, is a stop of the Tab key.
        first = top.number not in linked and top.finding.span.start >= start
        name = f' id="{prefix}m{top.number}"' if first else ' tabindex="-1"'
        linked.add(top.number)
        out.append(
            f'<a class="hl {worst.value}" href="#{prefix}n{top.number}"{name}{number} '
            f'data-n="{numbers}">{piece}</a>'
        )
    return "".join(out)


def _note(item: _Numbered, prefix: str) -> str:
    finding, number = item.finding, item.number
    quoted = _short(finding.text)
    if finding.suggestion is None:
        change = f"<q>{text(quoted)}</q>"
    elif finding.suggestion:
        change = (
            f"<del>{text(quoted)}</del> <span class='arrow'>→</span> "
            f"<ins>{text(finding.suggestion)}</ins>"
        )
    else:
        change = f"<del>{text(quoted)}</del> <span class='arrow'>→</span> delete"
    facts = []
    if finding.source_langs:
        facts.append(f"from {text(wording.languages(finding.source_langs))}")
    facts.append(f"<code>{text(finding.rule)}</code>")
    facts.append(f"{finding.confidence.value} confidence")
    if finding.unit:
        facts.append(f"in {text(finding.unit)}")
    return (
        f'<details class="note {finding.severity.value}" data-n="{number}"><summary>'
        f'<span class="key">{number}</span> <span class="severity">{finding.severity.value}</span> '
        f'<span class="change" dir="auto">{change}</span></summary>'
        f'<div id="{prefix}n{number}"><p class="why" dir="auto">{text(finding.message)}</p>'
        f'<p class="facts" title="{text(finding.mqm)}">{" · ".join(facts)}</p></div></details>'
    )


def _short(quoted: str, longest: int = 120) -> str:
    line = " ".join(quoted.split())
    return line if len(line) <= longest else f"{line[: longest // 2]} … {line[-longest // 3 :]}"
