"""The times of one language: its months and weekdays, and the words that make a time of them.

Rules:
- everything a language needs stands in its file (content/languages/CODE/dates.toml); the code knows no word;
- a pattern is words and places: `{day}`, `{month}`, `{year}`, `{weekday}`, `{n}`; `*` stands for any letters;
- what may stand before or after a time says whether it lies ahead, behind, or is left open ("before March").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from re import Pattern

from trucewatch.errors import ConfigError
from trucewatch.read.fields import flag, member, only, rows, section, text, texts


class Means(StrEnum):
    """What a pattern of a time means."""

    DATE = "date"  # 31 March, 31 March 2026
    MONTH = "month"
    MONTH_END = "month_end"  # the end of March
    YEAR = "year"
    YEAR_END = "year_end"
    WEEKDAY = "weekday"
    WEEKDAY_LAST = "weekday_last"  # last Tuesday
    WEEKDAY_NEXT = "weekday_next"  # the first one after the day of publication
    DAYS_ON = "days_on"  # so many days from publication: tomorrow is 1
    WEEKS_ON = "weeks_on"
    WEEKS_ON_END = "weeks_on_end"  # the end of the week
    MONTHS_ON = "months_on"
    MONTHS_ON_END = "months_on_end"
    YEARS_ON = "years_on"
    YEARS_ON_END = "years_on_end"
    OPEN = "open"  # soon, this winter: kept as written


class Turn(StrEnum):
    """What a word beside a time says of it."""

    PLAIN = "plain"  # on, in
    AHEAD = "ahead"  # by, until
    BEHIND = "behind"  # since
    OPEN = "open"  # before, after, around: which day is not told


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A way to say a time, and what it means."""

    means: Means
    pattern: Pattern[str]
    on: int  # how many days, weeks, months or years from the day of publication
    bare: bool  # may stand without a word before or after it


@dataclass(frozen=True, slots=True, kw_only=True)
class DateWords:
    """What dates.toml of one language says."""

    language: str  # the name by which dateparser knows it
    months: Mapping[str, str]  # any form to the one that dateparser knows
    weekdays: Mapping[str, str]
    before: Mapping[str, Turn]
    after: Mapping[str, Turn]
    ahead_endings: tuple[str, ...]  # a case that says "until": huhtikuulle
    rows: tuple[Row, ...]


SECTIONS = ("language", "capital_months", "ahead_endings", "months", "weekdays", "before", "after", "time")
ROW = ("means", "patterns", "on", "bare")
YEAR = r"(?P<year>(?:19|20)\d\d)(?![\d,.]\d)"
DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|er|\.(?!\d)|-го|-го)?"


def date_words(table: Mapping[str, object], where: str) -> DateWords:
    """Return the words of dates.toml; a wrong entry is refused with `where` and its key."""
    only(table, SECTIONS, "dates", where)
    months = _names(section(table, "months", where), "months", 12, where)
    weekdays = _names(section(table, "weekdays", where), "weekdays", 7, where)
    before = _turns(section(table, "before", where), where)
    after = _turns(section(table, "after", where), where)
    capital = flag(table, "capital_months", where)
    places = {
        "day": DAY,
        "month": rf"(?P<month>{_either(months)})" if capital else rf"(?P<month>(?i:{_either(months)}))",
        "year": YEAR,
        "weekday": rf"(?P<weekday>(?i:{_either(weekdays)}))",
        "n": r"(?:\d+|[^\W\d_]+)",
    }
    return DateWords(
        language=text(table, "language", where),
        months={form.casefold(): name for form, name in months.items()},
        weekdays={form.casefold(): name for form, name in weekdays.items()},
        before=before,
        after=after,
        ahead_endings=texts(table, "ahead_endings", where),
        rows=tuple(
            one for row in rows(table, "time", where) for one in _rows(row, places, (before, after), where)
        ),
    )


def _names(table: Mapping[str, object], key: str, count: int, where: str) -> dict[str, str]:
    if len(table) not in (0, count):
        raise ConfigError(f"{key} has {len(table)} names, not {count}", where=where)
    return {form: name for name, forms in table.items() for form in (name, *str(forms).split())}


def _turns(table: Mapping[str, object], where: str) -> dict[str, Turn]:
    return {
        word.casefold(): member(Turn, key, "before or after", where)
        for key in table
        for word in texts(table, key, where)
    }


def _either(words: Sequence[str] | Mapping[str, object]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len)[::-1]) or "(?!)"


def _rows(
    row: Mapping[str, object],
    places: Mapping[str, str],
    beside: tuple[Mapping[str, Turn], Mapping[str, Turn]],
    where: str,
) -> Iterator[Row]:
    only(row, ROW, "time", where)
    on = row.get("on", 0)
    if not isinstance(on, int):
        raise ConfigError("time.on is not a whole number", where=where)
    start = rf"(?:(?P<before>(?i:{_either(beside[0])}))\s+)?"
    end = rf"(?:\s+(?P<after>(?i:{_either(beside[1])})))?"
    for pattern in texts(row, "patterns", where):
        core = "".join(_piece(piece, places, where) for piece in re.split(r"(\{\w+\})", pattern))
        yield Row(
            means=member(Means, text(row, "means", where), "time.means", where),
            pattern=re.compile(rf"(?<![\w-]){start}{core}{end}(?!\w|-\w)"),
            on=on,
            bare=row.get("bare") is not False,
        )


def _piece(piece: str, places: Mapping[str, str], where: str) -> str:
    if piece.startswith("{"):
        if piece[1:-1] not in places:
            raise ConfigError(f"{piece} is none of {', '.join(places)}", where=where)
        return places[piece[1:-1]]
    words = re.escape(piece).replace(r"\*", r"\w*").replace(r"\ ", r"\s+").replace("'", "['’]")
    return f"(?i:{words})" if words else ""
