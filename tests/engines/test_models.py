import shutil

import pytest

from mtcheck.core.config import RoundTripConfig
from mtcheck.core.errors import ConfigError, ExitCode, ModelError
from mtcheck.engines import manifest, model_store
from mtcheck.engines.convert import convert
from mtcheck.engines.model_choice import parse_id
from mtcheck.engines.models import open_translator
from tests.engines.tiny_marian import write_marian, write_safetensors

TOKENS = (">>eng<<", ">>por<<", ">>spa<<", ">>fra<<", ">>deu<<")


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def opened(model, source, target, cache, **settings):
    config = RoundTripConfig(model=str(model), cache=False, **settings)
    return open_translator(config, source=source, target=target, offline=True, cache_dir=cache)


def test_a_hugging_face_folder_is_converted_once(tmp_path, cache):
    folder = write_marian(tmp_path / "opus-mt-en-de")
    translator, route = opened(folder, "en", "de", cache)
    assert route.kind == "direct"
    (leg,) = route.legs
    assert (leg.model, leg.revision, leg.token) == ("opus-mt-en-de", None, None)
    (converted,) = (cache / "converted").iterdir()
    assert leg.sha256 == manifest.sha256(converted / "model.bin")
    assert translator.info.backend == "ctranslate2"
    assert translator.serves("en", "de") and not translator.serves("de", "en")
    written = (converted / "model.bin").stat().st_mtime_ns
    del translator
    opened(folder, "en", "de", cache)
    assert (converted / "model.bin").stat().st_mtime_ns == written
    # Other weights under the same name are another model.
    write_marian(folder, seed=5)
    opened(folder, "en", "de", cache)
    assert len(list((cache / "converted").iterdir())) == 2


def test_both_directions_share_one_engine(tmp_path, cache):
    folder = write_marian(tmp_path / "mine", tokens=TOKENS)
    forward, there = opened(folder, "en", "pt", cache)
    backward, back = opened(folder, "pt-BR", "en", cache)
    assert forward is backward
    assert (there.kind, there.legs[0].token) == ("group", ">>por<<")
    assert back.legs[0].token == ">>eng<<"
    assert ">>por<<" in there.describe() and "en→pt" in there.describe()
    assert there.to_dict()["legs"][0]["model"] == "mine"


def test_chain_through_english(tmp_path, cache):
    folder = write_marian(tmp_path / "mine", tokens=TOKENS)
    (folder / manifest.FILE).write_text(
        '{"pairs": [["en", "es"], ["es", "en"], ["en", "de"], ["de", "en"]],'
        ' "tokens": {"en": ">>eng<<", "es": ">>spa<<", "de": ">>deu<<"}}'
    )
    translator, route = opened(folder, "es", "de", cache)
    assert route.kind == "chain"
    assert [(leg.source, leg.target, leg.token) for leg in route.legs] == [
        ("es", "en", ">>eng<<"),
        ("en", "de", ">>deu<<"),
    ]
    assert translator.serves("es", "de")
    assert len(translator.translate(["a", "b"], source="es", target="de")) == 2


def test_the_way_back_is_taken_from_the_folder_beside(tmp_path, cache):
    write_marian(tmp_path / "opus-mt-en-de")
    write_marian(tmp_path / "opus-mt-de-en", seed=1)
    _, back = opened(tmp_path / "opus-mt-en-de", "de", "en", cache)
    assert back.legs[0].model == "opus-mt-de-en"


def test_several_models(tmp_path, cache):
    a = write_marian(tmp_path / "a" / "opus-mt-en-de")
    b = write_marian(tmp_path / "b" / "opus-mt-en-fr", seed=1)
    _, route = opened(f"{a}, {b}", "en", "fr", cache)
    assert route.legs[0].model == "opus-mt-en-fr"


def test_no_pair_names_the_pairs_and_a_way_out(tmp_path, cache):
    folder = write_marian(tmp_path / "opus-mt-en-de")
    with pytest.raises(ModelError) as caught:
        opened(folder, "ru", "en", cache)
    error = caught.value
    assert error.code == "no-pair"
    assert error.exit_code is ExitCode.MODEL
    assert "Russian" in error.what and "en-de" in error.what
    assert "mtcheck models pull ru-en" in error.try_


@pytest.mark.parametrize("model", ["nonsense", "./nowhere", "/nowhere/x", "a b/c"])
def test_unknown_models(cache, model):
    with pytest.raises(ModelError) as caught:
        opened(model, "en", "pt", cache)
    assert caught.value.code in ("unknown-model", "no-such-model")
    assert caught.value.exit_code is ExitCode.MODEL


def test_unknown_backend(cache):
    with pytest.raises(ConfigError, match="onnx"):
        opened("embedded", "en", "pt", cache, backend="onnx")


def test_damage_is_found_before_it_is_loaded(tmp_path, cache):
    folder = write_marian(tmp_path / "opus-mt-en-de")
    opened(folder, "en", "de", cache)
    (converted,) = (cache / "converted").iterdir()
    (converted / "model.bin").write_bytes((converted / "model.bin").read_bytes()[:-100])
    with pytest.raises(ModelError, match=r"model\.bin") as caught:
        opened(folder, "en", "de", cache)
    assert caught.value.code == "damaged-model"
    assert caught.value.where == str(converted)


def test_transformers_backend_needs_the_original_weights(tmp_path, cache):
    folder = write_marian(tmp_path / "opus-mt-en-de")
    opened(folder, "en", "de", cache)
    (converted,) = (cache / "converted").iterdir()
    with pytest.raises(ModelError) as caught:
        opened(converted, "en", "de", cache, backend="transformers")
    assert caught.value.code == "missing-backend"
    assert "ctranslate2" in caught.value.try_


@pytest.mark.filterwarnings("ignore")
def test_backends_agree_on_a_checkpoint_with_noise_as_output_table(tmp_path, cache):
    pytest.importorskip("torch")
    import numpy as np

    from mtcheck.engines.model_weights import read_weights

    folder = write_marian(tmp_path / "mine", tokens=TOKENS)
    weights = read_weights(folder / "model.safetensors")
    noise = np.random.default_rng(3).normal(0, 1, weights["model.shared.weight"].shape)
    write_safetensors(folder / "model.safetensors", weights | {"lm_head.weight": noise})
    convert(folder, folder / "ct2", quantization="float32")
    starts = []
    for backend in ("ctranslate2", "transformers"):
        translator, _ = opened(
            folder, "en", "pt", cache, backend=backend, compute_type="float32", device="cpu"
        )
        (done,) = translator.translate(["bread and milk"], source="en", target="pt")
        starts.append(done.text[:20])  # random weights never stop; where they are cut may differ
    assert starts[0] == starts[1] != ""


def test_translations_are_kept_where_the_configuration_says_so(tmp_path, cache):
    folder = write_marian(tmp_path / "opus-mt-en-de")
    config = RoundTripConfig(model=str(folder), cache=True)
    translator, _ = open_translator(config, source="en", target="de", cache_dir=cache)
    first = translator.translate(["a small boat"], source="en", target="de")
    assert translator.translate(["a small boat"], source="en", target="de") == first
    assert any(p.suffix == ".sqlite3" for p in cache.iterdir())


def test_read_only_cache(tmp_path):
    folder = write_marian(tmp_path / "opus-mt-en-de")
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    with pytest.raises(ModelError) as caught:
        opened(folder, "en", "de", blocked)
    assert caught.value.code == "cache-not-writable"
    assert "MTCHECK_CACHE_DIR" in caught.value.try_


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Helsinki-NLP/opus-mt-en-de", ("Helsinki-NLP/opus-mt-en-de", None)),
        ("opus-mt-en-de@abc", ("Helsinki-NLP/opus-mt-en-de", "abc")),
        ("a/b@refs/pr/1", ("a/b", "refs/pr/1")),
        ("embedded", None),
        ("../x", None),
        ("a/b/c", None),
    ],
)
def test_parse_id(text, wanted):
    assert parse_id(text) == wanted


def test_new_folder_appears_whole_or_not_at_all(tmp_path):
    final = tmp_path / "models" / "x"
    with pytest.raises(RuntimeError), model_store.new_folder(final) as scratch:
        (scratch / "half").write_text("")
        raise RuntimeError
    assert list(final.parent.iterdir()) == []
    with model_store.new_folder(final) as scratch:
        (scratch / "whole").write_text("1")
    with model_store.new_folder(final) as scratch:  # another process was faster
        (scratch / "whole").write_text("2")
    assert (final / "whole").read_text() == "1"
    with model_store.new_folder(final, replace=True) as scratch:
        (scratch / "whole").write_text("3")
    assert (final / "whole").read_text() == "3"
    assert [p.name for p in final.parent.iterdir()] == ["x"]


def test_stale_scratch_folders_are_swept(tmp_path):
    import os

    stale, fresh = tmp_path / ".partial-old", tmp_path / ".partial-new"
    for folder in (stale, fresh):
        folder.mkdir()
    os.utime(stale, (0, 0))
    with model_store.new_folder(tmp_path / "x"):
        pass
    assert not stale.exists() and fresh.exists()


class TestEmbedded:
    @pytest.fixture(autouse=True)
    def needs_the_model(self):
        if not (model_store.embedded_folder() / "ct2" / "model.bin").is_file():
            pytest.skip("this checkout has no weights")

    def test_all_its_files_are_as_recorded(self):
        model = manifest.read(model_store.embedded_folder())
        assert model.id == model_store.EMBEDDED
        assert manifest.verify(model) == {}
        assert len(model.hashes) >= 8

    @pytest.mark.parametrize("lang", ["pt", "es", "fr", "de"])
    def test_it_serves_its_languages_both_ways(self, cache, lang):
        for source, target in (("en", lang), (lang, "en")):
            translator, route = opened("embedded", source, target, cache)
            assert route.kind == "group"
            (done,) = translator.translate(["2024 was good."], source=source, target=target)
            assert done.text
        assert not cache.exists()

    def test_other_pairs_go_through_english(self, cache):
        _, route = opened("auto", "pt", "de", cache)
        assert route.kind == "chain"
        assert {leg.model for leg in route.legs} == {model_store.EMBEDDED}

    def test_a_wheel_has_no_torch_form(self, tmp_path, cache):
        wheel = tmp_path / model_store.EMBEDDED
        shutil.copytree(
            model_store.embedded_folder(), wheel,
            ignore=shutil.ignore_patterns("model.safetensors"),
        )  # fmt: skip
        _, route = opened(wheel, "en", "pt", cache)
        assert route.legs[0].token == ">>por<<"
        with pytest.raises(ModelError):
            opened(wheel, "en", "pt", cache, backend="transformers")
