"""What people record: facts, and moves in cases.

Rules:
- a body is what the noun's fields are, with times as UTC text; it reads back as the same noun;
- the same fact or move recorded twice is once;
- each move of a case comes after the one before it;
- a move that is not legal is refused before it is recorded, with the reason;
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

from trucewatch.decide.decide import decide
from trucewatch.errors import IntegrityError, RefusedError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.authors import author
from trucewatch.mission.folder import Folder, mission_of, recorded, settle, writing_moment
from trucewatch.mission.journal import Kind, Record, utc_text
from trucewatch.mission.rules import rules_recorded
from trucewatch.model.canonical import Json, canonical, content_id
from trucewatch.model.decision import LATER_FIELDS, Move, MoveKind
from trucewatch.model.statement import Fact, FactKind
from trucewatch.model.tables import ASSESSMENTS

OPENED_ON = ("assessment_id", "incident_id", "clause_id")
NOT_OPENING = ASSESSMENTS.empty()


def facts_of(records: Iterable[Record]) -> tuple[Fact, ...]:
    """Return the facts among `records`, in their order."""
    return tuple(_fact(record) for record in records if record.kind is Kind.FACT)


def moves_of(records: Iterable[Record]) -> tuple[Move, ...]:
    """Return the moves among `records`, in their order."""
    return tuple(_move(record) for record in records if record.kind is Kind.MOVE)


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
    named = replace(fact, fact_id=content_id("fact", canonical(_body(fact)).decode()))
    if named.fact_id not in {known.fact_id for known in facts_of(folder.journal.replay())}:
        folder.journal.append([who.entry(Kind.FACT, _body(named))], at=at)
    return named


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
    exercise = mission_of(recorded(folder.journal.replay())).exercise
    if move.kind is MoveKind.DETERMINE and not exercise:
        raise RefusedError("determinations are recorded in exercises only: make a mission with --exercise")
    _settled(folder, by, key, at)
    who = author(folder.journal, by=by, key=key)
    move = _whole(move, assessments)
    content = canonical(_body(replace(move, by=who.name))).decode()
    named = replace(move, by=who.text, move_id=content_id("move", content))
    standing = moves_of(folder.journal.replay())
    if named in standing:
        return named
    latest = max((before.at for before in standing if before.case_id == named.case_id), default=None)
    if latest is not None and named.at <= latest:
        raise RefusedError(f"case {named.case_id} has a move at {latest.isoformat()}: give a later moment")
    assessed = pl.concat([assessments.select(OPENED_ON), opened_on(standing)])
    rules = rules_recorded(folder.journal.replay())
    for case in decide(assessed, (*standing, named), exercise=exercise, rules=rules):
        for refused, reason in case.refused:
            if refused == named:
                raise RefusedError(f"case {case.case_id}: {reason}")
    folder.journal.append([who.entry(Kind.MOVE, _body(named))], at=at)
    return named


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


def _body(noun: Fact | Move) -> Mapping[str, Json]:
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


def _move(record: Record) -> Move:
    try:
        return msgspec.convert(record.body, Move)
    except msgspec.ValidationError as fault:
        raise IntegrityError(f"record {record.seq} is not a move: {fault}") from fault
