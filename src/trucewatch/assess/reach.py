"""When and where a clause binds, told from its text alone: can it ever fire, and do two clauses meet.

Rules:
- what is required by a deadline binds from the deadline on;
- where a time or a place is not known, two clauses may meet, and a clause may fire;
- days counted from a D-day that is not yet known are compared as days.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from trucewatch.assess.never import DAY, DAY_MINUTES, WEEK_MINUTES, Asked, hour_in, never
from trucewatch.model.agreement import Act, Agreement, Clause
from trucewatch.model.condition import AllOf, AnyOf, Condition, Hours, NotSo
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


def why_never(clause: Clause, agreement: Agreement) -> str | None:
    """Return why `clause` can never fire, in words; None when it may."""
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
    axis = never(clause.when, kinds, tuple(_bounds(clause, agreement, bound)))
    return f"its conditions leave nothing of {axis}" if axis else None


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
            these = frozenset(_minutes(bound.start, bound.end, ZoneInfo(name)))
            yield Asked(axis=hour_in(name), among=frozenset(range(WEEK_MINUTES)), these=these)


def _minutes(start: datetime, end: datetime, clock: ZoneInfo) -> Iterator[int]:
    at = start
    while at < end:
        local = at.astimezone(clock)
        yield local.weekday() * DAY_MINUTES + local.hour * 60 + local.minute
        at += timedelta(minutes=1)


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


def meet_in_place(one: Clause, other: Clause) -> bool:
    """Say whether some place may be meant by both: a reading they share, an area they share, or anywhere."""
    pairs = [(a, b) for a in one.readings for b in other.readings]
    return any(
        a.name == b.name or a.anywhere or b.anywhere or bool(set(a.area_ids or ()) & set(b.area_ids or ()))
        for a, b in pairs
    )


def meet(one: Clause, other: Clause, agreement: Agreement) -> frozenset[Phenomenon]:
    """Return the kinds of which one incident may come under both clauses; none when none may."""
    kinds = one.phenomena & other.phenomena
    flights = not (one.trajectories and other.trajectories) or bool(one.trajectories & other.trajectories)
    if not (kinds and flights and meet_in_place(one, other) and meet_in_time(one, other, agreement)):
        return frozenset()
    both = [clause.when for clause in (one, other) if clause.when is not None]
    return frozenset() if both and never(AllOf(of=tuple(both)), kinds) else kinds
