"""The last days of this record as reported, nothing fused: hours, passes, and what the rows state by kind.

Rules:
- rows that lie wholly in a day bound a number below, all that may lie in it above;
- what is only told is counted in rows beside, never among what was observed;
- no fire is said only of a day on which somebody watched who reports fire; else no report is at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from trucewatch.model.instants import Interval
from trucewatch.model.vocabulary import FIRE, NOT_EVENTS, Means, Phenomenon
from trucewatch.report.figures import stated
from trucewatch.report.scene import Scene, inside, touching
from trucewatch.report.span import Span
from trucewatch.report.watching import Passes, Watched, able, passes, timed, watched


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDay:
    """One day of this record as reported."""

    day: date
    watched: tuple[Watched, ...]  # by the hour
    passes: tuple[Passes, ...]
    kinds: tuple[tuple[Phenomenon, int, Span], ...]  # kind, rows, what they state; told ones are not in here
    told_rows: int
    fire: bool  # some row observes fire
    fire_watched: bool  # somebody watched who reports fire: only then is no fire a zero


def own_days(scene: Scene, days: int) -> tuple[OwnDay, ...]:
    """Return the last `days` days, the latest first."""
    dates = [scene.day - timedelta(days=back) for back in range(days)]
    return tuple(_own_day(scene, day, scene.clock.day(day)) for day in dates)


def _own_day(scene: Scene, day: date, interval: Interval) -> OwnDay:
    rows = touching(scene.observations, interval)
    rows = rows.filter(~pl.col("phenomenon").is_in([kind.value for kind in NOT_EVENTS]))
    seen = rows.filter(pl.col("means") != Means.TOLD.value)
    parts = [(kind, seen.filter(pl.col("phenomenon") == kind.value)) for kind in Phenomenon]
    hours = watched(scene.coverage, interval, scene.profiles)
    return OwnDay(
        day=day,
        watched=timed(hours),
        passes=passes(scene.coverage, interval, scene.profiles),
        kinds=tuple((kind, part.height, _stated(part, interval)) for kind, part in parts if part.height),
        told_rows=rows.height - seen.height,
        fire=any(kind in FIRE and part.height for kind, part in parts),
        fire_watched=any(able(scene, hours, kind) for kind in FIRE),
    )


def _stated(rows: pl.DataFrame, interval: Interval) -> Span:
    return Span(least=stated(inside(rows, interval)).least, most=stated(rows).most)
