"""Where fire came from and where it went, as a share of possible flights from one side of a line to another.

Rules:
- a flight is a straight line over ground: its start, its heading, and a length up to the weapon's range;
- the place's error, the heading's width and the length are drawn together, 128 fixed draws the same for all;
- what was seen going out started where it was seen, and a muzzle flash did; what came in ended there; in flight it did
  neither; where nobody said which, it may have been anywhere on its way, its start and its end included;
- a heading that nobody stated leaves the flight unknown, and nothing is guessed from the place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from trucewatch.assess.ranges import NEAREST, reach_m
from trucewatch.model.geodesy import ELLIPSE90, METRES_PER_DEGREE, POINT_HALFWIDTH_DEG
from trucewatch.model.vocabulary import FIRE, Phenomenon, Trajectory

Floats = npt.NDArray[np.float64]

DRAWS = 128
CHUNK = 20_000  # incidents at a time, so that memory stays small
_STEPS = (0.8566748838545029, 0.733891856627126, 0.6287067210378087, 0.5385972572236101)
"""Powers of the inverse of the real root of x^5 = x + 1: an even sequence in four dimensions (Roberts 2018)."""
NAMES = ("lon", "lat", "major90_m", "minor90_m", "azimuth_deg", "heading_deg", "heading_halfwidth_deg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The ground on either side of the parties' lines while they were so; None: not known."""

    a: shapely.Geometry | None
    b: shapely.Geometry | None
    from_utc: datetime | None = None
    to_utc: datetime | None = None

    @property
    def known(self) -> bool:
        """Say whether both sides are known: from one alone nothing is concluded."""
        return self.a is not None and self.b is not None


def draws() -> tuple[Floats, Floats, Floats, Floats]:
    """Return 128 draws: two of the standard normal plane, and two even ones, of -1 to 1 and of 0 to 1."""
    nth = np.arange(1, DRAWS + 1, dtype=np.float64)
    first, second, third, fourth = ((0.5 + nth * step) % 1.0 for step in _STEPS)
    radius = np.sqrt(-2 * np.log(first))
    return radius * np.cos(2 * np.pi * second), radius * np.sin(2 * np.pi * second), 2 * third - 1, fourth


def flights(incidents: pl.DataFrame, sides: Sides) -> pl.DataFrame:
    """Return for each incident the shares `ab`, `ba`, `aa`, `bb` of its possible flights, and `on_a`, `on_b`.

    `ab` starts on A's side and ends on B's; `on_a` starts on A's side. Null: the place, the heading or a side is not known.
    """
    shares = np.full((incidents.height, 6), np.nan)
    fire = pl.col("phenomenon").is_in([p.value for p in FIRE])
    asked = incidents.with_row_index("nth").with_columns(reach_m().alias("reach_m"))
    asked = asked.filter(
        fire & pl.all_horizontal(pl.col("lon", "lat", "major90_m", "heading_deg").is_not_null())
    )
    if sides.known and asked.height:
        for part in asked.iter_slices(CHUNK):
            shares[part["nth"].to_numpy()] = _shares(part, sides)
    columns = ("ab", "ba", "aa", "bb", "on_a", "on_b")
    return pl.DataFrame(shares, schema=dict.fromkeys(columns, pl.Float64), orient="row").fill_nan(None)


def _shares(part: pl.DataFrame, sides: Sides) -> Floats:
    starts, ends = _ends(part)
    a_from, b_from = shapely.intersects_xy(sides.a, *starts), shapely.intersects_xy(sides.b, *starts)
    a_to, b_to = shapely.intersects_xy(sides.a, *ends), shapely.intersects_xy(sides.b, *ends)
    return np.column_stack(
        [
            np.asarray(met, dtype=np.float64).mean(axis=1)
            for met in (a_from & b_to, b_from & a_to, a_from & a_to, b_from & b_to, a_from, b_from)
        ]
    )


def _ends(part: pl.DataFrame) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Return lon and lat of the starts and of the ends, a row an incident and a column a draw."""
    lon, lat, major, minor, azimuth, heading, halfwidth = (
        part[name].to_numpy().astype(np.float64)[:, None] for name in NAMES
    )
    minor, azimuth = np.where(np.isfinite(minor), minor, major), np.nan_to_num(azimuth)
    halfwidth = np.where(np.isfinite(halfwidth), halfwidth, POINT_HALFWIDTH_DEG)
    x, y, aside, far = draws()
    sine, cosine = np.sin(np.radians(azimuth)), np.cos(np.radians(azimuth))
    along, across = major / ELLIPSE90 * x, minor / ELLIPSE90 * y
    east, north = along * sine + across * cosine, along * cosine - across * sine
    bearing = np.radians(heading + halfwidth * aside)
    reach = part["reach_m"].to_numpy()[:, None]
    length = reach * (NEAREST + (1 - NEAREST) * far)
    behind, ahead = _reaches(part, far)
    return (
        _degrees(
            lon, lat, east - behind * length * np.sin(bearing), north - behind * length * np.cos(bearing)
        ),
        _degrees(lon, lat, east + ahead * length * np.sin(bearing), north + ahead * length * np.cos(bearing)),
    )


def _reaches(part: pl.DataFrame, far: Floats) -> tuple[Floats, Floats]:
    """Return how much of the flight lies behind and ahead of the place: all or nothing of it, or a drawn part."""
    trajectory = part["trajectory"].fill_null("").to_numpy()[:, None]
    passing = (far * 7.0) % 1.0  # in flight: where on its way it was seen, even and apart from its length
    flash = (part["phenomenon"] == Phenomenon.MUZZLE_FLASH.value).to_numpy()[:, None]
    out = (trajectory == Trajectory.OUTGOING.value) | (flash & (trajectory != Trajectory.INCOMING.value))
    behind = np.where(out, 0.0, np.where(trajectory == Trajectory.INCOMING.value, 1.0, passing))
    return behind, 1.0 - behind


def _degrees(lon: Floats, lat: Floats, east_m: Floats, north_m: Floats) -> tuple[Floats, Floats]:
    return lon + east_m / (METRES_PER_DEGREE * np.cos(np.radians(lat))), lat + north_m / METRES_PER_DEGREE
