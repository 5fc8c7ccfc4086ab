"""List the SHA-256 of a model folder's files in `sha256.txt`, as `sha256sum` writes it.

`python -m marian.seal FOLDER` writes the list; with `--check` it compares the files with the
list, names those that differ and exits with 1 if there are any.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

LIST = "sha256.txt"


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 by path within the folder, of all files but the list, in order of path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != LIST)
    found = {}
    for path in files:
        with path.open("rb") as data:
            digest = hashlib.file_digest(data, "sha256").hexdigest()
        found[path.relative_to(folder).as_posix()] = digest
    return found


def seal(folder: Path) -> None:
    """Write the list."""
    lines = [f"{digest}  {name}\n" for name, digest in digests(folder).items()]
    (folder / LIST).write_text("".join(lines), "utf-8")


def differences(folder: Path) -> list[str]:
    """Names of files that are missing, unlisted or other than listed."""
    lines = (folder / LIST).read_text("utf-8").splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    found = digests(folder)
    return sorted(n for n in {*listed, *found} if listed.get(n) != found.get(n))


def main() -> None:
    """Command line: see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    if not args.check:
        seal(args.folder)
        return
    wrong = differences(args.folder)
    for name in wrong:
        print(f"{name}: differs from {LIST}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
