"""The closed lists of words that tables and nouns use, one meaning each.

Rules:
- a word from outside that is not in its list is refused with its row, never guessed;
- `Truth` is ordered: "all of" is `min`, "any of" is `max`, and neither exists for an empty list.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum

FROM_WORDS = "headline:"  # begins an origin that is a digest of the row's own words


class Means(StrEnum):
    """How the source came to know."""

    HEARD = "heard"
    SEEN = "seen"
    RECORDED = "recorded"  # by a camera or a recorder that somebody reads later
    IMAGED = "imaged"  # from the air or from space
    DETECTED = "detected"  # by a sensor's own algorithm
    TOLD = "told"  # by somebody else: a party, a newsroom


class Phenomenon(StrEnum):
    """What was observed."""

    EXPLOSION = "explosion"
    AIRBURST = "airburst"
    BURST = "burst"
    SHOT = "shot"
    PROJECTILE = "projectile"
    MUZZLE_FLASH = "muzzle_flash"
    FLARE = "flare"
    THERMAL = "thermal"
    SEISMIC = "seismic"
    INFRASOUND = "infrasound"
    UAV = "uav"
    AIRCRAFT = "aircraft"
    VEHICLE = "vehicle"
    WEAPON = "weapon"
    TROOPS = "troops"
    POSITION_CHANGE = "position_change"
    FORTIFICATION = "fortification"
    MOVEMENT_DENIED = "movement_denied"
    INTERFERENCE = "interference"
    DAMAGE = "damage"
    CASUALTY = "casualty"
    ALERT = "alert"
    STATEMENT = "statement"
    TOTAL = "total"  # somebody else's count for an area and period, under its own name
    OTHER = "other"
    NOTHING = "nothing"  # the source looked and saw nothing


# What is fire in the sense of a ceasefire: each is one thing that went off.
FIRE = frozenset(
    {
        Phenomenon.EXPLOSION,
        Phenomenon.AIRBURST,
        Phenomenon.BURST,
        Phenomenon.SHOT,
        Phenomenon.PROJECTILE,
        Phenomenon.MUZZLE_FLASH,
    }
)
# Rows that are never fused into incidents: they tell of no event of their own, or, as casualties do,
# stand in a table of their own with each source's number.
NOT_EVENTS = frozenset(
    {
        Phenomenon.NOTHING,
        Phenomenon.TOTAL,
        Phenomenon.ALERT,
        Phenomenon.STATEMENT,
        Phenomenon.CASUALTY,
    }
)


class Trajectory(StrEnum):
    """Where a shot was in its flight."""

    OUTGOING = "outgoing"
    INCOMING = "incoming"
    IN_FLIGHT = "in_flight"
    UNDETERMINED = "undetermined"


class Sensitivity(StrEnum):
    """Who may see a row before any policy says more."""

    PUBLIC = "public"  # published by its source, positions included
    RESTRICTED = "restricted"
    SECRET = "secret"


class Watch(StrEnum):
    """What could have been seen in a place and time."""

    WITH_EVENTS = "watched_with_events"
    WITH_NONE = "watched_with_none"
    NOT_WATCHED = "not_watched"
    DENIED = "denied"
    JAMMED = "jammed"
    CLOUDED = "clouded"
    UNKNOWN = "unknown"


class Subject(StrEnum):
    """What an assessment is of."""

    INCIDENT = "incident"
    OBLIGATION = "obligation"
    AREA = "area"


class Verdict(StrEnum):
    """The machine's reasoned view; never a violation, which only a body determines."""

    APPARENT_BREACH = "apparent_breach"
    NO_BREACH_SHOWN = "no_breach_shown"
    INDETERMINATE = "indeterminate"
    NOT_COVERED = "not_covered"  # obligations and areas only: nobody is known to have watched
    NOT_SHOWN = "not_shown"  # obligations and areas only: past its day with nothing seen


class Ceiling(StrEnum):
    """How far this evidence alone may carry an assessment."""

    REPORTED = "reported"  # thermal, text or a party's claim alone never passes this
    APPARENT = "apparent"


class CountingRule(StrEnum):
    """How many, under whose rule. A figure is never printed without its rule."""

    RAW = "raw"  # every explosion, burst, shot and projectile, as the sources counted them
    HOURLY = "hourly"  # discharges less than an hour apart at one place are one incident (JFO)
    PLACE_DAY = "place_day"  # one per place and reporting day


class Audience(StrEnum):
    """For whom an output is made."""

    INTERNAL = "internal"
    BODY = "body"
    GUARANTOR = "guarantor"
    PARTY_A = "party:A"
    PARTY_B = "party:B"
    PUBLIC = "public"


class Truth(IntEnum):
    """Three-valued: what is not known is neither so nor not so."""

    NO = 0
    UNKNOWN = 1
    YES = 2


def all_of(values: Iterable[Truth]) -> Truth:
    """Return the least of `values`; an empty "all of" is a mistake at reading and raises ValueError."""
    return min(values)


def any_of(values: Iterable[Truth]) -> Truth:
    """Return the greatest of `values`; an empty "any of" is a mistake at reading and raises ValueError."""
    return max(values)
