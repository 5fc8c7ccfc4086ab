"""Fine-tuning on made-up pairs, windows and weights."""

from __future__ import annotations

import json
import random
import sys
from dataclasses import replace
from pathlib import Path

import ctranslate2
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from judge import encoder, finetune, finetune_batches, finetune_data, negatives  # noqa: E402
from judge.finetune_network import PAD, Network  # noqa: E402

from tests.recipes.judge import tiny_e5  # noqa: E402

OPTIONS = finetune.Options(rate=2e-3, head_rate=2e-3, layers=2, frozen=0, warmup=5, tokens=2048)


def prepare(quality_data: Path, origin_data: Path, folder: Path) -> Path:
    tiny_e5.write_folder(folder)
    arguments = ["--qe", str(quality_data), "--origin", str(origin_data)]
    arguments += ["--encoder", str(folder), "--out", str(folder / "corpus.npz")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["x", *arguments, "--suffix", ".jsonl", "--share", "0.02"])
        finetune_data.main()
    return folder


@pytest.fixture(scope="module")
def folder(quality_data: Path, origin_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(quality_data, origin_data, tmp_path_factory.mktemp("finetune"))


@pytest.fixture(scope="module")
def corpus(folder: Path) -> finetune_data.Corpus:
    return finetune_data.Corpus.load(folder / "corpus.npz")


def make_run(corpus: finetune_data.Corpus, **more: object) -> finetune.Run:
    torch.set_num_threads(1)
    return finetune.Run(tiny_e5.make_weights(), corpus, replace(OPTIONS, **more))  # type: ignore[arg-type]


def test_the_corpus_holds_pairs_damage_and_windows(corpus: finetune_data.Corpus) -> None:
    pairs, windows = corpus.label < 0, corpus.label >= 0
    assert pairs.sum() > 100
    assert set(corpus.label[windows].tolist()) == {0, 1, 2}
    assert np.isnan(corpus.quality[windows]).all()
    assert np.isfinite(corpus.quality[pairs]).all()
    assert (corpus.quality == np.float32(-2.3)).sum() == 30  # translations of another source
    assert np.isnan(corpus.fluency[corpus.quality == np.float32(-2.3)]).all()
    assert corpus.length(pair=True).max() <= finetune_data.MAX_PIECES


def test_labels_weigh_the_same_within_a_language(origin_data: Path) -> None:
    made = finetune_data.windows([origin_data / "en_train.jsonl"], seed=1)
    total = {x: sum(w["weight"] for w in made if w["label"] == x) for x in finetune_data.LABELS}
    assert list(total.values()) == pytest.approx([len(made) / 3] * 3)


def test_a_pair_is_one_row_with_two_kinds() -> None:
    assert finetune_data.pair_row([7, 8], [9]) == ([0, 7, 8, 2, 2, 9, 2], [0, 0, 0, 0, 1, 1, 1])
    assert finetune_data.pair_row(None, [9]) == ([0, 9, 2], [1, 1, 1])


def test_batches_keep_to_the_budget_and_show_every_row_once(corpus: finetune_data.Corpus) -> None:
    batches = finetune_batches.Batches(corpus, "qfo", 1024, 1)
    for task in finetune_batches.TURNS.values():
        plan = batches.plan(task, 0)
        rows = np.concatenate(plan)
        wanted = np.flatnonzero(~np.isnan(batches.goals(task)))
        assert np.array_equal(np.sort(rows), wanted)
        assert all(batches.make(task, b).ids.size <= 1024 for b in plan)
    assert [batches.at(i).task for i in range(4)] == ["quality", "fluency", "origin", "quality"]


def test_ctranslate2_gives_the_states_of_torch(tmp_path: Path) -> None:
    weights = tiny_e5.make_weights()
    network = Network(weights.tensors, layers=2, heads=2, epsilon=1e-12)
    with torch.no_grad():
        network.kind.weight[1] += 1.0  # so that a lost kind would show
    weights.tensors.update(network.write())
    everything = np.arange(len(weights.pieces))
    encoder.convert(weights, everything, tmp_path, layers=2, quantization="float32", types=True)
    rows = [finetune_data.pair_row([7, 8, 9, 10], [11, 12]), finetune_data.pair_row(None, [13])]
    ids, kinds = finetune_batches.pad(rows)
    with torch.no_grad():
        expected = network.states(torch.from_numpy(ids), torch.from_numpy(kinds)).numpy()
    model = ctranslate2.Encoder(str(tmp_path), compute_type="float32", intra_threads=1)
    view = ctranslate2.StorageView.from_array
    lengths = np.array([len(r) for r, _ in rows], np.int32)
    out = model.forward_batch(
        view(ids.astype(np.int32)), view(lengths), token_type_ids=kinds.tolist()
    )
    inside = ids != PAD
    found = np.array(out.last_hidden_state)
    assert np.allclose(found[inside], expected[inside], atol=1e-4)


def test_padding_changes_nothing() -> None:
    network = Network(tiny_e5.make_weights().tensors, layers=2, heads=2, epsilon=1e-12)
    short, long = finetune_data.pair_row([7, 8], [9]), finetune_data.pair_row([7] * 20, [9] * 20)
    with torch.no_grad():
        alone = network(*map(torch.from_numpy, finetune_batches.pad([short])), "quality")
        both = network(*map(torch.from_numpy, finetune_batches.pad([short, long])), "quality")
    assert torch.allclose(alone[0], both[0], atol=1e-5)


def test_it_learns_and_leaves_what_is_frozen(corpus: finetune_data.Corpus) -> None:
    run = make_run(corpus, frozen=1)
    before = {n: p.detach().clone() for n, p in run.network.named_parameters()}
    losses = [run.learn() for _ in range(80)]
    quality = [loss for task, loss in losses if task == "quality"]
    assert np.mean(quality[-10:]) < 0.8 * np.mean(quality[:5])
    for name, p in run.network.named_parameters():
        still = torch.equal(before[name], p)
        assert still == name.startswith(("word.", "place.", "layers.0.")), name


def test_a_resumed_run_is_that_of_an_undisturbed_one(
    corpus: finetune_data.Corpus, tmp_path: Path
) -> None:
    whole = make_run(corpus)
    for _ in range(14):
        whole.learn()
    first = make_run(corpus)
    for _ in range(9):
        first.learn()
    first.save(tmp_path / "checkpoint.pt")
    second = make_run(corpus)
    second.restore(tmp_path / "checkpoint.pt")
    for _ in range(5):
        second.learn()
    assert second.rows == whole.rows
    for name, p in whole.trained.items():
        assert torch.allclose(p, second.trained[name], atol=1e-6), name
        assert torch.allclose(whole.average[name], second.average[name], atol=1e-6), name


def test_the_command_trains_watches_dev_and_resumes(
    folder: Path, quality_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finetune, "read_e5", tiny_e5.make_weights)
    # It holds for the whole process, and other tests want denormal numbers.
    monkeypatch.setattr(torch, "set_flush_denormal", lambda _: True)
    out = tmp_path / "run"
    arguments = ["--corpus", str(folder / "corpus.npz"), "--encoder", str(folder)]
    arguments += ["--dev", str(quality_data / "dev.jsonl"), "--out", str(out), "--threads", "1"]
    arguments += ["--layers", "2", "--frozen", "0", "--tokens", "1024", "--per-group-dev", "20"]
    for steps in ("4", "6"):
        monkeypatch.setattr(sys, "argv", ["x", *arguments, "--steps", steps, "--decay-at", "2"])
        finetune.main()
    lines = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [4, 6]
    assert -1 <= lines[-1]["dev"]["quality"]["all"] <= 1
    state = torch.load(out / "checkpoint.pt", weights_only=True)
    assert state["counts"]["step"] == 6


def test_the_rate_warms_up_stays_and_decays() -> None:
    options = replace(OPTIONS, warmup=10, decay_at=100, steps=200)
    assert options.rate_at(0) == pytest.approx(0.1)
    assert options.rate_at(50) == 1.0
    assert options.rate_at(125) == pytest.approx(0.5)
    assert options.rate_at(199) < 0.02


@pytest.mark.parametrize("damage", [k[0] for k in negatives.KINDS], ids=lambda d: d.__name__)
def test_damage_is_done_to_the_translation_alone(damage: negatives.Damage) -> None:
    r = {"src": "der Hund bellt laut bei Nacht", "mt": "the dog barks loudly at night", "lp": "x"}
    other = {"src": "y", "mt": "her aunt sold two chairs yesterday", "lp": "x"}
    before = dict(r)
    texts = {damage(r, other, random.Random(seed)) for seed in range(5)}
    assert any(t != r["mt"] for t in texts)
    assert all(t.strip() for t in texts)
    assert r == before


def test_texts_without_spaces_are_damaged_by_characters() -> None:
    parts = negatives.words("今天天气很好我们去公园散步")
    assert len(parts) > 4
    assert negatives.join(parts, "今天天气很好我们去公园散步") == "今天天气很好我们去公园散步"
