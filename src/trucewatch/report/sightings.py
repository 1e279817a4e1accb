"""The day's incidents, the pairs that were weighed, and where somebody looked and saw nothing.

Rules:
- a place is printed with its error, a count as its range, a likelihood in words and number;
- what somebody observed comes first, then what is only told, then heat seen from space;
- a pair is printed with every part of its weight, those for and those against;
- an observer's position is never in here: the gate has taken it, save in published archives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from trucewatch.model.vocabulary import Means, Phenomenon, Trajectory
from trucewatch.report.scene import Scene, inside, observed, told_only, touching
from trucewatch.report.span import Span

PAIRS_SHOWN = 24
PARTS = ("w_time", "w_place", "w_kind", "w_source", "w_density")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place as its 90 % ellipse; metres, degrees WGS 84."""

    lon: float
    lat: float
    major90_m: float
    minor90_m: float
    azimuth_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One observation, in short."""

    observation_id: str
    source_id: str
    row: int | None
    means: Means
    phenomenon: Phenomenon
    start: datetime
    end: datetime
    count: Span
    words: str | None
    told_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One incident with its number on this page."""

    number: int
    incident_id: str
    start: datetime
    end: datetime
    straddles: bool  # may lie in another reporting day
    kind: Phenomenon
    trajectory: Trajectory | None
    count: Span
    region: str | None
    place: Place | None
    p_real: float | None
    origins: int | None
    source_ids: tuple[str, ...]
    told_by: tuple[str, ...]
    means: tuple[Means, ...]
    sightings: tuple[Sighting, ...]

    @property
    def told(self) -> bool:
        """Say whether every observation in it was told by somebody else."""
        return bool(self.means) and all(means is Means.TOLD for means in self.means)

    @property
    def observed(self) -> bool:
        """Say whether somebody observed it, and more than heat from space."""
        return not self.told and self.kind is not Phenomenon.THERMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two observations that were weighed for one event."""

    left: Sighting
    right: Sighting
    weight: float  # bits
    parts: tuple[tuple[str, float], ...]
    joined: bool
    sentence: str | None  # why, in English; None: not given


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """An explicit negative: somebody looked and saw nothing."""

    sighting: Sighting
    region: str | None
    hours: float


def incidents(scene: Scene) -> tuple[Incident, ...]:
    """Return the day's incidents, those observed first, each part in order of time, numbered from 1."""
    frame = touching(scene.incidents, scene.interval)
    whole = set(inside(scene.incidents, scene.interval)["incident_id"])
    wanted = frame["observations"].explode().drop_nulls()
    members = {
        s.observation_id: s
        for s in map(
            sighting,
            scene.observations.filter(pl.col("observation_id").is_in(wanted.implode())).iter_rows(named=True),
        )
    }
    rest = pl.when(observed()).then(0).when(told_only()).then(1).otherwise(2)
    ordered = frame.sort(rest, "from_utc", "to_utc", "incident_id")
    return tuple(
        _incident(number, row, members, straddles=row["incident_id"] not in whole)
        for number, row in enumerate(ordered.iter_rows(named=True), start=1)
    )


def _incident(
    number: int, row: dict[str, object], members: Mapping[str, Sighting], *, straddles: bool
) -> Incident:
    start, end = row["from_utc"], row["to_utc"]
    assert isinstance(start, datetime)
    assert isinstance(end, datetime)
    trajectory = row["trajectory"]
    return Incident(
        number=number,
        incident_id=str(row["incident_id"]),
        start=start,
        end=end,
        straddles=straddles,
        kind=Phenomenon(str(row["phenomenon"])),
        trajectory=None if trajectory is None else Trajectory(str(trajectory)),
        count=_span(row),
        region=_text(row["region"]),
        place=_place(row),
        p_real=_float(row["p_real"]),
        origins=_int(row["n_origins"]),
        source_ids=_texts(row["source_ids"]),
        told_by=_texts(row["told_by"]),
        means=tuple(Means(m) for m in _texts(row["means"])),
        sightings=tuple(members[i] for i in _texts(row["observations"]) if i in members),
    )


def _place(row: dict[str, object]) -> Place | None:
    lon, lat, major = _float(row["lon"]), _float(row["lat"]), _float(row["major90_m"])
    if lon is None or lat is None:
        return None
    return Place(
        lon=round(lon, 5),
        lat=round(lat, 5),
        major90_m=round(major or 0.0, 1),
        minor90_m=round(_float(row["minor90_m"]) or major or 0.0, 1),
        azimuth_deg=round(_float(row["azimuth_deg"]) or 0.0, 1),
    )


def sighting(row: dict[str, object]) -> Sighting:
    """Return one row of the observations, in short."""
    start, end = row["from_utc"], row["to_utc"]
    assert isinstance(start, datetime)
    assert isinstance(end, datetime)
    return Sighting(
        observation_id=str(row["observation_id"]),
        source_id=str(row["source_id"]),
        row=_int(row["row"]),
        means=Means(str(row["means"])),
        phenomenon=Phenomenon(str(row["phenomenon"])),
        start=start,
        end=end,
        count=_span(row),
        words=_text(row["text"]),
        told_by=_text(row["told_by"]),
    )


def pairs(scene: Scene, sentences: Mapping[tuple[int, int], str]) -> tuple[Pair, ...]:
    """Return the heaviest pairs of which both observations may lie in the day, joined or not.

    Pixels of heat weighed with one another are left out: they are parts of one fire or of two.
    `sentences` say why, by the row numbers of a link's left and right.
    """
    day = touching(scene.observations, scene.interval)
    near = scene.links
    for side in ("left", "right"):
        named = day.select(
            pl.col("at_row").cast(pl.UInt32).alias(side),
            pl.col("observation_id").alias(f"{side}_id"),
            pl.concat_str("source_id", pl.col("row").cast(pl.String).str.zfill(9)).alias(f"{side}_key"),
            (pl.col("phenomenon") == Phenomenon.THERMAL.value).alias(f"{side}_heat"),
        )
        near = near.join(named, on=side, how="inner")
    near = near.filter(~(pl.col("left_heat") & pl.col("right_heat")))
    tied = pl.min_horizontal("left_id", "right_id"), pl.max_horizontal("left_id", "right_id")
    heavy = near.sort(pl.col("weight").round(6), *tied, descending=[True, False, False]).head(PAIRS_SHOWN)
    wanted = scene.observations.filter(pl.col("at_row").is_in([*heavy["left"], *heavy["right"]]))
    rows = {row["at_row"]: sighting(row) for row in wanted.iter_rows(named=True)}
    return tuple(_pair(link, rows, sentences) for link in heavy.iter_rows(named=True))


def _pair(
    link: dict[str, object], rows: Mapping[int, Sighting], sentences: Mapping[tuple[int, int], str]
) -> Pair:
    ends = (_int(link["left"]) or 0, _int(link["right"]) or 0)
    left, right = (rows[row] for row in (link["left"], link["right"]) if isinstance(row, int))
    if str(link["left_key"]) > str(link["right_key"]):
        left, right = right, left
    parts = tuple((name, _float(link[name])) for name in PARTS)
    return Pair(
        left=left,
        right=right,
        weight=round(_float(link["weight"]) or 0.0, 2),
        parts=tuple((name, round(bits, 2)) for name, bits in parts if bits is not None),
        joined=bool(link["joined"]),
        sentence=sentences.get(ends),
    )


def looked(scene: Scene) -> tuple[Looked, ...]:
    """Return every explicit negative of the day with its hours."""
    rows = touching(scene.observations, scene.interval)
    rows = rows.filter(pl.col("phenomenon") == Phenomenon.NOTHING.value).sort("from_utc", "observation_id")
    found = []
    for row in rows.iter_rows(named=True):
        seen = sighting(row)
        start, end = max(seen.start, scene.interval.start), min(seen.end, scene.interval.end)
        hours = round((end - start).total_seconds() / 3600, 2)
        found.append(Looked(sighting=seen, region=_text(row["region"]), hours=hours))
    return tuple(found)


def _span(row: dict[str, object]) -> Span:
    return Span(least=_int(row["count_min"]), most=_int(row["count_max"]))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _int(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, float | int) else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(part) for part in value) if isinstance(value, list) else ()
