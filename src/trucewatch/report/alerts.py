"""Air-raid alerts beside the days before, and the claims of both sides, side by side.

Rules:
- an alert belongs to the day in which it starts; which day that is depends on the cut, so the mission
  day, the UTC date and the local date each stand with a median of their own;
- an alert that nobody ended is *end unknown*, and its length is not used;
- claims are never added up, neither across windows nor across claimants; a cumulative and a subset are
  marked as such;
- alerts warn of threats from the air in one party's area: they say nothing of ground fire, nor of the
  other's area.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from statistics import median

import polars as pl

from trucewatch.model.vocabulary import Phenomenon
from trucewatch.report.scene import Scene, touching
from trucewatch.report.sightings import Sighting, sighting
from trucewatch.report.span import Span

DAYS_BEFORE = 39
END_UNKNOWN_AFTER = timedelta(hours=24)


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
    """The alerts of the day."""

    beside: tuple[Beside, ...]
    end_unknown: tuple[Sighting, ...]  # that started up to the day's end and within the days shown
    end_unknown_regions: tuple[str | None, ...]
    regions_with_rows: tuple[str, ...]
    observation_ids: tuple[str, ...]  # of the mission day


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


def alerts(scene: Scene) -> Alerts | None:
    """Return the day's alerts beside the days before; None when the record has no alert at all."""
    rows = scene.observations.filter(pl.col("phenomenon") == Phenomenon.ALERT.value)
    rows = rows.filter(pl.col("from_utc") < scene.interval.end + timedelta(days=1)).sort(
        "from_utc", "observation_id"
    )
    if rows.is_empty():
        return None
    starts = [s for s in rows["from_utc"].to_list() if isinstance(s, datetime)]
    local: Callable[[datetime], date] = lambda s: s.astimezone(scene.clock.zone).date()  # noqa: E731
    kinds: Sequence[tuple[DayKind, Callable[[datetime], date]]] = (
        (DayKind.MISSION, scene.clock.day_of),
        (DayKind.UTC_DATE, lambda s: s.astimezone(UTC).date()),
        (DayKind.LOCAL_DATE, local),
    )
    long = (pl.col("to_utc") - pl.col("from_utc") > END_UNKNOWN_AFTER) | (pl.col("text") == "end unknown")
    shown = pl.col("from_utc") >= scene.interval.start - timedelta(days=DAYS_BEFORE)
    endless = rows.filter(long & shown & (pl.col("from_utc") < scene.interval.end))
    within = pl.col("from_utc").is_between(scene.interval.start, scene.interval.end, closed="left")
    return Alerts(
        beside=tuple(_beside(kind, Counter(map(day_of, starts)), scene.day) for kind, day_of in kinds),
        end_unknown=tuple(sighting(row) for row in endless.iter_rows(named=True)),
        end_unknown_regions=tuple(endless["region"]),
        regions_with_rows=tuple(sorted(rows["region"].drop_nulls().unique())),
        observation_ids=tuple(sorted(rows.filter(within)["observation_id"])),
    )


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
