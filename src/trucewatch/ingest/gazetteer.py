"""Places by GeoNames id, each with its spellings and the days between which they were the name.

Rules:
- a spelling is `name`, or `name@from/to` with ".." for an open end, both dates ISO 8601 and `to` exclusive;
- a name may be many places': `places_named` returns all of them, and choosing is the caller's.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date

from trucewatch.errors import InputError
from trucewatch.model.source import Gazetteer, Place


def read_gazetteer(text: str) -> Gazetteer:
    """Return the places of a CSV with geonameid, lon, lat, area_id and spellings; InputError if it is none."""
    places = {}
    for line, row in enumerate(csv.DictReader(text.splitlines()), start=2):
        try:
            place = Place(
                place_id=f"geonames:{int(row['geonameid'])}",
                lon=float(row["lon"]),
                lat=float(row["lat"]),
                area_id=row["area_id"],
                spellings=tuple(_spelling(name) for name in row["spellings"].split("|")),
            )
        except (KeyError, TypeError, ValueError) as fault:
            raise InputError("not a place of a gazetteer", where=f"line {line}") from fault
        places[place.place_id] = place
    return places


def places_named(name: str, gazetteer: Gazetteer, at: date) -> Iterator[Place]:
    """Yield the places that `name` stood for on the day `at`; undated spellings stand for theirs always."""
    wanted = name.casefold().strip()
    for place in gazetteer.values():
        for spelling, first, end in place.spellings:
            held = (first is None or first <= at) and (end is None or at < end)
            if held and spelling.casefold() == wanted:
                yield place
                break


def _spelling(written: str) -> tuple[str, date | None, date | None]:
    name, mark, span = written.partition("@")
    if not mark:
        return name, None, None
    first, end = span.split("/")
    return name, _day(first), _day(end)


def _day(written: str) -> date | None:
    return None if written == ".." else date.fromisoformat(written)
