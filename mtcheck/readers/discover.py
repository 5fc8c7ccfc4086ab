"""Files to check, from files, folders and globs."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mtcheck.core.paths import within

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".mtcheckignore"
# Never looked into: what tools keep beside people's texts.
_SKIPPED_FOLDERS = frozenset({
    ".git", ".hg", ".svn", ".tox", ".nox", ".venv", "venv", "node_modules", "__pycache__",
    ".mypy_cache", ".ruff_cache", ".pytest_cache", ".idea", ".vscode",
})  # fmt: skip


def discover(
    paths: Sequence[str | Path],
    *,
    exclude: Sequence[str] = (),
    root: str | None = None,
    extensions: Sequence[str] | None = None,
) -> Iterator[Path]:
    """Yield the files that ``paths`` stand for, each once.

    A file is itself, whatever its name. A folder is its files with a known extension, in sorted
    order, through all its folders; ``.mtcheckignore`` files (gitignore syntax, in any folder) and
    ``exclude`` (gitignore patterns) leave some out; symbolic links that lead back up are not
    followed. A glob (``**`` too) is what it matches, by the same rules. A path that is nothing of
    these is yielded as it is: reading it says that it is missing, and the others are read.

    Args:
        paths: files, folders and globs, in the order wanted.
        exclude: gitignore patterns, relative to ``root``.
        root: a folder; None: the working folder.
        extensions: lower case with dot; None = those of all formats.
    """
    known = tuple(extensions) if extensions is not None else None
    spec = _spec(exclude)
    excluded = None if spec is None else _Excluded(spec, root)
    seen: set[str] = set()
    for path in paths:
        for found in _expand(Path(path), known, excluded):
            key = os.path.realpath(found)
            if key not in seen:
                seen.add(key)
                yield found


@dataclass(frozen=True, slots=True)
class _Excluded:
    """Patterns of files to leave out, relative to a folder."""

    spec: GitIgnoreSpec
    root: str | None

    def match(self, path: Path, slash: str = "") -> bool:
        # What lies elsewhere is matched by the name that it was given.
        name = within(str(path), self.root) or path.as_posix()
        return self.spec.match_file(name + slash)


def _known_extensions() -> tuple[str, ...]:
    from mtcheck.readers.registry import formats

    return tuple(ext for each in formats().values() for ext in each.extensions)


def _spec(lines: Sequence[str]) -> GitIgnoreSpec | None:
    if not lines:
        return None
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _expand(
    path: Path, known: tuple[str, ...] | None, excluded: _Excluded | None
) -> Iterator[Path]:
    if path.is_dir():
        yield from _walk(path, known, excluded)
    elif path.exists() or not glob.has_magic(str(path)):
        if excluded is None or not excluded.match(path):
            yield path
    else:
        matches = sorted(glob.glob(str(path), recursive=True))  # noqa: PTH207 - absolute ones too
        if not matches:
            yield path
        for match in matches:
            # A glob that matches a folder and what is in it should not read the folder twice.
            if not Path(match).is_dir():
                yield from _expand(Path(match), known, excluded)


def _walk(
    root: Path, extensions: tuple[str, ...] | None, excluded: _Excluded | None
) -> Iterator[Path]:
    """Yield the files under ``root``, depth first, names sorted."""
    known = _known_extensions() if extensions is None else extensions
    # Each level: folder, its real path's ancestors, and the ignore files in force.
    stack: list[tuple[Path, frozenset[str], tuple[tuple[Path, GitIgnoreSpec], ...]]] = [
        (root, frozenset(), _inherited(root))
    ]
    while stack:
        folder, above, specs = stack.pop()
        real = os.path.realpath(folder)
        if real in above:
            continue
        specs = (*specs, *_ignore_file(folder))
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            # The file list says what could be read; a folder without permission has none.
            continue
        folders = []
        for entry in entries:
            path = folder / entry.name
            try:
                is_dir = entry.is_dir()
            except OSError:  # a link to itself
                continue
            if _ignored(path, is_dir, specs, excluded):
                continue
            if is_dir:
                if entry.name not in _SKIPPED_FOLDERS:
                    folders.append((path, above | {real}, specs))
            elif entry.name.lower().endswith(known) and entry.is_file():
                yield path
        stack += reversed(folders)


def _inherited(root: Path) -> tuple[tuple[Path, GitIgnoreSpec], ...]:
    """Return the ignore files between the working folder and ``root``."""
    here = Path.cwd()
    full = Path(os.path.abspath(root))  # noqa: PTH100 - resolve() would follow symbolic links
    if here not in full.parents:
        return ()
    between = [full, *full.parents][1:]
    chain = [folder for folder in between if folder == here or here in folder.parents]
    return tuple(pair for folder in reversed(chain) for pair in _ignore_file(folder))


def _ignore_file(folder: Path) -> tuple[tuple[Path, GitIgnoreSpec], ...]:
    try:
        lines = (folder / IGNORE_FILE).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    spec = _spec(lines)
    return () if spec is None else ((Path(os.path.abspath(folder)), spec),)  # noqa: PTH100


def _ignored(
    path: Path,
    is_dir: bool,
    specs: tuple[tuple[Path, GitIgnoreSpec], ...],
    excluded: _Excluded | None,
) -> bool:
    slash = "/" if is_dir else ""
    full = Path(os.path.abspath(path)) if specs else path  # noqa: PTH100
    verdict = False
    for folder, spec in specs:  # the nearest file has the last word, as in git
        result = spec.check_file(full.relative_to(folder).as_posix() + slash)
        if result.include is not None:
            verdict = result.include
    return verdict or (excluded is not None and excluded.match(path, slash))
