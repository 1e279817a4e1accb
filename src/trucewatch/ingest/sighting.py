"""Where it was, from what an observer said of bearing and distance.

Rules:
- direction and distance give a sector, a distance alone a ring about the observer; a direction alone
  gives the sector out to the profile's `range_m` of that phenomenon, and neither the whole disc of that
  range: it was within hearing. Without a range there is then no place, and what was said is kept;
- *nothing seen* lies where the observer was;
- a ring's middle is its observer: for a source that does not publish its posts it goes to the middle of a
  cell of a fixed grid of `GRID_DEG`, and the error grows by the cell's;
- a band of distances is its own error; one number is read to the nearest kilometre, and is off by the
  profile's `distance_factor` besides; `bearing_sigma_deg` adds to the sector's width, in squares;
- beyond 85° of latitude a plane does not hold, and no place is given;
- places are rounded to 0.1 m, so that a row has one id on every machine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from trucewatch.model.geodesy import (
    COMPASS,
    METRES_PER_DEGREE,
    Sector,
    heading_of,
    place_in_sector,
    sector_of,
)
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import OBSERVATIONS
from trucewatch.model.vocabulary import Phenomenon

OWN_SIGMA_M = 1500.0  # a town is 3 to 6 km across: a post at its edge is so far from its centre
ROUNDING_M = 500.0
SPREAD = math.sqrt(3)  # half the width of an even spread, over its standard deviation
GRID_DEG = 0.05  # 5.6 km north, less east: coarser than a post, finer than hearing
POLAR_DEG = 85.0
COMPASS_LIST = rf"(?i)^\s*({'|'.join(COMPASS)})\s*(\|\s*({'|'.join(COMPASS)})\s*)*$"
SAID = ("observer_lon", "observer_lat", "directions", "distance_min_m", "distance_max_m", "phenomenon")
FOUND = (
    "lon",
    "lat",
    "sigma_m",
    "major_m",
    "minor_m",
    "azimuth_deg",
    "bearing_deg",
    "bearing_halfwidth_deg",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What one observer said of where it was."""

    lon: float | None  # the observer's place
    lat: float | None
    sector: Sector | None
    nearest_m: float | None
    farthest_m: float | None
    phenomenon: Phenomenon
    own_sigma_m: float  # how far off the observer's own place is


def placed(frame: pl.DataFrame, profile: SourceProfile) -> pl.DataFrame:
    """Return `frame` with the columns `FOUND`, from its columns `SAID`.

    `directions` are compass points joined by "|" that match `COMPASS_LIST`, or null. The observer's own
    place is off by the profile's `position_sigma_m`, or by `OWN_SIGMA_M`.
    """
    own_sigma_m = profile.position_sigma_m or OWN_SIGMA_M
    found = [
        _found(
            Sighting(
                lon=lon,
                lat=lat,
                sector=None if points is None else sector_of(points.split("|")),
                nearest_m=nearest_m,
                farthest_m=farthest_m,
                phenomenon=Phenomenon(phenomenon),
                own_sigma_m=own_sigma_m,
            ),
            profile,
        )
        for lon, lat, points, nearest_m, farthest_m, phenomenon in frame.select(SAID).iter_rows()
    ]
    schema = {name: OBSERVATIONS.schema[name] for name in FOUND}
    return frame.hstack(pl.DataFrame(found, schema=schema))


def heading(flight: str | None) -> float | None:
    """Return the heading of one flight such as SE->NW, towards its end; None for a list or none.

    The two points lie at least 90° apart, or the words do not tell a direction.
    """
    ends = (flight or "").upper().split("->")
    if len(ends) != 2 or not {end.strip() for end in ends} <= set(COMPASS):
        return None
    start, end = map(heading_of, ends)
    return end if abs((end - start + 180) % 360 - 180) >= 90 else None


def _found(sighting: Sighting, profile: SourceProfile) -> dict[str, float | None]:
    bearing: dict[str, float | None] = {}
    if sighting.sector is not None:
        bearing["bearing_deg"] = sighting.sector.bearing_deg
        bearing["bearing_halfwidth_deg"] = sighting.sector.halfwidth_deg
    return bearing | place(sighting, profile)


def place(sighting: Sighting, profile: SourceProfile) -> dict[str, float | None]:
    """Return the place that a sighting points to, by columns of `FOUND`; none when nothing bounds it."""
    lon, lat, sector, own_m = sighting.lon, sighting.lat, sighting.sector, sighting.own_sigma_m
    if lon is None or lat is None:
        return {}
    if sighting.phenomenon is Phenomenon.NOTHING:
        return {"lon": lon, "lat": lat, "sigma_m": own_m}
    band = _band(sighting, profile)
    if band is None or abs(lat) > POLAR_DEG:
        return {}
    bearing, width = (sector.bearing_deg, sector.halfwidth_deg) if sector else (0.0, 180.0)
    where = place_in_sector(
        lon=lon,
        lat=lat,
        sector=Sector(
            bearing_deg=bearing,
            halfwidth_deg=min(180.0, math.hypot(width, SPREAD * (profile.bearing_sigma_deg or 0))),
        ),
        nearest_m=band[0],
        farthest_m=band[1],
        observer_sigma_m=own_m,
    )
    if sector is None and profile.published:
        return {"lon": lon, "lat": lat, "sigma_m": round(where.major_m, 1)}
    if sector is None:
        return _coarse(lon, lat, where.major_m)
    return {
        "lon": round((where.lon + 180) % 360 - 180, 6),
        "lat": round(where.lat, 6),
        "major_m": round(where.major_m, 1),
        "minor_m": round(where.minor_m, 1),
        "azimuth_deg": round(where.azimuth_deg, 3),
    }


def _coarse(lon: float, lat: float, sigma_m: float) -> dict[str, float | None]:
    """Return the middle of the grid's cell, with the error of a place anywhere in it."""
    cell_m = GRID_DEG * METRES_PER_DEGREE
    middle = [(math.floor(degrees / GRID_DEG) + 0.5) * GRID_DEG for degrees in (lon, lat)]
    return {
        "lon": round(middle[0], 6),
        "lat": round(middle[1], 6),
        "sigma_m": round(math.hypot(sigma_m, cell_m / math.sqrt(12)), 1),
    }


def _band(sighting: Sighting, profile: SourceProfile) -> tuple[float, float] | None:
    """Return the nearest and farthest it may have been; None when nothing bounds it."""
    reach = sighting.farthest_m
    if reach is None:
        reach = profile.range_m.get(sighting.phenomenon)
    if reach is None:
        return None
    nearest = sighting.nearest_m or 0.0
    farthest = max(reach, nearest)
    if nearest < farthest:
        return nearest, farthest
    wide = math.hypot(ROUNDING_M, SPREAD * ((profile.distance_factor or 1.0) - 1) * nearest)
    return max(0.0, nearest - wide), nearest + wide
