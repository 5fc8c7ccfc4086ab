"""One embedding for encoder and decoder: training, export, conversion."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from marian.corpus import Corpus, Mixture
from marian.export import convert, trained_model, write
from marian.merge import merge
from marian.network import POSITIONS, load
from marian.share import SHARED, SIDES, STARTS, centre
from marian.train import Options, Run, run
from marian.translate import Translator
from safetensors.torch import load_file
from transformers import MarianMTModel, MarianTokenizer

from mtcheck.engines.convert import convert as convert_without_torch

pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")

OPTIONS = Options(rate=1e-2, warmup=10, tokens=200, negatives=0, smoothing=0.0, average=0.9)
SENTENCES = ["The dog eats the wolf today.", "The fox sleeps."]


def start(model: Path, corpus: Path, options: Options) -> Run:
    mixture = Mixture.read(corpus / "weights.toml")
    return Run(model, Corpus.load(corpus / "corpus.npz"), mixture, options)


@pytest.fixture(scope="module")
def exported(
    tiny_model: Path, corpus_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Folder with a checkpoint of a run with one embedding, and `model`, its export."""
    folder = tmp_path_factory.mktemp("shared")
    options = replace(OPTIONS, share="mean", encoder_rate=1.0, steps=160, decay_at=110)
    run(start(tiny_model, corpus_folder, options), folder)
    made = trained_model(tiny_model, [folder / "checkpoint.pt"], "average")
    write(made, tiny_model, folder / "model")
    return folder


def embedding(folder: Path, name: str) -> torch.Tensor:
    return load_file(folder / "model.safetensors")[name].float()


@pytest.mark.parametrize("start", STARTS)
def test_one_module_is_all_three(tiny_model: Path, start: str) -> None:
    model = load(tiny_model, share=start)
    for module in (model.model.encoder.embed_tokens, model.model.decoder.embed_tokens):
        assert module.weight is model.model.shared.weight
    assert model.lm_head.weight is model.model.shared.weight
    assert not model.model.shared.weight[model.config.pad_token_id].any()


def test_an_unknown_start_is_refused(tiny_model: Path) -> None:
    with pytest.raises(ValueError, match="both"):
        load(tiny_model, share="both")


@pytest.fixture(scope="module")
def centred(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model with embeddings that have centres, and layers that do much."""
    folder = tmp_path_factory.mktemp("centred")
    model = load(tiny_model)
    torch.manual_seed(1)
    pad = model.config.pad_token_id
    with torch.no_grad():
        for side in (model.model.encoder, model.model.decoder):
            side.embed_tokens.weight[:pad] += torch.randn(32)
        for parameter in model.model.encoder.layers.parameters():
            parameter.add_(torch.randn(parameter.shape), alpha=0.3)
    write(model, tiny_model, folder)
    return folder


def encoded(model: Any) -> torch.Tensor:
    """Encoder states [pieces, width]."""
    pad = model.config.pad_token_id
    source = torch.tensor([[2, 9, 8, 0], [4, 12, 0, pad]])
    seen = source != pad
    made = model.eval().model.encoder(input_ids=source, attention_mask=seen)
    states: torch.Tensor = made.last_hidden_state[seen].detach()
    return states


@pytest.mark.parametrize("start", STARTS)
def test_scale_and_centre_of_the_encoder_change_nothing(centred: Path, start: str) -> None:
    """The encoder computes what it did with the embedding brought back to its scale and centre."""
    one, separate = load(centred, share=start), load(centred)
    pad, scale = one.config.pad_token_id, STARTS[start][1]
    table = one.model.shared.weight.detach()
    encoder, decoder = (embedding(centred, name) for name in SIDES)
    separate.model.encoder.embed_tokens.weight.data.copy_(table)
    assert (encoded(one) - encoded(separate)).abs().max() > 0.1
    back = (table - centre(decoder, pad)) / scale + centre(encoder, pad)
    separate.model.encoder.embed_tokens.weight.data.copy_(back)
    torch.testing.assert_close(encoded(one), encoded(separate), atol=1e-3, rtol=1e-3)
    if start == "encoder":
        torch.testing.assert_close(encoded(one), encoded(load(centred)), atol=1e-3, rtol=1e-3)


def test_the_start_from_one_side_is_that_side(centred: Path) -> None:
    sides = [embedding(centred, name) for name in SIDES]
    pad = len(sides[0]) - 1
    assert torch.equal(load(centred, share="decoder").model.shared.weight, sides[1])
    encoder, decoder = (table - centre(table, pad) for table in sides)
    made = load(centred, share="encoder").model.shared.weight - centre(sides[1], pad)
    torch.testing.assert_close(made[:pad], STARTS["encoder"][1] * encoder[:pad])
    part, scale = STARTS["mean"]
    made = load(centred, share="mean").model.shared.weight - centre(sides[1], pad)
    expected = part * scale * encoder + (1 - part) * decoder
    torch.testing.assert_close(made[:pad], expected[:pad])


def test_frozen_layers_leave_the_shared_embedding_trained(
    tiny_model: Path, corpus_folder: Path, tmp_path: Path
) -> None:
    state = start(
        tiny_model, corpus_folder, replace(OPTIONS, share="encoder", frozen_layers=1, steps=5)
    )
    name = "model." + SHARED
    assert name in state.trained
    assert not any("encoder" in found and "embed_tokens" in found for found in state.trained)
    assert not any(found.startswith("model.model.encoder.layers.0") for found in state.trained)
    before = state.trained[name].detach().clone()
    run(state, tmp_path)
    after = state.trained[name]
    pad = state.vocabulary.pad
    changed = (before != after).any(1)
    assert changed[:pad].all()
    assert not after[pad].any()
    assert state.optimiser.param_groups[0]["lr"] == pytest.approx(OPTIONS.rate * 0.5)
    assert any(parameter is after for parameter in state.groups[False])


def test_resumed_run_equals_undisturbed_run(
    tiny_model: Path, corpus_folder: Path, tmp_path: Path
) -> None:
    options = replace(OPTIONS, share="mean", negatives=30, steps=8, average_every=1)
    whole = start(tiny_model, corpus_folder, options)
    run(whole, tmp_path / "whole")
    run(start(tiny_model, corpus_folder, replace(options, steps=3)), tmp_path / "parts")
    resumed = start(tiny_model, corpus_folder, options)
    run(resumed, tmp_path / "parts")
    for name, value in whole.trained.items():
        assert torch.equal(value, resumed.trained[name])
        assert torch.equal(whole.average[name], resumed.average[name])
    for share in ("none", "decoder"):
        other = start(tiny_model, corpus_folder, replace(OPTIONS, share=share))
        with pytest.raises(ValueError, match="share"):
            other.restore(tmp_path / "parts" / "checkpoint.pt")


def test_runs_with_one_embedding_are_merged_with_their_like_only(
    tiny_model: Path, corpus_folder: Path, tmp_path: Path
) -> None:
    paths = []
    for seed, share in ((1, "mean"), (2, "mean"), (3, "decoder"), (4, "none")):
        options = replace(OPTIONS, seed=seed, share=share, steps=2)
        run(start(tiny_model, corpus_folder, options), tmp_path / str(seed))
        paths.append(tmp_path / str(seed) / "checkpoint.pt")
    for refused in (merge, lambda found: trained_model(tiny_model, found, "weights")):
        for other in paths[2:]:
            with pytest.raises(ValueError, match="share"):
                refused([paths[0], other])
    name = "model." + SHARED
    before = [torch.load(path, weights_only=True)["weights"][name] for path in paths[:2]]
    mean = trained_model(tiny_model, paths[:2], "weights").model.shared.weight
    torch.testing.assert_close(mean, (before[0] + before[1]) / 2)
    merge(paths[:2])
    for path in paths[:2]:
        torch.testing.assert_close(torch.load(path, weights_only=True)["weights"][name], mean)


def test_export_holds_the_embedding_once(exported: Path, tiny_model: Path) -> None:
    config = json.loads((exported / "model" / "config.json").read_text("utf-8"))
    assert config["share_encoder_decoder_embeddings"] is True
    tensors = load_file(exported / "model" / "model.safetensors")
    assert SHARED in tensors
    assert not {"lm_head.weight", *SIDES} & set(tensors)
    saved = [(f / "model.safetensors").stat().st_size for f in (tiny_model, exported / "model")]
    size, width = tensors[SHARED].shape
    assert saved[0] - saved[1] == pytest.approx(2 * size * width, abs=200)  # names' lengths differ
    average = torch.load(exported / "checkpoint.pt", weights_only=True)["average"]
    assert torch.equal(tensors[SHARED], average["model." + SHARED].half())


def test_from_pretrained_reads_the_one_embedding_and_the_positions(
    exported: Path, tiny_model: Path
) -> None:
    model = MarianMTModel.from_pretrained(exported / "model", dtype=torch.float32)
    values = embedding(exported / "model", SHARED)
    for module in (
        model.lm_head,
        model.model.encoder.embed_tokens,
        model.model.decoder.embed_tokens,
    ):
        assert torch.equal(module.weight, values)
    positions = load(tiny_model, share="mean").model.encoder.embed_positions.weight
    assert (positions - embedding(tiny_model, POSITIONS)).abs().max() > 0.1
    found = model.model.encoder.embed_positions.weight.data
    assert torch.equal(found, positions.detach().half().float())


@pytest.mark.parametrize(("quantization", "row"), [("float32", 4 * 32), ("int8_float32", 32 + 4)])
def test_both_converters_write_the_embedding_once(
    exported: Path,
    tiny_model: Path,
    corpus_folder: Path,
    tmp_path: Path,
    quantization: str,
    row: int,
) -> None:
    # Trained as well: equal biases, as all are before, would be written once, too.
    run(start(tiny_model, corpus_folder, replace(OPTIONS, steps=5)), tmp_path)
    separate = trained_model(tiny_model, [tmp_path / "checkpoint.pt"], "weights")
    write(separate, tiny_model, tmp_path / "separate")
    sizes = []
    for folder in (tmp_path / "separate", exported / "model"):
        names = [tmp_path / f"{folder.name}-{kind}" for kind in ("theirs", "ours")]
        convert(folder, names[0], quantization=quantization)
        convert_without_torch(folder, names[1], quantization=quantization)
        theirs, ours = ((name / "model.bin").read_bytes() for name in names)
        assert theirs == ours
        sizes.append(len(theirs))
    pieces = len(embedding(exported / "model", SHARED)) - 1  # without the pad
    assert sizes[0] - sizes[1] == pytest.approx(pieces * row, abs=100)  # names and shapes


def test_ctranslate2_gives_what_transformers_gives(exported: Path) -> None:
    folder = exported / "model"
    convert(folder, folder / "ct2", quantization="float32")
    model = MarianMTModel.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = MarianTokenizer.from_pretrained(folder)
    translator = Translator(folder, threads=1)
    found = []
    for token, code in ((">>por<<", "pt"), (">>spa<<", "es")):
        batch = tokenizer([f"{token} {s}" for s in SENTENCES], return_tensors="pt", padding=True)
        made = model.generate(**batch, num_beams=1, max_length=30)
        theirs = tokenizer.batch_decode(made, skip_special_tokens=True)
        assert translator.translate(SENTENCES, code, beam=1, longest=28) == theirs
        found += theirs
    assert len(set(found)) >= 2
    assert all(found)


def test_training_goes_on_with_one_embedding(
    exported: Path, corpus_folder: Path, tmp_path: Path
) -> None:
    state = start(exported / "model", corpus_folder, replace(OPTIONS, steps=2))
    assert "model." + SHARED in state.trained
    assert not {"model." + name for name in SIDES} & set(state.trained)
    run(state, tmp_path)
    write(
        trained_model(exported / "model", [tmp_path / "checkpoint.pt"], "weights"),
        exported / "model",
        tmp_path / "model",
    )
    assert torch.equal(
        embedding(tmp_path / "model", SHARED), state.trained["model." + SHARED].detach().half()
    )
