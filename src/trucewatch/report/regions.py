"""The day's regions: in full where somebody watched by the hour, observed or counted; the rest in short.

Rules:
- a region has a full block when a post's hours, an observed incident or another's totals are of it; heat
  seen from space and what is only told make no full block;
- those with most observed come first; within them hours stand above counts;
- a total belongs to the day when its period overlaps the day; one that is longer says so, and a
  cumulative is no day's total.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from trucewatch.model.areas import area_name
from trucewatch.model.instants import Interval
from trucewatch.report.figures import Figure, Itemised, figures, itemised
from trucewatch.report.scene import Scene, observed, touching
from trucewatch.report.span import Span
from trucewatch.report.totals import Total, rank
from trucewatch.report.watching import Passes, Watched, timed

DAY_AND_AN_HOUR_H = 25.0  # the longest reporting day, when clocks go back


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirTotal:
    """A source's own total for a region and period, under its own name."""

    total: Total
    several_days: float | None  # how many days it counts together; None: no more than one
    beyond: bool  # its period begins or ends outside the day
    itemised: Itemised | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One region's hours, figures and others' totals."""

    region: str | None  # None: no area is known
    full: bool
    observed: int  # incidents that somebody observed and that may lie in the day
    watched: tuple[Watched, ...]
    passed: tuple[str, ...]  # sources that saw it in passes
    clouded: tuple[str, ...]  # sources from which a cloud hid it
    figures: tuple[Figure, ...]
    totals: tuple[TheirTotal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one source says that it counted of the day, region by region, under its own name."""

    name: str
    source_id: str
    by_region: tuple[tuple[str | None, Span, float | None], ...]  # region, figure, several days


def regions(
    scene: Scene, watches: Sequence[Watched], passed: Sequence[Passes], totals: Sequence[Total]
) -> tuple[Region, ...]:
    """Return every region that was watched, counted or told of in the day, those in full first."""
    seen = touching(scene.incidents, scene.interval)
    told = [t for t in totals if not t.cumulative and _of_day(t, scene.interval)]
    over = {area for p in passed for area in (*p.seen, *p.clouded)}
    names = {*seen["region"].to_list(), *(w.region for w in watches), *(t.region for t in told), *over}
    found = [_region(name, scene, watches, passed, told) for name in names]
    return tuple(sorted(found, key=_order))


def _order(region: Region) -> tuple[object, ...]:
    incidents = sum(f.incidents.most or 0 for f in region.figures)
    name = area_name(region.region) if region.region else ""
    return (not region.full, -region.observed, not region.totals, -incidents, region.region is None, name)


def _of_day(total: Total, interval: Interval) -> bool:
    moment = total.start == total.end and interval.contains(total.start)
    return moment or (total.start < interval.end and total.end > interval.start)


def _region(
    name: str | None,
    scene: Scene,
    watches: Sequence[Watched],
    passed: Sequence[Passes],
    told: Sequence[Total],
) -> Region:
    own = scene.incidents.filter(pl.col("region").eq_missing(pl.lit(name)))
    number = touching(own, scene.interval).filter(observed()).height
    hours = tuple(w for w in watches if w.region == name)
    totals = tuple(_theirs(t, scene) for t in told if t.region == name)
    return Region(
        region=name,
        full=bool(number or totals or timed(hours)),
        observed=number,
        watched=hours,
        passed=tuple(p.source_id for p in passed if name in p.seen),
        clouded=tuple(p.source_id for p in passed if name in p.clouded),
        figures=figures(own, scene.interval),
        totals=totals,
    )


def _theirs(total: Total, scene: Scene) -> TheirTotal:
    period = Interval(start=total.start, end=total.end)
    several = period.hours > DAY_AND_AN_HOUR_H
    return TheirTotal(
        total=total,
        several_days=round(period.hours / 24, 1) if several else None,
        beyond=total.start < scene.interval.start or total.end > scene.interval.end,
        itemised=itemised(total, scene),
    )


def tallies(found: Sequence[Region]) -> tuple[Tally, ...]:
    """Return what each source counted, one figure a region: its own, of the day alone where there is one."""
    stated = [t for r in found for t in r.totals if t.total.span.stated]
    names = dict.fromkeys((t.total.name, t.total.source_id) for t in stated)
    result = []
    for name, source in names:
        own = [t for t in stated if (t.total.name, t.total.source_id) == (name, source)]
        places = dict.fromkeys(t.total.region for t in own)
        chosen = [min((t for t in own if t.total.region == p), key=_preferred) for p in places]
        parts = tuple((t.total.region, t.total.span, t.several_days) for t in chosen)
        result.append(Tally(name=name, source_id=source, by_region=parts))
    return tuple(result)


def _preferred(theirs: TheirTotal) -> tuple[object, ...]:
    return theirs.beyond, theirs.several_days or 0.0, rank(theirs.total)
