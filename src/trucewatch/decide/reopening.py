"""Why a decided case is opened again: what it stands on is no longer what it was.

Rules:
- a merge: the incident it stands on and another that somebody acted on are now judged to be one, by what was observed or
  by a person who joins the other's case to it;
- a late observation: one that came after the decision, of the incident's time and place, and the assessment is another;
- a new version of the agreement: the clause it was decided under does not read as it did;
- what was known when it was decided, or was looked at since by the body, opens nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from trucewatch.model.agreement import Clause
from trucewatch.model.decision import Case, CaseState, Cause, Move, MoveKind, Role

DECIDED = frozenset(
    {
        CaseState.DETERMINED,
        CaseState.REMEDY_SET,
        CaseState.FOLLOWED_UP,
        CaseState.APPEALED,
        CaseState.CLOSED,
    }
)
LOOKED_AT = frozenset({MoveKind.DETERMINE, MoveKind.CLOSE})
INSTANT = timedelta(microseconds=1)
View = tuple[str, str, str, tuple[str, ...]]
"""One reading of an assessment: its name, the verdict, the ceiling, and what stands in the way of more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What has changed under a case, and the records that say so."""

    cause: Cause
    words: str
    records: tuple[int, ...]
    incidents: tuple[str, ...] = ()


def decided(case: Case) -> Move | None:
    """Return the last move in which the body looked at a decided case; None when it is not decided."""
    if case.state not in DECIDED or case.determination is None:
        return None
    return [move for move in case.moves if move.kind in LOOKED_AT][-1]


def merged(incident: str, others: Mapping[str, str], *, now: str, record: int) -> Ground:
    """Return the ground that an incident and `others`, each of a case, are now one under the id `now`."""
    named = ", ".join(f"{other} (of {case})" for other, case in sorted(others.items()))
    words = (
        f"incident {incident}, on which this case stands, and incident {named} are now judged to be one, which bears"
        f" the id {now}; record {record} brought it about"
    )
    met = dict.fromkeys((now, incident, *sorted(others)))
    return Ground(cause=Cause.MERGE, words=words, records=(record,), incidents=tuple(met))


def joined_to(incident: str, other: str, case_id: str, record: int, *, by: str) -> Ground:
    """Return the ground that a person joined a case of another incident to this one: they hold the two to be one."""
    words = (
        f"incident {incident}, on which this case stands, and incident {other} (of {case_id}) are now judged to be one:"
        f" {by} joined that case to this one in record {record}"
    )
    return Ground(cause=Cause.MERGE, words=words, records=(record,), incidents=(incident, other))


def observed_late(
    incident: str, records: Sequence[int], *, before: Sequence[View], after: Sequence[View]
) -> Ground | None:
    """Return the ground that what came late changed the assessment; None when it did not."""
    if sorted(before) == sorted(after):
        return None
    words = (
        f"what came after the decision, in record {_listed(records)}, is of the time and place of incident {incident},"
        f" and the assessment was {_views(before)} and is {_views(after)}"
    )
    return Ground(cause=Cause.LATE_OBSERVATION, words=words, records=tuple(records), incidents=(incident,))


def reworded(clause_id: str, record: int, *, before: Clause | None, after: Clause | None) -> Ground | None:
    """Return the ground that a new text says something else in the clause; None when it does not."""
    if before is None or _plain(before) == (None if after is None else _plain(after)):
        return None
    change = "no longer has it" if after is None else "reads otherwise in it"
    words = f"the case was decided under {clause_id}, and the text that record {record} holds {change}"
    return Ground(cause=Cause.NEW_VERSION, words=words, records=(record,))


def reopening(case: Case, ground: Ground, *, at: datetime) -> Move:
    """Return the program's move that opens a case again, not before the case's last one."""
    return Move(
        move_id="",
        case_id=case.case_id,
        kind=MoveKind.REOPEN,
        by="",
        role=Role.PROGRAM,
        at=max(at, case.moves[-1].at + INSTANT),
        words=ground.words,
        cause=ground.cause,
        incidents=ground.incidents,
        records=ground.records,
    )


def _plain(clause: Clause) -> Clause:
    return replace(clause, line=0)


def _views(views: Sequence[View]) -> str:
    told = [
        f"{verdict.replace('_', ' ')} ({reading})" if reading else verdict.replace("_", " ")
        for reading, verdict, _, _ in sorted(views)
    ]
    return ", ".join(told) or "none: no clause applied"


def _listed(records: Sequence[int]) -> str:
    return ", ".join(map(str, records))
