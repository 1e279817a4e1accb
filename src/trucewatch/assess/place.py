"""The probability that a place lies inside an area, its error carried through.

Rules:
- a place is a Gaussian; the probability is the share of 64 fixed points, even in probability, that lie inside;
- the points come in opposite pairs, so a straight border through the middle gives one half;
- a place known by its area only is inside when that area is, outside when the two share no ground, else unknown;
- a place without an error is unknown: nobody said how far off it may be.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from trucewatch.model.areas import Areas
from trucewatch.model.geodesy import ELLIPSE90, METRES_PER_DEGREE

Floats = npt.NDArray[np.float64]

PAIRS = 32
_GOLDEN = math.pi * (3 - math.sqrt(5))
_SHARED = 1e-9  # deg²: less ground than this in common is a common border


def quadrature() -> tuple[Floats, Floats]:
    """Return 64 points of the standard normal plane: a sunflower of 32 and their opposites."""
    nth = np.arange(PAIRS, dtype=np.float64)
    radius = np.sqrt(-2 * np.log1p(-(nth + 0.5) / PAIRS))
    x, y = radius * np.cos(nth * _GOLDEN), radius * np.sin(nth * _GOLDEN)
    return np.concatenate([x, -x]), np.concatenate([y, -y])


def p_inside(incidents: pl.DataFrame, area_ids: tuple[str, ...], areas: Areas) -> Floats:
    """Return for each incident the probability that it lies in any of `area_ids`; NaN: not known."""
    inside = np.full(incidents.height, np.nan)
    outlines = [shape for name in area_ids if (shape := areas.outline(name)) is not None]
    ground = shapely.union_all(outlines) if outlines else None
    whole = len(outlines) == len(area_ids)
    columns = ("lon", "lat", "major90_m", "minor90_m", "azimuth_deg")
    lon, lat, major, minor, azimuth = (incidents[name].to_numpy().astype(np.float64) for name in columns)
    placed = np.isfinite(lon) & np.isfinite(lat) & np.isfinite(major)
    minor, azimuth = np.where(np.isfinite(minor), minor, major), np.nan_to_num(azimuth)
    if ground is not None and whole:
        at = np.flatnonzero(placed)
        inside[at] = _share(ground, lon[at], lat[at], major[at], minor[at], azimuth[at])
    named = {
        name: _by_area(name, area_ids, ground if whole else None, areas)
        for name in incidents["area_id"].drop_nulls().unique().to_list()
    }
    only = ~placed & np.isnan(lon)
    values = np.array([named.get(name, np.nan) for name in incidents["area_id"].to_list()], dtype=np.float64)
    return np.where(only, values, inside)


def _share(
    ground: shapely.Geometry,
    lon: Floats,
    lat: Floats,
    major90_m: Floats,
    minor90_m: Floats,
    azimuth_deg: Floats,
) -> Floats:
    """Return the share of the points inside; far from the border the centre decides, with the same result."""
    shapely.prepare(ground)
    border = shapely.boundary(ground)
    shapely.prepare(border)
    x, y = quadrature()
    reach_deg = (
        float(np.max(np.hypot(x, y))) * major90_m / ELLIPSE90 / METRES_PER_DEGREE / np.cos(np.radians(lat))
    )
    share: Floats = shapely.intersects_xy(ground, lon, lat).astype(np.float64)
    centres = np.asarray(shapely.points(np.column_stack([lon, lat])))
    near = np.flatnonzero(shapely.distance(centres, border) <= reach_deg)
    sine, cosine = np.sin(np.radians(azimuth_deg[near])), np.cos(np.radians(azimuth_deg[near]))
    along = np.outer(major90_m[near] / ELLIPSE90, x)
    across = np.outer(minor90_m[near] / ELLIPSE90, y)
    east = along * sine[:, None] + across * cosine[:, None]
    north = along * cosine[:, None] - across * sine[:, None]
    wide = METRES_PER_DEGREE * np.cos(np.radians(lat[near]))[:, None]
    inside = shapely.intersects_xy(
        ground, lon[near][:, None] + east / wide, lat[near][:, None] + north / METRES_PER_DEGREE
    )
    share[near] = inside.mean(axis=1)
    return share


def _by_area(name: str, area_ids: tuple[str, ...], ground: shapely.Geometry | None, areas: Areas) -> float:
    if name in area_ids:
        return 1.0
    outline = areas.outline(name)
    if outline is None or ground is None:
        return math.nan
    shared = shapely.area(shapely.intersection(outline, ground))
    if shared <= _SHARED:
        return 0.0
    return 1.0 if shapely.area(shapely.difference(outline, ground)) <= _SHARED else math.nan
