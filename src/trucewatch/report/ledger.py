"""What is promised and open on the day: promises of time, conditions, and what records say of statements.

Rules:
- a condition is met, not met or unknown by a record only; what is not stated stays not stated;
- a promise of time shows its age, or how far its day is, and is never called broken;
- in force, done, withdrawn and broken are copied from records; who may not say so is shown, and does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trucewatch.model.decision import Case
from trucewatch.model.standing import Guarantees, Standing
from trucewatch.model.statement import Fact
from trucewatch.model.undertaking import DueState
from trucewatch.model.vocabulary import Truth

OPEN_FIRST = (DueState.OVERDUE, DueState.UNDATED, DueState.DUE, DueState.CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The statements that stand open."""

    at: datetime
    owed: tuple[Standing, ...]  # promises of time: what is overdue first, then the oldest
    conditional: tuple[Standing, ...]  # that state a condition
    recorded: tuple[Standing, ...]  # of which a record says that they are in force, done, withdrawn or broken
    met: int
    not_met: int
    unknown: int
    contested: int  # conditions of which somebody contests a record
    facts: tuple[Fact, ...]
    cases: tuple[Case, ...]


def ledger(guarantees: Guarantees, cases: tuple[Case, ...]) -> Ledger:
    """Return the open statements of `guarantees`."""
    standings = sorted(guarantees.standings, key=lambda s: (-s.age_days, s.statement.statement_id))
    conditional = tuple(s for s in standings if s.conditions)
    states = [c.met for s in conditional for c in s.conditions]
    return Ledger(
        at=guarantees.at,
        owed=tuple(
            s for state in OPEN_FIRST for s in standings if s.owed is not None and s.owed.state is state
        ),
        conditional=conditional,
        recorded=tuple(s for s in standings if s.statuses or s.not_counted),
        met=states.count(Truth.YES),
        not_met=states.count(Truth.NO),
        unknown=states.count(Truth.UNKNOWN),
        contested=sum(bool(c.contests) for s in conditional for c in s.conditions),
        facts=guarantees.facts,
        cases=cases,
    )
