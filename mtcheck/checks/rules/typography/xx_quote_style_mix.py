"""Two systems of quotation marks in one text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtcheck.checks.rule import Hit
from mtcheck.checks.view import View
from mtcheck.core.findings import Severity

INFO = {
    "title": "Mixed quotation marks",
    "why": "The text mixes two systems of quotation marks; the rarer one may come from the source.",
    "langs": [],
    "source_langs": [],
    "severity": "minor",
    "confidence": "high",
    "mqm": "Linguistic conventions > Punctuation",
    "speaks_to": [],
    "safe": False,
    "fixable": True,
    "rewrite": "the marks of the rest of the text",
    "examples": [
        {"text": "“We lost,” she said. “Badly.” He called it ⟦\"bad luck\"⟧.",
         "fixed": "“We lost,” she said. “Badly.” He called it “bad luck”."},
        {"text": "Dijo \"no\" y \"nunca\". Ella dijo ⟦«sí»⟧.", "lang": "es"},
        {"text": "„Nein“, sagte er. „Nie.“ ⟦\"Doch\"⟧, sagte sie.", "lang": "de"},
        {"text": "“We lost,” she said. “Bad luck,” he said."},
        {"text": "“He told me ‘no’,” she said."},
        {"text": "A 6\" nail and a 5' plank cost “too much”."},
        {"text": 'See <a href="a.html" class="b">the “old” page</a>.'},
        {"text": '“No,” said <b class="x">Ann</b>. “Never.” He called it ⟦"<i>luck</i>"⟧.',
         "fixed": '“No,” said <b class="x">Ann</b>. “Never.” He called it “<i>luck</i>”.'},
    ],
}  # fmt: skip
_SYSTEMS = {
    "straight": (
        re.compile(r'(?<![\w\d])"(?=\S)(?P<q>[^"“”„«»\n]{1,400}?)(?<=\S)"(?!\w)'),
        '"',
        '"',
    ),
    "curly": (re.compile(r"“(?P<q>[^“”„\"\n]{1,400}?)”"), "“", "”"),
    "low": (re.compile(r"„(?P<q>[^„“”\n]{1,400}?)[“”]"), "„", "“"),
    "angle": (re.compile(r"«[ \u00a0\u202f]?(?P<q>[^«»\n]{1,400}?)[ \u00a0\u202f]?»"), "«", "»"),
}
_MAX = 5
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,500}>")


def check(view: View) -> Iterator[Hit]:
    """Yield the quotations of the rarer systems, at most five; a tie goes to the first system."""
    if not re.search(r"[“”„«»]", view.text):
        return
    # Quotation marks of attributes are the markup's.
    text = _TAG.sub(lambda m: "\ufffc" * len(m[0]), view.text)
    found = {name: list(p.finditer(text)) for name, (p, _, _) in _SYSTEMS.items()}
    found = {name: hits for name, hits in found.items() if hits}
    if len(found) < 2:
        return
    if (
        set(found) == {"curly", "angle"}
        and view.lang in {"fr", "es", "pt", "it"}
        and _nested(found)
    ):
        return  # « … “ … ” … »: the second level of the language
    main = max(found, key=lambda name: (len(found[name]), -found[name][0].start()))
    opening, closing = _SYSTEMS[main][1:]
    others = [hit for name, hits in found.items() if name != main for hit in hits]
    for hit in sorted(others, key=lambda m: m.start())[:_MAX]:
        if not any(m.start() < hit.start() and hit.end() < m.end() for m in found[main]):
            yield Hit(
                *hit.span(),
                suggestion=f"{opening}{view.text[slice(*hit.span('q'))]}{closing}",
                # Elsewhere careful human texts mix them as well (3 in 1,000 Spanish sentences).
                severity=None if view.lang == "en" else Severity.NEUTRAL,
            )


def _nested(found: dict[str, list[re.Match[str]]]) -> bool:
    return all(
        any(a.start() < c.start() and c.end() < a.end() for a in found["angle"])
        for c in found["curly"]
    )
