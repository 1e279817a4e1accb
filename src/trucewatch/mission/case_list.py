"""Cases as lists: filtered, counted, one opened, and those that wait for triage, all from the read model.

Rules:
- a list is in the order in which the cases were opened, and goes on after the last case it gave;
- who waits, in which lane, over which quota and like which earlier case is what `docket` says, from columns alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from trucewatch.decide.docket import QUOTA_PER_DAY, Lane, Waiting, lane_of
from trucewatch.decide.quality import Quality
from trucewatch.errors import InputError
from trucewatch.mission.views import micros, moment_of
from trucewatch.model.decision import Case, CaseState, Outcome
from trucewatch.model.vocabulary import Verdict

COLUMNS = (
    "opened_us, case_id, state, side, verdict, outcome, owner, clause_id, incident_id, moved_us, moves, source,"
    " joined_to"
)
NEVER_OPENED = -(1 << 62)  # stands for no moment
_STATES = {state.value: state for state in CaseState}
_SIDES: Mapping[str | None, Lane | None] = {None: None, **{lane.value: lane for lane in Lane}}
_VERDICTS: Mapping[str | None, Verdict | None] = {None: None, **{word.value: word for word in Verdict}}
_OUTCOMES: Mapping[str | None, Outcome | None] = {None: None, **{word.value: word for word in Outcome}}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One case in a list."""

    case_id: str
    state: CaseState
    side: Lane | None  # who alleged: a party, or the machine and the public; None: it was never opened
    verdict: Verdict | None  # of the assessment it was opened on, as it then stood
    outcome: Outcome | None  # of the determination that stands
    owner: str | None
    clause_id: str | None
    incident_id: str | None
    opened_at: datetime | None
    moved_at: datetime | None  # its last move
    moves: int
    source: str | None  # who alleged
    joined_to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases are asked for; None: whatever it is."""

    state: CaseState | None = None
    side: Lane | None = None
    verdict: Verdict | None = None
    outcome: Outcome | None = None
    owner: str | None = None

    @property
    def asked(self) -> Mapping[str, str]:
        """The columns that are asked of, and what each must be."""
        told = {"state": self.state, "side": self.side, "verdict": self.verdict, "outcome": self.outcome}
        given = {name: word.value for name, word in told.items() if word is not None}
        return given if self.owner is None else {**given, "owner": self.owner}

    def fits(self, row: CaseRow) -> bool:
        """Say whether a row is one of those that are asked for."""
        return all(getattr(row, name) == value for name, value in self.asked.items())


EVERY = Wanted()
_NEVER = datetime.min.replace(tzinfo=UTC)


def row_of(case: Case) -> CaseRow:
    """Return a case as it stands in a list."""
    first, last = (case.moves[0], case.moves[-1]) if case.moves else (None, None)
    return CaseRow(
        case_id=case.case_id,
        state=case.state,
        side=lane_of(first) if first else None,
        verdict=first.verdict if first else None,
        outcome=case.determination.outcome if case.determination else None,
        owner=case.owner,
        clause_id=case.clause_id,
        incident_id=case.incident_id,
        opened_at=first.at if first else None,
        moved_at=last.at if last else None,
        moves=len(case.moves),
        source=first.by if first else None,
        joined_to=case.joined_to,
    )


def rows_of_cases(cases: Iterable[Case], wanted: Wanted = EVERY) -> tuple[CaseRow, ...]:
    """Return cases of the fold as rows of a list, those that are wanted, in the order in which they were opened."""
    rows = [row for row in map(row_of, cases) if wanted.fits(row)]
    return tuple(sorted(rows, key=lambda row: (row.opened_at or _NEVER, row.case_id)))


def listed(
    connection: sqlite3.Connection,
    wanted: Wanted = EVERY,
    *,
    most: int = -1,
    after: tuple[datetime, str] | None = None,
) -> tuple[CaseRow, ...]:
    """Return the cases that are wanted, at most so many, from the one `after` its moment of opening and id."""
    where, values = _where(wanted)
    if after is not None:
        where, values = f"{where} AND (opened_us, case_id) > (?, ?)", [*values, micros(after[0]), after[1]]
    asked = f"SELECT {COLUMNS} FROM case_row WHERE {where} ORDER BY opened_us, case_id LIMIT ?"
    return tuple(map(_row, connection.execute(asked, [*values, most])))


def counted(connection: sqlite3.Connection, wanted: Wanted = EVERY) -> int:
    """Return how many cases are wanted."""
    where, values = _where(wanted)
    (number,) = connection.execute(f"SELECT count(*) FROM case_row WHERE {where}", values).fetchone()
    return int(number)


def case_in(connection: sqlite3.Connection, case_id: str) -> Case:
    """Return one case with all its moves; InputError when there is none."""
    asked = "SELECT folded FROM case_folded WHERE case_id = ?"
    row = connection.execute(asked, (case_id,)).fetchone()
    if row is None:
        raise InputError(f"there is no case {case_id!r}: `trucewatch case list` lists them")
    return msgspec.json.decode(row[0], type=Case)


def every_case(connection: sqlite3.Connection) -> tuple[Case, ...]:
    """Return all cases, as the fold over the record gives them."""
    read = msgspec.json.Decoder(Case)
    rows = connection.execute("SELECT folded FROM case_folded ORDER BY case_id")
    return tuple(read.decode(folded) for (folded,) in rows)


def cases_that_are(connection: sqlite3.Connection, states: Iterable[CaseState]) -> tuple[Case, ...]:
    """Return the cases in any of `states`, as the fold gives them, by id."""
    named = sorted(state.value for state in states)
    asked = (
        "SELECT folded FROM case_row JOIN case_folded USING (case_id)"
        f" WHERE state IN ({', '.join('?' * len(named))}) ORDER BY case_id"
    )
    read = msgspec.json.Decoder(Case)
    return tuple(read.decode(folded) for (folded,) in connection.execute(asked, named))


def waiting(
    connection: sqlite3.Connection, *, quota: int = QUOTA_PER_DAY, most: int = -1
) -> Mapping[Lane, tuple[Waiting, ...]]:
    """Return the allegations that wait for triage, lane by lane, the next first, at most so many of each."""
    asked = """
    WITH alleged AS (
      SELECT case_id, state, side, opened_us, source, incident_id, quality,
        row_number() OVER (PARTITION BY person, day ORDER BY opened_us, case_id) > ? AS over_quota,
        first_value(case_id) OVER (PARTITION BY incident_id, clause_id ORDER BY opened_us, case_id) AS earliest
      FROM case_row WHERE side IS NOT NULL)
    SELECT case_id, opened_us, source, over_quota, CASE WHEN incident_id IS NOT NULL THEN earliest END, side, quality
    FROM alleged WHERE state = ? ORDER BY over_quota, opened_us, case_id
    """
    lanes: dict[Lane, list[Waiting]] = {lane: [] for lane in Lane}
    for case_id, since, source, over, like, side, quality in connection.execute(
        asked, (quota, CaseState.OPENED.value)
    ):
        held = lanes[Lane(side)]
        if len(held) != most:
            held.append(
                Waiting(
                    case_id=case_id,
                    lane=Lane(side),
                    since=moment_of(since),
                    source=source,
                    over_quota=bool(over),
                    like=None if like == case_id else like,
                    quality=tuple(map(Quality, quality.split())),
                )
            )
    return {lane: tuple(held) for lane, held in lanes.items()}


def _where(wanted: Wanted) -> tuple[str, list[object]]:
    asked = wanted.asked
    return " AND ".join(["1", *(f"{name} = ?" for name in asked)]), list(asked.values())


def _row(row: tuple[Any, ...]) -> CaseRow:
    opened, case_id, state, side, verdict, outcome, owner, clause, incident, moved, moves, source, joined = (
        row
    )
    return CaseRow(
        case_id=case_id,
        state=_STATES[state],
        side=_SIDES[side],
        verdict=_VERDICTS[verdict],
        outcome=_OUTCOMES[outcome],
        owner=owner,
        clause_id=clause,
        incident_id=incident,
        opened_at=None if opened == NEVER_OPENED else moment_of(opened),
        moved_at=None if opened == NEVER_OPENED else moment_of(moved),
        moves=moves,
        source=source,
        joined_to=joined,
    )
