"""Cells of one row, read or refused, and rows as observations.

Rules:
- a row is taken whole or refused with one reason, which names the column and never repeats the value;
- an empty cell is *not stated*;
- a time without offset needs the profile's zone; a date alone is its whole local day;
- a place is lon, lat in degrees WGS 84; whether it lies in the mission's area is the mission's to say;
- a time outside the years 1900 to 2199 is a mistake of the file.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import polars as pl

from trucewatch.errors import InputError, TimeError
from trucewatch.ingest.reading import Rows
from trucewatch.model.instants import Interval, moment
from trucewatch.model.source import Refusal, Screened, SourceProfile
from trucewatch.model.tables import OBSERVATIONS
from trucewatch.model.vocabulary import Sensitivity

Row = Mapping[str, str | None]
Cell = str | int | float | datetime | None
Observed = dict[str, Cell]
Word = TypeVar("Word")
YEARS = range(1900, 2200)
INSTANT = timedelta(minutes=1)  # how long a clock time written to the minute lasts


def screened(rows: Rows, read: Callable[[Row], Sequence[Observed]]) -> Screened:
    """Return what `read` makes of each row; a row for which it raises InputError is refused."""
    accepted: list[Observed] = []
    refused = list(rows.refused)
    for row in rows.frame.iter_rows(named=True):
        at: int = row.pop("row")
        try:
            accepted.extend({**observed, "row": at} for observed in read(row))
        except InputError as fault:
            refused.append(Refusal(row=at, reason=fault.message, column=fault.where))
    return Screened(
        accepted=pl.DataFrame(accepted, schema=OBSERVATIONS.schema),
        refused=tuple(sorted(refused, key=lambda refusal: refusal.row)),
        notes=rows.notes,
    )


def of_source(profile: SourceProfile) -> Observed:
    """Return the columns that every row of a source shares."""
    kept = Sensitivity.PUBLIC if profile.published else Sensitivity.RESTRICTED
    return {
        "source_id": profile.source_id,
        "means": profile.means.value,
        "reliability": profile.reliability,
        "origin": None if profile.origin == "independent" else profile.origin,
        "sensitivity": kept.value,
    }


def stated(row: Row, column: str) -> str:
    """Return the cell's text; InputError when it is empty."""
    text = row.get(column)
    if text is None:
        raise InputError("the cell is empty, and the row means nothing without it", where=column)
    return text


def word(row: Row, column: str, words: Mapping[str, Word]) -> Word:
    """Return what the cell's word stands for; InputError when it is not in the list."""
    try:
        return words[" ".join(stated(row, column).lower().split())]
    except KeyError:
        raise InputError(
            f"the word is not one of this source's: {', '.join(sorted(words))}", where=column
        ) from None


def number(row: Row, column: str) -> float | None:
    """Return the cell as a finite number, None when it is empty."""
    text = row.get(column)
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError("not a number: write digits with a point, such as 48.02", where=column)
    return value


def point(row: Row, lon: str, lat: str) -> tuple[float, float] | None:
    """Return lon, lat of the two columns, None when both are empty."""
    east, north = number(row, lon), number(row, lat)
    if east is None and north is None:
        return None
    if east is None or north is None:
        raise InputError("half a place: give both longitude and latitude, or neither", where=lon)
    for value, most, column in ((east, 180, lon), (north, 90, lat)):
        if abs(value) > most:
            raise InputError(
                f"beyond {most} degrees: are longitude and latitude swapped, or in metres?", where=column
            )
    return east, north


def instant(row: Row, column: str, zone: ZoneInfo | None) -> datetime:
    """Return the cell's time in UTC, read in `zone` when it has no offset of its own."""
    text = stated(row, column)
    parsed = _iso(text, column)
    if parsed.tzinfo is None and zone is None:
        raise TimeError("the time has no zone: give the offset, or set `zone` for the source", where=column)
    try:
        return moment(text, zone)
    except TimeError:
        raise TimeError(
            "the time does not exist or comes twice, where clocks change: give the offset", where=column
        ) from None


def interval(row: Row, start: str, end: str, zone: ZoneInfo | None) -> Interval:
    """Return the interval between the two columns: a date alone is its whole day.

    Equal clock times are one minute. InputError when the end comes before the start.
    """
    first, last = instant(row, start, zone), instant(row, end, zone)
    if is_date(row, end):
        day = date.fromisoformat(stated(row, end)) + timedelta(days=1)
        last = instant({end: day.isoformat()}, end, zone)
    if last < first:
        raise InputError("the interval ends before it starts: look at both times", where=end)
    return Interval(start=first, end=max(last, first + INSTANT) if last == first else last)


def is_date(row: Row, column: str) -> bool:
    """Say whether the cell is a date with no clock time."""
    return len(stated(row, column)) == len("2016-10-29") and stated(row, column)[4] == "-"


def _iso(text: str, column: str) -> datetime:
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise TimeError("not an ISO 8601 time such as 2026-01-06T18:00+02:00", where=column) from None
    if parsed.year not in YEARS:
        raise TimeError("the year is not between 1900 and 2199: look at the time", where=column)
    return parsed
