"""Figures of the judge against labelled records."""

from __future__ import annotations

import json
import lzma
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from mtcheck.api.evaluate import evaluate_origin, evaluate_quality
from mtcheck.core.errors import UsageError
from mtcheck.core.evidence import SegmentScore
from mtcheck.engines.judge import OriginResult
from mtcheck.engines.judge_combiner import RuleEvidence


class Oracle:
    """Reads its judgement from the text: a probability, or the score itself."""

    def origin(
        self, segments: Sequence[str], *, lang: str, evidence: RuleEvidence | None = None
    ) -> OriginResult:
        if segments[0] == "?":
            return OriginResult(None, None, note="not measured")
        p = float(segments[0])
        label = "machine-translated" if p > 0.8 else None
        source = {"de": 1.0} if lang == "en" else None
        return OriginResult(
            p, p, n=1, abstained=label is None, label=label,
            translated_from=source, translated_from_label="de" if source and p > 0.5 else None,
        )  # fmt: skip

    def fluency(self, texts: Sequence[str], *, lang: str) -> list[SegmentScore]:
        return [SegmentScore(None if t == "?" else float(t)) for t in texts]

    def quality(
        self, sources: Sequence[str], targets: Sequence[str], *, source_lang: str, target_lang: str
    ) -> list[SegmentScore]:
        return self.fluency(targets, lang=target_lang)


ORACLE: Any = Oracle()


def write(path: Path, records: list[dict[str, Any]]) -> Path:
    text = "".join(json.dumps(r) + "\n" for r in records)
    if path.suffix == ".xz":
        path.write_bytes(lzma.compress(text.encode()))
    else:
        path.write_text(text)
    return path


def text(p: object, label: str, **more: object) -> dict[str, Any]:
    return {"text": f"{p}\nmore", "lang": "en", "label": label, **more}


def test_origin_figures_by_hand(tmp_path: Path) -> None:
    records = [
        text(0.1, "human-original"),
        text(0.9, "human-original"),
        text(0.3, "human-translation", group="a", source_lang="de"),
        text(0.7, "human-translation", group="b", source_lang="ru"),
        text(0.6, "mt", group="a", source_lang="de"),
        text(0.85, "mt", group="b", source_lang="ru"),
        text("?", "mt"),
    ]
    found = evaluate_origin(write(tmp_path / "o.jsonl.xz", records), judge=ORACLE)["en"]
    assert found.n == 6
    assert found.auc_original == 0.5
    assert found.auc_translation == 0.75
    assert found.auc_human == 5 / 8
    assert found.balanced_accuracy == pytest.approx((0.5 + 1) / 2)
    assert found.false_alarms == 0.5
    assert found.false_alarms_translation == 0
    assert found.found == 0.5
    assert found.abstained == pytest.approx(4 / 6)
    assert (found.pairs, found.n_pairs) == (1, 2)
    assert found.n_sources == 4
    assert found.source_named == 0.75
    assert found.source_accuracy == pytest.approx(1 / 3)


def test_sets_by_fields(tmp_path: Path) -> None:
    records = [text(0.1, "human-original", year=2020), text(0.9, "mt", year=2021)]
    found = evaluate_origin(write(tmp_path / "o.jsonl", records), judge=ORACLE, by=("lang", "year"))
    assert list(found) == ["en 2020", "en 2021"]
    assert found["en 2020"].auc_original is None


def pair(mt: object, score: float, **more: object) -> dict[str, Any]:
    return {"src": "x" * int(10 - score), "mt": str(mt), "lp": "en-de", "score": score, **more}


def test_quality_figures_by_hand(tmp_path: Path) -> None:
    records = [
        pair(1, 1.0, system="s1", dataset="d"),
        pair(2, 2.0, system="s1", dataset="d"),
        pair(4, 3.0, system="s2", dataset="d"),
        pair(3, 4.0, system="s2", dataset="d"),
        pair("?", 4.0, system="s3", dataset="d"),
    ]
    found = evaluate_quality(write(tmp_path / "q.jsonl", records), judge=ORACLE)["d en-de"]
    assert (found.n, found.not_measured) == (4, 1)
    assert found.spearman == pytest.approx(0.8)
    assert found.kendall == pytest.approx(4 / 6)
    assert found.rival == pytest.approx(1)
    assert found.system_accuracy == 1
    assert found.systems == 2


def test_scores_of_different_sets_are_never_mixed(tmp_path: Path) -> None:
    records = [pair(1, 1.0, dataset="a"), pair(2, 2.0, dataset="a"), pair(3, -9.0, dataset="b")]
    found = evaluate_quality(write(tmp_path / "q.jsonl", records), judge=ORACLE, fluency=True)
    assert found["a en-de"].spearman == pytest.approx(1)
    assert found["b en-de"].spearman is None


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('{"text": "1"}', "no lang, label"),
        ('{"text": "1", "lang": "en", "label": "robot"}', "label 'robot'"),
        ("[]", "no JSON object"),
        ("{", "no JSON"),
    ],
)
def test_bad_origin_records_say_where(tmp_path: Path, line: str, what: str) -> None:
    path = tmp_path / "o.jsonl"
    path.write_text("\n" + line + "\n")
    with pytest.raises(UsageError, match=what) as caught:
        evaluate_origin(path, judge=ORACLE)
    assert (caught.value.where or "").endswith("o.jsonl:2")


def test_bad_quality_records_say_where(tmp_path: Path) -> None:
    path = write(tmp_path / "q.jsonl", [{"src": "a", "mt": "b", "lp": "en", "score": 1}])
    with pytest.raises(UsageError, match="two languages"):
        evaluate_quality(path, judge=ORACLE)
    with pytest.raises(UsageError, match="can't be read"):
        evaluate_quality(tmp_path / "none.jsonl", judge=ORACLE)
