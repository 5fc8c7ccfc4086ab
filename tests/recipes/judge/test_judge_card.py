"""The figures of the card come from the files that hold them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from judge import card

HEAD = {
    "spearman": {"all": 0.4, "da": 0.412, "mqm": float("nan")},
    "groups": {"set en-de": 0.512},
    "length_bands": {"short": {"judge": -0.05, "minus_source_length": 0.1}},
    "people_against_systems": {"human": 0.2, "systems": -0.1},
}
QUALITY = {
    "steps": 10, "workers": 2, "rows": 1000, "minutes": 2.0, "dev_pairs": 50,
    "languages": ["de", "en"], "quality": HEAD, "fluency": HEAD, "curve_pairs": 40,
    "curve": [{"step": 10, "rows": 1000, "quality": HEAD["spearman"]}],
}  # fmt: skip
DAMAGE = {"n": 3, "before": 50.0, "after": 20.0, "lower": 0.98}
BIAS = {"quality": {"loop": DAMAGE, "none": {"n": 0}}, "fluency": {}, "references": DAMAGE}


def test_numbers_as_they_are_printed() -> None:
    assert [card.number(x) for x in (0.344, -0.05, float("nan"), None)] == [
        ".344",
        "-.050",
        "–",
        "–",
    ]


def test_what_stands_between_the_marks_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "quality.json").write_text(json.dumps(QUALITY))
    (tmp_path / "bias.json").write_text(json.dumps(BIAS))
    path = tmp_path / "README.md"
    path.write_text(f"before\n{card.BEGIN}\nof last year\n{card.END}\nafter\n")
    card.write(tmp_path)
    once = path.read_text()
    card.write(tmp_path)
    assert path.read_text() == once
    assert once.startswith("before\n")
    assert once.endswith("after\n")
    assert "of last year" not in once
    assert "| quality | .400 | .412 | – |" in once
    assert "a sample of 40 dev pairs" in once
    assert "| 10 | 1,000 | .400 | .412 | – |" in once
    assert "| set en-de | .512 | .512 |" in once
    assert "| loop | quality | 3 | 50.0 | 20.0 | 98% |" in once
    assert "Suspicious words" not in once  # not measured


def test_a_card_without_marks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("by hand")
    with pytest.raises(ValueError, match="not found"):
        card.write(tmp_path)
    assert (tmp_path / "README.md").read_text() == "by hand"
