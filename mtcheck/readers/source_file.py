"""The file with the original texts, for formats that come in pairs of files."""

from __future__ import annotations

from mtcheck.core.errors import InputError, UsageError
from mtcheck.readers.base import ReadOptions
from mtcheck.readers.decoding import Decoded, decode


def load_source(options: ReadOptions) -> Decoded:
    """Return the decoded text of ``options.source_path``.

    Raises:
        UsageError: ``no-such-file``.
        InputError: it can't be read, or is too large.
    """
    path = options.source_path
    assert path is not None
    try:
        with path.open("rb") as file:
            data = file.read(options.max_bytes + 1)
    except FileNotFoundError:
        raise UsageError("no-such-file", "there is no such file", where=str(path)) from None
    except OSError as error:
        raise InputError(
            "unreadable-file", f"can't be read: {error.strerror}", where=str(path)
        ) from None
    if len(data) > options.max_bytes:
        raise InputError("too-large", "the source file is too large", where=str(path))
    return decode(data, str(path), encoding=options.encoding, lang=options.source_lang)
