"""Members of zip-based documents, with limits on what they unpack to."""

from __future__ import annotations

import io
import zipfile
import zlib

from mtcheck.core.errors import InputError

# XML of real documents packs 5 to 20 times; a bomb a thousand times.
_MAX_RATIO = 200
_RATIO_FROM = 4 * 1024 * 1024


def open_archive(data: bytes, name: str) -> zipfile.ZipFile:
    """Return the archive.

    Raises:
        InputError: ``damaged-file``, or ``encrypted-file``.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        if data.startswith(b"\xd0\xcf\x11\xe0"):  # an OLE container: old .doc, or encrypted .docx
            raise InputError(
                "encrypted-file",
                "the document is encrypted, or in Word's old binary format",
                where=name,
                try_="save it as .docx without a password",
            ) from None
        raise InputError("damaged-file", f"not a zip archive: {error}", where=name) from None
    if any(info.flag_bits & 1 for info in archive.infolist()):
        raise InputError("encrypted-file", "the document has a password", where=name)
    return archive


def member(archive: zipfile.ZipFile, path: str, name: str, limit: int) -> bytes | None:
    """Return a member's bytes, None if there is no such member.

    Raises:
        InputError: ``zip-bomb`` if it unpacks to more than ``limit`` bytes or packs too well, or
            ``damaged-file``.
    """
    try:
        info = archive.getinfo(path)
    except KeyError:
        return None
    packed_well = info.file_size > _RATIO_FROM and (
        info.file_size > _MAX_RATIO * max(1, info.compress_size)
    )
    if info.file_size > limit or packed_well:
        raise _bomb(path, info.file_size, name)
    try:
        with archive.open(info) as file:
            data = file.read(limit + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise InputError("damaged-file", f"{path}: {error}", where=name) from None
    if len(data) > limit:  # the directory may lie about sizes
        raise _bomb(path, len(data), name)
    return data


def _bomb(path: str, size: int, name: str) -> InputError:
    return InputError(
        "zip-bomb", f"{path} unpacks to {size / 2**20:.0f} MiB or more; not read", where=name
    )
