"""The program opens decided cases again when what they stand on has changed, and says so to everybody who voted.

Rules:
- it is worked out from two walks, as known at the decision and as known now, and only for cases that something came after;
- what it finds is recorded in the program's own name with the records it rests on; a body decides what follows;
- a notice is not a record of its own: it is the move that opened the case again, told to whoever voted in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from trucewatch.assess.markdown import read_agreement
from trucewatch.decide.apart import UNSIGNED
from trucewatch.decide.reopening import (
    DECIDED,
    Ground,
    View,
    decided,
    joined_to,
    merged,
    observed_late,
    reopening,
    reworded,
)
from trucewatch.errors import AgreementError
from trucewatch.mission.case_list import Wanted, counted
from trucewatch.mission.clock import now
from trucewatch.mission.deeds import record_reopenings
from trucewatch.mission.folder import Folder
from trucewatch.mission.following import reached
from trucewatch.mission.intake import Batch, rows_of
from trucewatch.mission.invitations import folded
from trucewatch.mission.journal import Kind, Record
from trucewatch.mission.known import known
from trucewatch.mission.views_cases import FAMILY, bearing_since_looked, cases_at_hand, note_looked
from trucewatch.mission.walk import Walk, walk_from
from trucewatch.model.agreement import Clause
from trucewatch.model.decision import Case, Cause, Move, MoveKind
from trucewatch.model.geodesy import METRES_PER_DEGREE
from trucewatch.model.tables import OBSERVATIONS

VOTED = frozenset({MoveKind.VOTE, MoveKind.DISSENT, MoveKind.DETERMINE})
OBSERVING = frozenset({Kind.BATCH, Kind.SOURCE, Kind.PROFILES})  # a mended profile may make one event of two
BEARING = OBSERVING | {Kind.AGREEMENT}
SIGMAS = 3.0  # how far from an incident's ellipse a late observation is still of its place


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNotice:
    """What somebody who voted in a case is told: that it was opened again, and why."""

    to: str
    case_id: str
    at: datetime
    cause: Cause
    words: str
    by: str
    records: tuple[int, ...]
    clause_id: str | None
    move: Move


@dataclass(frozen=True, slots=True, kw_only=True)
class _Since:
    """A decided case, the record of its decision, and what was recorded after it."""

    case: Case
    move: Move
    record: Record
    later: tuple[Record, ...]


def open_again(folder: Folder, *, at: datetime | None = None) -> tuple[Move, ...]:
    """Open again each decided case whose ground has changed, and return the moves; nothing when none has.

    It costs two walks where something was recorded since that may change a ground, and next to nothing elsewhere.
    """
    with closing(cases_at_hand(folder)) as desk:
        if not bearing_since_looked(desk):
            return ()
        upto, some = reached(desk, FAMILY), any(counted(desk, Wanted(state=state)) for state in DECIDED)
    moves = due(folder, at=at) if some else ()
    made = record_reopenings(folder, moves, at=at) if moves else ()
    with closing(cases_at_hand(folder)) as desk:
        note_looked(desk, upto)
    return made


def due(folder: Folder, *, at: datetime | None = None) -> tuple[Move, ...]:
    """Return the moves with which the program would open cases again, as the record is now."""
    record = known(folder.path)
    records = tuple(folder.journal.replay())
    walked = walk_from(record)
    touched = [since for since in _decided(walked, records) if since.later]
    befores: dict[datetime, Walk] = {}
    found = []
    for since in touched:
        moment = since.record.recorded_at
        if moment not in befores and any(r.kind in OBSERVING for r in since.later):
            befores[moment] = walk_from(known(folder.path, known_at=moment))
        ground = _ground(since, walked, befores.get(moment), records)
        if ground is not None:
            found.append(reopening(since.case, ground, at=at or _moment(walked)))
    return tuple(found)


def notices(cases: Sequence[Case], *, to: str | None = None) -> tuple[CaseNotice, ...]:
    """Return what everybody who voted in a case that was opened again is told, or one of them, the latest first."""
    told = [
        CaseNotice(
            to=name,
            case_id=case.case_id,
            at=move.at,
            cause=move.cause,
            words=move.words,
            by=move.by,
            records=move.records,
            clause_id=case.clause_id,
            move=move,
        )
        for case in cases
        for number, move in enumerate(case.moves)
        if move.kind is MoveKind.REOPEN and move.cause is not None
        for name in dict.fromkeys(m.by for m in case.moves[:number] if m.kind in VOTED)
        if to is None or folded(name.removesuffix(UNSIGNED)) == folded(to.removesuffix(UNSIGNED))
    ]
    return tuple(sorted(told, key=lambda one: (-one.at.timestamp(), one.case_id, one.to)))


def _moment(walked: Walk) -> datetime:
    """Return the present moment, or in a replay that of its last record."""
    return walked.known.known_at if walked.known.mission.replay else now()


def _decided(walked: Walk, records: Sequence[Record]) -> list[_Since]:
    """Return the decided cases with the records of batches, sources and agreements after the decision."""
    by_move = {str(r.body.get("move_id")): r for r in records if r.kind is Kind.MOVE}
    bearing = [r for r in records if r.kind in BEARING or _joins(r)]
    found = []
    for case in walked.cases:
        move = decided(case)
        if move is not None and move.move_id in by_move:
            record = by_move[move.move_id]
            later = tuple(r for r in bearing if r.seq > record.seq)
            found.append(_Since(case=case, move=move, record=record, later=later))
    return found


def _ground(since: _Since, now_: Walk, before: Walk | None, records: Sequence[Record]) -> Ground | None:
    stated = _new_text(since, records) or _joined(since, now_)
    if stated is not None or before is None:
        return stated
    return _merge(since, now_, before) or _late(since, now_, before)


def _joins(record: Record) -> bool:
    """Say whether a record is somebody's, who joins a case to another."""
    return record.kind is Kind.MOVE and record.written.get("kind") == MoveKind.JOIN.value


def _joined(since: _Since, now_: Walk) -> Ground | None:
    """Return the ground that a person joined a case of another incident to this one since the decision."""
    own = since.case.incident_id
    made = {move.move_id: case for case in now_.cases for move in case.moves if move.kind is MoveKind.JOIN}
    for record in filter(_joins, since.later):
        case = made.get(str(record.written.get("move_id")))
        joined = record.written.get("other_case") == since.case.case_id
        if case is not None and joined and own is not None and case.incident_id not in (None, own):
            return joined_to(own, str(case.incident_id), case.case_id, record.seq, by=record.author)
    return None


def _merge(since: _Since, now_: Walk, before: Walk) -> Ground | None:
    """Return the ground that another case's incident met this one's since the decision."""
    own = since.case.incident_id
    if own is None:
        return None
    here = now_.aliases.get(own, own)
    met = {
        other.incident_id: other.case_id
        for other in now_.cases
        if other.incident_id not in (None, own)
        and now_.aliases.get(other.incident_id or "", other.incident_id) == here
        and before.aliases.get(other.incident_id or "", other.incident_id) != before.aliases.get(own, own)
    }
    if not met:
        return None
    last = _bearing(since, now_, here) or [r.seq for r in since.later if r.kind in OBSERVING]
    return merged(own, {k: v for k, v in met.items() if k}, now=here, record=last[-1])


def _late(since: _Since, now_: Walk, before: Walk) -> Ground | None:
    """Return the ground that observations of the incident's time and place came late and changed the assessment."""
    own = since.case.incident_id
    if own is None:
        return None
    here = now_.aliases.get(own, own)
    late = _bearing(since, now_, here)
    if not late:
        return None
    views = _views(before, before.aliases.get(own, own), since.case), _views(now_, here, since.case)
    return observed_late(own, late, before=views[0], after=views[1])


def _views(walked: Walk, incident_id: str, case: Case) -> list[View]:
    """Return how an incident is assessed under a case's clause, reading by reading."""
    asked = (pl.col("incident_id") == incident_id) & (pl.col("clause_id") == case.clause_id)
    rows = walked.assessments.filter(asked).sort("assessment_id").iter_rows(named=True)
    return [(r["reading"] or "", r["verdict"], r["ceiling"], tuple(r["why_not"] or ())) for r in rows]


def _bearing(since: _Since, walked: Walk, incident_id: str) -> list[int]:
    """Return the numbers of the later batches that have a row of the incident's time and place."""
    incident = walked.fused.incidents.filter(pl.col("incident_id") == incident_id)
    if incident.is_empty():
        return []
    row = incident.row(0, named=True)
    later = {record.seq for record in since.later if record.kind is Kind.BATCH}
    batches = [batch for batch in walked.known.batches if batch.seq in later]
    return sorted(batch.seq for batch in batches if _has(batch, walked, row))


def _has(batch: Batch, walked: Walk, incident: Mapping[str, object]) -> bool:
    rows = rows_of(walked.known.folder.vault, [batch], OBSERVATIONS)
    members = incident["observations"]
    mine = pl.col("observation_id").is_in(members if isinstance(members, list) else [])
    start, end = pl.lit(incident["from_utc"]), pl.lit(incident["to_utc"])
    within = (pl.col("from_utc") < end) & (pl.max_horizontal("to_utc", "from_utc") >= start)
    return bool(rows.select((mine | (within & _near(incident))).any()).item())


def _near(incident: Mapping[str, object]) -> pl.Expr:
    """Return whether a row is of an incident's place: near its ellipse, or of its area when none is known."""
    lon, lat, major = incident["lon"], incident["lat"], incident["major90_m"]
    if not isinstance(lon, float) or not isinstance(lat, float):
        return pl.col("area_id").eq(pl.lit(incident["area_id"])).fill_null(False)
    wide = pl.max_horizontal(pl.col("sigma_m").fill_null(0.0), pl.col("major_m").fill_null(0.0))
    reach = wide * SIGMAS + (major if isinstance(major, float) else 0.0)
    east = (pl.col("lon") - lon) * METRES_PER_DEGREE * pl.lit(lat).radians().cos()
    north = (pl.col("lat") - lat) * METRES_PER_DEGREE
    return (east.pow(2) + north.pow(2)).sqrt().le(reach).fill_null(False)


def _new_text(since: _Since, records: Sequence[Record]) -> Ground | None:
    """Return the ground that a later text of the agreement says something else in the clause."""
    clause_id = since.case.clause_id or ""
    name = clause_id.partition("/")[0]
    texts = [r for r in records if r.kind is Kind.AGREEMENT and r.body.get("name") == name]
    after = [r for r in texts if r.seq > since.record.seq]
    before = [r for r in texts if r.seq < since.record.seq]
    if not after or not before:
        return None
    stood, stands = _clause(before[-1], clause_id), _clause(after[-1], clause_id)
    return reworded(clause_id, after[-1].seq, before=stood, after=stands)


def _clause(record: Record, clause_id: str) -> Clause | None:
    try:
        agreement = read_agreement(str(record.body.get("text")), name=clause_id.partition("/")[0])
    except AgreementError:
        return None
    return {clause.clause_id: clause for clause in agreement.clauses}.get(clause_id)
