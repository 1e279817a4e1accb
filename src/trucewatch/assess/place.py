"""The probability that a place lies inside an area, its error carried through.

Rules:
- a place is a Gaussian; its probability inside is right to 0.0004 for straight edges (`normal`), and rounded to six digits;
- a place known by its area only is inside when that area is, outside when the two share no ground, else unknown;
- a place without an error is unknown: nobody said how far off it may be;
- probabilities are kept for the places that may be inside, and for those that are not known; all others are outside.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
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

CHUNK = 250_000  # edges beside places at a time, so that memory stays small
_REACHES = (0.0, 0.01, 0.03, 0.06, 0.12, 0.4, math.inf)  # degrees; a tier each
DIGITS = 6
_LEAST_M = 0.01  # no place is known better than a centimetre
_ASIDE = (1.3e-7, 2.1e-7)  # standard deviations: no place lies exactly on an edge
_SHARED = 1e-9  # deg²: less ground than this in common is a common border


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """The places that reach about as far, by longitude: so that a wide one does not make all look far."""

    at: Ints
    lon: Floats  # rising
    lat: Floats
    reach: Floats
    widest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where incidents were, one element each; NaN where it is not known."""

    lon: Floats
    lat: Floats
    major_m: Floats  # standard deviations along the two axes
    minor_m: Floats
    azimuth_deg: Floats
    flat: Floats  # from degrees east and north to standard deviations along and across: four columns
    reach_deg: Floats  # beyond which an edge does not matter; NaN without a place or its error
    area: Ints  # index in `area_ids` where only an area is known, else -1
    area_ids: tuple[str, ...]
    tiers: tuple[Tier, ...]  # of those with a place and its error

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
    reach_deg = REACH * major_m / METRES_PER_DEGREE / np.maximum(np.cos(np.radians(lat)), 1e-6)
    return Places(
        lon=lon,
        lat=lat,
        major_m=major_m,
        minor_m=minor_m,
        azimuth_deg=np.nan_to_num(azimuth),
        flat=_flat(lat, major_m, minor_m, np.radians(np.nan_to_num(azimuth))),
        reach_deg=reach_deg,
        area=area,
        area_ids=tuple(known),
        tiers=tuple(_tiers(lon, lat, reach_deg)),
    )


def _flat(lat: Floats, major_m: Floats, minor_m: Floats, azimuth: Floats) -> Floats:
    sine, cosine, over = np.sin(azimuth), np.cos(azimuth), np.cos(np.radians(lat))
    columns = [over * sine / major_m, cosine / major_m, -over * cosine / minor_m, sine / minor_m]
    return METRES_PER_DEGREE * np.column_stack(columns)


def _tiers(lon: Floats, lat: Floats, reach: Floats) -> Iterator[Tier]:
    order = np.argsort(lon, kind="stable")
    far = reach[order]
    for least, most in itertools.pairwise(_REACHES):
        at = order[(far > least) & (far <= most)]
        widest = float(reach[at].max(initial=0.0))
        yield Tier(at=at, lon=lon[at], lat=lat[at], reach=reach[at], widest=widest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The ground that a reading names: its areas as one shape, prepared for many questions."""

    area_ids: tuple[str, ...]
    shape: shapely.Geometry | None  # None: an outline is missing
    edges: Floats  # x1, y1, x2, y2 in degrees, the inside on their left
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
        return Ground(area_ids=area_ids, shape=None, edges=np.zeros((0, 4)), areas=areas)
    turned = shapely.orient_polygons(shape)
    shapely.prepare(turned)
    rings = [
        shapely.get_coordinates(ring)
        for part in shapely.get_parts(turned)
        if isinstance(part, shapely.Polygon)
        for ring in (part.exterior, *part.interiors)
    ]
    edges = np.concatenate([np.zeros((0, 4)), *(np.hstack([ring[:-1], ring[1:]]) for ring in rings)])
    return Ground(area_ids=area_ids, shape=turned, edges=edges, areas=areas)


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
    found = [Inside(at=np.zeros(0, dtype=np.int64), p=np.zeros(0))]
    if ground.shape is not None and len(ground.edges):
        found += [_near(places, tier, ground) for tier in places.tiers]
    at, p = np.concatenate([one.at for one in found]), np.concatenate([one.p for one in found])
    order = np.argsort(at, kind="stable")
    return Inside(at=at[order], p=p[order])


def _near(places: Places, tier: Tier, ground: Ground) -> Inside:
    west, south, east, north = shapely.bounds(ground.shape)
    first, last = np.searchsorted(tier.lon, [west - tier.widest, east + tier.widest])
    lat, reach = tier.lat[first:last], tier.reach[first:last]
    kept = first + np.flatnonzero((lat > south - reach) & (lat < north + reach))
    share: Floats = shapely.intersects_xy(ground.shape, tier.lon[kept], tier.lat[kept]).astype(np.float64)
    at = tier.at[kept]
    for which, edge in _beside(tier, kept, ground.edges):
        share -= np.bincount(which, _cut(places, at[which], ground.edges[edge]), len(at))
    # a centre within rounding of an edge may have been taken for its other side: that is off by 1 exactly
    share = np.where((share < -1e-3) | (share > 1 + 1e-3), share - np.floor(share), share)
    share = np.asarray(np.round(np.clip(share, 0.0, 1.0), DIGITS), dtype=np.float64)
    inside = share > 0
    return Inside(at=at[inside], p=share[inside])


def _beside(tier: Tier, kept: Ints, edges: Floats) -> Iterator[tuple[Ints, Ints]]:
    """Yield positions in `kept` with the edges whose box is within their reach, found by longitude."""
    low, high = np.minimum(edges[:, :2], edges[:, 2:]), np.maximum(edges[:, :2], edges[:, 2:])
    lon, lat, reach = tier.lon[kept], tier.lat[kept], tier.reach[kept]
    first = np.searchsorted(lon, low[:, 0] - tier.widest, side="left")
    many = np.searchsorted(lon, high[:, 0] + tier.widest, side="right") - first
    for part in _batches(many):
        edge = np.repeat(np.arange(part.start, part.stop), many[part])
        starts = np.repeat(first[part] - np.cumsum(many[part]) + many[part], many[part])
        which = starts + np.arange(len(edge))
        up, far = lat[which], reach[which]
        met = np.flatnonzero((up > low[edge, 1] - far) & (up < high[edge, 1] + far))
        which, edge = which[met], edge[met]
        yield which, edge


def _batches(many: Ints) -> Iterator[slice]:
    """Yield runs of edges with about `CHUNK` places beside them, one edge at least."""
    total, first = np.cumsum(many), 0
    while first < len(many):
        before = total[first] - many[first]
        last = max(first + 1, int(np.searchsorted(total, before + CHUNK, side="right")))
        yield slice(first, last)
        first = last


def _cut(places: Places, at: Ints, edges: Floats) -> Floats:
    """Return what each edge cuts off from the Gaussian of the place beside it."""
    lon, lat = places.lon[at], places.lat[at]
    matrix = places.flat[at]  # from degrees to standard deviations along and across
    x1, y1, x2, y2 = edges[:, 0] - lon, edges[:, 1] - lat, edges[:, 2] - lon, edges[:, 3] - lat
    ends = []
    for x, y in ((x1, y1), (x2, y2)):
        ends.append(matrix[:, 0] * x + matrix[:, 1] * y - _ASIDE[0])
        ends.append(matrix[:, 2] * x + matrix[:, 3] * y - _ASIDE[1])
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
