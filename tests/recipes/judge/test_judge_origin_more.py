"""Documents put together from judged segments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from judge import origin_more


def judged(doc: str, system: str, lines: int, **more: Any) -> list[dict[str, Any]]:
    return [
        {"dataset": "wmt20-mqm", "lp": "zh-en", "doc_id": doc, "seg": str(n), "system": system,
         "human": False, "mt": f"{doc}  by {system}, {n}", "year": 2020, "domain": "news",
         "split": "train", **more}
        for n in reversed(range(lines))
    ]  # fmt: skip


def test_segments_become_documents_in_order() -> None:
    made = list(origin_more.documents(judged("a", "X", 11), []))
    assert [r["text"] for r in made] == ["\n".join(f"a by X, {n}" for n in range(11))]
    assert made[0]["label"] == "mt"
    assert (made[0]["group"], made[0]["source_lang"]) == ("zh:2020:a", "zh")


def test_people_and_systems_share_the_group_of_the_origin_data() -> None:
    both = [*judged("a", "X", 3), *judged("a", "Human-B", 3, human=True)]
    made = list(origin_more.documents(both, []))
    assert {r["label"] for r in made} == {"mt", "human-translation"}
    assert {r["group"] for r in made} == {"zh:2020:a"}


def test_long_documents_are_cut_at_the_same_places() -> None:
    both = [*judged("talk", "X", 38), *judged("talk", "Y", 38)]
    made = list(origin_more.documents(both, []))
    assert [r["text"].count("\n") + 1 for r in made] == [12, 12, 12] * 2  # the last two are few
    assert len({r["group"] for r in made}) == 3


def test_what_is_known_short_or_of_dev_is_left_out() -> None:
    human = judged("a", "Human-A", 3, human=True)
    known = [{"text": "\n".join(f"a by Human-A, {n}" for n in range(3)), "group": "zh:2020:a"}]
    assert not list(origin_more.documents(human, known))
    assert not list(origin_more.documents(judged("a", "X", 2), []))
    dev = [{"text": "", "group": "zh:2020:a", "split": "dev"}]
    assert not list(origin_more.documents(judged("a", "X", 3), dev))
    other = judged("a", "X", 3, dataset="wmt21-mqm") + judged("a", "X", 3, lp="en-de")
    assert not list(origin_more.documents(other, []))


def test_both_parts_are_read(tmp_path: Path) -> None:
    for part, doc in (("train", "a"), ("dev", "b")):
        lines = map(json.dumps, judged(doc, "X", 3))
        (tmp_path / f"{part}.jsonl").write_text("\n".join(lines))
    made = origin_more.read_documents(tmp_path, [], ".jsonl")
    assert {r["group"] for r in made} == {"zh:2020:a", "zh:2020:b"}
