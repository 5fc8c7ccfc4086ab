import hashlib
import json
import socket
import sys

import pytest

from mtcheck.core.config import RoundTripConfig
from mtcheck.core.errors import ExitCode, ModelError
from mtcheck.engines import hub, manifest, model_store
from mtcheck.engines.models import open_translator
from tests.engines.fake_hub import hub_in_reach
from tests.engines.tiny_marian import write_marian

EN_DE = "Helsinki-NLP/opus-mt-en-de"


@pytest.fixture
def fake(monkeypatch, tmp_path):
    with hub_in_reach(monkeypatch, tmp_path / "hf-home") as server:
        yield server


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def en_de(fake, tmp_path):
    folder = write_marian(tmp_path / "repo-en-de")
    (folder / "tf_model.h5").write_bytes(b"not wanted")
    (folder / "README.md").write_text("card")
    return fake.add(EN_DE, folder, license="cc-by-4.0")


def test_pull_pins_the_commit_and_records_every_file(fake, en_de, cache, tmp_path):
    model = hub.pull(EN_DE, cache_dir=cache)
    assert model.id == EN_DE
    assert model.revision == en_de
    assert model.license == "cc-by-4.0"
    assert model.origin == f"{fake.url}/{EN_DE}"
    assert model.pairs == (("en", "de"),)
    record = json.loads((model.folder / manifest.FILE).read_text())
    on_disk = {p.name for p in model.folder.iterdir()} - {manifest.FILE}
    assert set(record["files"]) == on_disk
    assert {"model.bin", "source.spm", "target.spm", "shared_vocabulary.json"} <= on_disk
    for name, entry in record["files"].items():
        data = (model.folder / name).read_bytes()
        assert entry == {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    original = (tmp_path / "repo-en-de" / "model.safetensors").read_bytes()
    assert record["source_weights_sha256"] == hashlib.sha256(original).hexdigest()


def test_only_needed_files_are_fetched_and_by_commit(fake, en_de, cache):
    hub.pull(EN_DE, cache_dir=cache)
    fetched = [p for p in fake.paths() if "/resolve/" in p]
    assert all(f"/resolve/{en_de}/" in p for p in fetched)
    assert not any(p.endswith((".h5", ".md")) for p in fetched)
    assert fetched[-1].endswith("/model.safetensors")  # after all that could rule it out


def test_safetensors_come_before_a_pickle(fake, en_de, cache, tmp_path):
    (tmp_path / "repo-en-de" / "pytorch_model.bin").write_bytes(b"pickle")
    hub.pull(EN_DE, cache_dir=cache)
    assert not any(p.endswith(".bin") for p in fake.paths())


def test_a_second_pull_fetches_nothing(fake, en_de, cache):
    first = hub.pull(EN_DE, cache_dir=cache)
    before = len(fake.requests)
    written = (first.folder / "model.bin").stat().st_mtime_ns
    again = hub.pull(EN_DE, cache_dir=cache)
    assert again == first
    assert [p for _, p, _ in fake.requests[before:]] == [f"/api/models/{EN_DE}"]
    assert (first.folder / "model.bin").stat().st_mtime_ns == written


def test_a_damaged_model_is_found_and_made_again(fake, en_de, cache):
    model = hub.pull(EN_DE, cache_dir=cache)
    data = bytearray((model.folder / "model.bin").read_bytes())
    data[-1] ^= 1
    (model.folder / "model.bin").write_bytes(data)
    (model.folder / "target.spm").unlink()
    with pytest.raises(ModelError) as caught:
        manifest.read(model.folder)
    assert caught.value.code == "damaged-model"
    assert "target.spm" in caught.value.what
    (model.folder / "target.spm").write_bytes((model.folder / "source.spm").read_bytes())
    assert manifest.verify(manifest.read(model.folder)) == {"model.bin": "changed"}
    repaired = hub.pull(EN_DE, cache_dir=cache)
    assert manifest.verify(repaired) == {}


def test_a_broken_download_is_taken_up_again(fake, en_de, cache, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 4096)
    size = (tmp_path / "repo-en-de" / "model.safetensors").stat().st_size
    fake.break_after["model.safetensors"] = size // 2
    model = hub.pull(EN_DE, cache_dir=cache)
    assert manifest.verify(model) == {}
    ranges = [h.get("Range", "") for _, p, h in fake.requests if p.endswith("model.safetensors")]
    starts = [int(r.removeprefix("bytes=").rstrip("-")) for r in ranges if r]
    assert starts and 0 < starts[0] <= size // 2


def test_a_killed_conversion_leaves_no_model(fake, en_de, cache, monkeypatch):
    def killed(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(hub, "write_converted", killed)
        with pytest.raises(KeyboardInterrupt):
            hub.pull(EN_DE, cache_dir=cache)
    assert model_store.find_pulled(EN_DE, cache_dir=cache) is None
    assert hub.pull(EN_DE, cache_dir=cache).revision == en_de
    assert [p.name[0] for p in model_store.models_folder(cache).iterdir()] == ["H"]


def test_the_token_is_sent(fake, en_de, cache, monkeypatch):
    fake.token = "hf_secret"
    with pytest.raises(ModelError) as caught:
        hub.pull(EN_DE, cache_dir=cache)
    assert caught.value.code == "hub-refused"
    assert "HF_TOKEN" in str(caught.value)
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    assert hub.pull(EN_DE, cache_dir=cache).revision == en_de


@pytest.mark.parametrize(
    ("id", "revision", "code"),
    [
        ("Helsinki-NLP/opus-mt-en-xx", None, "unknown-model"),
        (EN_DE, "no-such-branch", "unknown-revision"),
        ("bad//id", None, "unknown-model"),
    ],
)
def test_unknown_models_and_revisions(en_de, cache, id, revision, code):
    with pytest.raises(ModelError) as caught:
        hub.pull(id, revision=revision, cache_dir=cache)
    assert caught.value.code == code
    assert caught.value.exit_code is ExitCode.MODEL
    assert caught.value.try_


def test_a_model_of_another_kind_is_refused_before_its_weights(fake, cache, tmp_path):
    fake.add("some/bart", write_marian(tmp_path / "bart", model_type="bart"))
    with pytest.raises(ModelError) as caught:
        hub.pull("some/bart", cache_dir=cache)
    assert caught.value.code == "unsupported-model"
    assert not any(p.endswith(".safetensors") for p in fake.paths())


def test_no_server(fake, cache, monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{port}")
    with pytest.raises(ModelError) as caught:
        hub.pull(EN_DE, cache_dir=cache)
    assert caught.value.code == "hub-unreachable"
    assert caught.value.where == f"http://127.0.0.1:{port}"


def test_hub_offline_variable(fake, en_de, cache, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError) as caught:
        hub.pull(EN_DE, cache_dir=cache)
    assert caught.value.code == "offline"
    assert fake.requests == []


def test_cache_that_cannot_be_written(fake, en_de, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("a file, not a folder")
    with pytest.raises(ModelError) as caught:
        hub.pull(EN_DE, cache_dir=blocked)
    assert caught.value.code == "cache-not-writable"


def test_opus_takes_direct_then_group_then_chain(fake, cache, tmp_path, monkeypatch):
    fake.add(EN_DE, write_marian(tmp_path / "a"))
    fake.add("Helsinki-NLP/opus-mt-ROMANCE-en", write_marian(tmp_path / "b", seed=1))
    tokens = (">>pt<<", ">>es<<", ">>fr<<")
    fake.add("Helsinki-NLP/opus-mt-en-ROMANCE", write_marian(tmp_path / "c", tokens=tokens))
    config = RoundTripConfig(model="opus", cache=False)

    def route(source, target, offline=False):
        return open_translator(
            config, source=source, target=target, offline=offline, cache_dir=cache
        )[1]

    assert route("en", "de").kind == "direct"
    group = route("en", "pt")  # tc-big-en-pt is not on this hub: the group model steps in
    assert group.kind == "group"
    assert group.legs[0].model == "Helsinki-NLP/opus-mt-en-ROMANCE"
    assert group.legs[0].token == ">>pt<<"
    chain = route("pt", "de")
    assert chain.kind == "chain"
    assert [leg.model.split("/")[1] for leg in chain.legs] == [
        "opus-mt-ROMANCE-en",
        "opus-mt-en-de",
    ]
    assert all(leg.revision for leg in chain.legs)
    requests = len(fake.requests)
    assert route("pt", "de", offline=True) == chain
    assert len(fake.requests) == requests


def test_offline_a_chain_of_what_is_here_comes_before_an_error(fake, cache, tmp_path):
    fake.add("Helsinki-NLP/opus-mt-es-en", write_marian(tmp_path / "a"))
    fake.add(EN_DE, write_marian(tmp_path / "b", seed=1))
    hub.pull("Helsinki-NLP/opus-mt-es-en", cache_dir=cache)
    hub.pull(EN_DE, cache_dir=cache)
    requests = len(fake.requests)
    for model in ("opus", "auto"):  # opus-mt-es-de is in the table, but not here
        config = RoundTripConfig(model=model, cache=False)
        _, route = open_translator(config, source="es", target="de", offline=True, cache_dir=cache)
        assert [leg.model for leg in route.legs] == ["Helsinki-NLP/opus-mt-es-en", EN_DE]
    assert len(fake.requests) == requests


def test_named_models_way_back_is_its_counterpart(fake, cache, tmp_path):
    fake.add(EN_DE, write_marian(tmp_path / "a"))
    fake.add("Helsinki-NLP/opus-mt-de-en", write_marian(tmp_path / "b", seed=1))
    config = RoundTripConfig(model=f"{EN_DE}@main", cache=False)
    _, back = open_translator(config, source="de", target="en", cache_dir=cache)
    assert back.legs[0].model == "Helsinki-NLP/opus-mt-de-en"


def test_offline_never_opens_a_socket(fake, en_de, cache, monkeypatch):
    hub.pull(EN_DE, cache_dir=cache)

    def refuse(*args, **kwargs):
        raise AssertionError("a socket was used")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    config = RoundTripConfig(model=EN_DE, cache=False)
    translator, route = open_translator(
        config, source="en", target="de", offline=True, cache_dir=cache
    )
    (done,) = translator.translate(["a small boat"], source="en", target="de")
    assert isinstance(done.text, str)
    assert en_de[:12] in route.describe()
    for model in ("Helsinki-NLP/opus-mt-de-en", "opus", "auto"):
        with pytest.raises(ModelError) as caught:
            open_translator(
                RoundTripConfig(model=model), source="de", target="en" if model != "auto" else "ru",
                offline=True, cache_dir=cache,
            )  # fmt: skip
        assert caught.value.code == "offline"
        assert "mtcheck models pull" in str(caught.value)


@pytest.mark.filterwarnings("ignore")
def test_transformers_backend_reads_the_same_commit(fake, en_de, cache):
    pytest.importorskip("torch")
    hub.pull(EN_DE, cache_dir=cache)
    before = len(fake.requests)
    config = RoundTripConfig(model=EN_DE, backend="transformers", cache=False)
    translator, route = open_translator(
        config, source="en", target="de", offline=True, cache_dir=cache
    )
    assert translator.info.backend == "transformers"
    assert route.legs[0].revision == en_de
    assert len(fake.requests) == before


def test_revisions_live_side_by_side(fake, cache, tmp_path):
    fake.add(EN_DE, write_marian(tmp_path / "a"), sha="a" * 40)
    old = hub.pull(EN_DE, cache_dir=cache)
    fake.add(EN_DE, write_marian(tmp_path / "b", seed=1), sha="b" * 40)
    new = hub.pull(EN_DE, cache_dir=cache)
    assert old.folder != new.folder
    assert hub.fetch(EN_DE, revision="a" * 40, cache_dir=cache, offline=True).revision == "a" * 40
    assert hub.fetch(EN_DE, revision="b" * 7, cache_dir=cache, offline=True).revision == "b" * 40
    with pytest.raises(ModelError):
        hub.fetch(EN_DE, revision="c" * 40, cache_dir=cache, offline=True)


def test_fetching_does_not_import_torch(fake, en_de, cache, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)  # importing it raises
    assert hub.pull(EN_DE, cache_dir=cache).ct2 is not None
