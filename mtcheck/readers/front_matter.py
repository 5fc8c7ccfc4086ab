"""The fields before an article: YAML between ``---`` lines or TOML between ``+++`` lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

_BLOCK = re.compile(r"(---|\+\+\+)[ \t]*\r?\n(.*?)(?:^|\n)(?:\1|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S)
_FIELD = re.compile(r"([\w.-]+)[ \t]*:(?:[ \t]+(.*?))?[ \t]*\r?$")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*?)[ \t]*\r?$")
_COMMENT = re.compile(r"(?:^|\s)#.*$")


def front_matter(text: str) -> tuple[Mapping[str, str], int]:
    """Return the fields at the head of ``text``, and the offset at which the body begins.

    Of YAML the subset that articles use is read: scalars, quoted or not, and lists (joined by
    commas); nested tables are passed over. Text without a closed block has no fields.
    """
    match = _BLOCK.match(text)
    if match is None:
        return {}, 0
    fields = _toml(match[2]) if match[1] == "+++" else _yaml(match[2])
    return (fields, match.end()) if fields or not match[2].strip() else ({}, 0)


def _toml(text: str) -> dict[str, str]:
    try:
        table = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError:
        return {}
    return {
        key: ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in table.items()
        if not isinstance(value, dict)
    }


def _yaml(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    key: str | None = None
    for line in text.split("\n"):
        field, item = _FIELD.match(line), _ITEM.match(line)
        if field is not None:
            key = field[1]
            fields[key] = _scalar(field[2] or "")
        elif item is not None and key is not None:
            value = _scalar(item[1])
            fields[key] = f"{fields[key]}, {value}" if fields[key] else value
    return fields


def _scalar(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1].replace('\\"', '"').replace("''", "'")
    text = _COMMENT.sub("", text).strip()
    if text.startswith("[") and text.endswith("]"):
        return ", ".join(_scalar(part.strip()) for part in text[1:-1].split(",") if part.strip())
    return "" if text in {"|", ">", "|-", ">-", "null", "~"} else text
