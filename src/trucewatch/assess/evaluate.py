"""Every condition of an agreement, of all incidents that are asked about it at once.

Rules:
- one function a condition, and this table of which; each is three-valued, with the bounds of its probability;
- counts are of the incidents that the clause is about, in the time in which it binds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trucewatch.assess.asked import Asked
from trucewatch.assess.columns import Ints
from trucewatch.assess.grounds import on_ground
from trucewatch.assess.held import Fact, Held, all_hold, any_holds, exactly, never_known, opposite
from trucewatch.assess.landing import crosses, fired_into
from trucewatch.assess.spans import Spans, days, hours, share
from trucewatch.assess.stated import before, states
from trucewatch.assess.things import against_monitors, heads, in_range, kind_is, party_is, weapon_is
from trucewatch.assess.windows import Members, counted, repeated, reply_to
from trucewatch.model.agreement import WhyNot
from trucewatch.model.condition import (
    AgainstMonitors,
    AllOf,
    Altitude,
    AnyOf,
    Before,
    Calibre,
    Condition,
    CountAtLeast,
    Crosses,
    Days,
    FiredInto,
    FromLine,
    Heading,
    Hours,
    InZone,
    KindIs,
    NotSo,
    PartyIs,
    RecordStates,
    Repeated,
    ReplyTo,
    WeaponIs,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a clause's counts are of: with a distance all that it is about, without one those where it applies."""

    anywhere: Members
    where_it_applies: Members

    def of(self, around_m: float | None) -> Members:
        """Return the members of a count, with or without a distance."""
        return self.where_it_applies if around_m is None else self.anywhere


def evaluate(condition: Condition, asked: Asked, at: Ints, counts: Counted) -> Held:
    """Return what is held of `condition` for incidents `at`."""
    match condition:
        case AllOf(of=parts):
            return all_hold([evaluate(part, asked, at, counts) for part in parts])
        case AnyOf(of=parts):
            return any_holds([evaluate(part, asked, at, counts) for part in parts])
        case NotSo(of=inner):
            return opposite(evaluate(inner, asked, at, counts))
        case InZone(zone=zone):
            return on_ground(asked.grounds[zone,], asked.columns, at, unknown=WhyNot.LINE_UNKNOWN)
        case FromLine():
            return on_ground(asked.grounds[condition], asked.columns, at, unknown=WhyNot.LINE_UNKNOWN)
        case FiredInto():
            return fired_into(asked, at, condition)
        case Crosses():
            return crosses(asked, at, condition)
        case CountAtLeast():
            return counted(asked, at, condition, counts.of(condition.around_m))
        case Repeated():
            return repeated(asked, at, condition, counts.of(condition.around_m))
        case _:
            return _own(condition, asked, at)


def _own(condition: Condition, asked: Asked, at: Ints) -> Held:
    """Return what is held of a condition on the incident itself, its time, or what records state of it."""
    columns = asked.columns
    match condition:
        case KindIs(kinds=kinds):
            return kind_is(columns, at, kinds)
        case WeaponIs(classes=classes):
            return weapon_is(columns, at, classes)
        case Calibre(from_mm=first, below_mm=below):
            least, most = columns.number("calibre_min_mm")[at], columns.number("calibre_max_mm")[at]
            return in_range(least, most, first, below, Fact.WEAPON)
        case Altitude(from_m=first, below_m=below):
            least, most = columns.number("altitude_min_m")[at], columns.number("altitude_max_m")[at]
            return in_range(least, most, first, below, Fact.HEIGHT)
        case Heading():
            return heads(columns, at, condition)
        case AgainstMonitors():
            return against_monitors(columns, at)
        case _:
            return _told(condition, asked, at)


def _told(condition: Condition, asked: Asked, at: Ints) -> Held:
    """Return what is held of a condition on the time, the party, or what records or other incidents tell."""
    match condition:
        case PartyIs(party=party):
            return party_is(*asked.odds.of(party, at))
        case Hours():
            start, end = asked.columns.start_us[at], asked.columns.end_us[at]
            return _in_time(asked, at, hours(condition, start, end))
        case Days():
            d_day: datetime | None = asked.agreement.d_day
            if d_day is None:
                return never_known(len(at), WhyNot.CONDITION_UNKNOWN, Fact.TIME)
            return _in_time(asked, at, days(condition, d_day, asked.agreement.clock))
        case Before():
            return before(asked, at, condition)
        case ReplyTo():
            return reply_to(asked, at, condition)
        case RecordStates(stated=stated):
            return states(asked, at, stated)
        case _:
            raise TypeError(f"{type(condition).__name__} is no condition that is asked")


def _in_time(asked: Asked, at: Ints, spans: Spans) -> Held:
    p = share(asked.columns.start_us[at], asked.columns.end_us[at], spans)
    return exactly(p, WhyNot.TIME_STRADDLES, Fact.TIME)
