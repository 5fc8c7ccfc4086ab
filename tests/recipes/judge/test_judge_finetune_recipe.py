"""Fine-tuning on made-up pairs, windows and weights."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import ctranslate2
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from judge import encoder, finetune, finetune_data, finetune_run, negatives  # noqa: E402
from judge import finetune_batches as batches  # noqa: E402
from judge.finetune_network import PAD, Network  # noqa: E402

from mtcheck.engines.judge_encoder import make_part  # noqa: E402
from mtcheck.engines.judge_quality import pool  # noqa: E402
from tests.recipes.judge import tiny_e5  # noqa: E402

OPTIONS = finetune_run.Options(rate=2e-3, head_rate=2e-3, layers=2, frozen=0, warmup=5, tokens=2048,
                               turns="qqfqqoqqfq")  # fmt: skip


def prepare(quality_data: Path, origin_data: Path, folder: Path) -> Path:
    tiny_e5.write_folder(folder)
    arguments = ["--qe", str(quality_data), "--origin", str(origin_data)]
    arguments += ["--encoder", str(folder), "--out", str(folder / "corpus.npz")]
    with pytest.MonkeyPatch.context() as patch:
        few = tuple((damage, 15, q, f) for damage, _, q, f in negatives.KINDS)
        patch.setattr(negatives, "KINDS", few)
        patch.setattr(sys, "argv", ["x", *arguments, "--suffix", ".jsonl"])
        finetune_data.main()
    return folder


@pytest.fixture(scope="module")
def folder(quality_data: Path, origin_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(quality_data, origin_data, tmp_path_factory.mktemp("finetune"))


@pytest.fixture(scope="module")
def corpus(folder: Path) -> finetune_data.Corpus:
    return finetune_data.Corpus.load(folder / "corpus.npz")


def make_run(corpus: finetune_data.Corpus, **more: object) -> finetune_run.Run:
    torch.set_num_threads(1)
    return finetune_run.Run(tiny_e5.make_weights(), corpus, replace(OPTIONS, **more))  # type: ignore[arg-type]


def test_the_corpus_holds_pairs_damage_and_windows(corpus: finetune_data.Corpus) -> None:
    pairs, windows = corpus.label < 0, corpus.label >= 0
    assert pairs.sum() > 100
    assert set(corpus.label[windows].tolist()) == {0, 1, 2}
    assert np.isnan(corpus.quality[windows]).all()
    assert np.isfinite(corpus.quality[pairs]).all()
    assert (corpus.kind == finetune_data.DAMAGED).sum() > 50
    assert np.isnan(corpus.fluency[corpus.kind == finetune_data.DAMAGED]).any()
    assert corpus.length(pair=True).max() <= finetune_data.MAX_PIECES
    assert (corpus.source[windows] == -1).all()


def test_translations_of_a_source_share_its_number(tmp_path: Path) -> None:
    text = "the mayor lost old coins and {} more"
    common = {"dataset": "wmt21-da", "lp": "en-de"}
    records = [
        {**common, "src": text.format(n), "mt": f"der Mayor verlor alte {n} Coins und {system}",
         "score": float(system), "ref": f"Der Rathaus-Chef verlor {n} alte Coins"}
        for n in range(20) for system in range(3)
    ]  # fmt: skip
    path = tmp_path / "train.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in records))
    made = finetune_data.choose(path, seed=1, share=0.5)
    names = {r["source"]: r["src"] for r in made}
    assert len(names) == len(set(names.values())) == 10
    assert all(names[r["source"]] == r["src"] for r in made)
    for kind, n in ((finetune_data.ORDINARY, 30), (finetune_data.REFERENCE, 10)):
        assert sum(r["kind"] == kind for r in made) == n
    best = max(r["quality"] for r in made if r["kind"] == finetune_data.ORDINARY)
    assert all(r["quality"] > best - 0.5 for r in made if r["kind"] == finetune_data.REFERENCE)


def test_labels_weigh_the_same_within_a_language(origin_data: Path) -> None:
    made = finetune_data.windows([origin_data / "en_train.jsonl"], seed=1)
    total = {x: sum(w["weight"] for w in made if w["label"] == x) for x in finetune_data.LABELS}
    assert list(total.values()) == pytest.approx([len(made) / 3] * 3)


def test_a_pair_is_one_row_with_two_kinds() -> None:
    assert finetune_data.pair_row([7, 8], [9]) == ([0, 7, 8, 2, 2, 9, 2], [0, 0, 0, 0, 1, 1, 1])
    assert finetune_data.pair_row(None, [9]) == ([0, 9, 2], [1, 1, 1])


def few_sources() -> finetune_data.Corpus:
    """Thirty sources with one to six translations, some a reference or a damaged pair; windows."""
    rng = np.random.default_rng(0)
    kinds = [[0] * (1 + i % 6) + [1] * (i % 3 == 0) + [2] * (i % 4 == 0) for i in range(30)]
    source = np.concatenate([*(np.full(len(k), i) for i, k in enumerate(kinds)), np.full(5, -1)])
    order = rng.permutation(len(source))
    kind = np.concatenate([*kinds, np.zeros(5)]).astype(np.int64)[order]
    source, sizes = source[order], rng.integers(4, 30, len(order))
    start = np.r_[0, np.cumsum(sizes)]
    return finetune_data.Corpus(
        ids=np.full(start[-1], 7, np.uint16), start=start, middle=start[:-1] + 2,
        quality=np.where(source < 0, np.nan, 1.0).astype(np.float32),
        fluency=np.where((source < 0) | (kind == 2), np.nan, 1.0).astype(np.float32),
        label=np.where(source < 0, 1, -1), weight=np.ones(len(order), np.float32),
        source=source.astype(np.int64), kind=kind,
    )  # fmt: skip


def test_batches_keep_to_the_budget(corpus: finetune_data.Corpus) -> None:
    made = batches.Batches(corpus, "qfo", 1024, 1)
    for task in batches.TURNS.values():
        plan = made.plan(task, 0)
        assert all(made.make(task, b).ids.size <= 1024 for b in plan)
    assert [made.at(i).task for i in range(4)] == ["quality", "fluency", "origin", "quality"]


def test_an_epoch_shows_every_source_in_a_few_translations() -> None:
    corpus = few_sources()
    made = batches.Batches(corpus, "qfo", 256, 1, draws=2)
    shown = [np.concatenate(made.plan("quality", epoch)) for epoch in range(20)]
    for rows in shown:
        assert len(set(rows.tolist())) == len(rows)
        for source in range(30):
            some = corpus.kind[rows[corpus.source[rows] == source]]
            every = corpus.kind[corpus.source == source]
            assert (some == 0).sum() == min(2, (every == 0).sum())
            assert (some > 0).sum() == (every > 0).sum()
    assert set(np.concatenate(shown).tolist()) == set(np.flatnonzero(corpus.source >= 0).tolist())
    fluent = np.concatenate(made.plan("fluency", 0))
    assert (corpus.kind[fluent] != finetune_data.DAMAGED).all()
    windows = np.concatenate(made.plan("origin", 0))
    assert set(windows.tolist()) == set(np.flatnonzero(corpus.source < 0).tolist())


def test_translations_of_a_source_stay_together() -> None:
    corpus = few_sources()
    made = batches.Batches(corpus, "qfo", 256, 1, draws=3)
    plan = made.plan("quality", 0)
    where = [set(corpus.source[b].tolist()) for b in plan]
    assert sum(map(len, where)) == len(set().union(*where)) == 30


def test_workers_share_the_batches_out() -> None:
    corpus = few_sources()
    alone = batches.Batches(corpus, "qf", 128, 1)
    n = 2 * len(alone.plan("quality", 0)) + 4  # into the next epoch
    pair = [batches.Batches(corpus, "qf", 128, 1, worker=i, workers=2) for i in range(2)]

    def rows(made: batches.Batches, turns: range) -> list[tuple[str, list[int]]]:
        return [(b.task, b.source.tolist()) for b in map(made.at, turns)]

    expected = rows(alone, range(n))
    both = [rows(made, range(n // 2)) for made in pair]
    for task in ("quality", "fluency"):
        mixed = [x for a, b in zip(*both, strict=True) for x in (a, b) if x[0] == task]
        wanted = [x for x in expected if x[0] == task]
        shared = min(len(mixed), len(wanted))
        assert shared > len(alone.plan(task, 0)) // 2
        assert mixed[:shared] == wanted[:shared]


def test_the_loss_compares_translations_of_one_source() -> None:
    batch = batches.Batch(
        "quality", np.zeros((4, 1), np.int64), np.zeros((4, 1), np.int64),
        np.array([1, 0, 1, 0], np.float32), np.ones(4, np.float32), np.array([5, 5, 6, 7]),
    )  # fmt: skip
    plain = np.array([[1.0], [1.0], [1.0], [1.0]], np.float32)
    out = torch.from_numpy(plain)
    # Errors 0, 1, 0, 1; the first two belong together and differ by 1.
    assert float(finetune_run.loss_of(out, batch)) == pytest.approx(0.5)
    assert float(finetune_run.loss_of(out, batch, 0.5)) == pytest.approx(0.5 + 0.5 / 4)
    moved = torch.from_numpy(plain + np.array([[3.0], [3.0], [0.0], [0.0]], np.float32))
    extra = finetune_run.loss_of(moved, batch, 0.5) - finetune_run.loss_of(moved, batch)
    assert float(extra) == pytest.approx(0.5 / 4)  # what they share costs nothing more


def test_ctranslate2_gives_the_states_of_torch(tmp_path: Path) -> None:
    weights = tiny_e5.make_weights()
    network = Network(weights.tensors, layers=2, heads=2, epsilon=1e-12)
    with torch.no_grad():
        network.kind.weight[1] += 1.0  # so that a lost kind would show
    weights.tensors.update(network.write())
    everything = np.arange(len(weights.pieces))
    encoder.convert(weights, everything, tmp_path, layers=2, quantization="float32", types=True)
    rows = [finetune_data.pair_row([7, 8, 9, 10], [11, 12]), finetune_data.pair_row(None, [13])]
    ids, kinds = batches.pad(rows)
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


def test_the_engine_pools_as_the_network_does() -> None:
    network = Network(tiny_e5.make_weights().tensors, layers=2, heads=2, epsilon=1e-12)
    pairs = [([7, 8, 9, 10], [11, 12]), ([7], [3, 13, 14]), ([], [9, 8]), ([7, 8], [])]
    ids, kinds = map(torch.from_numpy, batches.pad([finetune_data.pair_row(*p) for p in pairs]))
    with torch.no_grad():
        states = network.states(ids, kinds)
        expected = network.pooled(states, ids, kinds, 5).numpy()
    for i, (source, target) in enumerate(pairs):
        part = make_part(i, source, target)
        found = pool(states[i, : len(part.ids)].numpy(), part)
        assert found == pytest.approx(expected[i], abs=1e-4)
        assert found[-4:].any() == bool(source and target)


def test_padding_changes_nothing() -> None:
    network = Network(tiny_e5.make_weights().tensors, layers=2, heads=2, epsilon=1e-12)
    short, long = finetune_data.pair_row([7, 8], [9]), finetune_data.pair_row([7] * 20, [9] * 20)
    with torch.no_grad():
        alone = network(*map(torch.from_numpy, batches.pad([short])), "quality")
        both = network(*map(torch.from_numpy, batches.pad([short, long])), "quality")
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
    by_time = [*arguments[:-2], "--per-group-dev", "20", "--meet-every", "7", "--minutes", "1e-6"]
    monkeypatch.setattr(sys, "argv", ["x", *by_time])
    finetune.main()
    lines = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [4, 6, 7]
    reached = [line["dev"]["quality"]["all"] for line in lines]
    assert all(-1 <= x <= 1 for x in reached)
    state = torch.load(out / "checkpoint.pt", weights_only=True)
    assert state["counts"]["step"] == 7
    best = torch.load(out / "best.pt", weights_only=True)
    assert best["counts"]["best"] == state["counts"]["best"] == max(reached)
    assert best["counts"]["step"] == (4, 6, 7)[reached.index(max(reached))]


def test_the_rate_warms_up_stays_and_decays() -> None:
    options = replace(OPTIONS, warmup=10, decay_at=100, steps=200)
    assert options.rate_at(0) == pytest.approx(0.1)
    assert options.rate_at(50) == 1.0
    assert options.rate_at(125) == pytest.approx(0.5)
    assert options.rate_at(199) < 0.02


def test_a_run_by_the_clock_decays_over_its_second_half_and_ends() -> None:
    options = replace(OPTIONS, warmup=10, minutes=2.0)
    assert options.rate_at(0, 1.0) == pytest.approx(0.1)
    assert options.rate_at(500, 59.0) == 1.0
    assert options.rate_at(500, 75.0) == pytest.approx(0.5)
    assert options.rate_at(500, 130.0) == 0.01
    assert [options.ended(s) for s in (119.0, 120.0)] == [False, True]
    assert not OPTIONS.ended(1e9)
