"""Sectors that miss each other: what a bell-shaped place forgets of a compass point and a distance band.

Rules:
- a sector is what its observer said: a bearing, half a width, and a distance at least and at most;
- a report without bearing or distance has no sector, and misses nothing;
- sectors farther apart than `SLACK_M` are not joined: a post named by its town may stand at the town's
  edge, so far from the place that stands for it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import shapely

from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats

SLACK_M = 1_500.0
POINTS = 17  # along each arc: off by less than 20 m at 15 km


@dataclass(frozen=True, slots=True, kw_only=True)
class Sectors:
    """Sectors as columns; NaN where something was not said."""

    observer_lon: Floats
    observer_lat: Floats
    bearing_deg: Floats
    halfwidth_deg: Floats
    nearest_m: Floats
    farthest_m: Floats

    def take(self, which: npt.NDArray[np.int64] | slice) -> Sectors:
        """Return the sectors at the indices `which`."""
        return Sectors(**{f.name: getattr(self, f.name)[which] for f in fields(self)})


def gap_m(a: Sectors, b: Sectors) -> Floats:
    """Return how far apart the sectors of each pair lie; 0 when they meet or one is not a sector."""
    gaps = np.zeros(len(a.bearing_deg))
    both = np.flatnonzero(_whole(a) & _whole(b))
    if not len(both):
        return gaps
    a, b = a.take(both), b.take(both)
    over = (b.observer_lon - a.observer_lon + 180) % 360 - 180
    shrink = np.cos(np.radians((a.observer_lat + b.observer_lat) / 2))
    none = np.zeros(len(both))
    mine = _outlines(a, none, none)
    other = _outlines(
        b, over * METRES_PER_DEGREE * shrink, (b.observer_lat - a.observer_lat) * METRES_PER_DEGREE
    )
    gaps[both] = shapely.distance(mine, other)
    return gaps


def _whole(sectors: Sectors) -> npt.NDArray[np.bool_]:
    known = np.isfinite(sectors.observer_lon) & np.isfinite(sectors.observer_lat)
    known &= np.isfinite(sectors.bearing_deg) & (sectors.halfwidth_deg < 180)
    return known & (sectors.nearest_m >= 0) & (sectors.farthest_m >= sectors.nearest_m)


def _outlines(sectors: Sectors, east_m: Floats, north_m: Floats) -> npt.NDArray[np.object_]:
    steps = np.linspace(-1.0, 1.0, POINTS)
    angle = np.radians(sectors.bearing_deg[:, None] + sectors.halfwidth_deg[:, None] * steps)
    far = np.maximum(sectors.farthest_m, sectors.nearest_m + 1.0)[:, None]
    near = sectors.nearest_m[:, None]
    across = np.concatenate([far * np.sin(angle), near * np.sin(angle[:, ::-1])], axis=1)
    along = np.concatenate([far * np.cos(angle), near * np.cos(angle[:, ::-1])], axis=1)
    corners = np.stack([across + east_m[:, None], along + north_m[:, None]], axis=2)
    return np.asarray(shapely.polygons(corners), dtype=np.object_)


def miss(a: Sectors, b: Sectors, lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    """Say which pairs of sectors are farther apart than `SLACK_M`.

    Most hold, or nearly, the place `lon`, `lat` that both reports point to; only the others are drawn.
    """
    found = np.zeros(len(a.bearing_deg), dtype=bool)
    unsure = np.flatnonzero(_whole(a) & _whole(b))
    unsure = unsure[~(_holds(a, lon, lat) & _holds(b, lon, lat))[unsure]]
    found[unsure] = gap_m(a.take(unsure), b.take(unsure)) > SLACK_M
    return found


def _holds(sectors: Sectors, lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    """Say which sectors have a place within them, or within a third of `SLACK_M` around."""
    over = (lon - sectors.observer_lon + 180) % 360 - 180
    east = over * METRES_PER_DEGREE * np.cos(np.radians((lat + sectors.observer_lat) / 2))
    north = (lat - sectors.observer_lat) * METRES_PER_DEGREE
    away = np.hypot(east, north)
    off = np.abs((np.degrees(np.arctan2(east, north)) - sectors.bearing_deg + 180) % 360 - 180)
    aside = np.radians(np.clip(off - sectors.halfwidth_deg, 0, 90)) * away
    beyond = np.maximum(np.maximum(sectors.nearest_m - away, away - sectors.farthest_m), 0)
    held: npt.NDArray[np.bool_] = np.hypot(aside, beyond) < SLACK_M / 3
    return held
