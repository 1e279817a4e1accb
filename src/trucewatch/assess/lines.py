"""Ground beside a line: on a side of it, so far from it.

Rules:
- distances are metres on the WGS 84 ellipsoid in a transverse Mercator plane through the middle of the line, off by
  less than 0.1 % within 250 km of it;
- the side is told by the line drawn straight on beyond its ends; the distance is to the line itself;
- without a far distance the ground goes on for 1,000 km.
"""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

Floats = npt.NDArray[np.float64]

EVERYWHERE = shapely.box(-180.0, -90.0, 180.0, 90.0)
FARTHEST_M = 1_000_000.0
_STEP_DEG, _STEP_M = (
    0.25,
    20_000.0,
)  # straight pieces no longer, so that they stay straight in the other plane
_ARC = 16  # pieces to a quarter turn: less than 0.13 % too near
_PROBE_M = 1.0


def beside(
    line: shapely.LineString, *, left: bool | None, from_m: float | None, nearer_than_m: float | None
) -> shapely.Geometry:
    """Return the ground beside `line`, lon and lat: on its left, its right, or either side (None)."""
    if left is None and from_m is None and nearer_than_m is None:
        return EVERYWHERE
    plane = _plane(line)
    flat = _moved(shapely.segmentize(line, _STEP_DEG), plane, back=False)
    far = FARTHEST_M if nearer_than_m is None else nearer_than_m
    ground: shapely.Geometry = shapely.buffer(flat, far, quad_segs=_ARC)
    if from_m:
        ground = shapely.difference(ground, shapely.buffer(flat, from_m, quad_segs=_ARC))
    if left is not None:
        ground = shapely.intersection(ground, _side(flat, far, left=left))
    return _moved(shapely.segmentize(_polygons(ground), _STEP_M), plane, back=True)


def _plane(line: shapely.LineString) -> pyproj.Transformer:
    west, south, east, north = line.bounds
    middle = f"+proj=tmerc +lat_0={(south + north) / 2} +lon_0={(west + east) / 2} +ellps=WGS84"
    return pyproj.Transformer.from_crs("+proj=longlat +ellps=WGS84", middle, always_xy=True)


def _moved(shape: shapely.Geometry, plane: pyproj.Transformer, *, back: bool) -> shapely.Geometry:
    way = "INVERSE" if back else "FORWARD"

    def each(spots: Floats) -> Floats:
        return np.column_stack(plane.transform(spots[:, 0], spots[:, 1], direction=way))

    return shapely.transform(shape, each)


def _side(flat: shapely.Geometry, far: float, *, left: bool) -> shapely.Geometry:
    """Return the ground on one side of `flat`, drawn on beyond its ends, within `far` of it and more."""
    west, south, east, north = shapely.bounds(flat)
    frame = shapely.box(west - 1.5 * far, south - 1.5 * far, east + 1.5 * far, north + 1.5 * far)
    longer = _drawn_on(shapely.get_coordinates(flat), 3 * far + (east - west) + (north - south))
    noded = shapely.union_all([shapely.boundary(frame), longer])
    cells = [cell for cell in shapely.get_parts(shapely.polygonize([noded])) if not cell.is_empty]
    on_left = [cell for cell in cells if _votes(cell, longer) > 0]
    on_right = [cell for cell in cells if _votes(cell, longer) < 0]
    return shapely.union_all(on_left if left else on_right)


def _drawn_on(spots: Floats, length: float) -> shapely.LineString:
    """Return the line drawn straight on beyond its ends: its last pieces' way, or its own where they would cross it."""
    first, last = spots[0], spots[-1]
    for start, end in ((spots[0] - spots[1], spots[-1] - spots[-2]), (first - last, last - first)):
        rays = (first + length * start / np.hypot(*start), last + length * end / np.hypot(*end))
        longer = shapely.LineString(np.vstack([rays[0], spots, rays[1]]))
        if longer.is_simple:
            break
    return longer


def _votes(cell: shapely.Geometry, line: shapely.LineString) -> float:
    """Return how many metres of `line` have `cell` on their left, less those that have it on their right."""
    total = 0.0
    for one, other in itertools.pairwise(shapely.get_coordinates(line)):
        piece = shapely.intersection(shapely.LineString([one, other]), shapely.boundary(cell))
        for part in shapely.get_parts(piece):
            if shapely.length(part) <= 0:
                continue
            way = (other - one) / np.hypot(*(other - one))
            middle = shapely.get_coordinates(shapely.line_interpolate_point(part, 0.5, normalized=True))[0]
            probe = middle + min(_PROBE_M, 0.01 * shapely.length(part)) * np.array([-way[1], way[0]])
            total += shapely.length(part) * (1 if shapely.intersects_xy(cell, *probe) else -1)
    return total


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)]
    return shapely.MultiPolygon(parts)
