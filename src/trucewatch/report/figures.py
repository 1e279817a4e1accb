"""Figures by region and kind, under several counting rules side by side, with the hours above them.

Rules:
- a figure is an interval: what lies wholly in the day bounds it below, all that may lie in it above;
- a rule that the sources' intervals do not allow is left out (None: *not computable*);
- a region that was watched is listed though nothing was found in it; unlike kinds are never summed;
- another's totals keep their own name, and the share that the itemised rows make of them is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from trucewatch.model.counting import tally
from trucewatch.model.instants import Interval
from trucewatch.model.vocabulary import FIRE, NOT_EVENTS, CountingRule, Phenomenon
from trucewatch.report.scene import Scene, inside, touching
from trucewatch.report.span import NONE_FOUND, Span, summed
from trucewatch.report.totals import Total
from trucewatch.report.watching import Watched, watched

# Kinds that one may count by the hour: what goes off. The rest lasts, burns or is told.
BY_THE_HOUR = FIRE


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """How many of one kind, under each rule."""

    kind: Phenomenon
    raw: Span
    hourly: Span | None  # None: not computable
    place_day: Span | None
    incident_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Itemised:
    """How much of another's total the itemised rows make up, when both are known."""

    kind: Phenomenon
    counted: Span
    beside: tuple[tuple[Phenomenon, Span], ...]  # other kinds itemised, which the total may or may not hold
    share: float | None  # of the total's stated end; None: not known
    observation_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirTotal:
    """A source's own total for a region and period, under its own name."""

    total: Total
    itemised: Itemised | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One region's hours, figures and others' totals."""

    region: str | None  # None: no area is known
    watched: tuple[Watched, ...]
    figures: tuple[Figure, ...]
    totals: tuple[TheirTotal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDay:
    """One day of this record as reported, nothing fused: its hours, and what the rows state by kind."""

    day: date
    watched: tuple[Watched, ...]
    kinds: tuple[tuple[Phenomenon, int, Span], ...]  # kind, rows, what they state
    rows: int  # observations on record; with none at all there is no report at hand, and no zero


def own_days(scene: Scene, days: int) -> tuple[OwnDay, ...]:
    """Return the last `days` days, the latest first."""
    found = []
    for back in range(days):
        day = scene.day - timedelta(days=back)
        interval = scene.clock.day(day)
        rows = inside(scene.observations, interval).filter(pl.col("told_by").is_null())
        own = rows.filter(pl.col("phenomenon") != Phenomenon.TOTAL.value)
        kinds = [
            (kind, own.filter(pl.col("phenomenon") == kind.value))
            for kind in Phenomenon
            if kind not in NOT_EVENTS
        ]
        found.append(
            OwnDay(
                day=day,
                watched=watched(scene.coverage, interval),
                kinds=tuple((kind, part.height, stated(part)) for kind, part in kinds if part.height),
                rows=own.height,
            )
        )
    return tuple(found)


def regions(scene: Scene, watches: Sequence[Watched], totals: Sequence[Total]) -> tuple[Region, ...]:
    """Return every region that was watched, counted or told of in the day."""
    seen = touching(scene.incidents, scene.interval)
    told = [t for t in totals if t.start < scene.interval.end and t.end > scene.interval.start]
    counted = set(seen["region"])
    names = {*seen["region"].to_list(), *(w.region for w in watches), *(t.region for t in told)}
    return tuple(
        Region(
            region=name,
            watched=tuple(w for w in watches if w.region == name),
            figures=figures(
                scene.incidents.filter(pl.col("region").eq_missing(pl.lit(name))), scene.interval
            ),
            totals=tuple(TheirTotal(total=t, itemised=itemised(t, scene)) for t in told if t.region == name),
        )
        for name in sorted(names, key=lambda n: (n is None, n not in counted, n or ""))
    )


def figures(incidents: pl.DataFrame, interval: Interval) -> tuple[Figure, ...]:
    """Return how many of each kind `incidents` are in `interval`."""
    return tuple(
        Figure(
            kind=kind,
            raw=_span(surely, may, CountingRule.RAW),
            hourly=_span(surely, may, CountingRule.HOURLY) if kind in BY_THE_HOUR else None,
            place_day=_span(surely, may, CountingRule.PLACE_DAY),
            incident_ids=tuple(sorted(may["incident_id"])),
        )
        for kind, surely, may in _kinds(incidents, interval)
    )


def raw(incidents: pl.DataFrame, interval: Interval) -> dict[Phenomenon, Span]:
    """Return how many of each kind are in `interval`, as counted raw."""
    kinds = _kinds(incidents, interval)
    return {kind: _span(surely, may, CountingRule.RAW) for kind, surely, may in kinds}


def _kinds(
    incidents: pl.DataFrame, interval: Interval
) -> Iterator[tuple[Phenomenon, pl.DataFrame, pl.DataFrame]]:
    """Yield each kind's incidents that surely are in `interval`, and those that may be."""
    may = touching(incidents, interval)
    surely = inside(may, interval)
    present = set(may["phenomenon"].unique())
    for kind in Phenomenon:
        if kind.value in present:
            own = pl.col("phenomenon") == kind.value
            yield kind, surely.filter(own), may.filter(own)


def _span(surely: pl.DataFrame, may: pl.DataFrame, rule: CountingRule) -> Span:
    return Span(least=tally(surely, rule)[0], most=tally(may, rule)[1])


def itemised(total: Total, scene: Scene) -> Itemised | None:
    """Return what the rows itemise of `total`; None when no row of that region and period does."""
    kind = Phenomenon.EXPLOSION if total.name.startswith("explosions") else None
    if kind is None:
        return None
    period = Interval(start=total.start, end=total.end)
    rows = inside(scene.observations, period).filter(
        pl.col("phenomenon").is_in([p.value for p in FIRE])
        & (pl.col("means") != "told")
        & (pl.col("region") == total.region)
    )
    own = rows.filter(pl.col("phenomenon") == kind.value)
    if own.is_empty():
        return None
    counted, whole = stated(own), total.most if total.most is not None else total.least
    others = [
        p for p in sorted(FIRE) if p is not kind and rows.filter(pl.col("phenomenon") == p.value).height
    ]
    return Itemised(
        kind=kind,
        counted=counted,
        beside=tuple((p, stated(rows.filter(pl.col("phenomenon") == p.value))) for p in others),
        share=None if not whole or counted.least is None else round(counted.least / whole, 3),
        observation_ids=tuple(sorted(own["observation_id"])),
    )


def stated(rows: pl.DataFrame) -> Span:
    """Return the sum of what `rows` of one kind state, as an interval."""
    if rows.is_empty():
        return NONE_FOUND
    pairs = rows.select("count_min", "count_max").iter_rows()
    return summed(Span(least=least, most=most) for least, most in pairs)
