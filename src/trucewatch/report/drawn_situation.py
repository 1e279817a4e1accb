"""A window of incidents as an inline drawing, for a page whose script does not run, and for print.

Rules:
- a place is its 90 % ellipse, drawn at the least size that can be seen; many are cells with their number;
- what is known to its area only marks the area, with how many: never a dot;
- kinds differ by outline as they do by colour; zones and lines are dashed, and are claims;
- what was watched, and what not, differs by its hatching, which reads in grey.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import shapely
from markupsafe import Markup

from trucewatch.model.areas import Areas
from trucewatch.model.geodesy import METRES_PER_DEGREE
from trucewatch.report.svg import drawing, element, text, together
from trucewatch.report.words import Words

WIDTH, HEIGHT = 960.0, 600.0
LEAST_RADIUS = 3.0
Edges = tuple[float, float, float, float]
PATTERNS = Markup(
    '<defs><pattern id="situation-watched" width="9" height="9" patternUnits="userSpaceOnUse">'
    '<line x1="0" y1="4" x2="9" y2="4" class="watch-line"/></pattern>'
    '<pattern id="situation-not_watched" width="9" height="9" patternUnits="userSpaceOnUse">'
    '<path d="M0,0L9,9M9,0L0,9" class="watch-line"/></pattern>'
    '<pattern id="situation-unknown" width="9" height="9" patternUnits="userSpaceOnUse">'
    '<circle cx="4" cy="4" r="1.2" class="watch-dot"/></pattern></defs>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ellipse:
    """A place: degrees WGS 84, semi-axes in metres, and how it is drawn: fire, thermal, told or other."""

    lon: float
    lat: float
    major90_m: float
    minor90_m: float
    azimuth_deg: float
    family: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A bin: its edges in degrees, and how many incidents lie in it."""

    edges: Edges
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What lies under the incidents."""

    areas: Areas
    counts: Mapping[str, int]  # of incidents that are known to their area only
    claims: Sequence[tuple[str, shapely.Geometry]]  # zones and lines with whose claim they are
    watched: Mapping[str, str] = field(default_factory=dict)  # of each area: watched, not_watched or unknown
    sectors: Sequence[shapely.Geometry] = ()


def frame_of(window: Edges) -> Edges:
    """Return the window widened to the drawing's shape."""
    west, south, east, north = window
    lat = (south + north) / 2
    squeeze = max(math.cos(math.radians(lat)), 0.1)
    high = max(north - south, (east - west) * squeeze * HEIGHT / WIDTH, 0.02)
    wide = high * WIDTH / HEIGHT / squeeze
    lon = (west + east) / 2
    return lon - wide / 2, lat - high / 2, lon + wide / 2, lat + high / 2


def situation_svg(
    window: Edges, ellipses: Sequence[Ellipse], cells: Sequence[Cell], ground: Ground, spoken: Words
) -> Markup:
    """Return the window as SVG."""
    frame = frame_of(window)
    view = shapely.box(*frame)
    parts = [PATTERNS, element("rect", x=0, y=0, width=WIDTH, height=HEIGHT, class_="sea")]
    for name, outline in zip(ground.areas.ids, ground.areas.outlines, strict=True):
        if "-" in name and shapely.intersects(outline, view):
            state, count = ground.watched.get(name, ""), ground.counts.get(name, 0)
            parts += _area(spoken.area(name), shapely.intersection(outline, view), count, state, frame)
    for claim, shape in ground.claims:
        parts.append(_claim(claim, shapely.intersection(shape, view), frame))
    most = max((cell.count for cell in cells), default=1)
    parts += [_cell(cell, most, frame) for cell in cells]
    parts += [_ellipse(one, frame) for one in sorted(ellipses, key=lambda one: -one.major90_m)]
    parts += [_sector(shapely.intersection(one, view), frame) for one in ground.sectors]
    title = spoken.gettext("Map of the incidents that are asked for; the table says the same in words")
    return drawing(together(parts), width=int(WIDTH), height=int(HEIGHT), title=title, prefix="situation")


def _at(lon: float, lat: float, frame: Edges) -> tuple[float, float]:
    west, south, east, north = frame
    return (lon - west) / (east - west) * WIDTH, (north - lat) / (north - south) * HEIGHT


def _path(shape: shapely.Geometry, frame: Edges) -> str:
    fine = shapely.simplify(shape, (frame[2] - frame[0]) / WIDTH)
    found = []
    for part in shapely.get_parts(fine):
        closed = isinstance(part, shapely.Polygon)
        if not closed and not isinstance(part, shapely.LineString):
            continue
        lines = [part.exterior, *part.interiors] if isinstance(part, shapely.Polygon) else [part]
        for line in lines:
            spots = (_at(x, y, frame) for x, y in line.coords)
            found.append("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in spots) + ("Z" if closed else ""))
    return "".join(found)


def _sector(shape: shapely.Geometry, frame: Edges) -> Markup:
    return element("path", d=_path(shape, frame), class_="sector", fill_rule="evenodd")


def _area(name: str, shape: shapely.Geometry, count: int, state: str, frame: Edges) -> list[Markup]:
    path = _path(shape, frame)
    if not path:
        return []
    spot = shapely.point_on_surface(shape)
    x, y = _at(spot.x, spot.y, frame)
    drawn = [element("path", d=path, class_="land", fill_rule="evenodd")]
    if state:
        fill = f"url(#situation-{state})"
        drawn.append(element("path", d=path, fill=fill, class_="watch", fill_rule="evenodd"))
    if count:
        drawn.append(
            element("path", d=path, fill="url(#situation-hatch)", class_="area-only", fill_rule="evenodd")
        )
        drawn.append(text(x, y + 17, str(count), "number"))
    return [*drawn, text(x, y, name, "area-name")]


def _claim(name: str, shape: shapely.Geometry, frame: Edges) -> Markup:
    return element("path", element("title", name), d=_path(shape, frame), class_="claim", fill="none")


def _cell(cell: Cell, most: int, frame: Edges) -> Markup:
    x, y = _at(cell.edges[0], cell.edges[3], frame)
    right, bottom = _at(cell.edges[2], cell.edges[1], frame)
    share = math.log1p(cell.count) / math.log1p(most)
    step = max(1, math.ceil(share * 5))
    shape = element("title", str(cell.count))
    return element("rect", shape, x=x, y=y, width=right - x, height=bottom - y, class_=f"cell c-{step}")


def _ellipse(one: Ellipse, frame: Edges) -> Markup:
    x, y = _at(one.lon, one.lat, frame)
    metre = HEIGHT / (frame[3] - frame[1]) / METRES_PER_DEGREE
    along, across = (max(axis * metre, LEAST_RADIUS) for axis in (one.major90_m, one.minor90_m))
    turn = f"rotate({one.azimuth_deg:.1f} {x:.1f} {y:.1f})"
    return element("ellipse", cx=x, cy=y, rx=across, ry=along, transform=turn, class_=f"place {one.family}")
