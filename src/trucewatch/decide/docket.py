"""The docket: allegations that wait for triage, in lanes that no side can fill for the other.

Rules:
- each party's allegations wait in a lane of its own; those of the machine and of the public wait in the common one;
- the desk takes from the lanes in a fixed turn; a party's turn without a case goes to the common lane and never to the
  other party, so that a flood by one side cannot delay the other by a single turn;
- within a lane a source has so many a day; what is over its quota waits behind what is not;
- an allegation bears marks of what it states (`quality`); they order nothing;
- an allegation of the incident and clause of an earlier one is marked as its like: a person joins them, or not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from trucewatch.decide.apart import person
from trucewatch.decide.quality import Quality, qualities
from trucewatch.model.decision import Case, CaseState, Move, Role

QUOTA_PER_DAY = 20  # allegations of one source that wait before all that is over a quota


class Lane(StrEnum):
    """Where an allegation waits."""

    A = "A"
    B = "B"
    COMMON = "common"  # the machine's assessments, and the public's


TURN = (Lane.A, Lane.B, Lane.COMMON, Lane.COMMON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An allegation in its lane."""

    case_id: str
    lane: Lane
    since: datetime
    source: str  # who alleges
    over_quota: bool
    like: str | None  # the earliest case of its incident and clause, when it is not itself
    quality: tuple[Quality, ...] = ()  # what it states


def docket(cases: Iterable[Case], *, quota: int = QUOTA_PER_DAY) -> Mapping[Lane, tuple[Waiting, ...]]:
    """Return the allegations that wait for triage, lane by lane, the next first."""
    opened = sorted(
        ((case.moves[0], case) for case in cases if case.moves),
        key=lambda pair: (pair[0].at, pair[1].case_id),
    )
    first: dict[tuple[str | None, str | None], str] = {}
    made: Counter[tuple[str, date]] = Counter()
    waiting: dict[Lane, list[Waiting]] = {lane: [] for lane in Lane}
    for move, case in opened:
        of = (case.incident_id, case.clause_id)
        like = first.setdefault(of, case.case_id) if case.incident_id else case.case_id
        made[person(move), move.at.date()] += 1
        if case.state is CaseState.OPENED:
            waiting[lane_of(move)].append(
                Waiting(
                    case_id=case.case_id,
                    lane=lane_of(move),
                    since=move.at,
                    source=move.by,
                    over_quota=made[person(move), move.at.date()] > quota,
                    like=None if like == case.case_id else like,
                    quality=qualities(move),
                )
            )
    return {lane: tuple(sorted(held, key=lambda w: w.over_quota)) for lane, held in waiting.items()}


def taken(lanes: Mapping[Lane, Sequence[Waiting]], turn: int) -> Waiting | None:
    """Return what the desk takes at its `turn`, counted from 0; None when that turn has nothing to take."""
    lane = TURN[turn % len(TURN)]
    for each in dict.fromkeys((lane, Lane.COMMON)):
        if lanes[each]:
            return lanes[each][0]
    return None


def lane_of(move: Move) -> Lane:
    """Return the lane of the allegation that an opening move makes."""
    return Lane(move.party) if move.role is Role.PARTY and move.party else Lane.COMMON
