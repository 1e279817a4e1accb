"""What one audience may have: how late, how coarse, from how many, and what never.

Rules:
- an audience has what its policy names and no more; without a policy it has nothing;
- what a policy leaves open is the stricter choice, and it may add to what never leaves, not take away;
- forces and weapons never reach the public; others are told of them by zone, class and band, never by place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from trucewatch.model.vocabulary import Audience, Phenomenon

FORCES = frozenset(
    {
        Phenomenon.VEHICLE,
        Phenomenon.WEAPON,
        Phenomenon.TROOPS,
        Phenomenon.POSITION_CHANGE,
        Phenomenon.FORTIFICATION,
    }
)
"""Whose place is where a party's people or weapons are."""
OWN_PLACE = frozenset({Phenomenon.MOVEMENT_DENIED, Phenomenon.INTERFERENCE})
"""What happened to whoever reports it: its place is the monitor's own."""
NEVER = frozenset({Phenomenon.NOTHING})  # where somebody looked and saw nothing is where they were
SLOW = MappingProxyType(dict.fromkeys(FORCES, timedelta(days=14)))
LEAVING = frozenset({"incidents", "counts", "coverage", "assessments", "tallies"})
PARTIES = frozenset({Audience.PARTY_A, Audience.PARTY_B})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one audience may have of a mission."""

    audience: Audience
    delay: timedelta = timedelta(hours=72)  # from the end of what happened
    delays: Mapping[Phenomenon, timedelta] = field(
        default_factory=lambda: SLOW
    )  # of classes: the longer counts
    grid_m: float = 9_000  # least side of a cell of the fixed grid
    time_step: timedelta = timedelta(hours=1)  # times leave as whole steps since 1970
    k_origins: int = 2  # independent origins, at least, of an incident that leaves
    least_count: int = 3  # a smaller number does not leave
    never: frozenset[Phenomenon] = NEVER  # classes that do not leave at all
    tables: frozenset[str] = LEAVING
    naming: bytes = field(
        default=b"", repr=False
    )  # the mission's secret that ids leave under; none: no id leaves

    @property
    def withheld(self) -> frozenset[Phenomenon]:
        """The classes that never leave under it."""
        return self.never | NEVER | (FORCES if self.audience is Audience.PUBLIC else frozenset())

    def delay_of(self, phenomenon: Phenomenon) -> timedelta:
        """Return how long a class waits."""
        return max(self.delay, self.delays.get(phenomenon, timedelta(0)))


INTERNAL_ONLY = Policy(audience=Audience.INTERNAL)
NO_POLICIES: Mapping[Audience, Policy] = MappingProxyType({})
