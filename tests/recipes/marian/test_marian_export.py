"""Export of the Marian recipe: what `transformers` and CTranslate2 read back; sealing; faults."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from marian.corpus import Corpus, Mixture
from marian.export import convert, trained_model, write
from marian.faults import faults, rates
from marian.network import POSITIONS
from marian.seal import differences, seal
from marian.train import Options, Run, run
from marian.translate import Translator
from safetensors.torch import load_file
from transformers import MarianMTModel, MarianTokenizer

pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")

SENTENCES = ["The dog eats the wolf today.", "The fox sleeps."]


@pytest.fixture(scope="module")
def exported(
    tiny_model: Path, corpus_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Folder of a model trained for seconds."""
    folder = tmp_path_factory.mktemp("exported")
    options = Options(rate=1e-2, encoder_rate=1.0, warmup=10, tokens=200, smoothing=0.0)
    options = replace(options, negatives=0, steps=100, decay_at=70, average=0.9)
    mixture = Mixture.read(corpus_folder / "weights.toml")
    run(Run(tiny_model, Corpus.load(corpus_folder / "corpus.npz"), mixture, options), folder)
    checkpoint = folder / "checkpoint.pt"
    write(trained_model(tiny_model, [checkpoint], "average"), tiny_model, folder / "model")
    return folder / "model"


def hf_translations(folder: Path, code: str, beams: int) -> list[str]:
    model = MarianMTModel.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = MarianTokenizer.from_pretrained(folder)
    texts = [f">>{code}<< {sentence}" for sentence in SENTENCES]
    batch = tokenizer(texts, return_tensors="pt", padding=True)
    made = model.generate(**batch, num_beams=beams, max_length=30)
    return [str(text) for text in tokenizer.batch_decode(made, skip_special_tokens=True)]


def test_from_pretrained_keeps_the_encoders_positions(exported: Path, tiny_model: Path) -> None:
    model = MarianMTModel.from_pretrained(exported, dtype=torch.float32)
    first = load_file(tiny_model / "model.safetensors")[POSITIONS].float()
    torch.testing.assert_close(model.model.encoder.embed_positions.weight.data, first)


def test_generation_in_the_language_asked_for(exported: Path) -> None:
    assert all(text.startswith("O ") for text in hf_translations(exported, "por", 1))
    assert all(text.startswith("El ") for text in hf_translations(exported, "spa", 4))


def test_config_and_weights_are_half_precision(exported: Path) -> None:
    config = json.loads((exported / "config.json").read_text("utf-8"))
    assert config["dtype"] == "float16"
    assert config["dropout"] == 0.1
    tensors = load_file(exported / "model.safetensors")
    assert {tensor.dtype for tensor in tensors.values()} == {torch.float16}
    assert "lm_head.weight" not in tensors


def test_ctranslate2_gives_what_transformers_gives(exported: Path) -> None:
    convert(exported, exported / "ct2", quantization="float32")
    translator = Translator(exported, threads=1)
    for code, iso in (("por", "pt"), ("spa", "es")):
        ours = translator.translate(SENTENCES, iso, beam=1, longest=28)
        assert ours == hf_translations(exported, code, 1)


def test_seal_finds_changed_missing_and_added_files(tmp_path: Path) -> None:
    (tmp_path / "ct2").mkdir()
    for name in ("a.txt", "b.txt", "ct2/model.bin"):
        (tmp_path / name).write_text(name)
    seal(tmp_path)
    assert differences(tmp_path) == []
    (tmp_path / "a.txt").write_text("other")
    (tmp_path / "b.txt").unlink()
    (tmp_path / "c.txt").write_text("new")
    assert differences(tmp_path) == ["a.txt", "b.txt", "c.txt"]


@pytest.mark.parametrize(
    ("source", "output", "expected"),
    [
        ("Uma frase comum.", "A common sentence.", set()),
        ("Uma frase comum.", " ", {"empty"}),
        ("O rei falou ao povo.", "The king the king the king spoke.", {"loop"}),
        ("Ele disse não, não, não!", "He said no, no, no!", set()),
        ("Ele disse não.", "He said no, no, no, no.", {"loop"}),
        ("The king spoke to them.", "The king spoke to them.", {"copy"}),
        ("A frase é bastante longa e tem duas partes.", "It is long.", {"short"}),
        ("Uma frase bem comum.", "A common sentence that goes on and on for no reason.", {"long"}),
    ],
)
def test_faults(source: str, output: str, expected: set[str]) -> None:
    assert faults(source, output) == expected


def test_rates_are_shares() -> None:
    assert rates(["um", "dois"], ["", "two"])["empty"] == 0.5


def test_several_checkpoints_are_averaged(tiny_model: Path, tmp_path: Path) -> None:
    name = "model.model.decoder.layers.0.fc1.weight"
    shape = trained_model(tiny_model, [], "average").model.decoder.layers[0].fc1.weight.shape
    bias = trained_model(tiny_model, [], "average").final_logits_bias[0]
    paths = []
    for value in (1.0, 3.0):
        paths.append(tmp_path / f"{value}.pt")
        weights = {name: torch.full(shape, value), "bias": bias}
        torch.save({"average": weights, "weights": weights, "options": {}}, paths[-1])
    made = trained_model(tiny_model, paths, "average")
    assert torch.equal(made.model.decoder.layers[0].fc1.weight, torch.full(shape, 2.0))
