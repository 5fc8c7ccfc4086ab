"""The wiring of COMET models, with a made-up `comet` package: no real model is run."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import pytest

from mtcheck.core.config import JudgeConfig
from mtcheck.core.errors import ModelError
from mtcheck.engines import judge as engine
from mtcheck.engines.judge import Judge, open_judge
from tests.engines.tiny_judge import write_judge

SOURCES = ["The cat sleeps.", "The dog sleeps all day.", "It is late."]
TARGETS = ["Die Katze ruht.", "The dog sleeps all day.", "Es ist spät."]


class Network:
    references = False

    def __init__(self) -> None:
        self.seen: list[dict[str, str]] = []

    def requires_references(self) -> bool:
        return self.references

    def predict(self, data: list[dict[str, str]], **options: Any) -> Any:
        assert options["gpus"] == 0
        self.seen += data
        return types.SimpleNamespace(scores=[0.5 + 0.01 * len(d["mt"]) for d in data])


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    made = Network()
    comet = types.ModuleType("comet")
    comet.load_from_checkpoint = lambda path: made  # type: ignore[attr-defined]
    comet.download_model = lambda name: f"/nowhere/{name}"  # type: ignore[attr-defined]
    torch = types.ModuleType("torch")
    torch.cuda = types.SimpleNamespace(is_available=lambda: False)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "comet", comet)
    monkeypatch.setitem(sys.modules, "torch", torch)
    return made


@pytest.fixture
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Judge:
    folder = write_judge(tmp_path / "judge")
    monkeypatch.setattr(engine, "embedded_folder", lambda name: folder)
    (tmp_path / "model.ckpt").write_bytes(b"weights")
    return open_judge(JudgeConfig(model=f"comet:{tmp_path / 'model.ckpt'}"), threads=1)


def test_quality_is_the_models_score(judge: Judge, network: Network) -> None:
    found = judge.quality(SOURCES, TARGETS, source_lang="en", target_lang="de")
    assert found[0].raw == pytest.approx(0.65)
    assert found[0].value == pytest.approx(65)
    assert "not calibrated" in judge.unit


def test_copies_are_caught_before(judge: Judge, network: Network) -> None:
    found = judge.quality(SOURCES, TARGETS, source_lang="en", target_lang="de")
    assert (found[1].value, found[1].flags) == (0.0, ("copied-source",))
    assert [d["mt"] for d in network.seen] == [TARGETS[0], TARGETS[2]]


def test_the_rest_stays_with_the_embedded_judge(judge: Judge, network: Network) -> None:
    assert judge.fluency(TARGETS, lang="de")[0].raw is not None
    assert judge.origin(["It is late."], lang="en").machine_translated is not None
    assert network.seen == []


def test_the_signature_names_the_checkpoint(judge: Judge) -> None:
    assert judge.info.model == "comet:model.ckpt"
    assert judge.info.backend == "unbabel-comet"
    assert judge.info.sha256.startswith("9a129038d9")  # of b"weights"


def test_a_model_that_needs_references_is_refused(judge: Judge, network: Network) -> None:
    network.references = True
    with pytest.raises(ModelError, match="needs reference") as caught:
        judge.quality(SOURCES, TARGETS, source_lang="en", target_lang="de")
    assert caught.value.code == "wrong-model"


def test_without_the_package(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "comet", None)
    with pytest.raises(ModelError, match="unbabel-comet") as caught:
        judge.quality(SOURCES, TARGETS, source_lang="en", target_lang="de")
    assert caught.value.code == "model-missing"


def test_a_model_of_the_hub_is_fetched_when_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: Network
) -> None:
    folder = write_judge(tmp_path / "judge")
    monkeypatch.setattr(engine, "embedded_folder", lambda name: folder)
    judge = open_judge(JudgeConfig(model="comet:Unbabel/wmt22-cometkiwi-da"), threads=1)
    assert judge.quality(SOURCES, TARGETS, source_lang="en", target_lang="de")[0].raw is not None
