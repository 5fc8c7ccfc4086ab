import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from mtcheck.core.errors import ModelError
from mtcheck.engines.convert import QUANTIZATIONS, convert, sinusoids
from mtcheck.engines.model_weights import read_weights
from tests.engines.tiny_marian import random_weights, write_marian, write_safetensors

FILES = ("model.bin", "config.json", "shared_vocabulary.json")


def greedy(folder: Path, pieces: list[list[str]]) -> list[list[str]]:
    import ctranslate2

    translator = ctranslate2.Translator(str(folder), device="cpu", compute_type="float32")
    results = translator.translate_batch(pieces, beam_size=1, max_decoding_length=12)
    return [r.hypotheses[0] for r in results]


def scored(folder: Path, source: list[list[str]]) -> list[list[float]]:
    import ctranslate2

    translator = ctranslate2.Translator(str(folder), device="cpu", compute_type="int8")
    return [r.log_probs for r in translator.score_batch(source, [p[:-1] for p in source])]


def set_config(folder: Path, **changes: str | None) -> None:
    """Change entries of config.json; None removes one."""
    config = json.loads((folder / "config.json").read_text()) | changes
    kept = {name: value for name, value in config.items() if value is not None}
    (folder / "config.json").write_text(json.dumps(kept))


def assert_same_as_theirs(source: Path, quantization: str) -> None:
    from ctranslate2.converters import TransformersConverter

    ours = convert(source, source / "ours", quantization=quantization)
    theirs = source / "theirs"
    TransformersConverter(str(source)).convert(str(theirs), quantization=quantization)
    for name in FILES:
        assert (ours / name).read_bytes() == (theirs / name).read_bytes(), name


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"activation_function": "gelu", "share_encoder_decoder_embeddings": False},
        {"activation_function": "relu", "scale_embedding": False},
    ],
)
@pytest.mark.parametrize("dtype", ["float16", "float32"])
@pytest.mark.parametrize("quantization", QUANTIZATIONS)
@pytest.mark.filterwarnings("ignore")
def test_same_bytes_as_ctranslate2s_own_converter(tmp_path, changes, dtype, quantization):
    pytest.importorskip("torch")
    stored = {"float16": "F16", "float32": "F32"}[dtype]
    source = write_marian(tmp_path / "hf", tokens=(">>por<<",), dtype=stored, **changes)
    set_config(source, dtype=dtype)
    assert_same_as_theirs(source, quantization)


@pytest.mark.parametrize(
    ("stored", "names"),
    [
        ("F16", {"dtype": None}),
        ("F16", {"dtype": None, "torch_dtype": "float16"}),
        ("F16", {"dtype": "float32"}),
        ("F32", {"dtype": "float16"}),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_same_bytes_where_configuration_and_file_differ(tmp_path, stored, names):
    pytest.importorskip("torch")
    source = write_marian(tmp_path / "hf", dtype=stored)
    set_config(source, **names)
    assert_same_as_theirs(source, "int8")


def test_learned_positions_are_taken(tmp_path):
    source = write_marian(tmp_path / "hf")
    weights = read_weights(source / "model.safetensors")
    plain = convert(source, tmp_path / "plain", quantization="float32")
    table = np.random.default_rng(1).normal(0, 2, (64, 16)).astype(np.float32)
    weights["model.encoder.embed_positions.weight"] = table
    write_safetensors(source / "model.safetensors", weights)
    learned = convert(source, tmp_path / "learned", quantization="float32")
    assert table.tobytes() in (learned / "model.bin").read_bytes()
    assert table.tobytes() not in (plain / "model.bin").read_bytes()


@pytest.mark.parametrize("dtype", ["F16", "BF16"])
def test_half_precision_translates_like_single(tmp_path, dtype):
    half = write_marian(tmp_path / "half", dtype=dtype)
    weights = read_weights(half / "model.safetensors")
    full = write_marian(tmp_path / "full")
    write_safetensors(full / "model.safetensors", weights)
    out = [convert(f, f / "ct2", quantization="float32") for f in (half, full)]
    assert (out[0] / "model.bin").read_bytes() == (out[1] / "model.bin").read_bytes()


@pytest.mark.parametrize("quantization", ["int8", "int8_float32"])
def test_half_precision_is_computed_like_single(tmp_path, quantization):
    pieces = [["▁the", "▁press", "</s>"], ["▁friday", "</s>"]]
    half = write_marian(tmp_path / "half", dtype="F16")
    set_config(half, dtype="float16")
    weights = read_weights(half / "model.safetensors")
    for side in ("encoder", "decoder"):  # which are the one thing that is rounded
        weights[f"model.{side}.embed_positions.weight"] = sinusoids(64, 16).astype(np.float16)
    full = write_marian(tmp_path / "full")
    write_safetensors(full / "model.safetensors", weights)
    out = [convert(f, f / "ct2", quantization=quantization) for f in (half, full)]
    assert scored(out[0], pieces) == scored(out[1], pieces)


@pytest.mark.parametrize("legacy", [False, True])
def test_torch_checkpoints_of_both_forms(tmp_path, legacy):
    torch = pytest.importorskip("torch")
    source = write_marian(tmp_path / "hf")
    expected = read_weights(source / "model.safetensors")
    state = {k: torch.from_numpy(v.copy()) for k, v in expected.items()}
    state["model.encoder.layers.0.fc1.weight"] = state["model.encoder.layers.0.fc1.weight"].half()
    shared = state["model.shared.weight"]
    state["lm_head.weight"] = shared  # shares its storage, as saved models do
    transposed = torch.arange(6.0).reshape(2, 3).t()
    state["strided"] = transposed
    torch.save(state, tmp_path / "x.bin", _use_new_zipfile_serialization=not legacy)
    read = read_weights(tmp_path / "x.bin")
    assert set(read) == set(state)
    for name, tensor in state.items():
        np.testing.assert_array_equal(read[name], tensor.float().numpy(), err_msg=name)


class Evil:
    def __reduce__(self):
        return (eval, ("print('executed')",))


@pytest.mark.parametrize("content", [Evil(), {"a": Evil()}])
def test_a_pickle_with_code_is_refused_unread(tmp_path, capsys, content):
    path = tmp_path / "pytorch_model.bin"
    path.write_bytes(pickle.dumps(content))
    with pytest.raises(ModelError) as caught:
        read_weights(path)
    assert caught.value.code == "damaged-model"
    assert "builtins.eval" in caught.value.what
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("keep", [3, 200, -1])
def test_truncated_safetensors(tmp_path, keep):
    source = write_marian(tmp_path / "hf")
    path = source / "model.safetensors"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ModelError) as caught:
        convert(source, tmp_path / "out")
    assert caught.value.code == "damaged-model"
    assert caught.value.where == str(path)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"model_type": "bart"}, "bart"),
        ({"normalize_before": True}, "normalises"),
        ({"activation_function": "tanhshrink"}, "tanhshrink"),
    ],
)
def test_variants_that_would_compute_something_else_are_refused(tmp_path, changes, word):
    source = write_marian(tmp_path / "hf", **changes)
    with pytest.raises(ModelError) as caught:
        convert(source, tmp_path / "out")
    assert caught.value.code == "unsupported-model"
    assert word in caught.value.what
    assert not (tmp_path / "out").exists()


def test_a_missing_tensor_is_named(tmp_path):
    source = write_marian(tmp_path / "hf")
    weights = read_weights(source / "model.safetensors")
    del weights["model.decoder.layers.0.fc2.bias"]
    write_safetensors(source / "model.safetensors", weights)
    with pytest.raises(ModelError, match=r"model\.decoder\.layers\.0\.fc2\.bias"):
        convert(source, tmp_path / "out")


def test_noise_in_place_of_a_tied_output_table_is_left_out(tmp_path):
    good = write_marian(tmp_path / "good")
    weights = read_weights(good / "model.safetensors")
    broken = write_marian(tmp_path / "broken")
    noise = np.random.default_rng(9).normal(0, 1, weights["model.shared.weight"].shape)
    weights["lm_head.weight"] = noise.astype(np.float32)
    write_safetensors(broken / "model.safetensors", weights)
    a, b = (convert(f, f / "ct2") for f in (good, broken))
    assert (a / "model.bin").read_bytes() == (b / "model.bin").read_bytes()


def test_untied_output_table(tmp_path):
    source = write_marian(tmp_path / "hf", tie_word_embeddings=False)
    with pytest.raises(ModelError, match=r"lm_head\.weight"):
        convert(source, tmp_path / "out")
    weights = read_weights(source / "model.safetensors")
    own = np.random.default_rng(9).normal(0, 1, weights["model.shared.weight"].shape)
    weights["lm_head.weight"] = own.astype(np.float32)
    write_safetensors(source / "model.safetensors", weights)
    out = convert(source, tmp_path / "out", quantization="float32")
    assert weights["lm_head.weight"][:-1].tobytes() in (out / "model.bin").read_bytes()


def test_separate_target_vocabulary(tmp_path):
    source = write_marian(tmp_path / "hf", share_encoder_decoder_embeddings=False)
    config = json.loads((source / "config.json").read_text())
    vocab = json.loads((source / "vocab.json").read_text())
    target = {t: i for i, t in enumerate([*list(vocab)[: len(vocab) // 2], "<pad>"])}
    (source / "target_vocab.json").write_text(json.dumps(target))
    config |= {"decoder_vocab_size": len(target)}
    (source / "config.json").write_text(json.dumps(config))
    weights = random_weights(config, 0)
    for name in ("model.decoder.embed_tokens.weight",):
        weights[name] = weights[name][: len(target)]
    weights["final_logits_bias"] = weights["final_logits_bias"][:, : len(target)]
    write_safetensors(source / "model.safetensors", weights)
    out = convert(source, tmp_path / "out", quantization="float32")
    assert len(json.loads((out / "source_vocabulary.json").read_text())) == len(vocab) - 1
    assert len(json.loads((out / "target_vocabulary.json").read_text())) == len(target) - 1
    (pieces,) = greedy(out, [["▁the", "</s>"]])
    assert set(pieces) <= set(target)


def test_sinusoids_are_those_of_transformers():
    pytest.importorskip("torch")
    from transformers.models.marian.modeling_marian import MarianSinusoidalPositionalEmbedding

    theirs = MarianSinusoidalPositionalEmbedding(40, 16)
    weight = theirs.create_weight() if hasattr(theirs, "create_weight") else theirs.weight
    np.testing.assert_array_equal(sinusoids(40, 16), weight.detach().numpy())
