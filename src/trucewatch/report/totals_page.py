"""A page of one source's totals over a window of time, under its own name.

Rules:
- the same rules as the chart in a day's report: several days stay several days, a gap stays a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from trucewatch.model.gate import project, stamp
from trucewatch.model.instants import Clock, Interval
from trucewatch.model.vocabulary import Audience
from trucewatch.report.html import charts, environment
from trucewatch.report.totals import BlockKind, Series, series, totals
from trucewatch.report.words import Language, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The totals between two reporting days."""

    mission: str
    first: date
    last: date
    window: Interval
    clock: Clock
    stamp: str
    known_at: datetime
    agreement: str | None
    series: tuple[Series, ...]
    gap_days: int  # of the first series: days without a report at hand


def counted(
    *,
    mission: str,
    observations: pl.DataFrame,
    clock: Clock,
    first: date,
    last: date,
    audience: Audience,
    at: datetime,
    known_at: datetime,
    starts: datetime | None = None,
    name: str | None = None,
    agreement: str | None = None,
    exercise: bool = False,
    replay: bool = False,
) -> Counted:
    """Return the totals from `first` to `last`, from `starts` on when an agreement began within a day.

    `name` is the source's own name for what it counted; None: all of them.
    """
    begin = clock.day(first).start if starts is None else max(clock.day(first).start, starts)
    window = Interval(start=begin, end=clock.day(last).end)
    stated = [t for t in totals(project(observations, audience, at)) if name is None or t.name == name]
    found = series(stated, window, clock)
    gaps = [b.days for b in found[0].blocks if b.kind is BlockKind.GAP] if found else []
    return Counted(
        mission=mission,
        first=first,
        last=last,
        window=window,
        clock=clock,
        stamp=stamp(audience, exercise=exercise, replay=replay),
        known_at=known_at,
        agreement=agreement,
        series=found,
        gap_days=round(sum(gaps)),
    )


def counted_html(page: Counted, language: Language = Language.ENGLISH) -> str:
    """Return the totals as one self-contained page."""
    spoken = words(language)
    return (
        environment(spoken)
        .get_template("totals.html")
        .render(
            page=page,
            mark=page.stamp,
            clock=page.clock,
            charts=charts(page.series, page.clock, spoken),
        )
    )
