"""What is promised and open on the day: undated promises with their age, and conditions as they stand.

Rules:
- a condition is met, not met or unknown by a record only; what is not stated stays not stated;
- an undated promise shows its age in days, and is never called broken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trucewatch.model.decision import Case
from trucewatch.model.standing import Guarantees, Standing
from trucewatch.model.statement import Fact
from trucewatch.model.vocabulary import Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The statements that stand open."""

    at: datetime
    undated: tuple[Standing, ...]  # the oldest first
    conditional: tuple[Standing, ...]  # that state a condition
    met: int
    not_met: int
    unknown: int
    facts: tuple[Fact, ...]
    cases: tuple[Case, ...]


def ledger(guarantees: Guarantees, cases: tuple[Case, ...]) -> Ledger:
    """Return the open statements of `guarantees`."""
    standings = sorted(guarantees.standings, key=lambda s: (-s.age_days, s.statement.statement_id))
    conditional = tuple(s for s in standings if s.conditions)
    states = [c.met for s in conditional for c in s.conditions]
    return Ledger(
        at=guarantees.at,
        undated=tuple(s for s in standings if s.statement.undated),
        conditional=conditional,
        met=states.count(Truth.YES),
        not_met=states.count(Truth.NO),
        unknown=states.count(Truth.UNKNOWN),
        facts=guarantees.facts,
        cases=cases,
    )
