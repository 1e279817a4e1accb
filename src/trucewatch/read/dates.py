"""When a text says something is to happen or happened.

Rules:
- offsets are characters of the whole document; a span includes its preposition ("by the end of March");
- what is relative resolves against the day of publication alone, and not at all without one;
- a wide span of time ("soon", "this winter") is kept as written and resolves to None;
- dateparser's languages name the months and weekdays that our own pattern found; it parses nothing, so that
  no clock is asked.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from re import Match

from dateparser.conf import settings
from dateparser.languages.loader import default_loader

from trucewatch.read.moments import DateWords as DateWords
from trucewatch.read.moments import Means, Row, Turn
from trucewatch.read.moments import date_words as date_words

NUMERIC = re.compile(
    r"(?<![\w.,/-])(?:(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)"
    r"|(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>(?:19|20)\d\d))(?![\w/-])"
)

MONTHS = (
    "",
    *[
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
)
WEEKDAYS = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)  # dateparser's own names


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A time as it stands in the text: a day, a month, a year or first/last, when it resolves."""

    start: int
    end: int
    as_written: str
    resolved: str | None  # as of an act that is to come
    behind: str | None  # as of one that has been: "on Friday" is the last Friday then
    ahead: bool = False  # it can lie after the day of publication


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reckoned:
    """A time by our own pattern, before it is reckoned."""

    match: Match[str]
    row: Row
    words: DateWords
    published: date | None

    @property
    def day(self) -> int:
        return int(self.match["day"])

    @property
    def month(self) -> int | None:
        name = self.words.months[re.sub(r"\s+", " ", self.match["month"]).casefold()]
        return _place(_english(name, self.words.language), MONTHS)

    @property
    def year(self) -> int | None:
        return int(self.match["year"]) if "year" in self.match.re.groupindex else None

    @property
    def weekday(self) -> int | None:
        name = self.words.weekdays[self.match["weekday"].casefold()]
        return _place(_english(name, self.words.language), WEEKDAYS)


def dates(text: str, words: DateWords, *, published: date | None) -> tuple[Found, ...]:
    """Return the times in `text` in their order."""
    found = [*_numeric(text), *_worded(text, words, published)]
    found.sort(key=lambda time: (time.start, -time.end))
    kept: list[Found] = []
    for time in found:
        if not kept or time.start >= kept[-1].end:
            kept.append(time)
        elif time.end - time.start > kept[-1].end - kept[-1].start:
            kept[-1] = time
    return tuple(kept)


def _place(name: str, names: Sequence[str]) -> int | None:
    return next((number for number, known in enumerate(names) if known and known == name), None)


def _english(name: str, language: str) -> str:
    """What dateparser's names of `language` call a month or weekday in English.

    Only its names are used: its parser asks the clock for a year even where it is given a day to reckon from
    (dateparser 1.5.0, utils/strptime.py `_prepare_format`).
    """
    return str(default_loader.get_locale(language).translate(name.lower(), settings=settings)).title()


def _numeric(text: str) -> Iterator[Found]:
    for match in NUMERIC.finditer(text):
        parts = [match["y"] or match["year"], match["m"] or match["month"], match["d"] or match["day"]]
        day = _day(int(parts[0]), int(parts[1]), int(parts[2]))
        if day is not None:
            yield _found(match, day.isoformat(), day.isoformat())


def _worded(text: str, words: DateWords, published: date | None) -> Iterator[Found]:
    for row in words.rows:
        for match in row.pattern.finditer(text):
            turns = _turns(match, words)
            if not row.bare and not turns:
                continue
            if Turn.OPEN in turns:
                yield _found(match, None, None)
                continue
            time = _Reckoned(match=match, row=row, words=words, published=published)
            ahead, behind = (_resolved(time, forward=True), _resolved(time, forward=False))
            if Turn.AHEAD in turns:
                behind = ahead
            elif Turn.BEHIND in turns:
                ahead = behind
            yield _found(match, ahead, behind, to_come=_lies_ahead(time, turns, ahead))


def _lies_ahead(time: _Reckoned, turns: frozenset[Turn], resolved: str | None) -> bool:
    """Return whether the time lies after the day of publication, or may."""
    if Turn.AHEAD in turns or time.row.on > 0:
        return True
    return resolved is not None and time.published is not None and resolved > time.published.isoformat()


def _turns(match: Match[str], words: DateWords) -> frozenset[Turn]:
    said = ((match["before"], words.before), (match["after"], words.after))
    turned = {turns[re.sub(r"\s+", " ", word).casefold()] for word, turns in said if word}
    named = [match[name] for name in ("month", "weekday") if match.re.groupindex.get(name)]
    if words.ahead_endings and any(name.casefold().endswith(words.ahead_endings) for name in named):
        turned.add(Turn.AHEAD)
    return frozenset(turned)


def _found(match: Match[str], resolved: str | None, behind: str | None, *, to_come: bool = False) -> Found:
    return Found(
        start=match.start(),
        end=match.end(),
        as_written=match[0],
        resolved=resolved,
        behind=behind,
        ahead=to_come,
    )


def _resolved(time: _Reckoned, *, forward: bool) -> str | None:
    reckon: Mapping[Means, Callable[[_Reckoned, bool], str | None]] = {
        Means.DATE: _date,
        Means.MONTH: _month,
        Means.MONTH_END: _month,
        Means.YEAR: lambda own, _: str(own.year),
        Means.YEAR_END: lambda own, _: f"{own.year}-12-31",
        Means.WEEKDAY: _weekday,
        Means.WEEKDAY_LAST: lambda own, _: _weekday(own, False, today=False),
        Means.WEEKDAY_NEXT: lambda own, _: _weekday(own, True, today=False),
    }
    means = time.row.means
    if means is Means.OPEN:
        return None
    return reckon[means](time, forward) if means in reckon else _on(time)


def _date(time: _Reckoned, forward: bool) -> str | None:
    month = time.month
    if month is None:
        return None
    if time.year is not None:
        day = _day(time.year, month, time.day)
        return day.isoformat() if day else None
    if time.published is None:
        return None
    years = range(time.published.year - 4, time.published.year + 5)
    days = [day for year in years if (day := _day(year, month, time.day))]
    later = [day for day in days if day >= time.published]
    earlier = [day for day in days if day <= time.published]
    fits = later[:1] if forward else earlier[-1:]
    return fits[0].isoformat() if fits else None


def _month(time: _Reckoned, forward: bool) -> str | None:
    month, year = time.month, time.year
    if month is None or (year is None and time.published is None):
        return None
    if year is None and time.published is not None:
        here = time.published.month
        year = time.published.year + (
            1 if forward and month < here else -1 if not forward and month > here else 0
        )
    if year is None:
        return None
    if time.row.means is Means.MONTH_END:
        return f"{year}-{month:02}-{calendar.monthrange(year, month)[1]:02}"
    return f"{year}-{month:02}"


def _weekday(time: _Reckoned, forward: bool, *, today: bool = True) -> str | None:
    if time.published is None or (weekday := time.weekday) is None:
        return None
    ahead = (weekday - time.published.weekday()) % 7
    if forward:
        return (time.published + timedelta(days=ahead or (0 if today else 7))).isoformat()
    back = (7 - ahead) % 7 if today else 7 - ahead
    return (time.published - timedelta(days=back)).isoformat()


def _on(time: _Reckoned) -> str | None:
    """A time so many days, weeks, months or years from the day of publication."""
    if time.published is None:
        return None
    day, on, means = time.published, time.row.on, time.row.means
    if means is Means.DAYS_ON:
        return (day + timedelta(days=on)).isoformat()
    if means in (Means.WEEKS_ON, Means.WEEKS_ON_END):
        first = day - timedelta(days=day.weekday()) + timedelta(weeks=on)
        last = (first + timedelta(days=6)).isoformat()
        return last if means is Means.WEEKS_ON_END else f"{first.isoformat()}/{last}"
    if means in (Means.MONTHS_ON, Means.MONTHS_ON_END):
        year, month = divmod(day.year * 12 + day.month - 1 + on, 12)
        last_day = calendar.monthrange(year, month + 1)[1]
        whole = f"{year}-{month + 1:02}"
        return whole if means is Means.MONTHS_ON else f"{whole}-{last_day:02}"
    return str(day.year + on) if means is Means.YEARS_ON else f"{day.year + on}-12-31"


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
