"""Moves as records hold them: written, read back, and what an opening one rests on.

Rules:
- a body is what the noun's fields are, with times as UTC text; it reads back as the same noun, its words put back;
- what later versions may state, and a noun does not, is left out, so that its id stays what it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import cast

import msgspec
import polars as pl

from trucewatch.errors import IntegrityError
from trucewatch.mission.journal import Kind, Record, utc_text
from trucewatch.model.canonical import Json, content_id
from trucewatch.model.decision import LATER_FIELDS, Move, MoveKind, Role
from trucewatch.model.statement import Fact
from trucewatch.model.tables import ASSESSMENTS

MOVING = frozenset({Kind.MOVE, Kind.REOPENING})
OPENED_ON = ("assessment_id", "incident_id", "clause_id")
NOT_OPENING = ASSESSMENTS.empty()


def moves_of(records: Iterable[Record]) -> tuple[Move, ...]:
    """Return the moves among `records`, the program's reopenings among them, in their order."""
    return tuple(move_of(record) for record in records if record.kind in MOVING)


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


def body_of(noun: Fact | Move) -> Mapping[str, Json]:
    """Return the noun as a record holds it; what later versions may state, and this does not, is left out."""
    whole = msgspec.to_builtins(noun, builtin_types=(datetime,))
    plain = {key: value for key, value in whole.items() if value or key not in LATER_FIELDS}
    body = {key: utc_text(value) if isinstance(value, datetime) else value for key, value in plain.items()}
    return cast(Mapping[str, Json], json.loads(json.dumps(body)))


def on_its_assessment(move: Move, assessments: pl.DataFrame) -> Move:
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
