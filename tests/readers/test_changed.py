"""Changed lines from git and from diffs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mtcheck.core.errors import UsageError
from mtcheck.readers.changed import changed_lines_since, lines_of_diff


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@example.org"]
    done = subprocess.run([*command, *arguments], check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "a.txt").write_text("one\ntwo\nthree\nfour\n")
    (tmp_path / "gone.txt").write_text("bye\n")
    (tmp_path / "notícia 1.txt").write_text("um\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    (tmp_path / "a.txt").write_text("one\nTWO\nthree\nnew\nfour\n+++ b/x\n")
    (tmp_path / "gone.txt").unlink()
    (tmp_path / "notícia 1.txt").write_text("um\ndois\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "fresh.txt").write_text("a\nb\n")
    return tmp_path


def test_changes_since_a_commit(repository: Path) -> None:
    found = changed_lines_since("HEAD", repository / "sub")
    assert found == {
        repository / "a.txt": ((2, 2), (4, 4), (6, 6)),
        repository / "notícia 1.txt": ((2, 2),),
        repository / "sub" / "fresh.txt": ((1, 2**31 - 1),),
    }


def test_only_what_a_branch_changed_counts(repository: Path) -> None:
    git(repository, "add", "-A")
    git(repository, "checkout", "-q", "-b", "topic")
    git(repository, "commit", "-q", "-m", "topic")
    git(repository, "checkout", "-q", "main")
    (repository / "a.txt").write_text("ONE\ntwo\nthree\nfour\n")
    git(repository, "commit", "-q", "-a", "-m", "elsewhere")
    git(repository, "checkout", "-q", "topic")
    found = changed_lines_since("main", repository)
    assert found[repository / "a.txt"] == ((2, 2), (4, 4), (6, 6))


@pytest.mark.parametrize("ref", ["nope", "--output=x", "HEAD~9"])
def test_unknown_revisions(repository: Path, ref: str) -> None:
    with pytest.raises(UsageError) as caught:
        changed_lines_since(ref, repository)
    assert caught.value.code == "unknown-ref"


def test_no_repository(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        changed_lines_since("HEAD", tmp_path)
    assert caught.value.code == "not-a-repository"


def test_diffs_with_context_and_from_other_tools(tmp_path: Path) -> None:
    diff = (
        "--- old/a.txt\t2024-01-01 00:00:00\n+++ a.txt\t2024-01-02 00:00:00\n"
        "@@ -1,3 +1,4 @@\n one\n+new\f line\n two\n-three\n+THREE\n\\ No newline at end of file\n"
        "--- a/b.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n"
    )
    assert lines_of_diff(diff, tmp_path) == {tmp_path / "a.txt": ((2, 2), (4, 4))}
    assert lines_of_diff("", tmp_path) == {}


def test_text_that_is_no_diff(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        lines_of_diff("Dear all,\n", tmp_path)
    assert caught.value.code == "not-a-diff"
