"""The judge that comes with mtcheck: whole, quick to open, and right about plain cases."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mtcheck.checks.registry import load_rules
from mtcheck.core.config import JudgeConfig
from mtcheck.core.errors import ModelError
from mtcheck.engines.judge import Judge, open_judge
from mtcheck.engines.model_store import embedded_folder
from mtcheck.run.rule_evidence import text_evidence
from mtcheck.text.segment import segment


def complete() -> bool:
    try:
        folder = embedded_folder("judge-small")
    except ModelError:
        return False
    parts = ("origin-en.npz", "origin.json", "heads.npz", "quality.json", "encoder/model.bin")
    return all((folder / p).is_file() for p in parts)


pytestmark = pytest.mark.skipif(not complete(), reason="this checkout has no embedded judge")


@pytest.fixture(scope="module")
def judge() -> Judge:
    return open_judge(JudgeConfig(), threads=1)


def segments(path: Path) -> list[str]:
    from mtcheck.core.documents import Document

    document = segment(Document.plain(path.read_text("utf-8"), lang="en"))
    return [s.span.of(document.text) for s in document.segments]


def test_the_seed_reads_like_a_translation(judge: Judge, seed: Path) -> None:
    result = judge.origin(segments(seed), lang="en")
    assert result.translated is not None
    assert result.translated > 0.5
    assert result.label != "not-machine-translated"
    assert result.fpr is not None
    assert result.fpr < 0.1
    # No machine translation from Portuguese was in the training data: grammar names no language.
    assert result.translated_from is not None
    assert result.translated_from["other"] > 0.2


def test_with_the_rules_the_seed_is_machine_translated(judge: Judge, seed: Path) -> None:
    rules = load_rules()
    evidence = text_evidence(seed.read_text("utf-8"), rules, "en")
    result = judge.origin(segments(seed), lang="en", evidence=evidence)
    alone = judge.origin(segments(seed), lang="en")
    assert result.label == "machine-translated"
    assert result.fpr is not None
    assert result.fpr <= 0.02
    assert result.translated is not None
    assert alone.translated is not None
    assert alone.translated < result.translated < 0.999
    assert len(result.reasons) == 3
    assert "speak for a translation" in result.reasons[1]


def test_the_folder_is_what_its_list_of_hashes_says(judge: Judge) -> None:
    import hashlib

    for line in (judge.folder / "sha256.txt").read_text().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((judge.folder / name).read_bytes()).hexdigest() == digest, name


def test_english_origin_is_read_without_torch() -> None:
    code = (
        "import sys\n"
        "from mtcheck.core.config import JudgeConfig\n"
        "from mtcheck.engines.judge import open_judge\n"
        "r = open_judge(JudgeConfig()).origin(['The vote was put off again.'], lang='en')\n"
        "assert r.machine_translated is not None\n"
        "assert 'ctranslate2' in sys.modules\n"
        "assert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_the_folder_stays_small(judge: Judge) -> None:
    size = sum(p.stat().st_size for p in judge.folder.rglob("*") if p.is_file())
    assert size < 70e6


def test_a_good_translation_scores_above_a_wrong_one(judge: Judge) -> None:
    source = ["The committee put the vote off until the budget has been approved."] * 2
    targets = [
        "Der Ausschuss verschob die Abstimmung, bis der Haushalt genehmigt ist.",
        "Die Katze ist der Haushalt Haushalt und wurde gestern sehr genehmigt von Wählern.",
    ]
    good, bad = judge.quality(source, targets, source_lang="en", target_lang="de")
    assert good.value is not None
    assert bad.value is not None
    assert good.value > bad.value


def test_origin_without_a_reader_loads_neither_ctranslate2_nor_torch() -> None:
    code = (
        "import sys\n"
        "from mtcheck.core.config import JudgeConfig\n"
        "from mtcheck.engines.judge import open_judge\n"
        "r = open_judge(JudgeConfig()).origin(['Die Wahl wurde vertagt.'], lang='de')\n"
        "assert r.machine_translated is not None\n"
        "assert not {'ctranslate2', 'torch', 'sentencepiece'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
