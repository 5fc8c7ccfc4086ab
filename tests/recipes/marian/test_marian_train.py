"""Training of the Marian recipe: loss, schedule, resuming."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from marian.corpus import Corpus, Mixture
from marian.idle import busy_ticks, threads_for
from marian.network import CrossEntropy, Network, Output, load
from marian.train import Options, Run, parse_curriculum, run

OPTIONS = Options(rate=3e-3, warmup=5, tokens=150, negatives=30, average_every=1)


def start(model: Path, corpus: Path, options: Options = OPTIONS) -> Run:
    mixture = Mixture.read(corpus / "weights.toml")
    return Run(model, Corpus.load(corpus / "corpus.npz"), mixture, options)


def test_cross_entropy_is_pytorchs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CrossEntropy, "chunk", 4)
    torch.manual_seed(0)
    values = [torch.randn(11, 5), torch.randn(7, 5), torch.randn(7)]
    wanted = torch.randint(0, 7, (11,))
    ours, theirs = ([v.clone().requires_grad_() for v in values] for _ in range(2))
    loss, plain = CrossEntropy.apply(*ours, wanted, 0.1)
    logits = theirs[0] @ theirs[1].t() + theirs[2]
    expected = torch.nn.functional.cross_entropy(logits, wanted, label_smoothing=0.1)
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(plain, torch.nn.functional.cross_entropy(logits, wanted))
    (2 * loss).backward()
    (2 * expected).backward()
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a.grad, b.grad)


def test_sampling_all_pieces_is_the_whole_softmax(tiny_model: Path) -> None:
    network = Network(load(tiny_model)).eval()
    size, pad = len(network.bias), network.model.config.pad_token_id
    source = torch.tensor([[2, 9, 8, 0], [3, 7, 0, pad]])
    target = torch.tensor([[10, 11, 0], [12, 0, pad]])
    whole, _ = network.loss(source, target, pad, 0.0, None)
    sampled, _ = network.loss(source, target, pad, 0.0, torch.randperm(size))
    torch.testing.assert_close(whole, sampled)


def test_padding_does_not_change_states(tiny_model: Path) -> None:
    network = Network(load(tiny_model)).eval()
    pad = network.model.config.pad_token_id
    alone = network.states(torch.tensor([[3, 7, 0]]), torch.tensor([[12, 0]]), pad)
    padded = network.states(torch.tensor([[3, 7, 0, pad]]), torch.tensor([[12, 0, pad]]), pad)
    torch.testing.assert_close(alone, padded)


def test_rate_warms_up_stays_and_decays() -> None:
    options = Options(warmup=10, decay_at=100, steps=200)
    assert options.rate_at(0) == pytest.approx(0.1)
    assert options.rate_at(50) == options.rate_at(99) == 1.0
    assert options.rate_at(125) == pytest.approx(0.5)
    assert options.rate_at(200) == pytest.approx(0.01)


def test_curriculum() -> None:
    options = Options(curriculum=parse_curriculum("10:20,30:40"))
    assert [options.longest_at(step) for step in (0, 9, 10, 29)] == [20, 20, 40, 40]
    assert options.longest_at(30) > 1000


@pytest.mark.parametrize("dropout", [0.0, 0.1])
def test_resumed_run_equals_undisturbed_run(
    tiny_model: Path, corpus_folder: Path, tmp_path: Path, dropout: float
) -> None:
    options = replace(
        OPTIONS, steps=14, dropout=dropout, decay_at=11, full_at=12, curriculum=((5, 30),)
    )
    whole = start(tiny_model, corpus_folder, options)
    run(whole, tmp_path / "whole")
    run(start(tiny_model, corpus_folder, replace(options, steps=6)), tmp_path / "parts")
    resumed = start(tiny_model, corpus_folder, options)
    run(resumed, tmp_path / "parts")
    assert whole.epoch > 0  # the data ran out and began again
    assert (whole.step, whole.epoch, whole.place) == (resumed.step, resumed.epoch, resumed.place)
    for name, value in whole.trained.items():
        torch.testing.assert_close(value, resumed.trained[name], rtol=0, atol=0)
        torch.testing.assert_close(whole.average[name], resumed.average[name], rtol=0, atol=0)


def test_training_learns_and_leaves_positions_and_pad_alone(
    tiny_model: Path, corpus_folder: Path, tmp_path: Path
) -> None:
    state = start(tiny_model, corpus_folder, replace(OPTIONS, steps=50, decay_at=35, full_at=35))
    model = state.network.model.model
    positions = model.encoder.embed_positions.weight.clone()
    first = state.learn(next(state.batches()))
    run(state, tmp_path)
    last = state.learn(next(state.batches()))
    assert last < 0.7 * first
    assert torch.equal(positions, model.encoder.embed_positions.weight)
    assert not model.decoder.embed_tokens.weight[state.vocabulary.pad].any()
    line = json.loads((tmp_path / "log.jsonl").read_text("utf-8").splitlines()[0])
    assert line["step"] == 20
    assert line["pairs"] > 0


@pytest.mark.parametrize(("busy", "threads"), [(0.0, 2), (0.4, 2), (0.6, 1), (1.0, 1), (2.0, 1)])
def test_threads_are_left_to_others(busy: float, threads: int) -> None:
    assert threads_for(busy, cores=2, most=2) == threads


def test_busy_ticks() -> None:
    assert busy_ticks("cpu  10 500 3 80 7 1 1 2 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n") == (517, 604)


def test_distillation_is_pytorchs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CrossEntropy, "chunk", 4)
    torch.manual_seed(0)
    values = [torch.randn(11, 5), torch.randn(7, 5), torch.randn(7)]
    taught = Output(torch.randn(11, 3), torch.randn(7, 3), torch.randn(7))
    wanted = torch.randint(0, 7, (11,))
    ours, theirs = ([v.clone().requires_grad_() for v in values] for _ in range(2))
    loss, plain = CrossEntropy.apply(*ours, wanted, 0.1, taught, 0.3)
    logits = theirs[0] @ theirs[1].t() + theirs[2]
    likely = torch.softmax(taught.states @ taught.weight.t() + taught.bias, dim=1)
    against = torch.nn.functional.cross_entropy
    expected = 0.7 * against(logits, wanted, label_smoothing=0.1) + 0.3 * against(logits, likely)
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(plain, against(logits, wanted))
    (2 * loss).backward()
    (2 * expected).backward()
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a.grad, b.grad)


@pytest.mark.parametrize("negatives", [0, 30])
def test_a_model_has_nothing_to_learn_from_itself(tiny_model: Path, negatives: int) -> None:
    network, teacher = Network(load(tiny_model)).eval(), Network(load(tiny_model)).eval()
    pad = network.model.config.pad_token_id
    source, target = torch.tensor([[2, 9, 8, 0]]), torch.tensor([[10, 11, 0]])
    candidates = torch.randperm(pad)[:negatives] if negatives else None
    network.loss(source, target, pad, 0.0, candidates, teacher, 1.0)[0].backward()
    largest = [float(p.grad.abs().max()) for p in network.trained().values() if p.grad is not None]
    assert len(largest) > 20
    assert max(largest) < 1e-6
    network.loss(source, target, pad, 0.0, candidates, teacher, 0.5)[0].backward()
    assert float(network.bias.grad.abs().max()) > 1e-3
    assert all(p.grad is None for p in teacher.parameters())


def test_a_teacher_is_given_with_its_share_and_has_the_same_pieces(
    tiny_model: Path, corpus_folder: Path, tmp_path: Path
) -> None:
    for options in ({"distil": 0.5}, {"teacher": str(tiny_model)}):
        with pytest.raises(ValueError, match="together"):
            start(tiny_model, corpus_folder, replace(OPTIONS, **options))
    (tmp_path / "source.spm").write_bytes((tiny_model / "source.spm").read_bytes())
    ids = json.loads((tiny_model / "vocab.json").read_bytes())
    (tmp_path / "vocab.json").write_text(json.dumps(ids | {"another": len(ids)}))
    with pytest.raises(ValueError, match="other pieces"):
        start(tiny_model, corpus_folder, replace(OPTIONS, distil=0.5, teacher=str(tmp_path)))


def test_a_run_ends_after_its_minutes(
    tiny_model: Path, corpus_folder: Path, tmp_path: Path
) -> None:
    state = start(tiny_model, corpus_folder, replace(OPTIONS, steps=500, minutes=0.2 / 60))
    run(state, tmp_path)
    assert state.ended
    assert 0 < state.step < 500
    again = start(tiny_model, corpus_folder, replace(OPTIONS, steps=500, minutes=0.2 / 60))
    run(again, tmp_path)
    assert again.step == state.step
