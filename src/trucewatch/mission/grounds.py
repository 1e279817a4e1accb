"""What lies under the incidents of a map: zones and lines as whose claim, and what was watched where.

Rules:
- a zone or line is shown as it is said to be at one moment, with whose claim it is;
- hours are of what was watched, by area and source, within a time: a lower bound is marked so;
- an area is watched where anybody watched it at all, not watched where somebody could not, and else not known;
- nothing of it says that a line is true.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import polars as pl
import shapely

from trucewatch.mission.content import basemap
from trucewatch.mission.known import Known
from trucewatch.mission.query import Query
from trucewatch.mission.views_tables import slice_of
from trucewatch.mission.walk import shapes_of
from trucewatch.model.areas import Areas, area_name
from trucewatch.model.canonical import Json
from trucewatch.model.tables import COVERAGE
from trucewatch.model.vocabulary import Watch

WATCHED = (Watch.WITH_EVENTS.value, Watch.WITH_NONE.value)
MOST_COVERAGE = 20_000
DIGITS = 3  # of the outlines' degrees: about 100 m, finer than the basemap is
ZONE_DIGITS = 6  # of a zone's degrees: a tenth of a metre, for its words may be as exact
COARSE_DEG = 0.005  # about 500 m: a quarter of what a line's width covers on a map of the basemap's scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A zone or line as it is said to be, and by whom."""

    name: str
    agreement: str  # its title
    words: str
    claimed_by: str | None
    geometry: shapely.Geometry


class Seen(StrEnum):
    """Whether an area was watched at all within a time."""

    WATCHED = "watched"
    NOT_WATCHED = "not_watched"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """How long an area was watched by a source within a time."""

    area_id: str
    source_id: str
    hours: float
    at_least: bool
    passes: bool  # seen in passes, the times of which are not known
    states: tuple[Watch, ...]  # what else is said of it in that time, when it was not watched

    @property
    def seen(self) -> Seen:
        """Whether this source watched the area at all."""
        if not self.states:
            return Seen.WATCHED
        return Seen.UNKNOWN if self.states == (Watch.UNKNOWN,) else Seen.NOT_WATCHED


def claimed_at(record: Known, moment: datetime) -> tuple[Claimed, ...]:
    """Return the zones and lines of the mission's agreements as they are said to be at a moment."""
    found = []
    for agreement in record.agreements:
        shapes = shapes_of(record, agreement)
        words = {one.name: one.words for one in agreement.mapped}
        for name in shapes.names:
            shape = shapes.at(name, moment)
            if shape is not None:
                found.append(
                    Claimed(
                        name=name,
                        agreement=agreement.title,
                        words=words.get(name, ""),
                        claimed_by=shape.claimed_by,
                        geometry=shape.geometry,
                    )
                )
    return tuple(found)


def watching(connection: sqlite3.Connection, shelf: str, query: Query) -> tuple[Watching, ...]:
    """Return what was watched, by area and source, in the time of a query, the longest first in each area."""
    asked = Query(from_utc=query.from_utc, to_utc=query.to_utc)
    rows = slice_of(connection, COVERAGE, shelf, asked, most=MOST_COVERAGE).rows
    watched = pl.col("state").is_in(WATCHED)
    summed = (
        rows.group_by("area_id", "source_id", "from_utc", "to_utc", watched.alias("watched"))
        .agg(pl.col("hours").max(), pl.col("lower_bound").any(), pl.col("state").unique())
        .group_by("area_id", "source_id")
        .agg(
            pl.col("hours").filter("watched").sum().round(1),
            pl.col("lower_bound").filter("watched").any(),
            (pl.col("watched").any() & pl.col("hours").filter("watched").is_null().all()).alias("passes"),
            pl.col("watched").any(),
            pl.col("state").explode().unique().sort().alias("states"),
        )
        .sort("area_id", "watched", "hours", "source_id", descending=[False, True, True, False])
    )
    return tuple(
        Watching(
            area_id=area,
            source_id=source,
            hours=hours,
            at_least=least,
            passes=passes,
            states=() if any_watched else tuple(map(Watch, states)),
        )
        for area, source, hours, least, passes, any_watched, states in summed.iter_rows()
    )


def seen_by_area(rows: tuple[Watching, ...]) -> dict[str, Seen]:
    """Return whether each area was watched: by anybody, by nobody who was to, or nobody knows."""
    order = [*Seen]
    found: dict[str, Seen] = {}
    for one in rows:
        found[one.area_id] = min(one.seen, found.get(one.area_id, Seen.UNKNOWN), key=order.index)
    return found


def outlines_in_lists(areas: Areas) -> Mapping[str, bytes]:
    """Return each area's outline as GeoJSON, as a row of a list bears it: the basemap's no finer than it is itself.

    A zone's is drawn whole. Outlines of the basemap are within COARSE_DEG of what it has.
    """
    coarse = frozenset(basemap().ids)
    return {
        name: _drawn(shapely.simplify(shape, COARSE_DEG), DIGITS)
        if name in coarse
        else _drawn(shape, ZONE_DIGITS)
        for name, shape in zip(areas.ids, areas.outlines, strict=True)
    }


def outlines_json() -> bytes:
    """Return the outlines of the basemap with their names, as GeoJSON."""
    areas = basemap()
    features = [
        {
            "type": "Feature",
            "properties": {
                "id": name,
                "name": area_name(name),
                "names": {"uk": area_name(name, "uk")},
                "label": _inside(outline),
            },
            "geometry": _geometry(outline),
        }
        for name, outline in zip(areas.ids, areas.outlines, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def claims_json(claims: tuple[Claimed, ...], seen: tuple[Watching, ...], names: Mapping[str, str]) -> bytes:
    """Return zones and lines as GeoJSON, and the hours watched by area beside them; `names` are its sentences."""
    features: list[Json] = [
        {
            "type": "Feature",
            "properties": {
                "name": one.name,
                "agreement": one.agreement,
                "words": one.words,
                "claim": names["claimed"] % {"by": one.claimed_by} if one.claimed_by else names["unclaimed"],
                "line": isinstance(one.geometry, shapely.LineString),
            },
            "geometry": _geometry(one.geometry),
        }
        for one in claims
    ]
    hours: dict[str, float] = {}
    for one in seen:
        hours[one.area_id] = max(one.hours, hours.get(one.area_id, 0.0))
    told = {"hours": hours, "coverage": {name: state.value for name, state in seen_by_area(seen).items()}}
    return json.dumps(
        {"type": "FeatureCollection", "features": features, **told}, ensure_ascii=False
    ).encode()


def _geometry(shape: shapely.Geometry) -> Json:
    found: Json = json.loads(_drawn(shape, DIGITS))
    return found


def _drawn(shape: shapely.Geometry, digits: int) -> bytes:
    return shapely.to_geojson(shapely.set_precision(shape, 10.0**-digits)).encode()


def _inside(outline: shapely.Geometry) -> list[float]:
    point = shapely.point_on_surface(outline)
    return [round(point.x, DIGITS), round(point.y, DIGITS)]
