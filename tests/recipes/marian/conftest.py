"""A made-up corpus and a model of a few thousand weights, for tests of the Marian recipe."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("sentencepiece")
pytest.importorskip("ctranslate2")
sys.path.insert(0, str(Path(__file__).parents[3] / "models" / "recipes"))

import sentencepiece
import torch
from marian.export import write_tokenizer
from marian.network import save
from marian.vocabulary import TOKENS
from transformers import MarianConfig, MarianMTModel

NOUNS = {
    "dog": {"pt": "cão", "es": "perro", "fr": "chien", "de": "Hund"},
    "cat": {"pt": "gato", "es": "gato", "fr": "chat", "de": "Kater"},
    "fox": {"pt": "raposo", "es": "zorro", "fr": "renard", "de": "Fuchs"},
    "wolf": {"pt": "lobo", "es": "lobo", "fr": "loup", "de": "Wolf"},
}
FRAMES = {
    "The {} sleeps.": {
        "pt": "O {} dorme.",
        "es": "El {} duerme.",
        "fr": "Le {} dort.",
        "de": "Der {} schläft.",
    },
    "The {} eats the {} today.": {
        "pt": "O {} come o {} hoje.",
        "es": "El {} come el {} hoy.",
        "fr": "Le {} mange le {} aujourd'hui.",
        "de": "Der {} frisst heute den {}.",
    },
}


def sentences(code: str) -> list[tuple[str, str, str]]:
    """Rows (source name, English, other) of the made-up corpus."""
    rows = []
    for frame, others in FRAMES.items():
        for a in NOUNS:
            for b in NOUNS if frame.count("{}") == 2 else [""]:
                english = frame.format(a, b)
                other = others[code].format(NOUNS[a][code], NOUNS[b][code] if b else "")
                rows.append(("tales" if b else "notes", english, other))
    return rows


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of an untrained model in Hugging Face layout whose encoder has its own positions."""
    folder = tmp_path_factory.mktemp("tiny")
    lines = [text for code in NOUNS["dog"] for row in sentences(code) for text in row[1:]]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines * 5),
        model_prefix=str(folder / "source"),
        vocab_size=80,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    (folder / "source.model").rename(folder / "source.spm")
    (folder / "target.spm").write_bytes((folder / "source.spm").read_bytes())
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    plain = [pieces.id_to_piece(i) for i in range(pieces.get_piece_size())]
    plain = [piece for piece in plain if piece not in {"<s>", "</s>", "<unk>"}]
    names = ["</s>", "<unk>", *TOKENS.values(), *plain, "<pad>"]
    ids = {name: i for i, name in enumerate(names)}
    (folder / "vocab.json").write_text(json.dumps(ids, ensure_ascii=False), "utf-8")
    torch.manual_seed(0)
    config = MarianConfig(
        vocab_size=len(ids),
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=64,
        pad_token_id=ids["<pad>"],
        decoder_start_token_id=ids["<pad>"],
        eos_token_id=0,
        bos_token_id=0,
        forced_eos_token_id=0,
        scale_embedding=True,
        static_position_embeddings=True,
        share_encoder_decoder_embeddings=False,
        tie_word_embeddings=True,
        activation_function="gelu",
    )
    model = MarianMTModel(config)
    with torch.no_grad():
        model.model.encoder.embed_positions.weight.normal_(std=0.3)
    save(model, folder)
    write_tokenizer(folder)
    return folder


WEIGHTS = """
[directions]
en-pt = 2
pt-en = 1
en-es = 1
es-en = 1

[sources]
tales = 1.0
notes = 0.5

[held_out.tales]
tales = [-2, 0]
"""


@pytest.fixture(scope="session")
def corpus_folder(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with `weights.toml`, TSV files of Portuguese and Spanish, and what is made of them."""
    from marian.corpus import Mixture, prepare
    from marian.vocabulary import Vocabulary

    folder = tmp_path_factory.mktemp("corpus")
    (folder / "weights.toml").write_text(WEIGHTS, "utf-8")
    files = []
    for code in ("pt", "es"):
        rows = [*sentences(code), ("unwanted", "Left out.", "Fora.")]
        text = "".join("\t".join(row) + "\n" for row in rows)
        files.append(folder / f"en-{code}.tsv")
        files[-1].write_text(text, "utf-8")
    prepare(files, Vocabulary(tiny_model), Mixture.read(folder / "weights.toml"), folder)
    return folder
