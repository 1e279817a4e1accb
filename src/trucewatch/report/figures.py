"""Figures by region and kind, under several counting rules side by side, with the hours above them.

Rules:
- a figure is an interval: what lies wholly in the day bounds it below, all that may lie in it above;
- a rule that the sources' intervals do not allow is left out (None: *not computable*);
- what was observed and what was only told by others are two figures; unlike kinds are never summed;
- another's totals keep their own name, and the share that the itemised rows make of them is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from trucewatch.model.counting import tally
from trucewatch.model.instants import Interval
from trucewatch.model.vocabulary import FIRE, CountingRule, Phenomenon
from trucewatch.report.scene import Scene, inside, told_only, touching
from trucewatch.report.span import NONE_FOUND, Span, summed
from trucewatch.report.totals import Total

# Kinds that one may count by the hour: what goes off. The rest lasts, burns or is told.
BY_THE_HOUR = FIRE


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """How many of one kind, under each rule."""

    kind: Phenomenon
    told: bool  # every one of them is told by others only
    incidents: Span  # how many incidents they are
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


def figures(incidents: pl.DataFrame, interval: Interval) -> tuple[Figure, ...]:
    """Return how many of each kind `incidents` are in `interval`, those observed before those told."""
    found = []
    for told, part in ((False, incidents.filter(~told_only())), (True, incidents.filter(told_only()))):
        found += [_figure(kind, told, surely, may) for kind, surely, may in _kinds(part, interval)]
    return tuple(found)


def _figure(kind: Phenomenon, told: bool, surely: pl.DataFrame, may: pl.DataFrame) -> Figure:
    return Figure(
        kind=kind,
        told=told,
        incidents=Span(least=surely.height, most=may.height),
        raw=_span(surely, may, CountingRule.RAW),
        hourly=_span(surely, may, CountingRule.HOURLY) if kind in BY_THE_HOUR else None,
        place_day=_span(surely, may, CountingRule.PLACE_DAY),
        incident_ids=tuple(sorted(may["incident_id"])),
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
    by_kind = {p: part for p in sorted(FIRE) if (part := rows.filter(pl.col("phenomenon") == p.value)).height}
    if kind not in by_kind:
        return None
    counted, whole = stated(by_kind[kind]), total.most if total.most is not None else total.least
    return Itemised(
        kind=kind,
        counted=counted,
        beside=tuple((p, stated(part)) for p, part in by_kind.items() if p is not kind),
        share=None if not whole or counted.least is None else round(counted.least / whole, 3),
        observation_ids=tuple(sorted(by_kind[kind]["observation_id"])),
    )


def stated(rows: pl.DataFrame) -> Span:
    """Return the sum of what `rows` of one kind state, as an interval."""
    if rows.is_empty():
        return NONE_FOUND
    pairs = rows.select("count_min", "count_max").iter_rows()
    return summed(Span(least=least, most=most) for least, most in pairs)
