"""Works out which date a text means: "this Friday (11)" in an article of 20 February 2022."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache

from mtcheck.checks.view import View

# Associated Press style: months of more than five letters are shortened with a day.
AP_MONTHS = ("Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.",
             "Nov.", "Dec.")  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ISO = re.compile(r"(?<![\d-])((?:19|20)\d\d)-(0?[1-9]|1[0-2])-(0?[1-9]|[12]\d|3[01])(?![\d-])")
_YEAR = re.compile(r"(?:19|20)\d\d\b")
_LONGEST_DAY = 60  # code points of day and month before their year
_HEAD = 400  # code points at the head in which an article gives its own date
_NEAR_DAYS = 45


def ap_date(day: dt.date, *, year: bool = False) -> str:
    """Return ``Feb. 11`` or ``Feb. 11, 2022``."""
    text = f"{AP_MONTHS[day.month - 1]} {day.day}"
    return f"{text}, {day.year}" if year else text


def article_date(view: View) -> dt.date | None:
    """Return the date of the article, None if nothing tells it.

    The publication date that came with the document counts first, then a full date at the head of
    the text (date line), then the only or latest full date anywhere in it.
    """
    if view.published is not None:
        return view.published
    return view.shared("article-date", lambda: _from_text(view.text, view.lang or "en"))


def _from_text(text: str, lang: str) -> dt.date | None:
    head = next(dates_in(text[:_HEAD], lang), None)
    if head is not None:
        return head
    found = list(dates_in(text, lang))
    return max(found) if found else None


def dates_in(text: str, lang: str) -> Iterator[dt.date]:
    """Yield the full dates (with year) that a text names, in order of place."""
    found: list[tuple[int, dt.date]] = []
    for match in _ISO.finditer(text):
        found += _valid(match.start(), int(match[1]), int(match[2]), int(match[3]))
    years = list(_YEAR.finditer(text))
    if years:  # month names cost an import
        names, written, done = month_names(lang), _written(lang), 0
        for year in years:
            start = max(done, year.start() - _LONGEST_DAY)
            date = written.search(text, start, year.end() + 1)
            if date is None:
                continue
            done = date.end()
            month = names[(date["m1"] or date["m2"]).lower().rstrip(".")]
            found += _valid(date.start(), int(date["year"]), month, int(date["d1"] or date["d2"]))
    yield from (date for _, date in sorted(found))


def _valid(at: int, year: int, month: int, day: int) -> list[tuple[int, dt.date]]:
    try:
        return [(at, dt.date(year, month, day))]
    except ValueError:
        return []


@lru_cache(maxsize=32)
def month_names(lang: str) -> dict[str, int]:
    """Return month names of a language, wide and abbreviated, in lower case, with their numbers.

    English is built in, since Babel takes a tenth of a second to import; all others are CLDR's.
    """
    if lang == "en":
        wide = ["january", "february", "march", "april", "may", "june", "july", "august",
                "september", "october", "november", "december"]  # fmt: skip
        names = {name: i for i, name in enumerate(wide, 1)}
        return names | {name[:3]: i for name, i in names.items()} | {"sept": 9}
    from babel import Locale, UnknownLocaleError

    try:
        months = Locale.parse(lang).months
    except (UnknownLocaleError, ValueError):
        return month_names("en")
    return {
        name.lower().rstrip("."): number
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in months[context][width].items()
        if not name.isdigit()
    }


@lru_cache(maxsize=32)
def _written(lang: str) -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, month_names(lang)), key=len, reverse=True))
    return re.compile(
        rf"\b(?:(?P<m1>{names})\.? (?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,? "
        rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)? (?:de |d['’])?(?P<m2>{names})\.?,? (?:de )?)"
        rf"(?P<year>(?:19|20)\d\d)\b",
        re.IGNORECASE,
    )


def nearest(
    day: int, weekday: str | None, about: dt.date, month: int | None = None
) -> dt.date | None:
    """Return the date nearest to ``about`` with that day of month, weekday and month.

    None if no such date lies within 45 days (so that a misprint gets no made-up month).
    """
    wanted = None if weekday is None else WEEKDAYS.index(weekday.lower())
    for distance in range(_NEAR_DAYS + 1):
        for sign in (-1, 1):
            date = about + dt.timedelta(days=sign * distance)
            if date.day != day or (month is not None and date.month != month):
                continue
            if wanted is None or date.weekday() == wanted:
                return date
    return None
