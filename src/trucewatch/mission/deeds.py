"""What people record: facts, and moves in cases.

Rules:
- a body is what the noun's fields are, with times as UTC text; it reads back as the same noun, its words put back;
- the same fact or move recorded twice is once;
- each move of a case comes after the one before it;
- a move that is not legal is refused before it is recorded, with the reason; so is each of many recorded at once;
- what the program does of itself is recorded in its own name, unsigned, as a reopening, and nothing else is;
- determinations are recorded in exercises only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

import msgspec
import polars as pl

from trucewatch.decide.decide import Rules, decide
from trucewatch.errors import IntegrityError, RefusedError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.authors import Author, author
from trucewatch.mission.folder import Folder, mission_of, recorded, settle, writing_moment
from trucewatch.mission.journal import Entry, Kind, Record, utc_text
from trucewatch.mission.rightful import rightful
from trucewatch.mission.rules import rules_recorded
from trucewatch.model.canonical import Json, canonical, content_id
from trucewatch.model.decision import LATER_FIELDS, PROGRAM, Move, MoveKind, Role
from trucewatch.model.statement import Fact, FactKind
from trucewatch.model.tables import ASSESSMENTS

MOVING = frozenset({Kind.MOVE, Kind.REOPENING})
OPENED_ON = ("assessment_id", "incident_id", "clause_id")
NOT_OPENING = ASSESSMENTS.empty()


def facts_of(records: Iterable[Record]) -> tuple[Fact, ...]:
    """Return the facts among `records`, in their order."""
    return tuple(_fact(record) for record in records if record.kind is Kind.FACT)


def moves_of(records: Iterable[Record]) -> tuple[Move, ...]:
    """Return the moves among `records`, the program's reopenings among them, in their order."""
    return tuple(move_of(record) for record in records if record.kind in MOVING)


def record_fact(
    folder: Folder,
    *,
    kind: FactKind,
    holds: bool,
    from_utc: datetime,
    by: str,
    on: str,
    agreement: str | None = None,
    body: str | None = None,
    contested_by: Sequence[str] = (),
    whose: str | None = None,
    key: SignerKey | None = None,
    at: datetime | None = None,
) -> Fact:
    """Record that something is so, or is not, from a moment on, and return the fact."""
    _settled(folder, by, key, at)
    who = author(folder.journal, by=by, key=key)
    fact = Fact(
        fact_id="",
        kind=kind,
        holds=holds,
        from_utc=from_utc,
        recorded_by=who.text,
        rests_on=on,
        agreement=agreement,
        body=body,
        contested_by=tuple(contested_by),
        whose=whose,
    )
    known = {replace(one, fact_id=""): one for one in facts_of(folder.journal.replay())}
    if fact in known:
        return known[fact]
    entry = who.entry(Kind.FACT, body_of(fact), named="fact_id")
    folder.journal.append([entry], at=at)
    return replace(fact, fact_id=str(entry.body["fact_id"]))


def record_move(
    folder: Folder,
    move: Move,
    *,
    by: str,
    key: SignerKey | None = None,
    at: datetime | None = None,
    assessments: pl.DataFrame = NOT_OPENING,
) -> Move:
    """Record a move without `by` and `move_id`, and return it with them; RefusedError when it is not legal.

    `assessments` are those that a case may be opened on: only an opening move needs them, and what it
    records names the incident and the clause that the assessment is of.
    """
    return record_moves(folder, [move], by=by, key=key, at=at, assessments=assessments)[0]


def record_moves(
    folder: Folder,
    moves: Sequence[Move],
    *,
    by: str,
    key: SignerKey | None = None,
    at: datetime | None = None,
    assessments: pl.DataFrame = NOT_OPENING,
) -> tuple[Move, ...]:
    """Record one person's moves in one append, and return them with author and id; RefusedError when one is not legal."""
    _settled(folder, by, key, at)
    records = tuple(folder.journal.replay())
    exercise = mission_of(recorded(records)).exercise
    if not exercise and any(move.kind is MoveKind.DETERMINE for move in moves):
        raise RefusedError("determinations are recorded in exercises only: make a mission with --exercise")
    who = author(folder.journal, by=by, key=key)
    standing = moves_of(rightful(records, folder.journal.key))
    known = {replace(move, move_id=""): move for move in standing}
    wanted = [replace(_whole(move, assessments), by=who.text, move_id="") for move in moves]
    entries = {move: _entry(move, who) for move in dict.fromkeys(wanted) if move not in known}
    made = {move: replace(move, move_id=str(entry.body["move_id"])) for move, entry in entries.items()}
    new = list(made.values())
    assessed = pl.concat([assessments.select(OPENED_ON), opened_on(standing)])
    _refuse_illegal(new, standing, assessed, rules_recorded(records), exercise=exercise)
    folder.journal.append(list(entries.values()), at=at)
    return tuple({**known, **made}[move] for move in wanted)


def record_reopenings(
    folder: Folder, moves: Sequence[Move], *, at: datetime | None = None
) -> tuple[Move, ...]:
    """Record what the program opens again, in its own name, and return it; RefusedError when one is not legal."""
    records = tuple(folder.journal.replay())
    standing = moves_of(rightful(records, folder.journal.key))
    exercise = mission_of(recorded(records)).exercise
    named = [_identified(replace(move, by=PROGRAM), PROGRAM) for move in moves]
    _refuse_illegal(named, standing, opened_on(standing), rules_recorded(records), exercise=exercise)
    entries = [Entry(kind=Kind.REOPENING, author=PROGRAM, body=body_of(move)) for move in named]
    folder.journal.append(entries, at=at)
    return tuple(named)


def _entry(move: Move, who: Author) -> Entry:
    return who.entry(Kind.MOVE, body_of(move), named="move_id")


def _identified(move: Move, name: str) -> Move:
    """Return a move with the id that its content gives it under its author's bare name."""
    content = canonical(body_of(replace(move, by=name, move_id=""))).decode()
    return replace(move, move_id=content_id("move", content))


def _refuse_illegal(
    new: Sequence[Move], standing: Sequence[Move], assessed: pl.DataFrame, rules: Rules, *, exercise: bool
) -> None:
    """Raise RefusedError for the first of the `new` moves that is not legal after those that stand."""
    latest: dict[str, datetime] = {}
    for move in standing:
        latest[move.case_id] = max(move.at, latest.get(move.case_id, move.at))
    for move in new:
        before = latest.get(move.case_id)
        if before is not None and move.at <= before:
            raise RefusedError(f"case {move.case_id} has a move at {before.isoformat()}: give a later moment")
        latest[move.case_id] = move.at
    touched = {case for move in new for case in (move.case_id, move.other_case)}
    bearing = [move for move in standing if move.case_id in touched]
    mine = set(new)
    for case in decide(assessed, (*bearing, *new), exercise=exercise, rules=rules):
        for refused, reason in case.refused:
            if refused in mine:
                raise RefusedError(f"case {case.case_id}: {reason}")


def _whole(move: Move, assessments: pl.DataFrame) -> Move:
    """Return an opening move with the incident and clause of its assessment, where it names none."""
    rows = assessments.select(OPENED_ON).iter_rows()
    found = [(incident, clause) for assessment, incident, clause in rows if assessment == move.assessment_id]
    if move.kind is not MoveKind.OPEN or len(found) != 1:
        return move
    ((incident, clause),) = found
    return replace(move, incident_id=move.incident_id or incident, clause_id=move.clause_id or clause)


def case_named(move: Move) -> str:
    """Return the id of the case that the opening `move` begins."""
    rests_on = move.assessment_id or move.incident_id or ""
    return f"case-{content_id('case', rests_on, utc_text(move.at), move.by)[:8]}"


def opened_on(moves: Iterable[Move]) -> pl.DataFrame:
    """Return which incident and clause each assessment was of that a case was opened on."""
    rows = {
        move.assessment_id: (move.assessment_id, move.incident_id, move.clause_id)
        for move in moves
        if move.kind is MoveKind.OPEN and move.assessment_id is not None
    }
    schema = {name: ASSESSMENTS.schema[name] for name in OPENED_ON}
    return pl.DataFrame(list(rows.values()), schema=schema, orient="row")


def _settled(folder: Folder, by: str, key: SignerKey | None, at: datetime | None) -> None:
    replay = mission_of(recorded(folder.journal.replay())).replay
    settle(folder, by=by, key=key, at=writing_moment(replay, at))


def body_of(noun: Fact | Move) -> Mapping[str, Json]:
    """Return the noun as a record holds it; what later versions may state, and this does not, is left out."""
    whole = msgspec.to_builtins(noun, builtin_types=(datetime,))
    plain = {key: value for key, value in whole.items() if value or key not in LATER_FIELDS}
    body = {key: utc_text(value) if isinstance(value, datetime) else value for key, value in plain.items()}
    return cast(Mapping[str, Json], json.loads(json.dumps(body)))


def _fact(record: Record) -> Fact:
    try:
        return msgspec.convert(record.body, Fact)
    except msgspec.ValidationError as fault:
        raise IntegrityError(f"record {record.seq} is not a fact: {fault}") from fault


def move_of(record: Record) -> Move:
    """Return the move that a record holds; IntegrityError when it holds none, or one that is not of its kind."""
    try:
        move = msgspec.convert(record.body, Move)
    except msgspec.ValidationError as fault:
        raise IntegrityError(f"record {record.seq} is not a move: {fault}") from fault
    if (move.role is Role.PROGRAM) != (record.kind is Kind.REOPENING):
        raise IntegrityError(
            f"record {record.seq}: what the program does is a reopening, and nothing else is"
        )
    return move
