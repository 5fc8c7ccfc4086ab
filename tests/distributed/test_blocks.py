"""Blocks hold every record once, wherever they are cut."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtcheck.core.documents import Article
from mtcheck.core.errors import InputError, UsageError
from mtcheck.distributed.blocks import Block, plan
from mtcheck.distributed.rows import Row, read

LINES = st.lists(st.text(st.characters(codec="utf-8"), max_size=40), min_size=1, max_size=30)


def rows(path: Path, size: int, **columns: str) -> list[Row]:
    return [row for block in plan([str(path)], block_bytes=size) for row in read(block, columns)]


def texts(found: list[Row]) -> list[str]:
    assert all(isinstance(row.item, Article) for row in found)
    return [row.item.text for row in found if isinstance(row.item, Article)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("inputs")


@given(LINES, st.integers(1, 300), st.booleans())
def test_json_lines(folder: Path, wanted: list[str], size: int, ended: bool) -> None:
    path = folder / "in.jsonl"
    lines = [json.dumps({"text": t}, ensure_ascii=False) for t in wanted]
    path.write_bytes(("\n".join(lines) + "\n" * ended).encode())
    found = rows(path, size)
    assert texts(found) == wanted
    data = path.read_bytes()
    for row in found:
        assert json.loads(data[row.position :].split(b"\n")[0])["text"] == row.item.text


@given(LINES, st.integers(1, 300))
def test_csv_with_line_breaks_in_cells(folder: Path, wanted: list[str], size: int) -> None:
    # csv reads a bare carriage return as the end of a line, whatever wrote it.
    wanted = [text.replace("\r", " ") for text in wanted]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([["id", "text"], *(["x", t] for t in wanted)])
    path = folder / "in.csv"
    path.write_bytes(b"\xef\xbb\xbf" + out.getvalue().encode())
    found = rows(path, size)
    assert texts(found) == wanted
    assert all(row.item.uri == "x" for row in found)


@settings(max_examples=20)
@given(LINES, st.integers(1, 2000), st.integers(1, 9))
def test_parquet(folder: Path, wanted: list[str], size: int, group: int) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = folder / "in.parquet"
    parquet.write_table(pyarrow.table({"text": wanted}), path, row_group_size=group)
    found = rows(path, size)
    assert texts(found) == wanted
    assert [row.position for row in found] == list(range(len(wanted)))


def test_fields_become_articles(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    record = {"id": 7, "text": "Guten Tag.", "lang": "de", "source": "Hello.", "source_lang": "en"}
    path.write_text(json.dumps(record) + "\n\n" + json.dumps({"body": "Moin."}) + "\n")
    named, bare = rows(path, 1000)
    assert named.item == Article("Guten Tag.", "Hello.", "de", "en", uri="7")
    assert bare.item == Article("Moin.", uri=f"{path}@{bare.position}")
    assert rows(path, 1000, target="lang")[0].item.text == "de"


def test_records_that_cannot_be_read_keep_their_place(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"text": "a"}\n{broken\n[1]\n{"text": 3}\n{"other": "x"}\n{"text": "b"}\n')
    found = rows(path, 20)
    assert [row.problem.code if row.problem else None for row in found] == [
        None, "damaged-file", "damaged-file", "not-a-string", "no-columns", None,
    ]  # fmt: skip
    assert [row.position for row in found] == [0, 14, 22, 26, 38, 53]


def test_ordinary_files_are_grouped(tmp_path: Path) -> None:
    for i in range(10):
        (tmp_path / f"{i}.txt").write_text("x" * 100)
    (tmp_path / "in.jsonl").write_text('{"text": "a"}\n')
    blocks = plan([str(tmp_path), str(tmp_path / "missing.txt")], block_bytes=250)
    assert [block.kind for block in blocks] == ["jsonl", "files", "files", "files", "files"]
    assert [block.index for block in blocks] == list(range(5))
    names = [row.name for block in blocks[1:] for row in read(block, {})]
    assert names == [str(tmp_path / f"{i}.txt") for i in range(10)] + [
        str(tmp_path / "missing.txt")
    ]


def test_nothing_to_check(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing to check"):
        plan([str(tmp_path)])


def test_what_is_no_parquet(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    path = tmp_path / "in.parquet"
    path.write_text("no")
    with pytest.raises(InputError, match="no Parquet"):
        plan([str(path)])


def test_a_block_survives_its_journey() -> None:
    from mtcheck.distributed.worker import decode, encode

    block = Block(3, "csv", "ü.csv", 5, 9, ("a", "b"), ("x",))
    assert decode(encode(block)) == block
