"""Title, byline, date and language of a page, from its head and structured data."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from mtcheck.core.documents import Meta
from mtcheck.readers.html_tree import Element
from mtcheck.readers.metadata import iso_date, language

_TITLES = ("og:title", "twitter:title", "dc.title", "parsely-title")
_AUTHORS = ("author", "article:author", "byl", "dc.creator", "parsely-author", "sailthru.author")
_DATES = (
    "article:published_time", "og:published_time", "datepublished", "date", "pubdate", "dc.date",
    "dcterms.date", "dcterms.created", "dc.date.issued", "publish-date", "publication_date",
    "parsely-pub-date", "sailthru.date",
)  # fmt: skip


def page_meta(root: Element, raw: str) -> Meta:
    """Return what a page tells about itself."""
    named: dict[str, str] = {}
    page_lang = title = time = None
    for element in root.elements():
        if element.name == "meta":
            name = element.get("name") or element.get("property") or element.get("itemprop")
            name = name or element.get("http-equiv")
            named.setdefault(name.lower(), element.get("content").strip())
        elif element.name == "html":
            page_lang = page_lang or element.get("lang") or element.get("xml:lang")
        elif element.name == "title" and title is None:
            title = element.text(raw) or None
        elif element.name == "time" and time is None:
            time = iso_date(element.get("datetime"))
    structured = dict(_structured(root, raw))
    authors = (named.get(name) for name in _AUTHORS)
    byline = next((a for a in authors if a and not a.startswith("http")), None)
    lang = page_lang or named.get("content-language") or named.get("og:locale")
    return Meta(
        title=next((named[name] for name in _TITLES if named.get(name)), title),
        byline=byline or structured.get("author"),
        published=_published(named, structured) or time,
        lang=language(lang) or language(structured.get("inLanguage")),
    )


def _published(named: dict[str, str], structured: dict[str, str]) -> dt.date | None:
    values = [structured.get("datePublished", ""), *(named.get(name, "") for name in _DATES)]
    return next((found for value in values if (found := iso_date(value))), None)


def _structured(root: Element, raw: str) -> Iterator[tuple[str, str]]:
    """Yield the fields of the first article in the page's JSON-LD."""
    for element in root.elements():
        if element.name != "script" or element.get("type").lower() != "application/ld+json":
            continue
        text = "".join(raw[c.start : c.end] for c in element.children if not isinstance(c, Element))
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for item in _items(data):
            if "datePublished" in item:
                for key in ("datePublished", "inLanguage"):
                    if isinstance(item.get(key), str):
                        yield key, item[key]
                author = item.get("author")
                author = author[0] if isinstance(author, list) and author else author
                name = author.get("name") if isinstance(author, dict) else author
                if isinstance(name, str):
                    yield "author", name
                return


def _items(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, list):
        for each in data:
            yield from _items(each)
    elif isinstance(data, dict):
        yield data
        yield from _items(data.get("@graph"))
