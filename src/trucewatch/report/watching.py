"""The hours that somebody watched, which stand above every count, and what could not be seen.

Rules:
- hours stand for one source, area and holder of the posts' places; those of two are not added;
- an unknown length stays unknown; hours of which more may exist are marked *at least*;
- a count is set beside another day's only where the same sources watched about as long.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from trucewatch.model.instants import Interval
from trucewatch.model.vocabulary import Watch
from trucewatch.report.scene import starting

SEEING = (Watch.WITH_EVENTS.value, Watch.WITH_NONE.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How long one source watched one region within a day."""

    region: str
    source_id: str
    hours: float | None  # None: not known
    at_least: bool
    without_events: float | None  # of these hours, those in which it saw nothing; None: not known
    held_by: str | None  # who held the observers' places, in the source's own words


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """A time in which a source could not see, or in which nobody knows whether it could."""

    region: str
    source_id: str
    state: Watch
    hours: float | None
    at_least: bool


def watched(coverage: pl.DataFrame, interval: Interval) -> tuple[Watched, ...]:
    """Return who watched which region how long in `interval`."""
    rows = starting(coverage, interval).filter(pl.col("state").is_in(SEEING))
    found = []
    for (region, source, held), part in rows.group_by("area_id", "source_id", "held_by", maintain_order=True):
        none = part.filter(pl.col("state") == Watch.WITH_NONE.value)
        found.append(
            Watched(
                region=str(region),
                source_id=str(source),
                hours=_hours(part),
                at_least=bool(part["lower_bound"].any()),
                without_events=_hours(none) if none.height else 0.0,
                held_by=None if held is None else str(held),
            )
        )
    return tuple(sorted(found, key=lambda w: (w.region, w.source_id, w.held_by or "")))


def _hours(part: pl.DataFrame) -> float | None:
    if part["hours"].null_count():
        return None
    return round(float(part.sort("from_utc", "state")["hours"].sum()), 2)


def unseen(coverage: pl.DataFrame, interval: Interval) -> tuple[Unseen, ...]:
    """Return what could not be seen in `interval`, and what nobody knows."""
    rows = starting(coverage, interval).filter(~pl.col("state").is_in(SEEING))
    found = [
        Unseen(
            region=str(region),
            source_id=str(source),
            state=Watch(str(state)),
            hours=_hours(part),
            at_least=bool(part["lower_bound"].any()),
        )
        for (region, source, state), part in rows.group_by(
            "area_id", "source_id", "state", maintain_order=True
        )
    ]
    return tuple(sorted(found, key=lambda u: (u.region, u.source_id, u.state)))
