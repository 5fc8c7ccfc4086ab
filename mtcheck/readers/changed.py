"""Which lines changed, from git or from a unified diff."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from mtcheck.core.errors import UsageError

Ranges = tuple[tuple[int, int], ...]

_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(r'\\([abtnvfr"\\]|[0-7]{3})')
_ESCAPES = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, '"': 34, "\\": 92}


def changed_lines_since(ref: str, root: Path) -> Mapping[Path, Ranges]:
    """Return the lines that differ between a commit and the working tree.

    Untracked files count as changed from end to end.

    Args:
        ref: anything that git takes for a commit; the comparison is with the merge base, as in a
            pull request, where there is one.
        root: a folder in the repository.

    Returns:
        Ranges of line numbers (from 1, both ends included) by absolute path.

    Raises:
        UsageError: ``no-git``, ``not-a-repository`` or ``unknown-ref``.
    """
    top = Path(_git(root, "rev-parse", "--show-toplevel", code="not-a-repository").rstrip("\n"))
    commit = _git(
        root, "rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}", code="unknown-ref"
    ).strip()
    try:
        base = _git(root, "merge-base", commit, "HEAD", code="unknown-ref").strip()
    except UsageError:
        base = commit  # unrelated histories, or a shallow clone
    diff = _git(
        top, "diff", "--no-color", "--no-ext-diff", "--no-renames", "--unified=0",
        "--src-prefix=a/", "--dst-prefix=b/", base, "--", code="unknown-ref",
    )  # fmt: skip
    found = dict(lines_of_diff(diff, top))
    new = _git(top, "ls-files", "--others", "--exclude-standard", "-z", code="not-a-repository")
    for name in filter(None, new.split("\0")):
        found[top / name] = ((1, 2**31 - 1),)
    return found


def lines_of_diff(diff: str, root: Path) -> Mapping[Path, Ranges]:
    """Return the added and changed lines of a unified diff (git's or ``diff -u``'s).

    Args:
        diff: the text; what is not part of a file's hunks is passed over.
        root: the folder that its names are relative to.

    Returns:
        Ranges of line numbers in the new files (from 1, both ends included) by absolute path;
        files that were only deleted or renamed have none.

    Raises:
        UsageError: ``not-a-diff`` if there is text, but no file header in it.
    """
    found: dict[Path, list[tuple[int, int]]] = {}
    current: list[tuple[int, int]] | None = None
    old_left = new_left = line = 0
    headers = False
    for text in diff.split("\n"):  # splitlines() would also cut at form feeds and the like
        if old_left > 0 or new_left > 0:  # inside a hunk, where "+++" is a line's text
            kind = text[:1]
            if kind == "+":
                if current is not None:
                    _add(current, line)
                line, new_left = line + 1, new_left - 1
            elif kind == "-":
                old_left -= 1
            elif kind != "\\":
                line, old_left, new_left = line + 1, old_left - 1, new_left - 1
            continue
        hunk = _HUNK.match(text)
        if hunk is not None:
            old_left = int(hunk[1] or 1)
            line, new_left = int(hunk[2]), int(hunk[3] or 1)
        elif text.startswith("+++ "):
            headers = True
            name = _name(text[4:])
            current = None if name is None else found.setdefault(_absolute(root, name), [])
        elif text.startswith(("diff --git ", "Binary files ")):
            headers = True
    if diff.strip() and not headers:
        raise UsageError(
            "not-a-diff", "standard input is not a unified diff", try_="git diff | mtcheck check …"
        )
    return {path: tuple(ranges) for path, ranges in found.items()}


def _add(ranges: list[tuple[int, int]], line: int) -> None:
    if ranges and ranges[-1][1] == line - 1:
        ranges[-1] = (ranges[-1][0], line)
    else:
        ranges.append((line, line))


def _name(text: str) -> str | None:
    """Return the file name in a ``+++`` header; None for a deleted file."""
    if text.startswith('"') and text.rstrip().endswith('"'):
        text = _unquote(text.rstrip()[1:-1])
    else:
        text = text.split("\t")[0].rstrip("\r\n")
    if text == "/dev/null":
        return None
    return text[2:] if text.startswith(("b/", "w/", "i/")) else text


def _unquote(text: str) -> str:
    """Undo git's quoting of names with special or non-ASCII characters (octal bytes)."""
    data = bytearray()
    position = 0
    for match in _ESCAPE.finditer(text):
        data += text[position : match.start()].encode()
        code = match[1]
        data.append(_ESCAPES[code] if code in _ESCAPES else int(code, 8) & 0xFF)
        position = match.end()
    data += text[position:].encode()
    return data.decode("utf-8", errors="surrogateescape")


def _absolute(root: Path, name: str) -> Path:
    return (root / name).resolve()


def _git(folder: Path, *arguments: str, code: str) -> str:
    command = ["git", "-C", str(folder), "-c", "core.quotePath=true", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell
    except FileNotFoundError:
        raise UsageError(
            "no-git", "git is not installed", try_="git diff elsewhere, and --diff-stdin here"
        ) from None
    if done.returncode:
        message = done.stderr.decode("utf-8", errors="replace").strip().splitlines()
        what = message[-1] if message else f"git failed with exit code {done.returncode}"
        raise UsageError(code, what, where=str(folder))
    return done.stdout.decode("utf-8", errors="surrogateescape")
