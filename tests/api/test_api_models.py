import re
from pathlib import Path

import pytest

from mtcheck.api.models import (
    list_models,
    parse_pair,
    pull_model,
    recommended_table,
    show_model,
    verify_models,
)
from mtcheck.core.errors import ModelError, UsageError
from mtcheck.engines import manifest
from tests.engines.fake_hub import hub_in_reach
from tests.engines.tiny_marian import write_marian

DOCS = Path(__file__).parents[2] / "docs" / "models.md"
BEGIN, END = "<!-- recommended models: begin -->\n", "<!-- recommended models: end -->\n"


@pytest.fixture
def fake(monkeypatch, tmp_path):
    with hub_in_reach(monkeypatch, tmp_path / "hf-home") as server:
        yield server


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def test_the_table_in_the_documentation_is_fresh():
    """To renew it: `python -m tests.api.test_api_models`."""
    text = DOCS.read_text("utf-8")
    assert text.split(BEGIN)[1].split(END)[0] == recommended_table()


def test_list_starts_with_what_is_here(cache):
    models = list_models(cache_dir=cache)
    assert models[0].id == "marian-mul-small"
    assert models[0].status in ("embedded", "damaged")
    assert {m.status for m in models[-50:]} == {"available"}
    assert all(m.to_dict()["id"] == m.id for m in models)


def test_list_for_a_pair(cache):
    ids = [m.id for m in list_models(pair="en-pt", cache_dir=cache)]
    assert "Helsinki-NLP/opus-mt-tc-big-en-pt" in ids
    assert "Helsinki-NLP/opus-mt-ROMANCE-en" in ids
    assert "Helsinki-NLP/opus-mt-en-de" not in ids
    by_english = [m.id for m in list_models(pair="ja-uk", cache_dir=cache)]
    assert "Helsinki-NLP/opus-mt-ja-en" in by_english
    assert "Helsinki-NLP/opus-mt-en-uk" in by_english


def test_pull_a_pair_fetches_both_directions(fake, cache, tmp_path):
    fake.add("Helsinki-NLP/opus-mt-en-de", write_marian(tmp_path / "a"), license="cc-by-4.0")
    fake.add("Helsinki-NLP/opus-mt-de-en", write_marian(tmp_path / "b", seed=1))
    pulled = pull_model("en-de", cache_dir=cache)
    assert [m.id for m in pulled] == ["Helsinki-NLP/opus-mt-en-de", "Helsinki-NLP/opus-mt-de-en"]
    assert pulled[0].license == "cc-by-4.0"
    here = [m for m in list_models(cache_dir=cache) if m.status == "pulled"]
    assert {m.id for m in here} == {m.id for m in pulled}
    assert show_model("opus-mt-en-de", cache_dir=cache).revision == pulled[0].revision
    assert all(v.ok for v in verify_models([m.id for m in pulled], cache_dir=cache))


def test_pull_with_quality(fake, cache, tmp_path):
    for name in ("opus-mt-en-es", "opus-mt-tc-big-en-es"):
        fake.add(f"Helsinki-NLP/{name}", write_marian(tmp_path / name))
    (best,) = pull_model("en-es", quality=True, one_way=True, cache_dir=cache)
    assert best.id == "Helsinki-NLP/opus-mt-tc-big-en-es"
    (plain,) = pull_model("en-es", one_way=True, cache_dir=cache)
    assert plain.id == "Helsinki-NLP/opus-mt-en-es"


def test_pull_through_english(fake, cache, tmp_path):
    for name in ("opus-mt-ja-en", "opus-mt-en-uk"):
        fake.add(f"Helsinki-NLP/{name}", write_marian(tmp_path / name))
    pulled = pull_model("ja-uk", one_way=True, cache_dir=cache)
    assert [m.id.split("/")[1] for m in pulled] == ["opus-mt-ja-en", "opus-mt-en-uk"]


def test_verify_names_the_damaged_files(fake, cache, tmp_path):
    fake.add("Helsinki-NLP/opus-mt-en-de", write_marian(tmp_path / "a"))
    (model,) = pull_model("Helsinki-NLP/opus-mt-en-de", cache_dir=cache)
    path = Path(model.folder) / "source.spm"
    path.write_bytes(path.read_bytes() + b"\0")
    (result,) = verify_models(["opus-mt-en-de"], cache_dir=cache)
    assert not result.ok
    assert result.wrong == {"source.spm": "changed"}
    (Path(model.folder) / "model.bin").unlink()
    (result,) = [r for r in verify_models(cache_dir=cache) if "opus-mt" in r.id]
    assert not result.ok
    assert "model.bin" in (result.problem or "")


def test_verify_a_folder_without_a_record(tmp_path, cache):
    folder = write_marian(tmp_path / "opus-mt-en-de")
    (result,) = verify_models([str(folder)], cache_dir=cache)
    assert not result.ok and "no recorded hashes" in result.problem
    digest = manifest.sha256(folder / "vocab.json")
    (folder / manifest.HASHES).write_text(f"{digest}  vocab.json\n")
    (result,) = verify_models([str(folder)], cache_dir=cache)
    assert result.ok and result.checked == 1


@pytest.mark.parametrize("pair", ["en", "en-en", "en-pt-es", "", "xx-en"])
def test_bad_pairs(pair):
    with pytest.raises(UsageError):
        parse_pair(pair)


@pytest.mark.parametrize("pair", ["en-pt", "en→pt", "EN:PT", "eng-por", "en/pt"])
def test_good_pairs(pair):
    assert parse_pair(pair) == ("en", "pt")


def test_unknown_models(cache):
    with pytest.raises(ModelError) as caught:
        show_model("nope", cache_dir=cache)
    assert caught.value.code == "unknown-model"
    with pytest.raises(ModelError, match="has not been pulled"):
        verify_models(["opus-mt-en-de"], cache_dir=cache)
    with pytest.raises(UsageError):
        pull_model("what is this", cache_dir=cache)
    with pytest.raises(ModelError) as caught:
        pull_model("so-en", cache_dir=cache)
    assert caught.value.code == "no-pair"


if __name__ == "__main__":
    text = DOCS.read_text("utf-8")
    table = re.escape(BEGIN) + ".*?" + re.escape(END)
    new = re.sub(table, lambda _: BEGIN + recommended_table() + END, text, flags=re.S)
    DOCS.write_text(new, "utf-8")
