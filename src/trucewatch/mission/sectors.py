"""Where observers say that it was: sectors of bearing, width and distance, as such and never as a dot.

Rules:
- a sector is drawn of an observation whose observer's place passed the gate, and of no other;
- only of incidents that a query asks for, and while these are at most MOST_DRAWN;
- a bearing without a distance has no sector, for it would have no end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from trucewatch.mission.views_tables import rows_by_id, rows_by_key
from trucewatch.model.geodesy import Floats, Plane
from trucewatch.model.tables import INCIDENTS, OBSERVATIONS

MOST_DRAWN = 300
STEP_DEG = 4.0
NEEDED = ("observer_lon", "observer_lat", "bearing_deg", "bearing_halfwidth_deg", "distance_max_m")
Ring = list[tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighted:
    """One observation's sector: who saw it, in words and as its outline; a whole ring has a second one within."""

    source_id: str
    bearing_deg: float
    halfwidth_deg: float
    nearest_m: float
    farthest_m: float
    rings: tuple[Ring, ...]

    @property
    def shape(self) -> shapely.Polygon:
        """The outline as a polygon."""
        return shapely.Polygon(self.rings[0], self.rings[1:])


def sectors_of(connection: sqlite3.Connection, shelf: str, rows: Sequence[int]) -> tuple[Sighted, ...]:
    """Return the sectors of the observations in incidents, whose keys in the read model are `rows`."""
    incidents = rows_by_key(connection, INCIDENTS, rows)
    ids = sorted({one for each in incidents["observations"].to_list() for one in each or ()})
    seen = rows_by_id(connection, OBSERVATIONS, shelf, ids).drop_nulls(NEEDED)
    parts = seen.select("source_id", *NEEDED, "distance_min_m").unique(maintain_order=True)
    return tuple(
        Sighted(
            source_id=source,
            bearing_deg=bearing,
            halfwidth_deg=half,
            nearest_m=near or 0.0,
            farthest_m=far,
            rings=outline(lon, lat, bearing, half, near or 0.0, far),
        )
        for source, lon, lat, bearing, half, far, near in parts.iter_rows()
        if far > 0
    )


def outline(
    lon: float, lat: float, bearing_deg: float, halfwidth_deg: float, nearest_m: float, farthest_m: float
) -> tuple[Ring, ...]:
    """Return the outline of a sector about an observer, closed; all around it is two rings."""
    plane, half = Plane(lon=lon, lat=lat), min(max(halfwidth_deg, 0.5), 180.0)
    turn = np.radians(bearing_deg + np.linspace(-half, half, max(3, int(2 * half / STEP_DEG) + 1)))
    far = _arc(plane, turn, farthest_m)
    if half >= 180.0:
        return (far, _arc(plane, turn[::-1], nearest_m)) if nearest_m > 0 else (far,)
    near = _arc(plane, turn[::-1], nearest_m) if nearest_m > 0 else [_rounded(lon, lat)]
    return ([*far, *near, far[0]],)


def _arc(plane: Plane, turn: Floats, distance_m: float) -> Ring:
    spots = (plane.degrees(distance_m * float(np.sin(t)), distance_m * float(np.cos(t))) for t in turn)
    return [_rounded(*spot) for spot in spots]


def _rounded(lon: float, lat: float) -> tuple[float, float]:
    return round(lon, 5), round(lat, 5)
