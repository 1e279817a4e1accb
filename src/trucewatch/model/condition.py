"""The conditions a clause may state: a closed set, each three-valued, composed by all, any and not.

Rules:
- a condition says what the text says; what the evidence does not tell of it is unknown, never no;
- distances are in metres, spans in hours, days count from the agreement's D-day (D+0 is that calendar day);
- a line that no public source gives is unknown, and so is all that is measured from it;
- nothing here runs: `assess` evaluates, and docs/agreement-language.md says how each is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trucewatch.model.vocabulary import Phenomenon
from trucewatch.model.weapon import WeaponClass


class Side(StrEnum):
    """On which side of a line."""

    A = "A"
    B = "B"
    OWN = "own"  # each party measured from its own line: A's side of A's line, B's side of B's
    EITHER = "either"


class Stated(StrEnum):
    """What only a record can state of an incident."""

    ORDERED = "ordered"  # the leadership of the party ordered it
    MECHANISM_FAILED = "mechanism_failed"  # the coordination mechanism was tried first, and failed
    NOTIFIED = "notified"  # announced beforehand
    WARNED = "warned"  # a warning was given first
    INVOKED = "invoked"  # a party relies on an exception
    OWN_ACT = "own_act"  # a party says whose act it was; of the other it weighs nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """Every one of them; at least one is given."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """At least one of them; at least one is given."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSo:
    """The opposite of one; unknown stays unknown."""

    of: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class KindIs:
    """It is one of these kinds."""

    kinds: frozenset[Phenomenon]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeaponIs:
    """Its weapon is of one of these classes."""

    classes: frozenset[WeaponClass]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibre:
    """Its calibre lies in a range, in millimetres: from, up to but not including."""

    from_mm: float | None
    below_mm: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountAtLeast:
    """So many of the clause's kinds: in the incident, or in all within `within_h` hours up to it, `around_m` of it."""

    at_least: int
    within_h: float | None  # None: in the incident itself
    around_m: float | None  # None: wherever the clause applies


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """So many incidents of the clause's kinds, itself included, within `within_h` hours up to it."""

    at_least: int
    within_h: float
    around_m: float | None  # None: wherever the clause applies


@dataclass(frozen=True, slots=True, kw_only=True)
class InZone:
    """It lies in a zone: a name of the agreement's `zones`, or an ISO 3166-2 area."""

    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FromLine:
    """It lies on a side of a line, so many metres from it: from, up to but not including."""

    line: str
    side: Side
    from_m: float | None
    nearer_than_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """It flies or moves in a direction: degrees clockwise from north, from one to the other."""

    from_deg: float
    to_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FiredInto:
    """The fire lands in a zone: it fell there, or its flight from where it was seen meets the zone."""

    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosses:
    """It goes over a line, towards the side of a party or either."""

    line: str
    towards: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Altitude:
    """Its height above ground lies in a range, in metres: from, up to but not including."""

    from_m: float | None
    below_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyIs:
    """The party concerned is this one, by the odds of attribution."""

    party: str  # A or B


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """It falls in hours of the day by a clock; the second may be past midnight."""

    from_minute: int  # of the day
    until_minute: int
    clock: str  # a time zone of the tz database
    weekdays: tuple[int, ...]  # 0 is Monday, of the day on which the hours begin; empty: any


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """It falls on days counted from D-day: from the start of one to the end of the other."""

    from_day: int | None
    to_day: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """A record states that it was notified, or warned of, at least so many hours before it began."""

    stated: Stated  # NOTIFIED or WARNED
    at_least_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTo:
    """It answers one of these kinds: such an incident began within `within_h` hours before it, `around_m` of it."""

    kinds: frozenset[Phenomenon]
    within_h: float
    around_m: float | None  # None: anywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStates:
    """A record states it of this incident: an order of the leadership, a mechanism that was tried and failed."""

    stated: Stated  # ORDERED or MECHANISM_FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainstMonitors:
    """It keeps monitors from moving, or interferes with what they see by."""


Condition = (
    AllOf
    | AnyOf
    | NotSo
    | KindIs
    | WeaponIs
    | Calibre
    | CountAtLeast
    | Repeated
    | InZone
    | FromLine
    | Heading
    | FiredInto
    | Crosses
    | Altitude
    | PartyIs
    | Hours
    | Days
    | Before
    | ReplyTo
    | RecordStates
    | AgainstMonitors
)
