"""Air-raid alerts beside the days before, and the claims of both sides, side by side.

Rules:
- an alert belongs to the day in which it starts; which day that is depends on the cut, so the mission
  day, the UTC date and the local date each stand with a median of their own;
- each source of alerts stands alone, and none are added; a row that starts within five minutes of one in
  the same area of the source it copies repeats it: one origin;
- an alert that nobody ended is *end unknown*, and its length is not used;
- claims are never added up, neither across windows nor across claimants; a cumulative and a subset are
  marked as such;
- alerts warn of threats from the air in one party's area: they say nothing of ground fire, nor of the
  other's area.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from statistics import median

import polars as pl

from trucewatch.model.vocabulary import Phenomenon
from trucewatch.report.scene import Scene, starting, touching
from trucewatch.report.sightings import Sighting, sighting
from trucewatch.report.span import Span

DAYS_BEFORE = 39
END_UNKNOWN_AFTER = timedelta(hours=24)
SAME_WARNING = timedelta(minutes=5)


class DayKind(StrEnum):
    """By which day a thing is counted."""

    MISSION = "mission_day"
    UTC_DATE = "utc_date"
    LOCAL_DATE = "local_date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The day's alerts by one kind of day, and those of the days before by the same."""

    by: DayKind
    alerts: int
    median_before: float | None  # None: no day before is at hand
    most_before: int | None
    days_before: int
    by_day: tuple[tuple[date, int], ...]  # the days before and the day, earliest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """One source's alerts of the day."""

    source_id: str
    copies: str | None  # the source that it copies, when that is at hand
    repeats: int  # of the mission day: rows that repeat an alert of the source it copies
    beside: tuple[Beside, ...]
    end_unknown: tuple[Sighting, ...]  # that started up to the day's end and within the days shown
    end_unknown_regions: tuple[str | None, ...]
    regions_with_rows: tuple[str, ...]
    observation_ids: tuple[str, ...]  # of the mission day


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertNews:
    """Rows in which a newsroom tells of alerts: no record of alerts, and not counted as any."""

    source_id: str
    rows: int  # that may lie in the day
    observation_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one side says of the other."""

    told_by: str
    against: str | None
    start: datetime
    end: datetime
    category: str
    count: Span
    relation: str | None
    cumulative: bool
    subset: bool
    observation_id: str


def alerts(scene: Scene) -> tuple[Alerts, ...]:
    """Return the day's alerts beside the days before, source by source, those that copy nobody first.

    A source most of whose rows tell of other things is a newsroom: see `alert_news`.
    """
    rows = scene.observations.filter(pl.col("phenomenon") == Phenomenon.ALERT.value)
    rows = rows.filter(pl.col("from_utc") < scene.interval.end + timedelta(days=1))
    rows = rows.sort("from_utc", "observation_id")
    of = {name: rows.filter(pl.col("source_id") == name) for name in _recorders(scene, rows)}
    found = [_alerts(scene, name, part, of) for name, part in of.items()]
    return tuple(sorted(found, key=lambda a: (a.copies is not None, a.source_id)))


def alert_news(scene: Scene) -> tuple[AlertNews, ...]:
    """Return the rows of the day in which a source that mostly tells of other things tells of alerts."""
    rows = touching(scene.observations, scene.interval)
    rows = rows.filter(pl.col("phenomenon") == Phenomenon.ALERT.value)
    names = sorted({*rows["source_id"].unique()} - {*_recorders(scene, rows)})
    parts = [(name, rows.filter(pl.col("source_id") == name)) for name in names]
    return tuple(
        AlertNews(source_id=name, rows=part.height, observation_ids=tuple(sorted(part["observation_id"])))
        for name, part in parts
    )


def _recorders(scene: Scene, rows: pl.DataFrame) -> list[str]:
    """Return the sources of `rows` whose rows on record are mostly alerts."""
    alert = pl.col("phenomenon") == Phenomenon.ALERT.value
    shares = scene.observations.group_by("source_id").agg(alert.mean().alias("share"))
    mostly = set(shares.filter(pl.col("share") >= 0.5)["source_id"])
    return sorted(mostly & set(rows["source_id"].unique()))


def _alerts(scene: Scene, name: str, rows: pl.DataFrame, of: Mapping[str, pl.DataFrame]) -> Alerts:
    starts = [s for s in rows["from_utc"].to_list() if isinstance(s, datetime)]
    long = (pl.col("to_utc") - pl.col("from_utc") > END_UNKNOWN_AFTER) | (pl.col("text") == "end unknown")
    shown = pl.col("from_utc") >= scene.interval.start - timedelta(days=DAYS_BEFORE)
    endless = rows.filter(long & shown & (pl.col("from_utc") < scene.interval.end))
    today = starting(rows, scene.interval)
    profile = scene.profiles.get(name)
    copies = profile.origin if profile and profile.origin in of and profile.origin != name else None
    return Alerts(
        source_id=name,
        copies=copies,
        repeats=_repeats(today, of[copies]) if copies else 0,
        beside=tuple(_beside(kind, Counter(map(of_day, starts)), scene.day) for kind, of_day in _days(scene)),
        end_unknown=tuple(sighting(row) for row in endless.iter_rows(named=True)),
        end_unknown_regions=tuple(endless["region"]),
        regions_with_rows=tuple(sorted(rows["region"].drop_nulls().unique())),
        observation_ids=tuple(sorted(today["observation_id"])),
    )


def _days(scene: Scene) -> Sequence[tuple[DayKind, Callable[[datetime], date]]]:
    return (
        (DayKind.MISSION, scene.clock.day_of),
        (DayKind.UTC_DATE, lambda s: s.astimezone(UTC).date()),
        (DayKind.LOCAL_DATE, lambda s: s.astimezone(scene.clock.zone).date()),
    )


def _repeats(rows: pl.DataFrame, original: pl.DataFrame) -> int:
    """Return how many of `rows` start within `SAME_WARNING` of a row of `original` in the same area."""
    near = rows.sort("from_utc").join_asof(
        original.select("region", "from_utc", pl.col("from_utc").alias("first")).sort("from_utc"),
        on="from_utc",
        by="region",
        strategy="nearest",
        tolerance=SAME_WARNING,
        check_sortedness=False,
    )
    return near["first"].count()


def _beside(kind: DayKind, counted: Counter[date], day: date) -> Beside:
    first = min(counted)
    span = min(DAYS_BEFORE, (day - first).days)
    days = [day - timedelta(days=back) for back in range(span, -1, -1)]
    before = [counted[d] for d in days[:-1]]
    return Beside(
        by=kind,
        alerts=counted[day],
        median_before=median(before) if before else None,
        most_before=max(before) if before else None,
        days_before=len(before),
        by_day=tuple((d, counted[d]) for d in days),
    )


def claims(scene: Scene) -> tuple[Claim, ...]:
    """Return what parties claim of the day, by claimant and window."""
    rows = touching(scene.observations, scene.interval)
    told = rows.filter((pl.col("phenomenon") == Phenomenon.TOTAL.value) & pl.col("told_by").is_not_null())
    ordered = told.sort("told_by", "from_utc", "to_utc", "observation_id")
    return tuple(_claim(sighting(row)) for row in ordered.iter_rows(named=True))


def _claim(said: Sighting) -> Claim:
    parts = [part.strip() for part in (said.words or "").split("|")] + ["", "", ""]
    against = next((p.removeprefix("against ") for p in parts if p.startswith("against ")), None)
    relation = parts[1] if not parts[1].startswith("against ") else ""
    return Claim(
        told_by=said.told_by or "",
        against=against,
        start=said.start,
        end=said.end,
        category=parts[0],
        count=said.count,
        relation=relation or None,
        cumulative="cumulative" in relation,
        subset="subset" in relation,
        observation_id=said.observation_id,
    )
