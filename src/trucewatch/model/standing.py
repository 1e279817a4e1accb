"""The ledger at a moment: what became of each statement, its conditions, and what changed between dates.

Rules:
- everything here follows from records and packs, and is worked out anew for each moment;
- *in force*, *done*, *withdrawn* and *broken* are copied from records, never concluded;
- places of hubs and forces are withheld: no noun here has a field for them;
- clocks are no part of it: they are made for the body and guarantors by a door of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trucewatch.model.annotation import NO_ANNOTATIONS, Annotations, Contest, CountsAs, Status, StatusKind
from trucewatch.model.instrument import Instrument
from trucewatch.model.statement import Fact, Quantity, StatedCondition, Statement
from trucewatch.model.support import HubStanding, RequirementStanding, SupportLine
from trucewatch.model.told import Told
from trucewatch.model.undertaking import MandateLimit, Owed
from trucewatch.model.vocabulary import Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionState:
    """A stated condition at a moment: met, not met or unknown, and the records that say so."""

    condition: StatedCondition
    met: Truth
    fact_ids: tuple[str, ...]  # of facts, or of the moves that determined it
    because: Told
    counts_as: tuple[CountsAs, ...] = ()  # the readings that bear on it, contested ones too
    contests: tuple[Contest, ...] = ()  # of these facts and readings
    awaits: str | None = None  # "PACK/STATEMENT" when it waits for another statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A statement at a moment: its conditions' state, what it waits for, its age and what is due."""

    statement: Statement
    conditions: tuple[ConditionState, ...]
    met: Truth | None  # all of the conditions; None when it stated none
    waits_for: tuple[Told, ...]
    age_days: int
    owed: Owed | None = None  # None: it promises no time
    expired: bool = False  # the day it says it ends has passed
    status: StatusKind | None = None  # by record; None: no record, or records that disagree
    statuses: tuple[Status, ...] = ()  # the latest of each actor and body that may say so
    not_counted: tuple[Status, ...] = ()  # of somebody who may not: kept and shown, and no more
    body: str | None = None  # whose determination counts; None: not stated


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one actor's statements were on one date and on another."""

    actor: str
    appeared: tuple[Statement, ...]
    repeated: tuple[tuple[Statement, Statement], ...]  # the same undertaking said again
    changed: tuple[tuple[Statement, Statement], ...]  # on the same thing by the same voice, said otherwise
    silent: tuple[Statement, ...]  # not said again; not withdrawn either


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantees:
    """The ledger at a moment."""

    at: datetime
    standings: tuple[Standing, ...]
    facts: tuple[Fact, ...]  # that speak of a time up to `at`, contested and withdrawn ones too
    annotations: Annotations = NO_ANNOTATIONS
    instruments: tuple[Instrument, ...] = ()
    support: tuple[SupportLine, ...] = ()
    hubs: tuple[HubStanding, ...] = ()  # without their places
    requirements: tuple[RequirementStanding, ...] = ()
    withdrawn: tuple[str, ...] = ()  # ids of the records that their own recorder took back
    contested: tuple[str, ...] = ()  # ids of the facts that somebody contests


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitTension:
    """Two statements of one actor, of which one states a limit of its mandate; neither is said to break it."""

    limit: MandateLimit
    limited: Statement
    beside: Statement
    because: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallen:
    """A statement that would fail if an actor withdrew, and the chain of reasons that leads to it."""

    standing: Standing  # as it would be
    before: Truth | None  # its conditions now
    because: tuple[Told, ...]  # the actor's withdrawal first


@dataclass(frozen=True, slots=True, kw_only=True)
class Without:
    """What would follow if an actor withdrew all that it undertook: a question, not a record."""

    actor: str
    own: tuple[Standing, ...]  # what it undertook, which would fall away
    fallen: tuple[Fallen, ...]  # what others undertook that waits for it
    claimed: tuple[Standing, ...]  # what others only say that it undertook
    requirements: tuple[tuple[RequirementStanding, RequirementStanding], ...]  # before and after
    hubs: tuple[HubStanding, ...]  # that it would no longer be part of
    support: tuple[SupportLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """A claimed number of unnamed members, beside those whom any statement names for the same component."""

    claim: Statement
    claimed: Quantity
    named: tuple[str, ...]  # states that anybody names as contributing, by code
    named_by_others: tuple[str, ...]  # of these, the ones that nobody but others names
    with_content: tuple[str, ...]  # of these, the ones whose own words say where or how much

    @property
    def text(self) -> str:
        """The line "26 claimed, 3 named, 2 with content"."""
        least, most = self.claimed.least, self.claimed.most
        claimed = least if least == most else f"{least or 'unknown'} to {most or 'unknown'}"
        return f"{claimed} claimed, {len(self.named)} named, {len(self.with_content)} with content"
