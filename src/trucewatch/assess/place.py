"""The probability that a place lies inside an area, its error carried through.

Rules:
- a place is a Gaussian; its probability inside is exact to 0.0001 for straight edges (`normal`), and rounded to six digits;
- a place known by its area only is inside when that area is, outside when the two share no ground, else unknown;
- a place without an error is unknown: nobody said how far off it may be;
- probabilities are kept for the places that may be inside, and for those that are not known; all others are outside.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from trucewatch.assess.normal import REACH, cut_off
from trucewatch.model.areas import Areas
from trucewatch.model.geodesy import ELLIPSE90, METRES_PER_DEGREE

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CHUNK = 250_000  # edges near places at a time, so that memory stays small
DIGITS = 6
_LEAST_M = 0.01  # no place is known better than a centimetre
_ASIDE = (1.3e-7, 2.1e-7)  # standard deviations: no place lies exactly on an edge
_SHARED = 1e-9  # deg²: less ground than this in common is a common border


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where incidents were, one element each; NaN where it is not known."""

    lon: Floats
    lat: Floats
    major_m: Floats  # standard deviations along the two axes
    minor_m: Floats
    azimuth_deg: Floats
    reach_deg: Floats  # beyond which an edge does not matter; NaN without a place or its error
    area: Ints  # index in `area_ids` where only an area is known, else -1
    area_ids: tuple[str, ...]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.lon)


def places_of(incidents: pl.DataFrame) -> Places:
    """Return where `incidents` were."""
    columns = ("lon", "lat", "major90_m", "minor90_m", "azimuth_deg")
    lon, lat, major, minor, azimuth = (
        incidents[name].cast(pl.Float64).fill_null(math.nan).to_numpy() for name in columns
    )
    major_m = np.maximum(major / ELLIPSE90, _LEAST_M)
    minor_m = np.where(np.isfinite(minor), np.maximum(minor / ELLIPSE90, _LEAST_M), major_m)
    known = incidents["area_id"].drop_nulls().unique().sort().to_list()
    codes = incidents["area_id"].replace_strict(
        known, list(range(len(known))), default=-1, return_dtype=pl.Int64
    )
    area = np.where(np.isnan(lon), codes.fill_null(-1).to_numpy(), -1)
    return Places(
        lon=lon,
        lat=lat,
        major_m=major_m,
        minor_m=minor_m,
        azimuth_deg=np.nan_to_num(azimuth),
        reach_deg=REACH * major_m / METRES_PER_DEGREE / np.maximum(np.cos(np.radians(lat)), 1e-6),
        area=area,
        area_ids=tuple(known),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The ground that a reading names: its areas as one shape, prepared for many questions."""

    area_ids: tuple[str, ...]
    shape: shapely.Geometry | None  # None: an outline is missing
    edges: Floats  # x1, y1, x2, y2 in degrees, the inside on their left
    border: shapely.STRtree  # of the edges
    areas: Areas


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """Places with an error that may be inside, and their probability; those not named are outside."""

    at: Ints  # rising
    p: Floats


def ground_of(area_ids: tuple[str, ...], areas: Areas) -> Ground:
    """Return the ground of `area_ids`; without the outline of each its shape is not known."""
    outlines = [outline for name in area_ids if (outline := areas.outline(name)) is not None]
    whole = shapely.union_all(outlines) if len(outlines) == len(area_ids) else None
    return ground_from(whole, areas, area_ids=area_ids)


def ground_from(shape: shapely.Geometry | None, areas: Areas, *, area_ids: tuple[str, ...] = ()) -> Ground:
    """Return the ground of a shape made of polygons; `area_ids` are the areas it is made of."""
    if shape is None:
        return Ground(
            area_ids=area_ids, shape=None, edges=np.zeros((0, 4)), border=shapely.STRtree([]), areas=areas
        )
    turned = shapely.orient_polygons(shape)
    shapely.prepare(turned)
    rings = [
        shapely.get_coordinates(ring)
        for part in shapely.get_parts(turned)
        if isinstance(part, shapely.Polygon)
        for ring in (part.exterior, *part.interiors)
    ]
    edges = np.concatenate([np.zeros((0, 4)), *(np.hstack([ring[:-1], ring[1:]]) for ring in rings)])
    border = shapely.STRtree(np.asarray(shapely.linestrings(edges.reshape(-1, 2, 2))).reshape(-1))
    return Ground(area_ids=area_ids, shape=turned, edges=edges, border=border, areas=areas)


def p_inside(incidents: pl.DataFrame, ground: Ground) -> Floats:
    """Return for each incident the probability that it lies inside; NaN: not known."""
    places = places_of(incidents)
    found = near(places, ground)
    whole = np.zeros(len(places)) if ground.shape is not None else np.full(len(places), math.nan)
    whole[found.at] = found.p
    areas = np.array([*(by_area(name, ground) for name in places.area_ids), math.nan])
    whole = np.where(np.isnan(places.lon), areas[places.area], whole)
    return np.where(np.isnan(places.reach_deg) & ~np.isnan(places.lon), math.nan, whole)


def near(places: Places, ground: Ground) -> Inside:
    """Return how likely each of the places that have an error and may be inside is so."""
    if ground.shape is None or not len(ground.edges):
        return Inside(at=np.zeros(0, dtype=np.int64), p=np.zeros(0))
    west, south, east, north = shapely.bounds(ground.shape)
    reach = places.reach_deg
    boxed = (places.lon > west - reach) & (places.lon < east + reach)
    at = np.flatnonzero(boxed & (places.lat > south - reach) & (places.lat < north + reach))
    lon, lat = places.lon[at], places.lat[at]
    share: Floats = shapely.intersects_xy(ground.shape, lon, lat).astype(np.float64)
    spots = np.asarray(shapely.points(lon, lat)).reshape(-1)
    which, edge = ground.border.query(spots, predicate="dwithin", distance=reach[at])
    order = np.lexsort((edge, which))
    which, edge = which[order], edge[order]
    cut = np.zeros(len(which))
    for first in range(0, len(which), CHUNK):
        part = slice(first, first + CHUNK)
        cut[part] = _cut(places, at[which[part]], ground.edges[edge[part]])
    share -= np.bincount(which, cut, len(at))
    # a centre within rounding of an edge may have been taken for its other side: that is off by 1 exactly
    share = np.where((share < -1e-3) | (share > 1 + 1e-3), share - np.floor(share), share)
    share = np.asarray(np.round(np.clip(share, 0.0, 1.0), DIGITS), dtype=np.float64)
    kept = share > 0
    return Inside(at=at[kept], p=share[kept])


def _cut(places: Places, at: Ints, edges: Floats) -> Floats:
    """Return what each edge cuts off from the Gaussian of the place beside it."""
    azimuth = np.radians(places.azimuth_deg[at])
    sine, cosine = np.sin(azimuth), np.cos(azimuth)
    lon, lat, major_m, minor_m = places.lon[at], places.lat[at], places.major_m[at], places.minor_m[at]
    over = METRES_PER_DEGREE * np.cos(np.radians(lat))
    ends = []
    for x, y in ((0, 1), (2, 3)):
        east, north = (edges[:, x] - lon) * over, (edges[:, y] - lat) * METRES_PER_DEGREE
        ends.append((east * sine + north * cosine) / major_m - _ASIDE[0])
        ends.append((north * sine - east * cosine) / minor_m - _ASIDE[1])
    return cut_off(*ends)


def by_area(name: str, ground: Ground) -> float:
    """Return how likely a place known by its area only lies inside: 1, 0, or NaN."""
    if name in ground.area_ids:
        return 1.0
    outline = ground.areas.outline(name)
    if outline is None or ground.shape is None:
        return math.nan
    shared = shapely.area(shapely.intersection(outline, ground.shape))
    if shared <= _SHARED:
        return 0.0
    return 1.0 if shapely.area(shapely.difference(outline, ground.shape)) <= _SHARED else math.nan
