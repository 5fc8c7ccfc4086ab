"""Every rule has a page, and the committed pages are those of the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcheck.api.rules import list_rules, rule_page, rule_pages
from mtcheck.core.errors import ConfigError

DOCS = Path(__file__).parents[2] / "docs" / "rules"


def test_committed_pages_are_fresh() -> None:
    pages = rule_pages()
    committed = {p.relative_to(DOCS).as_posix(): p for p in DOCS.rglob("*.md")}
    assert sorted(committed) == sorted(pages)
    stale = [n for n, text in pages.items() if committed[n].read_text("utf-8") != text]
    assert not stale, f"run: mtcheck rules docs ({stale[:5]})"


def test_page_shows_what_an_editor_asks() -> None:
    page = rule_page("en-weekday-paren-day")
    assert page.startswith("# Day of the month in brackets after a weekday\n")
    assert "Portuguese, Spanish" in page
    assert "⟦on Saturday night (6)⟧" in page
    assert "## Measured" in page
    with pytest.raises(ConfigError):
        rule_page("no-such-rule-at-all")


def test_filters() -> None:
    assert {r.group for r in list_rules(group="dates")} == {"dates"}
    assert all("pt" in r.source_langs for r in list_rules(source="pt"))
    assert all(not r.langs or "en" in r.langs for r in list_rules(lang="en"))
    assert not any(r.default for r in list_rules(default=False))
