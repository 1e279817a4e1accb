"""Any CSV, GeoJSON or Parquet file, read by a mapping that its user wrote in TOML (`mapping.py`).

Rules:
- a word outside a closed list refuses its row: it is never guessed;
- a count is read in words, and one of "some" is not stated; what looked and saw nothing has no count;
- an interval of no length is the minute that it names;
- a row with an observer and a farthest distance but no place of its own gets one (`sighting.py`); the
  observer is off by `observer_sigma_m`, else by the profile's `position_sigma_m`, else by `GPS_SIGMA_M`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import polars as pl

from trucewatch.ingest.checks import (
    Check,
    day,
    day_checks,
    day_end,
    day_start,
    each,
    number,
    number_checks,
    order_checks,
    place_checks,
    screen,
    screened,
    time_checks,
    utc,
)
from trucewatch.ingest.mapping import Field, fields_of
from trucewatch.ingest.reading import read_any
from trucewatch.ingest.sighting import FOUND, Sighting, place
from trucewatch.ingest.words import count_words
from trucewatch.model.areas import area_of
from trucewatch.model.geodesy import POINT_HALFWIDTH_DEG, Sector, heading_of, sector_of
from trucewatch.model.source import Screened, Source, SourceProfile
from trucewatch.model.tables import OBSERVATIONS
from trucewatch.model.vocabulary import Phenomenon

GPS_SIGMA_M = 100.0  # a patrol that reads its place off a GPS receiver and rounds it
_NOTHING = pl.col("phenomenon") == Phenomenon.NOTHING.value
_FARTHEST_M = 1_000_000.0
_NUMBERS = frozenset(c.name for c in OBSERVATIONS.columns if c.dtype in (pl.Float64, pl.Int64))
_LISTS = {c.name: tuple(c.words) for c in OBSERVATIONS.columns if c.words is not None}
_SAID = (
    "observer_lon",
    "observer_lat",
    "observer_sigma_m",
    "bearing_deg",
    "bearing_halfwidth_deg",
    "distance_min_m",
    "distance_max_m",
)
_BOUNDS: Mapping[str, tuple[float, float]] = {
    "azimuth_deg": (0, 360),
    "bearing_deg": (0, 360),
    "bearing_halfwidth_deg": (0, 180),
    "heading_deg": (0, 360),
    "calibre_mm": (1, 2_000),
    "count_min": (0, 1_000_000_000),
    "count_max": (0, 1_000_000_000),
    "credibility": (1, 6),
}


def parse(raw: bytes, profile: SourceProfile) -> Screened:
    """Return the observations that the profile's mapping finds in a file, and the rows refused.

    Raises ConfigError when the mapping cannot be followed.
    """
    fields = fields_of(profile)
    needed = dict.fromkeys(column for said in fields.values() for column in said.columns)
    rows = read_any(raw, required=tuple(needed))
    kept, refused = screen(_texts(rows.frame, fields), _checks(fields, profile))
    named = [replace(bad, column=fields[bad.column].theirs) for bad in refused if bad.column]
    seen = _placed(_observed(kept, fields, profile), profile)
    return screened(seen, [*rows.refused, *named], profile, rows.notes)


def _texts(frame: pl.DataFrame, fields: Mapping[str, Field]) -> pl.DataFrame:
    """Return a column of text for each of `fields`, and beside those in words what they were read as."""
    cells = {target: _cells(said) for target, said in fields.items()}
    words = {name: cell.str.to_lowercase() if name in _LISTS else cell for name, cell in cells.items()}
    texts = frame.select("row", **words)
    read = [
        each(texts[target], make).alias(f"{target} read")
        for target, make in _READ.items()
        if target in fields
    ]
    return texts.with_columns(read)


def _cells(said: Field) -> pl.Expr:
    if said.seconds is not None:
        return pl.lit(None, pl.String)
    if said.constant is not None:
        return pl.lit(said.constant)
    theirs = pl.concat_str(said.columns, separator=" | ", ignore_nulls=True)
    cells: pl.Expr = pl.when(theirs != "").then(theirs)
    if said.words:
        cells = cells.replace(dict(said.words))
    if said.format is not None:
        written = cells.str.to_datetime(said.format, time_unit="us", strict=False)
        offset = "+00:00" if "%z" in said.format else ""
        cells = pl.coalesce(written.dt.to_string(f"%Y-%m-%dT%H:%M:%S%.6f{offset}"), cells)
    return cells


def _count(words: str) -> str | None:
    try:
        least, most = count_words(words)
    except ValueError:
        return None
    return f"{'' if least is None else least}|{'' if most is None else most}"


def _sector(points: str) -> str | None:
    try:
        sector = sector_of([point for point in points.split("|") if point.strip()])
    except (KeyError, ValueError):
        return None
    return f"{sector.bearing_deg}|{sector.halfwidth_deg}"


def _heading(point: str) -> str | None:
    try:
        return f"{heading_of(point)}|"
    except KeyError:
        return None


_READ = {"count": _count, "directions": _sector, "heading": _heading}
# column of ours: what it is read from, and whether it is the first or the second of the two numbers
_FROM_WORDS = {
    "count_min": ("count", 0),
    "count_max": ("count", 1),
    "bearing_deg": ("directions", 0),
    "bearing_halfwidth_deg": ("directions", 1),
    "heading_deg": ("heading", 0),
}
_UNREAD = {
    "count": "a count in words that are not known: such as 12, over 200, about 40, 4 to 8, some",
    "directions": "not points of the sixteen-point compass joined by |, such as NNW|N",
    "heading": "not one point of the sixteen-point compass, such as SW",
}


def _checks(fields: Mapping[str, Field], profile: SourceProfile) -> list[Check]:
    checks = [
        *_time_checks(fields, profile),
        *(check for name in fields for check in _word_checks(name)),
        *(check for name in fields for check in _number_checks(name)),
    ]
    for lon, lat in (("lon", "lat"), ("observer_lon", "observer_lat")):
        if lon in fields:
            checks += place_checks(lon, lat, required=False)
    for least, most in (("distance_min_m", "distance_max_m"), ("count_min", "count_max")):
        if {least, most} <= fields.keys():
            fails = number(least) * fields[least].factor > number(most) * fields[most].factor
            checks.append(Check(fails=fails, reason="the least is more than the most", column=least))
    if "count" in fields:
        counted = _NOTHING & pl.col("count read").is_not_null() & ~pl.col("count read").is_in(["|", "0|0"])
        checks.append(Check(fails=counted, reason="nothing was seen, and yet counted", column="count"))
    return checks


def _time_checks(fields: Mapping[str, Field], profile: SourceProfile) -> list[Check]:
    checks = time_checks("reported_utc", profile.zone, required=False) if "reported_utc" in fields else []
    if "day" in fields:
        zoneless = Check(
            fails=pl.lit(profile.zone is None),
            reason="a day with no zone: set `zone` for the source",
            column="day",
        )
        return [*checks, zoneless, *day_checks("day")]
    checks += time_checks("from_utc", profile.zone)
    if fields["to_utc"].seconds is None:
        checks += time_checks("to_utc", profile.zone)
        checks += order_checks(utc("from_utc", profile.zone), utc("to_utc", profile.zone), "to_utc")
    return checks


def _word_checks(name: str) -> list[Check]:
    if name in _UNREAD:
        unread = pl.col(name).is_not_null() & pl.col(f"{name} read").is_null()
        return [Check(fails=unread, reason=_UNREAD[name], column=name)]
    words = ("A", "B", "C", "D", "E", "F") if name == "reliability" else _LISTS.get(name)
    if words is None:
        return []
    reason = f"not one of {', '.join(words)}: map the word in `words`, or write one of these"
    checks = [Check(fails=~pl.col(name).is_in(words), reason=reason, column=name)]
    if name == "phenomenon":
        checks.append(Check(fails=pl.col(name).is_null(), reason=f"empty: {reason}", column=name))
    return checks


def _number_checks(name: str) -> list[Check]:
    if name in ("lon", "lat", "observer_lon", "observer_lat"):
        return []
    if name not in _NUMBERS and name != "observer_sigma_m":
        return []
    least, greatest = _BOUNDS.get(name, (0.0, _FARTHEST_M))
    checks = number_checks(name, least=least, greatest=greatest, required=False)
    if OBSERVATIONS.schema.get(name) == pl.Int64:
        whole = number(name) == number(name).floor()
        checks.append(Check(fails=~whole, reason="not a whole number", column=name))
    return checks


def _observed(kept: pl.DataFrame, fields: Mapping[str, Field], profile: SourceProfile) -> pl.DataFrame:
    """Return the columns of ours that the texts hold."""
    made = _moments(fields, profile)
    for name, (words, end) in _FROM_WORDS.items():
        if words in fields:
            made[name] = pl.col(f"{words} read").str.split("|").list.get(end).cast(pl.Float64, strict=False)
    for name, said in fields.items():
        if name in _NUMBERS:
            made[name] = number(name) * said.factor
        elif name == "means":
            made[name] = pl.col(name).fill_null(profile.means.value)
        elif name in OBSERVATIONS.schema and name not in made:
            made[name] = pl.col(name)
    if "area_id" in fields:
        made["area_id"] = each(kept["area_id"], lambda name: area_of(name) or name)
    if "observer_sigma_m" in fields:
        made["observer_sigma_m"] = number("observer_sigma_m") * fields["observer_sigma_m"].factor
    if "lon" in fields and "sigma_m" not in fields and profile.position_sigma_m is not None:
        made["sigma_m"] = pl.when(pl.col("lon").is_not_null()).then(profile.position_sigma_m)
    return kept.select("row", **made)


def _moments(fields: Mapping[str, Field], profile: SourceProfile) -> dict[str, pl.Expr | pl.Series]:
    sent = {"reported_utc": utc("reported_utc", profile.zone)} if "reported_utc" in fields else {}
    if "day" in fields:
        date = day("day")
        return {**sent, "from_utc": day_start(date, profile.zone), "to_utc": day_end(date, profile.zone)}
    start, seconds = utc("from_utc", profile.zone), fields["to_utc"].seconds
    end = utc("to_utc", profile.zone)
    if seconds is not None:
        end = start + timedelta(seconds=seconds)
    moment = pl.when(end == start).then(start + timedelta(minutes=1)).otherwise(end)
    return {**sent, "from_utc": start, "to_utc": moment}


def _placed(seen: pl.DataFrame, profile: SourceProfile) -> pl.DataFrame:
    """Return `seen` with a place for the rows that an observer and a distance point to."""
    if not {"observer_lon", "distance_max_m"} <= set(seen.columns):
        return seen.drop("observer_sigma_m", strict=False)
    whole = seen.with_columns(
        pl.lit(None, pl.Float64).alias(name) for name in (*FOUND, *_SAID) if name not in seen.columns
    )
    asked = (
        whole["lon"].is_null()
        & whole["distance_max_m"].is_not_null()
        & (whole["phenomenon"] != Phenomenon.NOTHING.value)
    )
    rows = zip(asked, whole.select("phenomenon", *_SAID).iter_rows(named=True), strict=True)
    places = [place(_sighting(row, profile), profile) if wanted else {} for wanted, row in rows]
    found = pl.DataFrame(places, schema=dict.fromkeys(FOUND, pl.Float64()))
    filled = [pl.coalesce(pl.col(name), found[name]).alias(name) for name in FOUND]
    return whole.with_columns(filled).drop("observer_sigma_m")


def _sighting(row: Mapping[str, str | float | None], profile: SourceProfile) -> Sighting:
    told = {name: None if row[name] is None else float(row[name] or 0) for name in _SAID}
    bearing, width = told["bearing_deg"], told["bearing_halfwidth_deg"]
    sector = None
    if bearing is not None:
        sector = Sector(bearing_deg=bearing, halfwidth_deg=POINT_HALFWIDTH_DEG if width is None else width)
    return Sighting(
        lon=told["observer_lon"],
        lat=told["observer_lat"],
        sector=sector,
        nearest_m=told["distance_min_m"],
        farthest_m=told["distance_max_m"],
        phenomenon=Phenomenon(str(row["phenomenon"])),
        own_sigma_m=told["observer_sigma_m"] or profile.position_sigma_m or GPS_SIGMA_M,
    )


SOURCE = Source(
    name="table",
    media_types=("text/csv", "application/geo+json", "application/vnd.apache.parquet"),
    parse=parse,
)
