"""The score panel: value, interval and reference distribution of each score, drawn as SVG.

Drawn with attributes only: the page's policy forbids inline styles.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from mtcheck.core.languages import name as language_name
from mtcheck.core.report import Report
from mtcheck.core.scores import Score
from mtcheck.reports import wording
from mtcheck.reports.page.markup import text

_WIDTH, _LEFT, _RIGHT = 240, 6, 234
_TOP, _CURVE = 6, 28


def panel(report: Report, prefix: str) -> Iterator[str]:
    """Yield the section of scores."""
    if not report.scores:
        return
    yield f'<section class="scores" aria-labelledby="{prefix}scores">'
    yield f'<h3 id="{prefix}scores">Scores</h3><div class="cards">'
    for score in report.scores.values():
        yield _card(score)
    yield "</div></section>"


def _card(score: Score) -> str:
    words = wording.score_text(score)
    kind = "card" if words.measured else "card unmeasured"
    parts = [f'<div class="{kind}"><h4>{text(words.title)}</h4>']
    if words.measured:
        unit = f' <span class="unit">{text(words.unit)}</span>' if words.unit else ""
        parts.append(f'<p class="value">{text(words.value)}{unit}</p>')
        parts.append(_bars(score) if score.distribution else _scale(score))
        if words.interval:
            parts.append(f'<p class="interval">{text(words.interval)}</p>')
    else:
        parts.append(f'<p class="value">{text(words.value)}</p>')
    remark = "" if score.distribution else words.remark
    if score.distribution:
        remark = "; ".join(r for r in (score.reference, score.note) if r)
    if remark:
        parts.append(f'<p class="remark">{text(remark)}</p>')
    if score.signature:
        parts.append(
            "<details class='signature'><summary>Signature</summary>"
            f"<p><code>{text(score.signature)}</code></p>"
            f"<p>Measured on n = {score.n:,}.</p></details>"
        )
    parts.append("</div>")
    return "".join(parts)


def domain(score: Score) -> tuple[float, float]:
    """Return the ends of the scale that a score is drawn on."""
    if wording.is_probability(score):
        return 0.0, 1.0
    values = [v for v in (score.value, *(score.interval or ()), *(score.reference_quantiles or ()))
              if v is not None]  # fmt: skip
    if score.unit.startswith("0") and max(values) <= 100 and min(values) >= 0:
        return 0.0, 100.0
    high = max(50.0, *values)
    step = 10 ** math.floor(math.log10(high))
    return min(0.0, *values), math.ceil(high / step) * step


def _scale(score: Score) -> str:
    if score.value is None:
        return ""
    low, high = domain(score)

    def x(value: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (min(max(value, low), high) - low) / (high - low)

    base = _TOP + (_CURVE if score.reference_quantiles else 4)
    parts = [
        f'<svg class="scale" viewBox="0 0 {_WIDTH} {base + 14}" role="img" '
        f'aria-label="{text(_label(score))}">'
    ]
    if score.reference_quantiles:
        parts.append(
            f'<path class="reference" d="{_density(score.reference_quantiles, x, base)}"/>'
        )
        middle = x(score.reference_quantiles[2])
        parts.append(_line("median", middle, _TOP, middle, base))
    parts.append(_line("axis", _LEFT, base, _RIGHT, base))
    if score.interval is not None:
        start, stop = (x(v) for v in score.interval)
        parts.append(
            f'<rect class="interval" x="{start:.1f}" y="{base - 3}" '
            f'width="{max(stop - start, 1):.1f}" height="6" rx="3"/>'
        )
    parts.append(f'<circle class="marker" cx="{x(score.value):.1f}" cy="{base}" r="5"/>')
    for value, anchor, at in ((low, "start", _LEFT), (high, "end", _RIGHT)):
        label = wording.figure(score, value).removesuffix(".0")
        parts.append(f'<text x="{at}" y="{base + 13}" text-anchor="{anchor}">{text(label)}</text>')
    parts.append("</svg>")
    return "".join(parts)


def _label(score: Score) -> str:
    words = wording.score_text(score)
    parts = [f"{words.title} {words.value}", words.interval]
    if score.reference_quantiles:
        low, middle, high = (score.reference_quantiles[i] for i in (0, 2, 4))
        parts.append(
            f"reference: median {wording.figure(score, middle)}, 5 to 95 % "
            f"{wording.figure(score, low)} to {wording.figure(score, high)}"
        )
    return ", ".join(p for p in parts if p)


def _density(quantiles: tuple[float, ...], x: Callable[[float], float], base: int) -> str:
    """Return the path of a density with these quantiles, as two halves of a normal distribution.

    Each half's deviation is that of its quartile (a normal distribution's quartiles lie 0.674
    deviations from its median).
    """
    _, q25, q50, q75, _ = quantiles
    left, right = max(q50 - q25, 1e-6) / 0.674, max(q75 - q50, 1e-6) / 0.674
    points = []
    for i in range(-30, 31):
        z = i / 10
        value = q50 + z * (left if z < 0 else right)
        height = _CURVE * math.exp(-z * z / 2)
        points.append(f"{x(value):.1f} {base - height:.1f}")
    return f"M{points[0].split()[0]} {base}L{' '.join(points)}L{points[-1].split()[0]} {base}Z"


def _line(name: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{name}" x1="{x1:.1f}" y1="{y1}" x2="{x2:.1f}" y2="{y2}"/>'


def _bars(score: Score) -> str:
    ranked = sorted((score.distribution or {}).items(), key=lambda kv: (-kv[1], kv[0]))
    rows = []
    for tag, share in ranked[:5]:
        if share < 0.01:
            break
        rows.append(
            f"<tr><th scope='row'>{text(language_name(tag))}</th>"
            f"<td><meter min='0' max='1' value='{min(max(share, 0.0), 1.0):.3f}'>"
            f"{100 * share:.0f} %</meter></td><td>{100 * share:.0f} %</td></tr>"
        )
    return f"<table class='bars'><tbody>{''.join(rows)}</tbody></table>" if rows else ""
