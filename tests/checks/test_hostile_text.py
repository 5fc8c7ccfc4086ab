"""No rule takes long on text that is made to make patterns backtrack, and spans stay exact."""

from __future__ import annotations

import time

import pytest

from mtcheck.checks.engine import check
from mtcheck.checks.registry import load_rules
from mtcheck.core.config import RulesConfig
from mtcheck.core.documents import Document
from mtcheck.text.segment import segment

RULES = load_rules()
HOSTILE = {
    "words": "a " * 20_000,
    "letters": "a" * 40_000,
    "quotes": '"“«' * 12_000,
    "digits": "1,000.5 % " * 4_000,
    "dates": "mayo 5 de 2021, " * 2_500,
    "marks": "¿? ¡! " * 6_000,
    "capitals": "A a B b " * 5_000,
}
# CPU seconds for 40,000 code points and all rules of a language; the slowest text needs about four,
# since nearly every one of its characters begins a candidate.
LIMIT = 8.0


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("lang", ["es", "de"])
def test_hostile_text_takes_no_long_time(text: str, lang: str) -> None:
    document = segment(Document.plain(text, lang=lang))
    rules = RULES.select(RulesConfig(), lang, bilingual=False)
    begin = time.process_time()
    result = check(document, rules)
    assert time.process_time() - begin < LIMIT
    assert not result.skips
    assert all(text[f.span.start : f.span.end] == f.text for f in result.findings)
