"""A line between two parties in the open sea, and posts on either side of it.

Rules:
- the place is fictional: water in the Gulf of Guinea, south of Ghana, with no front and nobody living there;
- A holds what lies north of the line, B what lies south of it;
- the zone is all within 5 km of the line.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import shapely

from trucewatch.model.geodesy import METRES_PER_DEGREE, Plane
from trucewatch.model.instants import Interval

PLANE = Plane(lon=0.5, lat=0.25)
LINE_M = ((-24_000.0, -5_000.0), (-8_000.0, 0.0), (9_000.0, -1_500.0), (24_000.0, 4_000.0))
ZONE_M = 5_000.0
FIRST_DAY = datetime(2027, 3, 1, tzinfo=UTC)
DAYS = 3
# metres east and north of the plane's origin, and who holds the place
POSTS_M = (
    ("North-1", -19_000.0, 200.0, "A"),
    ("South-1", -11_000.0, -4_500.0, "B"),
    ("North-2", -3_000.0, 3_000.0, "A"),
    ("South-2", 5_000.0, -4_800.0, "B"),
    ("North-3", 12_000.0, 3_400.0, "A"),
    ("South-3", 20_000.0, -1_200.0, "B"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patrol:
    """A post: where it stands, who holds that place, and its hours of watch."""

    name: str
    lon: float
    lat: float
    east_m: float
    north_m: float
    held_by: str
    watches: tuple[Interval, ...]

    def watching(self, at: datetime) -> bool:
        """Say whether the post is on watch at the moment `at`."""
        return any(watch.contains(at) for watch in self.watches)


def patrols(generator: np.random.Generator) -> tuple[Patrol, ...]:
    """Return the posts, each with one watch a day that begins by 08:00 and lasts 8 to 11 hours."""
    found = []
    for name, east, north, held_by in POSTS_M:
        watches = []
        for day in range(DAYS):
            start = FIRST_DAY + timedelta(days=day, minutes=int(generator.integers(20, 33)) * 15)
            hours = timedelta(minutes=int(generator.integers(32, 45)) * 15)
            watches.append(Interval(start=start, end=start + hours))
        lon, lat = degrees(east, north)
        found.append(
            Patrol(
                name=name,
                lon=lon,
                lat=lat,
                east_m=east,
                north_m=north,
                held_by=held_by,
                watches=tuple(watches),
            )
        )
    return tuple(found)


def line() -> shapely.LineString:
    """Return the line between A and B, lon and lat in degrees."""
    return shapely.LineString([degrees(east, north) for east, north in LINE_M])


def zone() -> shapely.Polygon:
    """Return all within 5 km of the line, lon and lat in degrees."""
    ring = shapely.LineString(LINE_M).buffer(ZONE_M, quad_segs=8).exterior.coords
    return shapely.Polygon([degrees(east, north) for east, north in ring])


def beside_line(along: float, north_m: float) -> tuple[float, float]:
    """Return metres east and north of a point at the fraction `along` of the line, `north_m` off it."""
    spot = shapely.LineString(LINE_M).interpolate(along, normalized=True)
    return float(spot.x), float(spot.y) + north_m


def degrees(east_m: float, north_m: float) -> tuple[float, float]:
    """Return lon, lat to 6 decimals, which is a tenth of a metre."""
    lon = PLANE.lon + east_m / (METRES_PER_DEGREE * math.cos(math.radians(PLANE.lat)))
    return round(lon, 6), round(PLANE.lat + north_m / METRES_PER_DEGREE, 6)
