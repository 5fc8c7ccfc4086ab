"""The default backend is held to the reference: transformers, float32, greedy.

Tolerance: at least 49 of 50 translations the same character for character (floating-point sums in
another order may tip one near-tie between two tokens), and where they are the same, mean
log-probabilities within 0.001 nats. Measured: 50 of 50, within 0.00001.
"""

import sys

import pytest

from mtcheck.core.errors import ModelError
from mtcheck.engines.convert import convert
from mtcheck.engines.marian_ct2 import Ct2Translator
from tests.engines.embedded import FOLDER, PAIRS, TOKENS, needs_hf
from tests.engines.sentences import SENTENCES, pivot_of

SAME_OF_FIFTY = 49
NATS = 1e-3


@pytest.fixture(scope="module")
def reference():
    pytest.importorskip("torch")
    from mtcheck.engines.marian_hf import HfTranslator

    return HfTranslator.open(FOLDER, pairs=PAIRS, target_token=TOKENS)


@pytest.fixture(scope="module")
def default(tmp_path_factory):
    # Beside its sentencepiece models, as in a model folder.
    folder = tmp_path_factory.mktemp("model")
    for name in ("source.spm", "target.spm"):
        (folder / name).symlink_to(FOLDER / name)
    convert(FOLDER, folder / "ct2", quantization="float32")
    return Ct2Translator.open(
        folder / "ct2", pairs=PAIRS, target_token=TOKENS, compute_type="float32"
    )


def both(reference, default, lang):
    target = pivot_of(lang)
    texts = SENTENCES[lang]
    return zip(
        reference.translate(texts, source=lang, target=target),
        default.translate(texts, source=lang, target=target),
        strict=True,
    )


@needs_hf
def test_both_backends_translate_fifty_sentences_alike(reference, default):
    pairs = [pair for lang in SENTENCES for pair in both(reference, default, lang)]
    assert len(pairs) == 50
    same = [(a, b) for a, b in pairs if a.text == b.text]
    assert len(same) >= SAME_OF_FIFTY, [(a, b) for a, b in pairs if a.text != b.text]
    for a, b in same:
        assert a.n_tokens == b.n_tokens
        assert a.flags == b.flags
        # Of a loop that was stopped each backend averages over what its batch went on for.
        if "overlong" not in a.flags:
            assert a.logprob == pytest.approx(b.logprob, abs=NATS)


@needs_hf
def test_learned_encoder_positions_are_in_use(reference):
    import torch
    from safetensors.torch import load_file

    stored = load_file(FOLDER / "model.safetensors")
    for side in ("encoder", "decoder"):
        name = f"model.{side}.embed_positions.weight"
        if name in stored:
            parameter = reference._model.get_parameter(name)
            assert torch.equal(parameter, stored[name].float())


@needs_hf
def test_positions_that_transformers_left_out_are_put_back(reference):
    import torch

    from mtcheck.engines.marian_hf import _load_positions

    parameter = reference._model.get_parameter("model.encoder.embed_positions.weight")
    before = parameter.detach().clone()
    with torch.no_grad():
        parameter.zero_()
    _load_positions(reference._model, FOLDER / "model.safetensors", torch)
    assert torch.equal(parameter, before)


@needs_hf
def test_the_reference_takes_a_text_for_text(reference):
    # A leading ">>…<<" is text here, never a target token.
    made = reference.translate([">>deu<< Nobody was hurt."], source="en", target="pt")
    plain = reference.translate(["Nobody was hurt."], source="en", target="de")
    assert made[0].text != plain[0].text


def test_without_torch_the_error_says_what_to_install(monkeypatch, tmp_path):
    from mtcheck.engines.marian_hf import HfTranslator

    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModelError, match="mtcheck\\[torch\\]") as caught:
        HfTranslator.open(tmp_path)
    assert caught.value.code == "missing-backend"


def test_an_empty_folder_is_no_model(tmp_path):
    pytest.importorskip("torch")
    from mtcheck.engines.marian_hf import HfTranslator

    with pytest.raises(ModelError, match=r"model\.safetensors") as caught:
        HfTranslator.open(tmp_path)
    assert caught.value.code == "missing-model-file"


@needs_hf
def test_weights_that_are_cut_short_are_a_damaged_model(tmp_path):
    pytest.importorskip("torch")
    from mtcheck.engines.marian_hf import HfTranslator

    for path in FOLDER.iterdir():
        if path.is_file():
            (tmp_path / path.name).symlink_to(path)
    weights = tmp_path / "model.safetensors"
    content = weights.read_bytes()[:100_000]
    weights.unlink()
    weights.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        HfTranslator.open(tmp_path)
    assert caught.value.code == "damaged-model"
