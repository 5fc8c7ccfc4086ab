"""Texts of other kinds, put together from judged segments."""

from __future__ import annotations

from typing import Any

from judge import origin_elsewhere


def segment(dataset: str, lp: str, doc: str | None, seg: int, system: str) -> dict[str, Any]:
    return {
        "dataset": dataset,
        "lp": lp,
        "doc_id": doc,
        "seg": seg,
        "system": system,
        "src": f"Source {dataset} {lp} {doc} {seg}.",
        "mt": f"Target {lp} {seg} {system}.",
    }


def test_talks_keep_their_order_and_count_once() -> None:
    judged = [
        {**segment("ted21-mqm", lp, doc, seg, system), "src": f"{said} {seg}."}
        for system in "ab"
        for seg in reversed(range(25))
        for lp, doc, said in (
            ("en-de", "talk.1", "A"), ("en-ru", "tedtalk-1", "B"), ("en-ru", "tedtalk-2", "A"),
            ("zh-en", "talk.1", "C"),
        )
    ]  # fmt: skip
    made = list(origin_elsewhere.texts(judged))
    assert [r["label"] for r in made] == ["human-original"] * 4
    lines = [line for r in made for line in r["text"].split("\n")]
    assert lines == [f"{talk} {i}." for talk in "AB" for i in range(20)]


def test_sentences_become_texts_of_their_side() -> None:
    judged = [
        segment("mlqe-pe", lp, None, seg, "x") for lp in ("en-de", "et-en") for seg in range(35)
    ]
    judged += [segment("wmt20-mqm", "en-de", "d", seg, "x") for seg in range(35)]
    made = list(origin_elsewhere.texts(judged))
    kinds = [(r["label"], r["source_lang"]) for r in made]
    assert kinds == [("human-original", "en")] * 3 + [("mt", "et")] * 3
    for r in made:
        lines = r["text"].split("\n")
        assert len(lines) == len(set(lines)) == origin_elsewhere.LINES
        side = "Source" if r["label"] == "human-original" else "Target"
        assert all(line.startswith(side) for line in lines)
    assert len({r["group"] for r in made}) == len(made)


def test_as_many_texts_of_a_kind_as_are_wanted() -> None:
    judged = [segment("qe23", "en-hi", None, seg, "x") for seg in range(3000)]
    assert len(list(origin_elsewhere.texts(judged))) == origin_elsewhere.MOST
