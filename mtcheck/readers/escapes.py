"""String literals with backslash escapes, piece by piece with their places."""

from __future__ import annotations

import re

from mtcheck.readers.builder import TextBuilder

_SIMPLE = {
    "n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "a": "\a",
    '"': '"', "\\": "\\", "/": "/", "'": "'", "?": "?",
}  # fmt: skip
# JSON's \u escapes come in surrogate pairs; C's (PO) are hex and octal bytes.
_PIECE = re.compile(
    r"[^\\]+"
    r"|\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}"
    r"|\\u[\da-fA-F]{4}"
    r"|\\x[\da-fA-F]{1,2}"
    r"|\\[0-7]{1,3}"
    r"|\\.?",
    re.S,
)


def literal_pieces(raw: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """Return (text, start, end) for the pieces of the literal's content ``raw[start:end]``."""
    return [
        (_plain(match[0]), match.start(), match.end()) for match in _PIECE.finditer(raw, start, end)
    ]


def append_literal(builder: TextBuilder, start: int, end: int) -> None:
    """Append what the literal content ``raw[start:end]`` stands for, escapes as one unit each."""
    for text, piece_start, piece_end in literal_pieces(builder.raw, start, end):
        builder.replaced(text, piece_start, piece_end)


def _plain(piece: str) -> str:
    if piece[0] != "\\" or len(piece) == 1:
        return piece
    kind = piece[1]
    if kind == "u":
        if len(piece) == 12:
            high, low = int(piece[2:6], 16), int(piece[8:], 16)
            return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
        code = int(piece[2:], 16)
        return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)
    if kind == "x" and len(piece) > 2:
        return chr(int(piece[2:], 16))
    if kind.isdigit() and kind < "8":
        return chr(int(piece[1:], 8) & 0xFF)
    return _SIMPLE.get(kind, piece)
