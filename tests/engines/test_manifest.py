import json
import shutil

import pytest

from mtcheck.core import languages
from mtcheck.core.errors import ModelError
from mtcheck.engines import manifest, model_table
from mtcheck.engines.convert import convert
from tests.engines.tiny_marian import write_marian


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Helsinki-NLP/opus-mt-en-de", ("en", "de")),
        ("opus-mt-tc-big-en-pt", ("en", "pt")),
        (
            "Helsinki-NLP/opus-mt-tc-bible-big-deu_eng_fra_por_spa-itc",
            ("deu_eng_fra_por_spa", "itc"),
        ),
        ("opus-mt-en-ROMANCE", ("en", "ROMANCE")),
        ("models--Helsinki-NLP--opus-mt-tc-big-cat_oci_spa-en", ("cat_oci_spa", "en")),
        ("marian-mul-small", None),
    ],
)
def test_codes_in_names(name, codes):
    assert model_table.codes_in(name) == codes


@pytest.mark.parametrize(
    ("code", "wanted"),
    [("pt", ("pt",)), ("por", ("pt",)), ("ces_slk", ("cs", "sk")), ("jap", ("ja",)), ("xyz", ())],
)
def test_members(code, wanted):
    assert model_table.members(code) == wanted


@pytest.mark.parametrize(
    ("vocabulary", "lang", "token"),
    [
        ([">>pob<<", ">>por<<"], "pt", ">>por<<"),
        ([">>pt_br<<", ">>pt<<"], "pt", ">>pt<<"),
        ([">>pob<<"], "pt", ">>pob<<"),
        ([">>cmn_Hant<<", ">>cmn_Hans<<", ">>yue<<"], "zh", ">>cmn_Hans<<"),
        ([">>nno<<", ">>nob<<"], "no", ">>nob<<"),
        ([">>srp_Cyrl<<"], "sr", ">>srp_Cyrl<<"),
        ([">>eng_Latn<<"], "en", ">>eng_Latn<<"),
        (["por", "<<por>>"], "pt", None),
    ],
)
def test_target_tokens(vocabulary, lang, token):
    assert model_table.target_tokens(vocabulary).get(lang) == token


def test_every_model_in_the_table_makes_sense():
    models = model_table.listed_models()
    assert len({m.id for m in models}) == len(models)
    for model in models:
        assert model.license in ("Apache-2.0", "CC-BY-4.0"), model
        assert model.tier in ("base", "big"), model
        assert 0 < model.int8_mb < model.download_mb, model
        assert ("-tc-big-" in model.id) == (model.tier == "big"), model
        assert model_table.codes_in(model.id) == (model.source, model.target), model
        pairs = model_table.derive_pairs((model.source, model.target), {})
        assert pairs, model
        for pair in pairs:
            assert set(pair) <= set(languages.LANGUAGES), model


COMMON = (
    "pt",
    "es",
    "fr",
    "de",
    "it",
    "nl",
    "ru",
    "uk",
    "zh",
    "ja",
    "ar",
    "pl",
    "cs",
    "tr",
    "fi",
    "sv",
    "ro",
)


@pytest.mark.parametrize("lang", COMMON)
def test_the_common_languages_are_served_both_ways(lang):
    assert model_table.candidates("en", lang)
    assert model_table.candidates(lang, "en")


def test_quality_prefers_big_models():
    plain = model_table.candidates("en", "es")
    best = model_table.candidates("en", "es", quality=True)
    assert plain[0].id == "Helsinki-NLP/opus-mt-en-es"
    assert best[0].id == "Helsinki-NLP/opus-mt-tc-big-en-es"
    assert set(plain) == set(best)
    # With no base model for exactly this pair, the direct big one still comes before a group.
    assert model_table.candidates("en", "pt")[0].id == "Helsinki-NLP/opus-mt-tc-big-en-pt"


def test_group_model_from_its_vocabulary(tmp_path):
    tokens = (">>es<<", ">>pt<<", ">>pt_br<<", ">>wa<<")
    model = manifest.read(write_marian(tmp_path / "opus-mt-en-ROMANCE", tokens=tokens))
    assert model.layout == "hf"
    assert set(model.pairs) == {("en", "es"), ("en", "pt")}
    assert model.tokens == {"es": ">>es<<", "pt": ">>pt<<"}
    assert model.max_tokens == 64


def test_single_target_model_needs_no_token(tmp_path):
    model = manifest.read(write_marian(tmp_path / "opus-mt-ROMANCE-en"))
    assert ("pt", "en") in model.pairs and ("en", "pt") not in model.pairs
    assert model.tokens == {}


def test_direct_model_with_variants_gets_its_token(tmp_path):
    folder = write_marian(tmp_path / "opus-mt-tc-big-en-pt", tokens=(">>pob<<", ">>por<<"))
    model = manifest.read(folder)
    assert model.pairs == (("en", "pt"),)
    assert model.tokens == {"pt": ">>por<<"}


def test_many_to_many_serves_the_languages_that_have_tokens(tmp_path):
    model = manifest.read(write_marian(tmp_path / "mine", tokens=(">>eng<<", ">>por<<", ">>spa<<")))
    assert len(model.pairs) == 6
    assert model.tokens["pt"] == ">>por<<"


def test_languages_from_the_tokenizers_configuration(tmp_path):
    folder = write_marian(tmp_path / "mine")
    with pytest.raises(ModelError) as caught:
        manifest.read(folder)
    assert caught.value.code == "no-languages"
    config = json.loads((folder / "tokenizer_config.json").read_text())
    config |= {"source_lang": "eng", "target_lang": "deu"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    assert manifest.read(folder).pairs == (("en", "de"),)


def test_a_record_wins_over_what_could_be_guessed(tmp_path):
    folder = write_marian(tmp_path / "opus-mt-en-de")
    record = {"id": "ours", "pairs": [["fr", "it"]], "license": "MIT", "max_tokens": 99}
    (folder / manifest.FILE).write_text(json.dumps(record))
    model = manifest.read(folder)
    assert (model.id, model.license, model.max_tokens) == ("ours", "MIT", 99)
    assert model.pairs == (("fr", "it"),)


def test_ct2_layouts(tmp_path):
    source = write_marian(tmp_path / "opus-mt-en-es", tokens=(">>spa<<",))
    convert(source, source / "ct2")
    both = manifest.read(source)
    assert (both.layout, both.ct2) == ("hf+ct2", source / "ct2")
    flat = tmp_path / "flat" / "opus-mt-en-es"
    shutil.copytree(source / "ct2", flat)
    for name in manifest.SENTENCEPIECE:
        shutil.copyfile(source / name, flat / name)
    alone = manifest.read(flat)
    assert alone.layout == "ct2"
    assert alone.pairs == both.pairs
    assert alone.tokens == both.tokens


def record_hashes(folder):
    lines = [
        f"{manifest.sha256(p)}  {p.relative_to(folder).as_posix()}\n"
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    ]
    (folder / manifest.HASHES).write_text("".join(lines))


@pytest.mark.parametrize(
    "name", ["config.json", "vocab.json", "source.spm", "target.spm", "model.safetensors"]
)
def test_missing_files_are_named(tmp_path, name):
    folder = write_marian(tmp_path / "opus-mt-en-de")
    record_hashes(folder)
    (folder / name).unlink()
    with pytest.raises(ModelError) as caught:
        manifest.check(manifest.read(folder), "hf")
    assert caught.value.code == "damaged-model"
    # Without its weights or configuration a folder is no longer in any layout.
    wanted = name if name not in ("config.json", "model.safetensors") else "missing"
    assert wanted in str(caught.value)
    assert str(folder) in str(caught.value)


@pytest.mark.parametrize("name", ["config.json", "vocab.json", "source.spm", "model.safetensors"])
def test_changed_files_are_named(tmp_path, name):
    folder = write_marian(tmp_path / "opus-mt-en-de")
    record_hashes(folder)
    data = (folder / name).read_bytes()
    changed = data.replace(b"marian", b"marian ") if name == "config.json" else data
    changed = changed[:-2] + b" }" if name == "vocab.json" else changed
    if changed == data:
        changed = data[:-1] + bytes([data[-1] ^ 1])
    (folder / name).write_bytes(changed)
    model = manifest.read(folder)
    assert manifest.verify(model) == {name: "changed"}
    if name != "config.json":
        with pytest.raises(ModelError, match=name) as caught:
            manifest.check(model, "hf")
        assert caught.value.try_


def test_verify_finds_nothing_wrong_with_a_good_folder(tmp_path):
    folder = write_marian(tmp_path / "opus-mt-en-de")
    record_hashes(folder)
    model = manifest.read(folder)
    assert manifest.verify(model) == {}
    assert manifest.check(model, "hf") == manifest.sha256(folder / "model.safetensors")


def test_a_wheel_may_leave_out_the_safetensors(tmp_path):
    folder = write_marian(tmp_path / "opus-mt-en-de")
    convert(folder, folder / "ct2")
    record_hashes(folder)
    (folder / "model.safetensors").unlink()
    model = manifest.read(folder)
    assert model.layout == "ct2"
    assert manifest.verify(model) == {}
    (folder / "ct2" / "model.bin").write_bytes(b"short")
    assert manifest.verify(manifest.read(folder)) == {"ct2/model.bin": "changed"}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"pairs": 3', "\udcff"])
def test_a_malformed_record(tmp_path, text):
    folder = write_marian(tmp_path / "opus-mt-en-de")
    (folder / manifest.FILE).write_text(text, errors="surrogateescape")
    with pytest.raises(ModelError) as caught:
        manifest.read(folder)
    assert caught.value.code == "damaged-model"


def test_not_a_model(tmp_path):
    with pytest.raises(ModelError) as caught:
        manifest.read(tmp_path)
    assert caught.value.code == "not-a-model"
    with pytest.raises(ModelError) as caught:
        manifest.read(tmp_path / "nowhere")
    assert caught.value.code == "no-such-model"
