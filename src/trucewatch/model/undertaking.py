"""What an undertaking gives, where, within which limits, and by when: the small words of a statement.

Rules:
- what a document does not say is None or empty, never guessed;
- a promise of time without a day keeps its own words, and the reading it is dated by is said;
- none of these words is an order of merit: `Contribution` and `Where` are in the doctrine's order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

NO_DAY_NAMED = "no day was named: its age is counted from the day it was said"


class Contribution(StrEnum):
    """What kind of thing is given."""

    TROOPS = "troops"
    MONITORING = "monitoring"
    HUB = "hub"
    TRAINING = "training"
    MONEY = "money"
    WEAPONS = "weapons"
    INTELLIGENCE = "intelligence"
    AIR = "air"
    SEA = "sea"
    LOGISTICS = "logistics"
    SANCTIONS = "sanctions"
    DIPLOMACY = "diplomacy"
    MEDIATION = "mediation"


class Where(StrEnum):
    """Where it would be, seen from the country that the guarantees are for."""

    IN_THE_COUNTRY = "in_the_country"
    NEIGHBOUR = "neighbour"
    ELSEWHERE = "elsewhere"


class MandateLimit(StrEnum):
    """What a force is said not to be for."""

    SEEKS_NO_WAR = "seeks_no_war"
    NO_COMBAT = "no_combat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """By when something was promised, in the words used, and how they are read."""

    as_written: str
    on: date | None  # the last day it is still in time; None: no day was named and none is read into it
    reading: str = NO_DAY_NAMED  # how `on` follows from the words, or why there is none


class DueState(StrEnum):
    """How a promise of time stands on a day."""

    UNDATED = "undated"  # it only has an age
    DUE = "due"  # its day is still to come, or is today
    OVERDUE = "overdue"  # its day has passed, and no record says it was done
    CLOSED = "closed"  # a record says that it was done or withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A promise of time at a moment."""

    due: Due
    state: DueState
    days: int  # UNDATED, CLOSED: its age; DUE: how many days are left; OVERDUE: how many have passed
