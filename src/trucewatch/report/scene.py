"""The frames of one report, cut to what its day and its audience allow.

Rules:
- everything passes the one gate first;
- a thing may straddle the cut between two reporting days: `inside` holds what lies wholly in the day,
  `touching` all that may; the first bounds a figure below, the second above;
- a region is the area a row names, or that its place lies in, or its observer's; none known, it is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

import numpy as np
import polars as pl

from trucewatch.model.areas import Areas
from trucewatch.model.gate import as_left, project
from trucewatch.model.instants import Clock, Interval
from trucewatch.model.policy import INTERNAL_ONLY, Policy
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Audience, Means, Phenomenon


class Fused(Protocol):
    """What fusing gave: incidents, their counts, and the links between observations by row number."""

    @property
    def incidents(self) -> pl.DataFrame:
        """The incidents table."""

    @property
    def links(self) -> pl.DataFrame:
        """The links table; `left` and `right` are row numbers of the observations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the sections of one day's report are made from."""

    day: date
    clock: Clock
    interval: Interval
    before: Interval
    observations: pl.DataFrame  # with `at_row` (as links count them) and `region`
    incidents: pl.DataFrame  # with `region`
    links: pl.DataFrame
    coverage: pl.DataFrame
    profiles: Mapping[str, SourceProfile]
    areas: Areas
    reported: Mapping[str, frozenset[Phenomenon]]  # the kinds that each source has rows of


def scene(
    *,
    day: date,
    clock: Clock,
    observations: pl.DataFrame,
    fused: Fused,
    coverage: pl.DataFrame,
    profiles: Mapping[str, SourceProfile],
    areas: Areas,
    audience: Audience,
    at: datetime,
    policy: Policy = INTERNAL_ONLY,
) -> Scene:
    """Return the frames for `day`, each row with its region; RefusedError when the audience may have nothing.

    For whoever is outside the frames are those that left, and what could not have left is refused.
    """
    if audience is Audience.INTERNAL:
        rows = project(with_region(observations, areas).with_row_index("at_row"), audience, at)
        found = project(fused.incidents, audience, at)
    else:
        rows = with_region(as_left(observations, audience, policy), areas).with_row_index("at_row")
        found = as_left(fused.incidents, audience, policy)
    return Scene(
        day=day,
        clock=clock,
        interval=clock.day(day),
        before=clock.day(day - timedelta(days=1)),
        observations=rows,
        incidents=with_region(found, areas),
        links=fused.links,
        coverage=coverage,
        profiles=profiles,
        areas=areas,
        reported=_reported(rows),
    )


def _reported(rows: pl.DataFrame) -> dict[str, frozenset[Phenomenon]]:
    pairs = rows.select("source_id", "phenomenon").unique().iter_rows()
    found: dict[str, frozenset[Phenomenon]] = {}
    for source, kind in pairs:
        found[source] = found.get(source, frozenset()) | {Phenomenon(kind)}
    return found


def told_only() -> pl.Expr:
    """Say of each incident whether every observation in it was told by somebody else."""
    told = pl.col("means").list.eval(pl.element() == Means.TOLD.value)
    return told.list.all() & (pl.col("means").list.len() > 0)


def observed() -> pl.Expr:
    """Say of each incident whether somebody observed it: not told only, and more than heat seen from space."""
    return ~told_only() & (pl.col("phenomenon") != Phenomenon.THERMAL.value)


def with_region(frame: pl.DataFrame, areas: Areas) -> pl.DataFrame:
    """Return `frame` with `region`: the area a row names, else that of its place, else of its observer."""
    found = [_located(frame, areas, "lon", "lat")]
    if "observer_lon" in frame.columns:
        found.append(_located(frame, areas, "observer_lon", "observer_lat"))
    return frame.with_columns(region=pl.coalesce(pl.col("area_id"), *found))


def _located(frame: pl.DataFrame, areas: Areas, x: str, y: str) -> pl.Series:
    lon, lat = (frame[axis].cast(pl.Float64).fill_null(np.nan).to_numpy() for axis in (x, y))
    return pl.Series(areas.locate(lon, lat), dtype=pl.String)


def touching(frame: pl.DataFrame, interval: Interval) -> pl.DataFrame:
    """Return the rows whose time may lie in `interval`, a moment without length included."""
    start, end = pl.col("from_utc"), pl.col("to_utc")
    moment = (start == end) & (start >= interval.start)
    return frame.filter((start < interval.end) & ((end > interval.start) | moment))


def inside(frame: pl.DataFrame, interval: Interval) -> pl.DataFrame:
    """Return the rows whose time lies wholly in `interval`."""
    whole = (pl.col("from_utc") >= interval.start) & (pl.col("to_utc") <= interval.end)
    return touching(frame, interval).filter(whole)


def starting(frame: pl.DataFrame, interval: Interval) -> pl.DataFrame:
    """Return the rows that start in `interval`."""
    return frame.filter((pl.col("from_utc") >= interval.start) & (pl.col("from_utc") < interval.end))
