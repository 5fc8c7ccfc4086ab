"""Applies safe rewrites to files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mtcheck.api.files import FileRun
from mtcheck.core.errors import InputError, MtcheckError
from mtcheck.core.findings import Finding
from mtcheck.core.report import Report, Status

# Formats whose files are their own raw text, so that a rewrite can be put back into them.
_NO_TEXT_OF_THEIR_OWN = {"docx", "odt", "pdf"}


@dataclass(frozen=True, slots=True)
class Fixed:
    """A document's text with rewrites applied; ``diff`` is unified, empty if nothing changed."""

    path: str
    text: str
    diff: str
    applied: tuple[Finding, ...]


def fixed_texts(run: FileRun, *, write: bool) -> Iterator[Fixed | MtcheckError]:
    """Yield what becomes of each document of a run.

    Args:
        run: findings are taken from it; suppressed ones are left alone.
        write: replace the files. Encoding and line ends stay as they are.

    Yields:
        The text, or the error that kept a file from being read or written.
    """
    for report in run:
        try:
            yield _fix(report, write=write)
        except MtcheckError as error:
            yield error


def _fix(report: Report, *, write: bool) -> Fixed:
    from mtcheck.checks.fix import apply_fixes, diff

    if report.status is Status.FAILED:
        skip = report.skips[0]
        raise InputError(skip.code or "unreadable", skip.why, where=report.path, try_=skip.needed)
    if report.format in _NO_TEXT_OF_THEIR_OWN:
        return Fixed(report.path, report.text, "", ())
    text, applied = apply_fixes(report.text, report.findings)
    if write and applied:
        _replace(Path(report.path), report.text, text)
    return Fixed(report.path, text, diff(report.text, text, name=report.path), applied)


def _replace(path: Path, old: str, new: str) -> None:
    """Replace a file's text in its own encoding, atomically.

    Raises:
        InputError: it can't be written, or is no longer what was checked.
    """
    try:
        data = path.read_bytes()
        for encoding in ("utf-8-sig", "utf-8", "utf-16", "cp1252", "latin-1"):
            # The first encoding that gives these very bytes back is the file's own.
            try:
                if data.decode(encoding) == old and old.encode(encoding) == data:
                    break
            except UnicodeError:
                continue
        else:
            raise InputError(
                "changed-meanwhile",
                "the file is not what was checked, or its encoding can't be kept",
                where=str(path),
                try_="check it again; convert it to UTF-8",
            )
        encoded = new.encode(encoding)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as stream:
            stream.write(encoded)
        Path(stream.name).chmod(path.stat().st_mode & 0o777)
        Path(stream.name).replace(os.path.realpath(path))
    except OSError as error:
        raise InputError(
            "unwritable", f"can't be written: {error.strerror}", where=str(path)
        ) from error
    except UnicodeEncodeError as error:
        raise InputError(
            "unencodable",
            f"the rewrite can't be written in {error.encoding}",
            where=str(path),
            try_="convert the file to UTF-8",
        ) from error
