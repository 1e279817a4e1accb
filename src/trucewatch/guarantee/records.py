"""What records say became of each statement: in force, done, withdrawn, broken.

Rules:
- an actor says so of its own statement, a body of the statements under it; nobody else counts;
- the latest record of each stands; two of one moment that differ leave it open;
- the body's word stands before the actors'; several actors' words stand when all of them say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from trucewatch.guarantee.graph import Key, key_of
from trucewatch.model.annotation import Status, StatusKind
from trucewatch.model.pack import Pack
from trucewatch.model.statement import Statement

ENDED = frozenset({StatusKind.WITHDRAWN, StatusKind.BROKEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """From when a statement is something by record."""

    at: datetime
    status: StatusKind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What records say of one statement at a moment."""

    status: StatusKind | None
    counted: tuple[Status, ...]  # the latest of each who may say so
    not_counted: tuple[Status, ...]
    body: str | None  # whose word counts, besides the actors'


def recorded_of(
    statements: Sequence[Statement],
    statuses: Mapping[str, Sequence[Status]],
    packs: Sequence[Pack],
    *,
    at: datetime,
) -> Mapping[Key, Recorded]:
    """Return what the records up to `at` say of each statement; `statuses` stand by what they are of."""
    bodies = body_of(statements, packs)
    found = {
        key_of(s): [r for r in statuses.get("/".join(key_of(s)), ()) if r.from_utc <= at] for s in statements
    }
    return {key_of(s): _recorded(s, found[key_of(s)], bodies[key_of(s)]) for s in statements}


def body_of(statements: Sequence[Statement], packs: Sequence[Pack]) -> Mapping[Key, str | None]:
    """Return the body that each statement, or else its instrument, names."""
    instruments = {(i.pack, i.instrument_id): i.body for pack in packs for i in pack.instruments}
    return {key_of(s): s.body or instruments.get((s.pack, s.instrument or "")) for s in statements}


def turns_of(statement: Statement, statuses: Sequence[Status], body: str | None) -> tuple[Turn, ...]:
    """Return each moment at which a record says what became of a statement, and what it is from then on."""
    return tuple(
        Turn(at=at, status=_recorded(statement, [s for s in statuses if s.from_utc <= at], body).status)
        for at in sorted({s.from_utc for s in statuses})
    )


def may_say(status: Status, statement: Statement, body: str | None) -> bool:
    """Say whether a status is of somebody who may record it of the statement."""
    if status.for_actor is not None:
        return status.for_actor in statement.actors
    return body is not None and status.body == body


def _recorded(statement: Statement, found: Sequence[Status], body: str | None) -> Recorded:
    counted: dict[tuple[str | None, str | None], list[Status]] = {}
    for status in sorted(found, key=lambda s: (s.from_utc, s.status_id)):
        if may_say(status, statement, body):
            latest = counted.setdefault((status.for_actor, status.body), [])
            latest[:] = [s for s in latest if s.from_utc == status.from_utc] + [status]
    return Recorded(
        status=_status(statement, counted, body),
        counted=tuple(status for latest in counted.values() for status in latest),
        not_counted=tuple(s for s in found if not may_say(s, statement, body)),
        body=body,
    )


def _status(
    statement: Statement,
    counted: Mapping[tuple[str | None, str | None], Sequence[Status]],
    body: str | None,
) -> StatusKind | None:
    by_body = {s.kind for key, latest in counted.items() if key == (None, body) for s in latest}
    if by_body:
        return next(iter(by_body)) if len(by_body) == 1 else None
    said = {actor: {s.kind for s in latest} for (actor, _), latest in counted.items()}
    kinds = {kind for found in said.values() for kind in found}
    return next(iter(kinds)) if len(kinds) == 1 and set(said) == set(statement.actors) else None
