"""Zones and lines of an agreement at one moment, over the outlines of areas, each with whose claim it is.

Rules:
- what is drawn is what the agreement's own file says at that moment, and no more;
- each shape bears a letter, and a list beside it says what it is and who claims it;
- the outlines are cut from the basemap in the package: nothing is fetched.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import shapely
from markupsafe import Markup

from trucewatch.model.areas import Areas
from trucewatch.report.svg import drawing, element, short, text, together

WIDTH, HEIGHT = 1000, 620
MARGIN = 0.35  # of the shapes' own size, on each side
LEAST_DEGREES = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One zone or line as it is drawn."""

    letter: str
    name: str
    geometry: shapely.Geometry


def zones_svg(zones: Sequence[Zone], areas: Areas, title: str) -> Markup:
    """Return the drawing; nothing when there is nothing to draw."""
    if not zones:
        return Markup("")
    frame = _frame([zone.geometry for zone in zones])
    cut = shapely.box(*frame)
    land = [
        element("path", d=_path(shapely.intersection(outline, cut), frame), class_="land")
        for outline in areas.outlines
        if shapely.intersects(outline, cut)
    ]
    parts = [element("rect", x=0, y=0, width=WIDTH, height=HEIGHT, class_="sea"), *land]
    parts += [_shape(zone, frame) for zone in zones]
    parts += [_letter(zone, frame) for zone in zones]
    return drawing(together(parts), width=WIDTH, height=HEIGHT, title=title, prefix="zones")


Frame = tuple[float, float, float, float]  # west, south, east, north


def _frame(geometries: Sequence[shapely.Geometry]) -> Frame:
    west, south, east, north = shapely.total_bounds(geometries)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide = max((east - west) * (1 + 2 * MARGIN), LEAST_DEGREES)
    high = max((north - south) * (1 + 2 * MARGIN), LEAST_DEGREES)
    high = max(high, wide * squeeze * HEIGHT / WIDTH)
    wide = high * WIDTH / HEIGHT / squeeze
    lon, lat = (west + east) / 2, (south + north) / 2
    return (lon - wide / 2, lat - high / 2, lon + wide / 2, lat + high / 2)


def _at(lon: float, lat: float, frame: Frame) -> tuple[float, float]:
    west, south, east, north = frame
    return (lon - west) / (east - west) * WIDTH, (north - lat) / (north - south) * HEIGHT


def _path(geometry: shapely.Geometry, frame: Frame) -> str:
    return "".join(_ring(coordinates, frame, closed) for coordinates, closed in _runs(geometry))


def _runs(geometry: shapely.Geometry) -> Iterable[tuple[Sequence[tuple[float, ...]], bool]]:
    for part in shapely.get_parts(geometry):
        if isinstance(part, shapely.Polygon):
            yield from ((tuple(ring.coords), True) for ring in (part.exterior, *part.interiors))
        elif isinstance(part, shapely.LineString):
            yield tuple(part.coords), False


def _ring(coordinates: Sequence[tuple[float, ...]], frame: Frame, closed: bool) -> str:
    points = [_at(point[0], point[1], frame) for point in coordinates]
    return "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points) + ("Z" if closed else "")


def _shape(zone: Zone, frame: Frame) -> Markup:
    line = isinstance(zone.geometry, shapely.LineString | shapely.MultiLineString)
    return element("path", d=_path(zone.geometry, frame), class_="claimed-line" if line else "claimed-zone")


def _letter(zone: Zone, frame: Frame) -> Markup:
    middle = shapely.point_on_surface(zone.geometry)
    x, y = _at(float(shapely.get_x(middle)), float(shapely.get_y(middle)), frame)
    return text(x, y, zone.letter, "number")
