"""Bytes to text, saying what was assumed."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from mtcheck.core.errors import InputError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What Windows wrote in each language before UTF-8.
_WINDOWS = {
    **dict.fromkeys(("cs", "sk", "pl", "hu", "sl", "hr", "ro", "bs", "sq"), "cp1250"),
    **dict.fromkeys(("ru", "uk", "be", "bg", "sr", "mk"), "cp1251"),
    **dict.fromkeys(("lt", "lv", "et"), "cp1257"),
    "el": "cp1253", "tr": "cp1254", "az": "cp1254", "he": "cp1255", "yi": "cp1255",
    "ar": "cp1256", "fa": "cp1256", "ur": "cp1256", "vi": "cp1258",
}  # fmt: skip
_SAMPLE = 1 << 16
# Share of control characters from which bytes are no text.
_MAX_CONTROL = 0.02
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROL_CHARS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
# In Western European text accented letters stand alone between ASCII ones; in Cyrillic, Greek or
# East Asian encodings high bytes come in runs.
_MAX_WESTERN_RUN = 1.7


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text without its byte order mark, the codec used, and remarks for the report."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(
    data: bytes, name: str, *, encoding: str | None = None, lang: str | None = None
) -> Decoded:
    """Return the text of ``data``.

    A byte order mark decides; then UTF-8 if it is valid; then UTF-16 by its pattern of zero bytes;
    then UTF-8 with some foreign bytes; then the Windows encoding of ``lang`` or of Western Europe,
    or what charset-normalizer finds. All but the first two are said in ``notes``.

    Raises:
        InputError: ``binary-file``, ``bad-encoding`` or ``unknown-encoding``.
    """
    if encoding is not None:
        return _decode_as(data, name, encoding)
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], name, codec)
    wide = _wide_codec(data)
    if wide is not None:
        text = _try(data, wide)
        if text is not None and not _CONTROL_CHARS.search(text):
            return Decoded(text, wide, (f"encoding: {wide.upper()} was assumed",))
    if b"\0" in data or _is_binary(data):
        raise InputError(
            "binary-file",
            "this is not a text file",
            where=name,
            try_="a text file, or --input-format if it is in a format that mtcheck reads",
        )
    text = _try(data, "utf-8")
    if text is not None:
        return Decoded(text, "utf-8")
    return _mixed(data) or _legacy(data, lang)


def _decode_as(data: bytes, name: str, encoding: str) -> Decoded:
    try:
        text = data.decode(encoding)
    except LookupError:
        raise InputError(
            "unknown-encoding", f"there is no encoding {encoding!r}", where=name, try_="utf-8"
        ) from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            "bad-encoding",
            f"byte {error.start} is not {encoding}: {error.reason}",
            where=f"{name}:{line}",
        ) from None
    return Decoded(text.removeprefix("\ufeff"), encoding)


def _decode_marked(data: bytes, name: str, codec: str) -> Decoded:
    note = () if codec == "utf-8" else (f"encoding: {codec.upper()} by its byte order mark",)
    text = _try(data, codec)
    if text is not None:
        return Decoded(text, codec, note)
    if codec == "utf-8":
        mixed = _mixed(data)
        if mixed is not None:
            return mixed
    raise InputError(
        "bad-encoding",
        f"the byte order mark says {codec.upper()}, but the bytes are not",
        where=name,
        try_="save the file as UTF-8",
    )


def _try(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _wide_codec(data: bytes) -> str | None:
    """Return UTF-16's byte order if one half of the byte pairs is mostly zero."""
    sample = data[:_SAMPLE]
    pairs = len(sample) // 2
    if not pairs or len(data) % 2:
        return None
    even, odd = sample[0::2].count(0) / pairs, sample[1::2].count(0) / pairs
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.05 else None


def _is_binary(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    return len(_CONTROL.findall(sample)) > _MAX_CONTROL * max(len(sample), 50)


def _mixed(data: bytes) -> Decoded | None:
    """Read UTF-8 with a few bytes of another encoding in it, as files edited by several hands."""
    bad: list[int] = []

    def repair(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        bad.append(error.start)
        return _western(error.object[error.start : error.start + 1]), error.start + 1

    codecs.register_error("mtcheck-mixed", repair)
    text = data.decode("utf-8", errors="mtcheck-mixed")
    good = sum(1 for char in text if char > "\x7f") - len(bad)
    if good < len(bad):
        return None
    lines = sorted({data.count(b"\n", 0, at) + 1 for at in bad[:10]})
    more = "…" if len(bad) > 10 else ""
    where = ", ".join(map(str, lines)) + more
    note = f"encoding: UTF-8, but bytes on line {where} are not; read as Windows-1252"
    return Decoded(text, "utf-8", (note,))


def _western(data: bytes) -> str:
    # Five bytes have no meaning in Windows-1252; Latin-1 makes control characters of them.
    return "".join(
        _try(data[i : i + 1], "cp1252") or data[i : i + 1].decode("latin-1")
        for i in range(len(data))
    )


def _legacy(data: bytes, lang: str | None) -> Decoded:
    codec = _WINDOWS.get(lang or "")
    text = _try(data, codec) if codec else None
    if codec is None or text is None:
        runs = _HIGH_RUN.findall(data[:_SAMPLE])
        if sum(map(len, runs)) <= _MAX_WESTERN_RUN * len(runs):
            codec, text = "cp1252", _try(data, "cp1252")
        else:
            codec, text = _guessed(data)
    if text is None:
        codec, text = "latin-1", data.decode("latin-1")
    return Decoded(text, codec or "latin-1", (f"encoding: not UTF-8; {codec} was assumed",))


def _guessed(data: bytes) -> tuple[str, str | None]:
    import charset_normalizer

    best = charset_normalizer.from_bytes(data[:_SAMPLE]).best()
    codec = best.encoding if best is not None else "cp1252"
    return codec, _try(data, codec)
