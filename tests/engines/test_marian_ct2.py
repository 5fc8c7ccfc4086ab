"""The default backend on the embedded model."""

import shutil

import pytest

from mtcheck.core.errors import ExitCode, ModelError
from mtcheck.engines.marian_ct2 import Ct2Translator, _resolve
from tests.engines.embedded import CT2, FOLDER, PAIRS, TOKENS, needs_ct2
from tests.engines.sentences import SENTENCES

pytestmark = needs_ct2


def open_model(folder=CT2, **options):
    return Ct2Translator.open(folder, pairs=PAIRS, target_token=TOKENS, **options)


@pytest.fixture(scope="module")
def model():
    return open_model()


@pytest.fixture
def copied(tmp_path):
    shutil.copytree(CT2, tmp_path / "model")
    for name in ("source.spm", "target.spm"):
        shutil.copy(FOLDER / name, tmp_path / "model")
    return tmp_path / "model"


def test_info_says_what_the_output_depends_on(model):
    info = model.info
    assert info.backend == "ctranslate2"
    assert info.compute_type == "int8_float32"
    assert info.params["beam"] == "1"
    assert len(info.sha256) == 64
    assert info.folder == str(CT2)


# Kernels that round activations to int8 sum in an order that depends on the batch's shape (seen
# with AVX-512: 0.01 nats); in float32 results agree to the rounding of a sum.
INT8_NATS, FLOAT_NATS = 0.05, 1e-3


@pytest.mark.parametrize("compute_type", ["int8", "float32"])
def test_results_do_not_depend_on_batches_threads_or_order(compute_type):
    model = open_model(compute_type=compute_type)
    nats = INT8_NATS if compute_type == "int8" else FLOAT_NATS
    texts = list(SENTENCES["en"])
    expected = model.translate(texts, source="en", target="pt")
    for other in (
        open_model(batch_tokens=1, compute_type=compute_type),
        open_model(batch_tokens=64, threads=3, compute_type=compute_type),
    ):
        turned = other.translate(texts[::-1], source="en", target="pt")[::-1]
        assert [t.text for t in turned] == [t.text for t in expected]
        for a, b in zip(turned, expected, strict=True):
            if "overlong" not in b.flags:
                assert a.logprob == pytest.approx(b.logprob, abs=nats)


@pytest.mark.parametrize("beam", [1, 4])
def test_a_text_alone_and_among_others_comes_out_the_same(beam):
    # Lengths from 5 to 60 tokens, so that batches would pad much if they were not sorted.
    whole = SENTENCES["en"]
    texts = [" ".join(whole[i : i + n]) for n in (1, 2, 3) for i in range(0, 10, n)]
    model = open_model(beam=beam, threads=1)
    alone = [model.translate([t], source="en", target="pt")[0] for t in texts]
    for size in (2, 5, len(texts)):
        for i in range(0, len(texts), size):
            made = model.translate(texts[i : i + size], source="en", target="pt")
            for a, b in zip(made, alone[i : i + size], strict=True):
                assert (a.text, a.flags) == (b.text, b.flags)
                if "overlong" not in a.flags:  # where an output is cut depends on its batch
                    assert a.logprob == pytest.approx(b.logprob, abs=1e-3)


class FakeCt2:
    """CTranslate2 on a machine with some GPUs."""

    def __init__(self, gpus, types=("float16", "float32", "int8_float16", "int8_float32")):
        self.gpus, self.types = gpus, set(types)

    def get_cuda_device_count(self):
        return self.gpus

    def get_supported_compute_types(self, device):
        return self.types if device == "cuda" else {"int8", "int8_float32", "float32"}


@pytest.mark.parametrize(
    ("gpus", "device", "kind", "expected"),
    [
        (0, "auto", "default", ("cpu", "int8")),
        (1, "auto", "default", ("cuda", "float16")),
        (4, "auto", "default", ("cuda", "float16")),
        (1, "cuda", "default", ("cuda", "float16")),
        (1, "cpu", "default", ("cpu", "int8")),
        (1, "auto", "float32", ("cuda", "float32")),
        (0, "auto", "float32", ("cpu", "float32")),
    ],
)
def test_a_gpu_is_chosen_where_there_is_one(gpus, device, kind, expected):
    assert _resolve(device, kind, FakeCt2(gpus)) == expected


def test_an_old_gpu_without_half_precision():
    assert _resolve("auto", "default", FakeCt2(1, ["int8_float32", "float32"])) == (
        "cuda", "int8_float32",
    )  # fmt: skip
    assert _resolve("auto", "default", FakeCt2(1, ["float32"])) == ("cuda", "float32")


@pytest.mark.parametrize(
    ("gpus", "device", "kind"), [(0, "cuda", "default"), (1, "cpu", "float16")]
)
def test_a_gpu_or_type_that_is_missing_is_said(gpus, device, kind):
    with pytest.raises(ModelError) as caught:
        _resolve(device, kind, FakeCt2(gpus))
    assert caught.value.code == "bad-device"


def test_the_target_token_reaches_the_model(model):
    text = ["The bridge, built in 1931, is the oldest in the city."]
    made = [model.translate(text, source="en", target=t)[0] for t in TOKENS if t != "en"]
    assert len({t.logprob for t in made}) == 4


def test_log_probabilities_are_means_in_nats(model):
    for t in model.translate(SENTENCES["pt"], source="pt", target="en"):
        assert -8 < t.logprob < 0
        assert t.n_tokens > 1


def test_beam_search_finds_likelier_translations():
    texts = SENTENCES["en"]
    greedy = open_model(beam=1).translate(texts, source="en", target="pt")
    wide = open_model(beam=4).translate(texts, source="en", target="pt")
    better = [w.logprob >= g.logprob - 1e-3 for g, w in zip(greedy, wide, strict=True)]
    assert sum(better) >= 9


def test_a_text_beyond_the_models_length_is_split_not_cut(model):
    sentences = [s.rstrip(".") for s in SENTENCES["en"]]
    made = model.translate(["; ".join(sentences) + "."], source="en", target="pt")[0]
    assert "split" in made.flags
    alone = model.translate(sentences, source="en", target="pt")
    assert made.n_tokens > 0.6 * sum(t.n_tokens for t in alone)


def test_a_target_token_that_the_model_lacks_is_no_pair():
    model = Ct2Translator.open(CT2, target_token=lambda lang: f">>{lang}<<")
    with pytest.raises(ModelError, match="no target token >>pt<<") as caught:
        model.translate(["Hello."], source="en", target="pt")
    assert caught.value.code == "no-pair"


def test_a_folder_without_weights(tmp_path):
    with pytest.raises(ModelError, match=r"model\.bin") as caught:
        open_model(tmp_path)
    assert caught.value.code == "missing-model-file"
    assert caught.value.exit_code is ExitCode.MODEL


@pytest.mark.parametrize("name", ["source.spm", "shared_vocabulary.json"])
def test_a_file_that_is_missing_is_named(copied, name):
    (copied / name).unlink()
    with pytest.raises(ModelError) as caught:
        open_model(copied)
    assert caught.value.code in ("missing-model-file", "damaged-model")
    assert name.split(".")[0] in str(caught.value)


@pytest.mark.parametrize("name", ["model.bin", "source.spm", "shared_vocabulary.json"])
def test_a_file_that_is_cut_short_is_a_damaged_model(copied, name):
    content = (copied / name).read_bytes()
    (copied / name).write_bytes(content[: len(content) // 3])
    with pytest.raises(ModelError) as caught:
        open_model(copied)
    assert caught.value.code == "damaged-model"
    assert caught.value.where == str(copied)


@pytest.mark.parametrize("options", [{"device": "tpu"}, {"compute_type": "int2"}])
def test_a_device_or_type_that_is_not_there(options):
    with pytest.raises(ModelError) as caught:
        open_model(**options)
    assert caught.value.code == "bad-device"
    assert caught.value.try_


def test_a_model_may_forbid_repetition_by_its_generation_defaults(copied):
    (copied / "generation_config.json").write_text('{"no_repeat_ngram_size": 1}')
    text = ["The mayor met the mayor, and the mayor met the governor, and the governor left."]
    strict = open_model(copied)
    pieces = strict._target_pieces.encode(strict.translate(text, source="en", target="pt")[0].text)
    assert strict.info.params["no_repeat"] == "1"
    assert len(pieces) == len(set(pieces))
