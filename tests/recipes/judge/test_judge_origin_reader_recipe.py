"""Training of the encoder that reads origin, on made-up documents and a random encoder."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sentencepiece

torch = pytest.importorskip("torch")

from judge import (  # noqa: E402
    finetune,
    origin,
    origin_curve,
    origin_read,
    origin_reader,
    origin_windows,
)
from judge.finetune import start_weights  # noqa: E402
from judge.finetune_batches import pad  # noqa: E402
from judge.finetune_data import pair_row  # noqa: E402

from mtcheck.engines.judge import Judge  # noqa: E402
from mtcheck.engines.judge_origin_reader import OriginReader  # noqa: E402
from tests.recipes.judge import conftest, tiny_e5  # noqa: E402

HUMAN = "Shall we walk home?\nNo, I'd rather ride."
MACHINE = "Do we go home walking?\nNot, I would prefer to ride."


def paired(n: int, seed: int) -> list[dict[str, Any]]:
    """Documents of which a human and a machine translation and an original exist, by group."""
    made = {label: [] for label in conftest.SAY}  # type: dict[str, list[dict[str, Any]]]
    for r in conftest.make_records(6 * n, seed):
        made[r["label"]].append(r)
    out = []
    for i, rs in enumerate(zip(*made.values(), strict=False)):
        for r in rs:
            lang = "en" if r["label"] == "human-original" else r["source_lang"]
            out.append({**r, "group": f"{seed}-{i}", "year": 2020 + i % 3, "source_lang": lang})
    return out


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("paired")
    conftest.write_jsonl(folder / "en_train.jsonl", paired(40, 1))
    conftest.write_jsonl(folder / "en_dev.jsonl", paired(12, 2))
    return folder


def run(module: Any, patch: pytest.MonkeyPatch, *arguments: object) -> None:
    patch.setattr(sys, "argv", ["x", *map(str, arguments)])
    module.main()


def train(data: Path, out: Path, patch: pytest.MonkeyPatch, *more: object, steps: int = 60) -> Path:
    torch.set_num_threads(1)
    patch.setattr(finetune, "read_e5", tiny_e5.make_weights)
    patch.setattr(torch, "set_flush_denormal", lambda _: True)
    patch.setattr(origin_reader, "MIN_SOURCE_DOCS", 5)
    folder = tiny_e5.write_folder(out.parent / "english")
    small = ["--layers", 2, "--frozen", 0, "--rate", 2e-3, "--head-rate", 2e-3, "--warmup", 5]
    common = ["--data", data, "--encoder", folder, "--out", out, "--suffix", ".jsonl"]
    run(origin_reader, patch, *common, *small, "--budget", 3000, "--steps", steps, *more)
    return out


@pytest.fixture(scope="module")
def readers(data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    work = tmp_path_factory.mktemp("readers")
    with pytest.MonkeyPatch.context() as patch:
        held = [
            train(data, work / f"reader-{year}", patch, "--hold", year)
            for year in (2020, 2021, 2022)
        ]
        return [*held, train(data, work / "reader", patch)]


def test_the_reader_learns_which_of_a_pair_is_a_machines(readers: list[Path]) -> None:
    lines = (readers[-1] / "log.jsonl").read_text().splitlines()
    loss = json.loads(lines[-1])["loss"]
    assert loss["pair"] < 0.6
    assert loss["translated"] < 0.6
    reader = OriginReader(readers[-1], threads=1)
    texts = [[conftest.SAY[label].format(s="The crew", v="sold", o="a boat", y="time")] * 3
             for label in ("human-translation", "mt")]  # fmt: skip
    human, machine = (r.logits[:, 1].mean() for r in map(reader.read, texts))
    assert machine > human


def test_its_logits_enter_calibration_and_engine(
    data: Path,
    readers: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    common = ["--data", data, "--suffix", ".jsonl"]
    read = tmp_path / "read.npz"
    run(origin_read, monkeypatch, *common, "--readers", *readers, "--out", read)
    out = tmp_path / "judge"
    sizes = ["--langs", "en", "--size", 3000]
    run(origin, monkeypatch, *common, *sizes, "--out", out, "--read", read, "--reader", readers[-1])
    card = json.loads((out / "origin.json").read_text())["languages"]["en"]
    assert card["reader"]
    assert len(card["translated"]) == len(card["machine"]) == 6
    assert card["machine"][4] > 0
    text = (data / "en_dev.jsonl").read_text().splitlines()[0]
    result = Judge(out, model="x", threads=1).origin(
        json.loads(text)["text"].split("\n"), lang="en"
    )
    assert result.machine_translated is not None


def test_a_stopped_run_goes_on_as_if_undisturbed(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The rate depends on how many steps there are to be.
    monkeypatch.setattr(origin_reader.Options, "rate_at", lambda _self, _step: 0.5)
    train(data, tmp_path / "a" / "run", monkeypatch, steps=3)
    resumed = train(data, tmp_path / "a" / "run", monkeypatch, steps=6)
    straight = train(data, tmp_path / "b" / "run", monkeypatch, steps=6)
    states = [torch.load(p / "checkpoint.pt", weights_only=True) for p in (resumed, straight)]
    assert states[0]["counts"]["step"] == 6
    for name, tensor in states[0]["average"].items():
        assert torch.equal(tensor, states[1]["average"][name])


class Letters:
    """Pieces of one letter each."""

    def encode(self, texts: list[str]) -> list[list[int]]:
        return [[ord(c) for c in text] for text in texts]


def documents(*labelled: tuple[str, str, str]) -> list[origin_windows.Document]:
    records = [
        {"label": label, "group": group, "source_lang": "de", "text": text}
        for label, group, text in labelled
    ]
    return origin_windows.encode(records, Letters(), ["de"])


ORIGINAL = ("human-original", "o", "Home is where the heart is.")


def test_windows_of_a_pair_are_of_the_same_lines() -> None:
    some = documents(("human-translation", "g", HUMAN), ("mt", "g", MACHINE), ORIGINAL)
    batches = list(origin_windows.Windows(some, budget=2000, seed=1).epoch(0))
    again = list(origin_windows.Windows(some, budget=2000, seed=1).epoch(0))
    human, machine = HUMAN.split("\n"), MACHINE.split("\n")
    for batch, other in zip(batches, again, strict=True):
        assert np.array_equal(batch.ids, other.ids)
        rows = ["".join(chr(c) for c in row if c > 2) for row in batch.ids]
        for h, m in zip(rows[: batch.pairs], rows[batch.pairs : 2 * batch.pairs], strict=True):
            lines = [i for i, line in enumerate(human) if line in h]
            assert "".join(human[i] for i in lines) == h
            assert "".join(machine[i] for i in lines) == m
        assert rows[2 * batch.pairs :]
        assert batch.source[: 2 * batch.pairs].tolist() == [0] * (2 * batch.pairs)


def test_translations_without_a_machine_beside_them_are_learned_as_translations() -> None:
    alone = "No system translated this."
    some = documents(
        ("human-translation", "g", HUMAN), ("mt", "g", MACHINE), ORIGINAL,
        ("human-translation", "h", alone),
    )  # fmt: skip
    found: set[str] = set()
    for epoch in range(30):
        for batch in origin_windows.Windows(some, budget=2000, seed=1).epoch(epoch):
            rest = 2 * batch.pairs + batch.originals
            rows = ["".join(chr(c) for c in row if c > 2) for row in batch.ids]
            assert set(rows[2 * batch.pairs : rest]) == {ORIGINAL[2]}
            assert batch.source[2 * batch.pairs : rest].tolist() == [-1] * batch.originals
            found |= set(rows[rest:])
            assert batch.source[rest:].tolist() == [0] * len(rows[rest:])
    assert found == {alone}


def test_the_share_of_pieces_to_drop_is_dropped_and_no_mark_is() -> None:
    some = documents(("human-translation", "g", HUMAN), ("mt", "g", MACHINE), ORIGINAL)
    dropped = total = 0
    for epoch in range(20):
        plain, holes = (
            list(origin_windows.Windows(some, budget=2000, seed=1, drop=drop).epoch(epoch))
            for drop in (0.0, 0.2)
        )
        assert np.array_equal(plain[0].ids <= 3, (plain[0].ids <= 3) & (holes[0].ids <= 3))
        changed = plain[0].ids != holes[0].ids
        assert set(holes[0].ids[changed].tolist()) <= {origin_windows.UNKNOWN}
        dropped, total = dropped + int(changed.sum()), total + int((plain[0].ids > 3).sum())
    assert 0.1 < dropped / total < 0.3


def test_a_run_goes_on_from_a_released_reader(readers: list[Path]) -> None:
    before = OriginReader(readers[-1], threads=1).read(["The crew sold a boat in time."])
    weights = start_weights(readers[-1] / "encoder")
    windows = origin_windows.Windows([], budget=100, seed=1)
    langs = len(json.loads((readers[-1] / "reader.json").read_text())["langs"])
    begun = origin_reader.Run(weights, windows, langs, origin_reader.Options(layers=2))
    pieces = sentencepiece.SentencePieceProcessor(
        model_file=str(readers[-1] / "encoder" / "pieces.model")
    )
    ids, kinds = pad([pair_row(None, pieces.encode("The crew sold a boat in time."))])
    with torch.no_grad():
        out = begun.network(torch.from_numpy(ids), torch.from_numpy(kinds), "origin").numpy()
    assert np.allclose(out, before.logits, atol=0.15)


def test_the_curve_has_a_row_for_each_average_that_was_kept(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = train(data, tmp_path / "run", monkeypatch, "--hold", 2021, "--keep-every", 20)
    capsys.readouterr()
    run(origin_curve, monkeypatch, "--data", data, "--encoder", tmp_path / "english",
        "--run", out, "--suffix", ".jsonl")  # fmt: skip
    table = [row.strip("| ").split(" | ") for row in capsys.readouterr().out.splitlines()[2:]]
    assert [row[0] for row in table] == ["20", "40", "60"]
    told = [float(row[2]) for row in table]
    assert told[-1] > 0.9
    assert all(0 <= float(cell) <= 1 for row in table for cell in row[2:])
