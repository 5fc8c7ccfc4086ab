"""No pattern backtracks badly, and the time for all rules grows in step with the text."""

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
    "letters": "a" * 20_000,
    "capitals": "Aa " * 7_000,
    "digits": "1" * 20_000,
    "numbers": "1 000 " * 3_500,
    "dots": "." * 20_000,
    "brackets": "(" * 20_000,
    "quotes": "“a " * 7_000,
    "spaces": " " * 20_000 + "x",
    "of the": "of the " * 3_000,
    "in the": "in the x " * 2_500,
    "said": ", said, " * 2_500,
    "entities": "&#39;" * 4_000,
    "html": "<b " * 7_000,
    "commas": "a, b " * 4_000,
    "hyphens": "-" * 20_000,
    "realize": "realize a " * 2_000,
    "according": "According to x, " * 1_300,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_read_in_time(name: str) -> None:
    document = segment(Document.plain(HOSTILE[name], lang="en"))
    rules = RULES.select(RulesConfig(select=("ALL",)), "en", bilingual=False)
    started = time.process_time()
    check(document, rules)
    # 20,000 characters take well under a second; a bad pattern takes minutes.
    assert time.process_time() - started < 8


def test_time_grows_linearly() -> None:
    text = (
        "The mayor said the bridge would open in May. It cost 40 million euros, more than planned. "
        "“We waited for years,” a resident recalled, “and nobody came.” "
        "The council meets on Friday.\n\n"
    )
    rules = RULES.select(RulesConfig(), "en", bilingual=False)

    def seconds(times: int) -> float:
        document = segment(Document.plain(text * times, lang="en"))
        started = time.process_time()
        check(document, rules)
        return time.process_time() - started

    seconds(20)  # compile
    small, large = seconds(150), seconds(600)
    assert large < 12 * small + 0.5
