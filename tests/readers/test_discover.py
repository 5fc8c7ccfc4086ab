"""Files found in folders, by globs and by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcheck.readers import discover


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("b.txt", "a.md", "data.bin", "news/c.po", "news/old/d.txt", "node_modules/x.txt",
                 ".git/e.txt", "news/UP.TXT"):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text")
    return tmp_path


def names(*paths: str, exclude: tuple[str, ...] = ()) -> list[str]:
    return [path.as_posix() for path in discover(paths, exclude=exclude)]


def test_folders_in_order_with_known_extensions(folder: Path) -> None:
    assert names(".") == ["a.md", "b.txt", "news/UP.TXT", "news/c.po", "news/old/d.txt"]


def test_a_named_file_is_taken_whatever_its_name(folder: Path) -> None:
    assert names("data.bin", "node_modules/x.txt") == ["data.bin", "node_modules/x.txt"]


def test_each_file_once(folder: Path) -> None:
    assert names("b.txt", ".", "./b.txt", "*.txt") == [
        "b.txt", "a.md", "news/UP.TXT", "news/c.po", "news/old/d.txt",
    ]  # fmt: skip


def test_globs(folder: Path) -> None:
    assert names("*.txt") == ["b.txt"]
    assert names("**/*.txt") == ["b.txt", "news/old/d.txt", "node_modules/x.txt"]
    assert names("news/*") == ["news/UP.TXT", "news/c.po"]


def test_missing_paths_are_left_to_the_reader(folder: Path) -> None:
    assert names("none.txt", "*.nope", "a.md") == ["none.txt", "*.nope", "a.md"]


def test_names_with_glob_characters(folder: Path) -> None:
    (folder / "odd[1].txt").write_text("text")
    assert names("odd[1].txt") == ["odd[1].txt"]


def test_ignore_files_nest_and_can_take_back(folder: Path) -> None:
    (folder / ".mtcheckignore").write_text("# drafts\n*.po\n/news/old/\n!keep.po\n")
    (folder / "news" / "keep.po").write_text("text")
    (folder / "news" / ".mtcheckignore").write_text("UP.TXT\n")
    assert names(".") == ["a.md", "b.txt", "news/keep.po"]
    assert names("news") == ["news/keep.po"]  # the ignore file above it holds as well


def test_exclude_patterns(folder: Path) -> None:
    assert names(".", exclude=("news/",)) == ["a.md", "b.txt"]
    assert names(".", exclude=("*.txt",)) == ["a.md", "news/UP.TXT", "news/c.po"]
    assert names("b.txt", exclude=("b.*",)) == []


def test_symbolic_links_in_a_circle(folder: Path) -> None:
    (folder / "news" / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "self").symlink_to(folder / "self")
    (folder / "linked").symlink_to(folder / "news" / "old", target_is_directory=True)
    (folder / "dangling.txt").symlink_to(folder / "gone.txt")
    assert sorted(names(".")) == [
        "a.md", "b.txt", "linked/d.txt", "news/UP.TXT", "news/c.po",
    ]  # fmt: skip


def test_ten_thousand_files(tmp_path: Path) -> None:
    for i in range(100):
        part = tmp_path / f"{i:03}"
        part.mkdir()
        for j in range(100):
            (part / f"{j:03}.txt").touch()
    found = list(discover([tmp_path]))
    assert len(found) == 10_000
    assert found == sorted(found)
