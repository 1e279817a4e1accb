"""What the map shows, in degrees: outlines cut to the frame, ellipses, areas, published positions.

Rules:
- a place is its 90 % ellipse; an incident of which only the area is known marks the area;
- the frame holds what somebody observed, where there is any: heat and what is only told may lie outside;
- observers' positions are drawn only for rows that their source published;
- the outlines are cut from the basemap in the package: nothing is fetched.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
import shapely

from trucewatch.model.areas import area_name
from trucewatch.model.geodesy import METRES_PER_DEGREE
from trucewatch.model.source import Gazetteer, Place
from trucewatch.model.vocabulary import Sensitivity
from trucewatch.report.scene import Scene, touching
from trucewatch.report.sightings import Incident

LEAST_HEIGHT_M = 24_000.0
ASPECT = 1.6
MARGIN = 1.25
NAMES_SHOWN = 12
SIMPLIFY_SHARE = 0.0012  # of the frame's width: less than a pixel

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The map's edges in degrees WGS 84."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One area's rings within the frame, and where its name stands."""

    area_id: str
    name: str
    rings: tuple[Ring, ...]
    label: tuple[float, float]
    numbers: tuple[int, ...]  # incidents of which only this area is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A published position of an observer."""

    lon: float
    lat: float
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A place's name on the map, as it was on the day."""

    lon: float
    lat: float
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One map."""

    frame: Frame
    outlines: tuple[Outline, ...]
    placed: tuple[Incident, ...]
    posts: tuple[Post, ...]
    names: tuple[Named, ...]
    unplaced: tuple[int, ...]  # numbers of incidents that neither place nor known area shows
    outside: tuple[int, ...]  # numbers of incidents whose place lies outside the frame


def sheet(scene: Scene, found: Sequence[Incident], gazetteer: Gazetteer) -> Sheet | None:
    """Return the map of `found`, or None when nothing of it can be drawn."""
    placed = tuple(i for i in found if i.place is not None)
    by_area: dict[str, list[int]] = {}
    for incident in found:
        if incident.place is None and incident.region in scene.areas.ids:
            by_area.setdefault(str(incident.region), []).append(incident.number)
    posts = _posts(scene)
    seen = {i.number for i in found if i.observed}
    near = [i for i in placed if i.number in seen or not seen]
    marked = sorted(area for area, numbers in by_area.items() if not seen or seen & set(numbers))
    frame = _frame(scene, near, posts, marked)
    if frame is None:
        return None
    within = tuple(i for i in placed if _in(frame, i))
    drawn = {i.number for i in placed} | {n for numbers in by_area.values() for n in numbers}
    return Sheet(
        frame=frame,
        outlines=_outlines(scene, frame, by_area),
        placed=within,
        posts=posts,
        names=_names(scene, frame, gazetteer),
        unplaced=tuple(i.number for i in found if i.number not in drawn),
        outside=tuple(i.number for i in placed if not _in(frame, i)),
    )


def _in(frame: Frame, incident: Incident) -> bool:
    place = incident.place
    return (
        place is not None
        and frame.west <= place.lon <= frame.east
        and frame.south <= place.lat <= frame.north
    )


def _names(scene: Scene, frame: Frame, gazetteer: Gazetteer) -> tuple[Named, ...]:
    """Return names spread over the frame, those first of which most spellings are on file: the larger places."""
    within = [
        place
        for place in gazetteer.values()
        if frame.west < place.lon < frame.east and frame.south < place.lat < frame.north
    ]
    apart_lon, apart_lat = (frame.east - frame.west) / 8, (frame.north - frame.south) / 12
    chosen: list[Named] = []
    for place in sorted(within, key=lambda p: (-len(p.spellings), p.place_id)):
        free = all(abs(n.lon - place.lon) > apart_lon or abs(n.lat - place.lat) > apart_lat for n in chosen)
        name = _name_on(place, scene.day)
        if free and name and len(chosen) < NAMES_SHOWN:
            chosen.append(Named(lon=place.lon, lat=place.lat, name=name))
    return tuple(chosen)


def _name_on(place: Place, day: date) -> str | None:
    """Return the first spelling that was the place's name on `day`."""
    for name, start, end in place.spellings:
        if (start is None or start <= day) and (end is None or day < end):
            return name
    return None


def _posts(scene: Scene) -> tuple[Post, ...]:
    rows = touching(scene.observations, scene.interval)
    rows = rows.filter(
        (pl.col("sensitivity") == Sensitivity.PUBLIC.value) & pl.col("observer_lon").is_not_null()
    )
    places = rows.select("observer_lon", "observer_lat", "source_id").unique().sort(pl.all())
    return tuple(Post(lon=lon, lat=lat, source_id=source) for lon, lat, source in places.iter_rows())


def _frame(
    scene: Scene, placed: Sequence[Incident], posts: Sequence[Post], areas: Sequence[str]
) -> Frame | None:
    boxes = [(p.lon, p.lat, p.lon, p.lat) for p in posts]
    for incident in placed:
        if incident.place is not None:
            reach = incident.place.major90_m / METRES_PER_DEGREE
            wide = reach / math.cos(math.radians(incident.place.lat))
            lon, lat = incident.place.lon, incident.place.lat
            boxes.append((lon - wide, lat - reach, lon + wide, lat + reach))
    outlines = [scene.areas.outline(area) for area in areas]
    for outline in outlines:
        if outline is not None:
            box = shapely.bounds(outline)
            boxes.append((float(box[0]), float(box[1]), float(box[2]), float(box[3])))
    if not boxes:
        return None
    west, south = min(b[0] for b in boxes), min(b[1] for b in boxes)
    east, north = max(b[2] for b in boxes), max(b[3] for b in boxes)
    lat = (south + north) / 2
    squeeze = math.cos(math.radians(lat))
    height = max(
        (north - south) * MARGIN,
        (east - west) * squeeze * MARGIN / ASPECT,
        LEAST_HEIGHT_M / METRES_PER_DEGREE,
    )
    wide, lon = height * ASPECT / squeeze, (west + east) / 2
    return Frame(
        west=round(lon - wide / 2, 5),
        south=round(lat - height / 2, 5),
        east=round(lon + wide / 2, 5),
        north=round(lat + height / 2, 5),
    )


def _outlines(scene: Scene, frame: Frame, by_area: dict[str, list[int]]) -> tuple[Outline, ...]:
    wide, high = frame.east - frame.west, frame.north - frame.south
    view = shapely.box(frame.west, frame.south, frame.east, frame.north)
    cut = shapely.box(
        frame.west - wide * 0.05,
        frame.south - high * 0.05,
        frame.east + wide * 0.05,
        frame.north + high * 0.05,
    )
    found = []
    for area_id, outline in zip(scene.areas.ids, scene.areas.outlines, strict=True):
        part = shapely.intersection(outline, cut)
        seen = shapely.intersection(outline, view)
        if part.is_empty or seen.is_empty:
            continue
        label = _inner_point(seen)
        found.append(
            Outline(
                area_id=area_id,
                name=area_name(area_id),
                rings=_rings(shapely.simplify(part, wide * SIMPLIFY_SHARE)),
                label=label,
                numbers=tuple(by_area.get(area_id, ())),
            )
        )
    return tuple(found)


def _rings(geometry: shapely.Geometry) -> tuple[Ring, ...]:
    polygons = [part for part in shapely.get_parts(geometry) if isinstance(part, shapely.Polygon)]
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return tuple(tuple((round(x, 5), round(y, 5)) for x, y in ring.coords) for ring in rings)


def _inner_point(geometry: shapely.Geometry) -> tuple[float, float]:
    """Return the middle of the largest circle that fits, where a name is surely inside."""
    polygons = [part for part in shapely.get_parts(geometry) if isinstance(part, shapely.Polygon)]
    if not polygons:
        point = shapely.centroid(geometry)
        return round(float(point.x), 4), round(float(point.y), 4)
    x, y = shapely.maximum_inscribed_circle(max(polygons, key=lambda p: p.area)).coords[0]
    return round(x, 4), round(y, 4)
