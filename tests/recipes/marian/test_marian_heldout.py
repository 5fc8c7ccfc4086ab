"""Held-out loss by direction."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from marian import heldout as module
from marian.corpus import read_rows
from marian.heldout import groups, heldout
from marian.network import CrossEntropy, Network, load
from marian.vocabulary import LANGUAGES, Vocabulary

ROWS = ["The dog sleeps.\tO cão dorme.", "The fox eats the wolf today.\tO raposo come o lobo."]


@pytest.fixture
def slices(tmp_path: Path) -> Path:
    """One slice of two sentences in each language."""
    for code in LANGUAGES:
        text = "".join(f"tales\t{row}\n" for row in ROWS)
        (tmp_path / f"tales.en-{code}.tsv").write_text(text, "utf-8")
    return tmp_path


def test_nats_are_those_of_transformers(
    tiny_model: Path, slices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "fast_bfloat16", lambda: False)
    monkeypatch.setattr(CrossEntropy, "chunk", 5)
    network, vocabulary = Network(load(tiny_model)), Vocabulary(tiny_model)
    with torch.no_grad():
        network.bias.normal_()
        network.model.final_logits_bias.copy_(network.bias[None])
    nats = heldout(network, vocabulary, slices, limit=9)
    assert len(nats) == 8
    rows = list(read_rows(slices / "tales.en-es.tsv"))
    for source, target, order in (("en", "es", (1, 2)), ("es", "en", (2, 1))):
        total = pieces = 0.0
        for row in rows:
            given, wanted = (vocabulary.encode([row[side]])[0].tolist() for side in order)
            labels = torch.tensor([[*wanted, vocabulary.end]])
            ids = torch.tensor([[vocabulary.language[target], *given, vocabulary.end]])
            total += network.model(input_ids=ids, labels=labels).loss.item() * labels.numel()
            pieces += labels.numel()
        assert nats["tales", source, target] == pytest.approx(total / pieces, rel=1e-5)


def test_limit_and_longest_leave_sentences_out(
    tiny_model: Path, slices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, vocabulary = Network(load(tiny_model)), Vocabulary(tiny_model)
    first, both = (heldout(network, vocabulary, slices, limit) for limit in (1, 2))
    assert first["tales", "en", "pt"] != both["tales", "en", "pt"]
    longest = len(vocabulary.encode([ROWS[1].split("\t")[0]])[0]) - 1
    monkeypatch.setattr(module, "LONGEST", longest)
    short = heldout(network, vocabulary, slices, limit=2)
    assert short["tales", "en", "pt"] == pytest.approx(first["tales", "en", "pt"], rel=1e-3)


def test_groups_are_means_over_slices_and_languages() -> None:
    nats = {("a", "en", code): 1.0 for code in LANGUAGES} | {("b", "en", "pt"): 3.0}
    nats |= {("a", code, "en"): float(i) for i, code in enumerate(LANGUAGES)}
    found = groups(nats)
    assert found["into en"] == 1.5
    assert found["en→pt"] == 2.0
    assert found["en→de"] == 1.0
    assert found["mean"] == pytest.approx((4 + 3 + 6) / 9)
