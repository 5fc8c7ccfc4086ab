"""Lists the SHA-256 of a model folder's files in sha256.txt, as ``sha256sum`` writes it.

python -m judge.seal models/judge-small
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

LIST = "sha256.txt"
TEXTS = {LIST, "README.md"}  # words about the model are no part of it


def seal(folder: Path) -> None:
    """Write the list, in order of path."""
    lines = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name not in TEXTS):
        with path.open("rb") as data:
            digest = hashlib.file_digest(data, "sha256").hexdigest()
        lines.append(f"{digest}  {path.relative_to(folder).as_posix()}\n")
    (folder / LIST).write_text("".join(lines), "utf-8")


def main() -> None:
    """Run the step from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    seal(parser.parse_args().folder)


if __name__ == "__main__":
    main()
