"""When and where a clause binds, told from its text alone: can it ever fire, and do two clauses meet.

Rules:
- what is required by a deadline binds from the deadline on;
- where a time or a place is not known, two clauses may meet, and a clause may fire;
- days counted from a D-day that is not yet known are compared as days.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import shapely

from trucewatch.assess.never import DAY, DAY_MINUTES, WEEK_MINUTES, Apart, Asked, hour_in, never
from trucewatch.model.agreement import Act, Agreement, Clause, Reading
from trucewatch.model.areas import NAMES
from trucewatch.model.condition import AllOf, AnyOf, Condition, Hours, InZone, NotSo
from trucewatch.model.shapes import Shapes
from trucewatch.model.vocabulary import Phenomenon

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """When a clause binds: from, up to but not including; None: not known, or without end."""

    start: datetime | None
    end: datetime | None
    start_day: float  # counted from D-day
    end_day: float  # up to but not including


def binding(clause: Clause, agreement: Agreement) -> Binding:
    """Return when `clause` binds."""
    last = math.inf if clause.ends_day is None else clause.ends_day + 1
    if clause.act is Act.REQUIRED:
        return Binding(
            start=clause.ends,
            end=agreement.ends,
            start_day=-math.inf if clause.ends_day is None else last,
            end_day=math.inf,
        )
    return Binding(
        start=clause.starts or agreement.starts,
        end=clause.ends or agreement.ends,
        start_day=-math.inf if clause.starts_day is None else clause.starts_day,
        end_day=last,
    )


def apart_in(shapes: Shapes) -> Apart:
    """Return the pairs of zones that share no ground at any time."""
    zones = [name for name in shapes.names if not any(shape.is_line for shape in shapes.of(name))]
    return frozenset(
        frozenset(pair)
        for pair in itertools.combinations(zones, 2)
        if not any(
            shapely.intersects(one.geometry, other.geometry)
            for one in shapes.of(pair[0])
            for other in shapes.of(pair[1])
        )
    )


def why_never(clause: Clause, agreement: Agreement, apart: Apart = frozenset()) -> str | None:
    """Return why `clause` can never fire, in words; None when it may. `apart` are zones that share no ground."""
    bound = binding(clause, agreement)
    if bound.start and bound.end and bound.end <= bound.start:
        if clause.act is Act.REQUIRED:
            return "its deadline comes when the agreement has ended, so it never binds"
        return "it starts when it, or the agreement, has ended"
    if clause.act is Act.EXCEPTION and not any(
        meet_in_time(clause, agreement.clause(code), agreement) for code in clause.excepts
    ):
        return "it holds at no time at which a clause that it is from binds"
    if clause.when is None:
        return None
    kinds = clause.phenomena if clause.act is not Act.EXCEPTION else frozenset(Phenomenon)
    bounds = tuple(_bounds(clause, agreement, bound))
    wheres = [_where(clause.when, reading) for reading in clause.readings] or [clause.when]
    axes = [never(where, kinds, bounds, apart) for where in wheres]
    return f"its conditions leave nothing of {axes[0]}" if all(axes) else None


def _where(when: Condition, reading: Reading) -> Condition:
    """Return the condition with the place of the reading, where it names areas."""
    if not reading.area_ids:
        return when
    return AllOf(of=(AnyOf(of=tuple(InZone(zone=area) for area in reading.area_ids)), when))


def _bounds(clause: Clause, agreement: Agreement, bound: Binding) -> Iterator[Asked]:
    """Yield what the clause's own time leaves of days and hours."""
    first, last = bound.start_day, bound.end_day
    if agreement.d_day and agreement.clock:
        clock = ZoneInfo(agreement.clock)
        zero = agreement.d_day.astimezone(clock).date()
        if bound.start:
            first = (bound.start.astimezone(clock).date() - zero).days
        if bound.end:
            last = ((bound.end - timedelta(microseconds=1)).astimezone(clock).date() - zero).days + 1
    yield Asked(axis=DAY, spans=((first, last),))
    if bound.start and bound.end and bound.end - bound.start < _WEEK:
        for name in sorted(_clocks(clause.when)):
            yield Asked(axis=hour_in(name), spans=tuple(_minutes(bound.start, bound.end, ZoneInfo(name))))


def _minutes(start: datetime, end: datetime, clock: ZoneInfo) -> Iterator[tuple[float, float]]:
    """Yield the spans of minutes of the week that lie between two times less than a week apart."""
    first, last = (
        local.weekday() * DAY_MINUTES + local.hour * 60 + local.minute + local.second / 60
        for local in (start.astimezone(clock), end.astimezone(clock))
    )
    if first < last:
        yield first, last
    else:
        yield first, WEEK_MINUTES
        yield 0, last


def _clocks(condition: Condition | None) -> frozenset[str]:
    match condition:
        case AllOf(of=parts) | AnyOf(of=parts):
            return frozenset().union(*(_clocks(part) for part in parts))
        case NotSo(of=inner):
            return _clocks(inner)
        case Hours(clock=clock):
            return frozenset([clock])
        case _:
            return frozenset()


def meet_in_time(one: Clause, other: Clause, agreement: Agreement) -> bool:
    """Say whether both may bind at one time."""
    a, b = binding(one, agreement), binding(other, agreement)
    apart = (a.end and b.start and a.end <= b.start) or (b.end and a.start and b.end <= a.start)
    return not apart and a.start_day < b.end_day and b.start_day < a.end_day


def meet_in_place(one: Clause, other: Clause, apart: Apart) -> bool:
    """Say whether some place may be meant by both: a reading they share, areas that may share ground, or anywhere."""
    pairs = [(a, b) for a in one.readings for b in other.readings]
    return any(a.name == b.name or a.anywhere or b.anywhere or _share(a, b, apart) for a, b in pairs)


def _share(one: Reading, other: Reading, apart: Apart) -> bool:
    """Whether areas of two readings may share ground: two of ISO 3166-2 share their borders alone."""
    return any(
        a == b or (not {a, b} <= set(NAMES) and {a, b} not in apart)
        for a in one.area_ids or ()
        for b in other.area_ids or ()
    )


def meet(
    one: Clause, other: Clause, agreement: Agreement, apart: Apart = frozenset()
) -> frozenset[Phenomenon]:
    """Return the kinds of which one incident may come under both clauses; none when none may."""
    kinds = one.phenomena & other.phenomena
    flights = not (one.trajectories and other.trajectories) or bool(one.trajectories & other.trajectories)
    if not (kinds and flights and meet_in_place(one, other, apart) and meet_in_time(one, other, agreement)):
        return frozenset()
    both = [clause.when for clause in (one, other) if clause.when is not None]
    return frozenset() if both and never(AllOf(of=tuple(both)), kinds, (), apart) else kinds
