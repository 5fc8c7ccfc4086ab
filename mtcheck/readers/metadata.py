"""Title, byline, date and language that a text says about itself."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import PurePath

from mtcheck.core.documents import Meta
from mtcheck.core.errors import UsageError
from mtcheck.core.languages import normalise

_ISO_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)-(0[1-9]|1[0-2])-([0-2]\d|3[01])(?!\d)")
# The keys that blog engines, news CMSs and pandoc use.
_TITLE = ("title", "headline", "titulo", "título")
_BYLINE = ("byline", "author", "authors", "creator", "writer")
_PUBLISHED = ("published", "date", "pubdate", "publish_date", "published_at", "created")
_LANG = ("lang", "language", "locale")
_DATE_LINE = re.compile(r"\s*(?:date\s*[:=]?\s*)?(?=(?:19|20)\d\d-)", re.I)


def iso_date(text: str) -> dt.date | None:
    """Return the first valid ISO date in ``text``."""
    for match in _ISO_DATE.finditer(text):
        try:
            return dt.date(*map(int, match.groups()))
        except ValueError:
            continue
    return None


def from_fields(fields: Mapping[str, str]) -> Meta:
    """Return what a mapping of names (any case) to values tells; the rest goes into ``extra``."""
    lower = {key.strip().lower(): value.strip() for key, value in fields.items()}

    def first(names: tuple[str, ...]) -> str | None:
        return next((lower[name] for name in names if lower.get(name)), None)

    used = {*_TITLE, *_BYLINE, *_PUBLISHED, *_LANG}
    published = first(_PUBLISHED)
    return Meta(
        title=first(_TITLE),
        byline=first(_BYLINE),
        published=iso_date(published) if published else None,
        lang=language(first(_LANG)),
        extra={key: value for key, value in lower.items() if key not in used},
    )


def language(tag: str | None) -> str | None:
    """Return the normalised language of a tag, None if there is none or it is unknown."""
    if not tag:
        return None
    try:
        return normalise(tag)
    except UsageError:
        return None


def published_date(text: str, name: str) -> dt.date | None:
    """Return the date that a plain text opens with, or else that its file name has."""
    opening = _DATE_LINE.match(text)
    if opening is not None:
        found = iso_date(text[opening.end() : opening.end() + 10])
        if found is not None:
            return found
    return iso_date(PurePath(name).name)
