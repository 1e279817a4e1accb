"""What people record about facts and statements: one thing counts as another, is contested, withdrawn, or so.

Rules:
- nothing here is worked out by the program: each is the record of a named person;
- contesting and withdrawing act on a record itself, at every moment it speaks of, from the time they are known;
- a record is withdrawn by whoever recorded it, and contested by anybody else;
- *in force*, *done*, *withdrawn* and *broken* are said by the actor itself or by the body that the
  statement or its instrument names, and by nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from trucewatch.model.notice import Notice
from trucewatch.model.statement import FactKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsAs:
    """Somebody's reading: that one kind of fact counts as another, or meets a condition's own words.

    It reaches records of `kind` that hold, and no further: two readings are never chained, and that
    the one is not so does not show that the other is not.
    """

    counts_as_id: str
    kind: FactKind
    trigger: FactKind | None  # what it counts as; None: what `words` says
    words: str | None  # a condition as written that names no trigger; None: `trigger` is given
    pack: str | None  # for one pack only; None: for all
    statement_id: str | None  # for one statement of `pack` only; None: for all of them
    recorded_by: str
    rests_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Somebody does not accept a fact, or that one counts as another."""

    contest_id: str
    of: str  # the id of the fact or of the counts-as
    contested_by: str  # a party, an actor or a person
    recorded_by: str
    rests_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Somebody takes his own record back."""

    withdrawal_id: str
    of: str  # the id of a fact, a counts-as, a contest or a status
    recorded_by: str
    rests_on: str


class StatusKind(StrEnum):
    """What a statement is by a record, and by nothing else."""

    IN_FORCE = "in_force"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A record of an actor, or of the body that counts, of what became of a statement or a clock's step."""

    status_id: str
    of: str  # "PACK/STATEMENT", or "PACK/CLOCK/STEP"
    kind: StatusKind
    from_utc: datetime
    for_actor: str | None  # the actor that says so of its own statement; None: the body does
    body: str | None  # the body that says so; None: the actor does
    recorded_by: str
    rests_on: str

    @property
    def is_of_step(self) -> bool:
        """Whether it is of a clock's step, which only the body and guarantors are shown."""
        return self.of.count("/") > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """All of them, as the record holds them at one moment of knowing."""

    counts_as: tuple[CountsAs, ...] = ()
    contests: tuple[Contest, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    statuses: tuple[Status, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def standing_notices(self) -> tuple[Notice, ...]:
        """The notices that nobody took back, by id, each once."""
        gone = {withdrawal.of for withdrawal in self.withdrawals}
        by_id = {notice.record: notice for notice in self.notices if notice.record not in gone}
        return tuple(by_id[each] for each in sorted(by_id))

    @property
    def without_steps(self) -> Annotations:
        """All of them but what is said of clocks' steps."""
        return replace(self, statuses=tuple(s for s in self.statuses if not s.is_of_step))


NO_ANNOTATIONS = Annotations()
