"""A shortlist of the output layer by target token."""

import shutil

import pytest

from mtcheck.core.errors import ModelError
from mtcheck.engines import manifest, shortlist
from mtcheck.engines.cache import fingerprint
from mtcheck.engines.convert import convert
from mtcheck.engines.marian_ct2 import Ct2Translator
from tests.engines.tiny_marian import SENTENCES, write_marian

TOKENS = {"pt": ">>por<<", "de": ">>deu<<"}
TEXTS = SENTENCES[:6]


@pytest.fixture(scope="module")
def plain_folder(tmp_path_factory):
    folder = write_marian(
        tmp_path_factory.mktemp("model"),
        tokens=tuple(TOKENS.values()),
        max_position_embeddings=256,
    )
    convert(folder, folder / "ct2", quantization="float32")
    return folder


@pytest.fixture
def folder(plain_folder, tmp_path):
    return shutil.copytree(plain_folder, tmp_path / "model")


def opened(folder, **options):
    return Ct2Translator.open(
        folder / "ct2", target_token=TOKENS, compute_type="float32", threads=1, **options
    )


def pieces_of(model):
    names = (model._source_pieces.id_to_piece(i) for i in range(3, 60))
    return [name for name in names if name not in ("</s>", "<unk>")]


def texts(model, target, given=TEXTS):
    return [t.text for t in model.translate(given, source="en", target=target)]


def write(folder, lines):
    (folder / "ct2" / shortlist.FILE).write_text("".join(lines), "utf-8")


@pytest.mark.parametrize("beam", [1, 4])
def test_only_the_pieces_of_the_target_language_are_written(folder, beam):
    plain = opened(folder, beam=beam)
    free = {target: texts(plain, target) for target in TOKENS}
    allowed = [p for p in pieces_of(plain) if not set(p) & set("aeiou")]
    write(folder, [f">>por<<\t{' '.join(allowed)}\n"])
    model = opened(folder, beam=beam)
    assert set("".join(free["pt"])) & set("aeiou")  # random weights write all letters
    assert not set("".join(texts(model, "pt"))) & set("aeiou")
    assert texts(model, "de") == free["de"]  # has no list


@pytest.mark.parametrize("beam", [1, 4])
def test_a_list_of_all_pieces_changes_nothing(folder, beam):
    plain = opened(folder, beam=beam)
    expected = plain.translate(TEXTS, source="en", target="pt")
    every = [p for p in plain._vocabulary if p not in ("</s>", "<unk>")]
    write(folder, [f">>por<<\t{' '.join(every)}\n"])
    made = opened(folder, beam=beam).translate(TEXTS, source="en", target="pt")
    for a, b in zip(made, expected, strict=True):
        assert (a.text, a.flags) == (b.text, b.flags)
        assert a.logprob == pytest.approx(b.logprob, abs=1e-4)


def test_a_text_alone_and_among_others_comes_out_the_same(folder):
    some = pieces_of(opened(folder))[::2]
    write(folder, [f"{token}\t{' '.join(some)}\n" for token in TOKENS.values()])
    model = opened(folder, beam=2)
    assert texts(model, "pt") == [texts(model, "pt", [text])[0] for text in TEXTS]


def test_a_list_by_source_piece_is_not_used(folder):
    # The candidates would be those of all sentences in a batch.
    plain = opened(folder)
    expected = texts(plain, "pt")
    write(folder, [">>por<<\te\n", "the\to\n"])
    model = opened(folder)
    assert texts(model, "pt") == expected
    assert model.info.params == plain.info.params


def test_the_list_is_part_of_what_a_translation_depends_on(folder):
    keys = [fingerprint(opened(folder).info, "en", "pt")]
    for pieces in ("a b", "a c"):
        write(folder, [f">>por<<\t{pieces}\n"])
        keys.append(fingerprint(opened(folder).info, "en", "pt"))
    assert len(set(keys)) == 3


def test_a_list_that_was_changed_is_a_damaged_model(folder):
    write(folder, [">>por<<\ta b\n"])
    digest = manifest.sha256(folder / "ct2" / shortlist.FILE)
    (folder / manifest.HASHES).write_text(f"{digest}  ct2/{shortlist.FILE}\n")
    (folder / manifest.FILE).write_text('{"pairs": [["en", "pt"]]}')
    manifest.check(manifest.read(folder), "ct2")
    write(folder, [">>por<<\ta\n"])
    with pytest.raises(ModelError, match=shortlist.FILE):
        manifest.check(manifest.read(folder), "ct2")


def test_a_list_that_is_no_text_is_a_damaged_model(folder):
    (folder / "ct2" / shortlist.FILE).write_bytes(b">>por<<\t\xff\n")
    with pytest.raises(ModelError) as caught:
        opened(folder)
    assert caught.value.code == "damaged-model"
