"""What people record: facts, and moves in cases.

Rules:
- the same fact or move recorded twice is once;
- each move of a case comes after the one before it;
- a move that is not legal is refused before it is recorded, with the reason, while nobody else can append; so is each of
  many recorded at once; what its case had is asked of the read model, and the record is not read whole for it;
- what the program does of itself is recorded in its own name, unsigned, as a reopening, and nothing else is;
- whether a body determines here at all is asked at the door (`rightful`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import partial
from sqlite3 import Connection

import msgspec
import polars as pl

from trucewatch.decide.decide import decide
from trucewatch.errors import IntegrityError, RefusedError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.authors import Author, author
from trucewatch.mission.desk import at_the_desk, author_at_hand, settle_at_hand
from trucewatch.mission.folder import Folder, mission_of, recorded, settle, writing_moment
from trucewatch.mission.journal import Entry, Kind, Record
from trucewatch.mission.steps import MOVING as MOVING
from trucewatch.mission.steps import NOT_OPENING as NOT_OPENING
from trucewatch.mission.steps import OPENED_ON as OPENED_ON
from trucewatch.mission.steps import body_of as body_of
from trucewatch.mission.steps import case_named as case_named
from trucewatch.mission.steps import move_of as move_of
from trucewatch.mission.steps import moves_of as moves_of
from trucewatch.mission.steps import on_its_assessment
from trucewatch.mission.steps import opened_on as opened_on
from trucewatch.mission.views_cases import assessed_in, cases_at_hand, moves_in, rules_at_hand
from trucewatch.model.canonical import canonical, content_id
from trucewatch.model.decision import PROGRAM, Move
from trucewatch.model.refused import Refused
from trucewatch.model.statement import Fact, FactKind
from trucewatch.model.told import Told


def facts_of(records: Iterable[Record]) -> tuple[Fact, ...]:
    """Return the facts among `records`, in their order."""
    return tuple(_fact(record) for record in records if record.kind is Kind.FACT)


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
    settle_at_hand(folder, by=by, key=key, at=at)
    with closing(cases_at_hand(folder)) as desk:
        who = author_at_hand(folder, desk, by=by, key=key)
        known = {replace(move, move_id=""): move for move in moves_in(desk, _touched(moves))}
    wanted = [replace(on_its_assessment(move, assessments), by=who.text, move_id="") for move in moves]
    entries = {move: _entry(move, who) for move in dict.fromkeys(wanted) if move not in known}
    made = {move: replace(move, move_id=str(entry.body["move_id"])) for move, entry in entries.items()}
    judge = partial(refuse_illegal, tuple(made.values()), assessments)
    at_the_desk(folder, judge).append(list(entries.values()), at=at)
    return tuple({**known, **made}[move] for move in wanted)


def record_reopenings(
    folder: Folder, moves: Sequence[Move], *, at: datetime | None = None
) -> tuple[Move, ...]:
    """Record what the program opens again, in its own name, and return it; RefusedError when one is not legal."""
    named = tuple(_identified(replace(move, by=PROGRAM), PROGRAM) for move in moves)
    entries = [Entry(kind=Kind.REOPENING, author=PROGRAM, body=body_of(move)) for move in named]
    at_the_desk(folder, partial(refuse_illegal, named, NOT_OPENING)).append(entries, at=at)
    return named


def refuse_illegal(new: Sequence[Move], assessments: pl.DataFrame, desk: Connection) -> None:
    """Raise RefusedError for the first of the `new` moves that is not legal after those that the desk has."""
    standing = moves_in(desk, _touched(new))
    latest: dict[str, datetime] = {}
    for move in standing:
        latest[move.case_id] = max(move.at, latest.get(move.case_id, move.at))
    for move in new:
        before = latest.get(move.case_id)
        if before is not None and move.at <= before:
            raise RefusedError(Told(Refused.LATER_MOMENT, {"case": move.case_id, "when": before.isoformat()}))
        latest[move.case_id] = move.at
    mine = set(new)
    assessed = pl.concat([assessments.select(OPENED_ON), assessed_in(desk, (*standing, *new))])
    for case in decide(assessed, (*standing, *new), exercise=True, rules=rules_at_hand(desk)):
        for refused, reason in case.refused:
            if refused in mine:
                raise RefusedError(Told(Refused.OF_CASE, {"case": case.case_id, "why": reason}))


def _touched(moves: Iterable[Move]) -> set[str]:
    """Return the cases that moves are of, and those that they name."""
    return {case for move in moves for case in (move.case_id, move.other_case) if case}


def _entry(move: Move, who: Author) -> Entry:
    return who.entry(Kind.MOVE, body_of(move), named="move_id")


def _identified(move: Move, name: str) -> Move:
    """Return a move with the id that its content gives it under its author's bare name."""
    content = canonical(body_of(replace(move, by=name, move_id=""))).decode()
    return replace(move, move_id=content_id("move", content))


def _settled(folder: Folder, by: str, key: SignerKey | None, at: datetime | None) -> None:
    replay = mission_of(recorded(folder.journal.replay())).replay
    settle(folder, by=by, key=key, at=writing_moment(replay, at))


def _fact(record: Record) -> Fact:
    try:
        return msgspec.convert(record.body, Fact)
    except msgspec.ValidationError as fault:
        raise IntegrityError(f"record {record.seq} is not a fact: {fault}") from fault
