"""A short truce with known truth: a line, two parties, six posts, three days.

Rules:
- everything is fictional and lies at sea (see `ground`); whatever is made of it is marked EXERCISE;
- the same seed gives the same bytes; nothing but the seed decides;
- the first incident is always the same clear case: four explosions well inside the zone on the second
  morning, heard by two posts;
- some incidents nobody hears: they happen out of range or out of the hours of watch.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import shapely

from trucewatch.model.canonical import Json
from trucewatch.model.instants import Interval
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import TEXTS
from trucewatch.model.tables import UTC as UTC_TIME
from trucewatch.model.vocabulary import Means, Phenomenon, Trajectory
from trucewatch.simulate.ground import (
    DAYS,
    FIRST_DAY,
    Patrol,
    beside_line,
    degrees,
    line,
    patrols,
    zone,
)
from trucewatch.simulate.telling import (
    BEARING_SIGMA_DEG,
    DISTANCE_SIGMA,
    FORM,
    P_SHOT_FOR_BURST,
    Event,
    nothing,
    told,
)

PARTIES = ("A", "B")
SOURCE_ID = "patrol"
RANGE_M = {Phenomenon.EXPLOSION: 10_000.0, Phenomenon.BURST: 6_000.0, Phenomenon.SHOT: 5_000.0}
P_HEARD = 0.85
QUIET = timedelta(hours=3)  # a stretch of watch so long without a report is written down as nothing
CLEAR_CASE = Event(
    at=datetime(2027, 3, 2, 10, 14, tzinfo=UTC),
    east_m=1_000.0,
    north_m=-1_000.0,
    phenomenon=Phenomenon.EXPLOSION,
    count=4,
    weapon="mortar, calibre unknown",
    trajectory=Trajectory.INCOMING,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """A simulated truce: what the patrols wrote, and what was true.

    `patrol_reports` has the columns of the patrol form, all text. `truth` has a row an incident:
    `incident`, `at_utc`, `lon`, `lat`, `phenomenon`, `count` and `reports`, the numbers of the reports
    that came from it. A report of an event that is in no row is a false alarm.
    """

    seed: int
    parties: tuple[str, ...]
    line: shapely.LineString
    zone: shapely.Polygon
    patrols: tuple[Patrol, ...]
    patrol_reports: pl.DataFrame
    truth: pl.DataFrame
    sources: Mapping[str, SourceProfile]

    def line_geojson(self) -> Json:
        """Return the line as a GeoJSON Feature."""
        return _feature(self.line, "line between A and B")

    def zone_geojson(self) -> Json:
        """Return the zone as a GeoJSON Feature."""
        return _feature(self.zone, "zone of 5 km on either side of the line")


def simulate(*, seed: int) -> Simulated:
    """Return the truce that `seed` makes."""
    generator = np.random.Generator(np.random.PCG64(seed))
    posts = patrols(generator)
    events = _events(generator)
    rows: list[tuple[dict[str, str], int | None]] = []
    for number, event in enumerate(events):
        for post in _hearers(event, posts, generator, certain=2 if number == 0 else 0):
            rows.append((told(event, post, generator), number))
    rows += [(row, None) for row in _false_alarms(posts, generator)]
    rows += [(row, None) for row in _quiet(posts, [row for row, _ in rows])]
    rows.sort(key=lambda told_of: (told_of[0]["from"], told_of[0]["position"], told_of[0]["to"]))
    numbered = [(row | {"report": f"P-{at:03d}"}, number) for at, (row, number) in enumerate(rows, 1)]
    return Simulated(
        seed=seed,
        parties=PARTIES,
        line=line(),
        zone=zone(),
        patrols=posts,
        patrol_reports=pl.DataFrame([row for row, _ in numbered], schema=dict.fromkeys(FORM, pl.String)),
        truth=_truth(events, [(row["report"], number) for row, number in numbered]),
        sources={SOURCE_ID: profile()},
    )


def profile() -> SourceProfile:
    """Return what the simulated patrols can hear and how far off they are: the truth about them."""
    return SourceProfile(
        source_id=SOURCE_ID,
        means=Means.HEARD,
        format="table",
        affiliation="joint",
        reliability="B",
        origin="independent",
        zone=ZoneInfo("UTC"),
        position_sigma_m=100.0,
        bearing_sigma_deg=BEARING_SIGMA_DEG,
        distance_factor=1 + DISTANCE_SIGMA,
        detects=dict.fromkeys(RANGE_M, P_HEARD),
        range_m=dict(RANGE_M),
        false_per_day=0.15,
        repeats=0.0,
        confuses={Phenomenon.BURST: {Phenomenon.SHOT: P_SHOT_FOR_BURST}},
        watches="post hours",
        says="simulated patrols of an exercise: they hear and do not see who fired",
    )


def _events(generator: np.random.Generator) -> list[Event]:
    """Return the clear case, then 10 to 19 others in the order of time."""
    kinds = (Phenomenon.EXPLOSION, Phenomenon.BURST, Phenomenon.SHOT)
    weapons = {Phenomenon.EXPLOSION: "", Phenomenon.BURST: "heavy machine gun", Phenomenon.SHOT: "small arms"}
    found = []
    for _ in range(int(generator.integers(10, 20))):
        east, north = beside_line(generator.uniform(0.02, 0.98), generator.uniform(-7_000.0, 7_000.0))
        kind = kinds[int(np.searchsorted((0.6, 0.85), generator.random()))]
        second = int(generator.integers(4 * 3600, 20 * 3600))
        found.append(
            Event(
                at=FIRST_DAY + timedelta(days=int(generator.integers(0, DAYS)), seconds=second),
                east_m=round(east, 1),
                north_m=round(north, 1),
                phenomenon=kind,
                count=1 + int(generator.geometric(0.15)),
                weapon=weapons[kind],
                trajectory=Trajectory.UNDETERMINED,
            )
        )
    return [CLEAR_CASE, *sorted(found, key=lambda event: (event.at, event.east_m))]


def _hearers(
    event: Event, posts: tuple[Patrol, ...], generator: np.random.Generator, *, certain: int
) -> list[Patrol]:
    """Return the posts that hear `event`; the `certain` nearest of them do so in any case."""

    def away_m(post: Patrol) -> float:
        return math.hypot(event.east_m - post.east_m, event.north_m - post.north_m)

    luck = generator.random(len(posts))
    near = sorted(range(len(posts)), key=lambda at: away_m(posts[at]))
    return [
        posts[at]
        for turn, at in enumerate(near)
        if posts[at].watching(event.at)
        and (turn < certain or (away_m(posts[at]) <= RANGE_M[event.phenomenon] and luck[at] < P_HEARD))
    ]


def _false_alarms(posts: tuple[Patrol, ...], generator: np.random.Generator) -> list[dict[str, str]]:
    """Return two or three reports of explosions that never were."""
    found = []
    for _ in range(int(generator.integers(2, 4))):
        post = posts[int(generator.integers(0, len(posts)))]
        watch = post.watches[int(generator.integers(0, DAYS))]
        bearing, away = generator.uniform(0, 2 * math.pi), generator.uniform(2_000.0, 8_000.0)
        thunder = Event(
            at=watch.start + (watch.end - watch.start) * float(generator.uniform(0.1, 0.9)),
            east_m=post.east_m + away * math.sin(bearing),
            north_m=post.north_m + away * math.cos(bearing),
            phenomenon=Phenomenon.EXPLOSION,
            count=1 + int(generator.integers(0, 3)),
            weapon="",
            trajectory=Trajectory.UNDETERMINED,
        )
        found.append(told(thunder, post, generator))
    return found


def _quiet(posts: tuple[Patrol, ...], rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the rows that say *nothing* of every long stretch of watch without a report."""
    found = []
    for post in posts:
        heard = sorted(
            (datetime.fromisoformat(row["from"]), datetime.fromisoformat(row["to"]))
            for row in rows
            if row["position"] == post.name
        )
        for watch in post.watches:
            found += [
                nothing(post, gap.start, gap.end)
                for gap in _gaps(watch, heard)
                if gap.hours * 3600 >= QUIET.total_seconds()
            ]
    return found


def _gaps(watch: Interval, heard: list[tuple[datetime, datetime]]) -> list[Interval]:
    gaps, start = [], watch.start
    for first, last in heard:
        if first < watch.end and last > watch.start:
            gaps.append(Interval(start=start, end=max(start, first)))
            start = max(start, last)
    return [*gaps, Interval(start=start, end=max(start, watch.end))]


def _truth(events: list[Event], reports: list[tuple[str, int | None]]) -> pl.DataFrame:
    places = [degrees(event.east_m, event.north_m) for event in events]
    return pl.DataFrame(
        {
            "incident": [f"T-{at:02d}" for at in range(len(events))],
            "at_utc": [event.at for event in events],
            "lon": [lon for lon, _ in places],
            "lat": [lat for _, lat in places],
            "phenomenon": [event.phenomenon.value for event in events],
            "count": [event.count for event in events],
            "reports": [[name for name, number in reports if number == at] for at in range(len(events))],
        },
        schema={
            "incident": pl.String,
            "at_utc": UTC_TIME,
            "lon": pl.Float64,
            "lat": pl.Float64,
            "phenomenon": pl.String,
            "count": pl.Int64,
            "reports": TEXTS,
        },
    )


def _feature(shape: shapely.Geometry, name: str) -> Json:
    geometry: Json = json.loads(shapely.to_geojson(shape))
    return {"type": "Feature", "geometry": geometry, "properties": {"name": name, "mark": "EXERCISE"}}
