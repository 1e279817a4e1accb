"""Places with their error: compass sectors, ellipses, and a local plane to reckon in.

Rules:
- a place is a mean and a 2 x 2 covariance in metres, east and north of that mean;
- the local plane (`Plane`) is an equirectangular one: over 100 km at 48° N its lengths are off by less
  than 0.5 %, far less than the errors of what is placed in it;
- a sector (bearing, half-width, distance band) is matched to the Gaussian with its first two moments,
  found by integrating over the sector evenly in area, widened by the observer's own error.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

COMPASS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
POINT_HALFWIDTH_DEG = 11.25  # half of one of the sixteen points
# chi-squared with 2 degrees of freedom holds 90 % within this many standard deviations
ELLIPSE90 = math.sqrt(-2 * math.log(0.1))
METRES_PER_DEGREE = 111_195.0  # mean Earth radius 6,371,008.8 m (IUGG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """A range of true bearings from an observer: the middle and half the width, degrees."""

    bearing_deg: float
    halfwidth_deg: float


def sector_of(points: Sequence[str]) -> Sector:
    """Return the smallest sector that holds all of the sixteen-point compass names in `points`.

    Raises KeyError for a name that is not on the compass, ValueError for none.
    """
    if not points:
        raise ValueError("no compass point")
    indices = {name: at for at, name in enumerate(COMPASS)}
    marks = sorted({indices[name.strip().upper()] for name in points})
    gaps = [(later - earlier, at) for at, (earlier, later) in enumerate(itertools.pairwise(marks))]
    gaps.append((marks[0] + 16 - marks[-1], len(marks) - 1))
    widest, before = max(gaps, key=lambda gap: gap[0])
    first, span = marks[(before + 1) % len(marks)], 16 - widest
    return Sector(
        bearing_deg=(first * 22.5 + span * 11.25) % 360,
        halfwidth_deg=min(180.0, span * 11.25 + POINT_HALFWIDTH_DEG),
    )


def heading_of(point: str) -> float:
    """Return the bearing in degrees of one of the sixteen compass names; KeyError when it is none."""
    return {name: at * 22.5 for at, name in enumerate(COMPASS)}[point.strip().upper()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ellipse:
    """A place as a Gaussian: its mean, and standard deviations along two axes."""

    lon: float
    lat: float
    major_m: float
    minor_m: float
    azimuth_deg: float  # of the major axis, clockwise from north, 0 up to 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """A plane of metres east and north about an origin."""

    lon: float
    lat: float

    def metres(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Return metres east and north of the origin."""
        east = (lon - self.lon) * METRES_PER_DEGREE * math.cos(math.radians(self.lat))
        return east, (lat - self.lat) * METRES_PER_DEGREE

    def degrees(self, east_m: float, north_m: float) -> tuple[float, float]:
        """Return lon, lat of a point given in metres east and north of the origin."""
        lon = self.lon + east_m / (METRES_PER_DEGREE * math.cos(math.radians(self.lat)))
        return lon, self.lat + north_m / METRES_PER_DEGREE


def covariance(major_m: Floats, minor_m: Floats, azimuth_deg: Floats) -> tuple[Floats, Floats, Floats]:
    """Return east-east, east-north and north-north covariances (m²) of ellipses."""
    sine, cosine = np.sin(np.radians(azimuth_deg)), np.cos(np.radians(azimuth_deg))
    along, across = major_m**2, minor_m**2
    return (
        along * sine**2 + across * cosine**2,
        (along - across) * sine * cosine,
        along * cosine**2 + across * sine**2,
    )


def axes(ee: float, en: float, nn: float) -> tuple[float, float, float]:
    """Return major, minor (m) and azimuth (deg, 0 up to 180) of a covariance."""
    middle, spread = (ee + nn) / 2, math.hypot((ee - nn) / 2, en)
    azimuth = 90 - math.degrees(math.atan2(en, (ee - nn) / 2)) / 2
    return math.sqrt(middle + spread), math.sqrt(max(0.0, middle - spread)), azimuth % 180


def place_in_sector(
    *, lon: float, lat: float, sector: Sector, nearest_m: float, farthest_m: float, observer_sigma_m: float
) -> Ellipse:
    """Return the place that a sector and a distance band point to, seen from `lon`, `lat`.

    The band is taken as even in area; `observer_sigma_m` is the error of the observer's own place.
    """
    half = math.radians(max(sector.halfwidth_deg, 1e-6))
    span = max(farthest_m, nearest_m + 1.0)
    first = 2 / 3 * (span**3 - nearest_m**3) / (span**2 - nearest_m**2)
    second = (span**2 + nearest_m**2) / 2
    sinc, double = math.sin(half) / half, math.sin(2 * half) / (2 * half)
    mean = first * sinc
    radial = second * (1 + double) / 2 - mean**2 + observer_sigma_m**2
    tangent = second * (1 - double) / 2 + observer_sigma_m**2
    bearing = math.radians(sector.bearing_deg)
    where = Plane(lon=lon, lat=lat).degrees(mean * math.sin(bearing), mean * math.cos(bearing))
    major, minor, azimuth = (
        math.sqrt(max(radial, tangent)),
        math.sqrt(min(radial, tangent)),
        sector.bearing_deg,
    )
    if tangent > radial:
        azimuth += 90
    return Ellipse(lon=where[0], lat=where[1], major_m=major, minor_m=minor, azimuth_deg=azimuth % 180)
