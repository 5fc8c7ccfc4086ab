"""Reading, pruning and converting the encoder."""

from __future__ import annotations

import struct
from pathlib import Path

import ctranslate2
import numpy as np
import pytest
import sentencepiece
from judge import encoder

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "a", "b", "c", "▁ab", "abc", "я", "ක", "Ω", ":"]
PIECES += ["▁query", "▁que", "ry", "q", "u", "e", "r", "y"]
HIDDEN, INNER, LAYERS = 64, 128, 2


def make_weights() -> encoder.Weights:
    rng = np.random.default_rng(0)

    def random(*shape: int) -> np.ndarray:
        return (rng.standard_normal(shape) * 0.2).astype(np.float32)

    tensors = {"emb.word": random(len(PIECES), HIDDEN), "emb.pos": random(32, HIDDEN)}
    tensors |= {"emb.type": random(2, HIDDEN), "emb.ln.w": 1 + random(HIDDEN)}
    tensors["emb.ln.b"] = random(HIDDEN)
    for i in range(LAYERS):
        for name, rows, columns in (
            *((n, HIDDEN, HIDDEN) for n in ("q", "k", "v", "ao")),
            ("fi", INNER, HIDDEN),
            ("fo", HIDDEN, INNER),
        ):
            tensors[f"l{i}.{name}.w"], tensors[f"l{i}.{name}.b"] = (
                random(rows, columns),
                random(rows),
            )
        for name in ("aln", "oln"):
            tensors[f"l{i}.{name}.w"], tensors[f"l{i}.{name}.b"] = (
                1 + random(HIDDEN),
                random(HIDDEN),
            )
    scores = -np.arange(len(PIECES), dtype=np.float32)
    return encoder.Weights(HIDDEN, LAYERS, 2, 1e-12, PIECES, scores, tensors)


def test_the_written_sentencepiece_model_is_one(tmp_path: Path) -> None:
    weights = make_weights()
    path = tmp_path / "pieces.model"
    path.write_bytes(encoder.sentencepiece_model(PIECES, weights.scores))
    processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
    assert len(processor) == len(PIECES)
    assert processor.encode("ab  c", out_type=str) == ["▁ab", "▁", "c"]
    assert processor.encode("ａ", out_type=str) == ["▁", "a"]  # normalised by NFKC
    assert processor.unk_id() == encoder.UNK_ID
    assert processor.encode("z")[-1] == encoder.UNK_ID


def test_pieces_are_chosen_by_use_then_by_script(tmp_path: Path) -> None:
    weights = make_weights()
    ids = encoder.choose_pieces(weights, ["abc abc abc"], size=len(PIECES) - 1)
    kept = [PIECES[i] for i in ids]
    assert kept[:4] == list(encoder.SPECIAL)
    assert "Ω" not in kept  # no language of the card writes Greek
    assert {"я", "ක"} <= set(kept)
    assert encoder.choose_pieces(weights, [], size=1).size >= len(encoder.SPECIAL)


def test_four_bit_blocks() -> None:
    block = struct.pack("<e", 0.5) + bytes([0x80 | 0x09] * 16)
    values = encoder._four_bit(b"xx" + block, 2, len(block))
    assert values.shape == (1, 32)
    assert values[0, :16].tolist() == [0.5] * 16  # low halves: 9 − 8, times the step
    assert values[0, 16:].tolist() == [0.0] * 16  # high halves: 8 − 8


def test_conversion_leaves_the_weights_alone(tmp_path: Path) -> None:
    weights = make_weights()
    before = {k: v.copy() for k, v in weights.tensors.items()}
    for name in ("one", "two"):
        encoder.convert(weights, np.arange(len(PIECES)), tmp_path / name, layers=LAYERS)
    assert all(np.array_equal(before[k], v) for k, v in weights.tensors.items())
    assert (tmp_path / "one/model.bin").read_bytes() == (tmp_path / "two/model.bin").read_bytes()


def test_the_converted_encoder_is_the_original(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from transformers import BertConfig, BertModel

    weights, t = make_weights(), make_weights().tensors
    config = BertConfig(
        vocab_size=len(PIECES), hidden_size=HIDDEN, num_hidden_layers=LAYERS,
        num_attention_heads=2, intermediate_size=INNER, max_position_embeddings=32,
        layer_norm_eps=1e-12,
    )  # fmt: skip
    bert = BertModel(config, add_pooling_layer=False).eval()
    names = {
        "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
        "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
        "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
    }  # fmt: skip
    state = {
        "embeddings.word_embeddings.weight": t["emb.word"],
        "embeddings.position_embeddings.weight": t["emb.pos"],
        "embeddings.token_type_embeddings.weight": t["emb.type"],
        "embeddings.LayerNorm.weight": t["emb.ln.w"],
        "embeddings.LayerNorm.bias": t["emb.ln.b"],
    }
    for i in range(LAYERS):
        for short, long in names.items():
            state[f"encoder.layer.{i}.{long}.weight"] = t[f"l{i}.{short}.w"]
            state[f"encoder.layer.{i}.{long}.bias"] = t[f"l{i}.{short}.b"]
    bert.load_state_dict({k: torch.tensor(v) for k, v in state.items()}, strict=False)
    ids = [0, 4, 5, 9, 2]
    with torch.no_grad():
        expected = bert(torch.tensor([ids])).last_hidden_state[0].numpy()
    for quantization, close in (("float32", 0.9999), ("int8", 0.97)):
        out = tmp_path / quantization
        encoder.convert(
            weights, np.arange(len(PIECES)), out, layers=LAYERS, quantization=quantization
        )
        model = ctranslate2.Encoder(str(out), compute_type=quantization, intra_threads=1)
        found = np.array(model.forward_batch([ids]).last_hidden_state)[0]
        cosine = (found * expected).sum(1) / (
            np.linalg.norm(found, axis=1) * np.linalg.norm(expected, axis=1)
        )
        assert cosine.min() > close, quantization


def test_lines_of_all_kinds(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one\ttwo\nthree\nfour\n")
    (tmp_path / "b.jsonl").write_text('{"src": "s", "mt": "m"}\n{"text": "t"}\n')
    found = list(encoder.read_lines([tmp_path / "a.txt", tmp_path / "b.jsonl"], limit=2))
    assert found == ["one two", "three", "s", "m", "t"]
