"""A move as a form asks for it: which fields each kind has, and the move that they make.

Rules:
- a form states what its kind of move states, and no more;
- in what capacity somebody acts follows from their part in the record, never from the form;
- a move made here says that it came through a page.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from trucewatch.errors import InputError
from trucewatch.mission.access import Viewer
from trucewatch.mission.invitations import Part
from trucewatch.model.decision import Cause, Door, Move, MoveKind, Outcome, Role
from trucewatch.model.instants import moment
from trucewatch.model.refused import Refused
from trucewatch.model.told import Told

E = TypeVar("E", bound=StrEnum)
LONGEST = 20_000  # signs of a field
_K = MoveKind
FIELDS: Mapping[MoveKind, tuple[str, ...]] = {
    _K.TRIAGE: ("words",),
    _K.ASSIGN: ("owner", "words"),
    _K.INQUIRE: ("words",),
    _K.FIND: ("words",),
    _K.REPLY: ("words",),
    _K.DELIBERATE: ("words",),
    _K.VOTE: ("seat", "outcome", "words"),
    _K.DISSENT: ("seat", "words"),
    _K.DETERMINE: ("body", "outcome", "standard_of_proof", "breach_utc", "words"),
    _K.REMEDY: ("owner", "due_utc", "words"),
    _K.FOLLOW_UP: ("done_utc", "evidence", "words"),
    _K.APPEAL: ("words",),
    _K.RETRACT: ("words",),
    _K.REOPEN: ("cause", "words"),
    _K.CLOSE: ("words",),
}
MUST = frozenset({"words", "seat", "outcome", "body", "standard_of_proof", "cause"})
ROLES: Mapping[Part, Role] = {
    Part.ANALYST: Role.ANALYST,
    Part.VERIFIER: Role.VERIFIER,
    Part.LIAISON_A: Role.PARTY,
    Part.LIAISON_B: Role.PARTY,
    Part.COMMISSION: Role.BODY,
}
PARTIES: Mapping[Part, str] = {Part.LIAISON_A: "A", Part.LIAISON_B: "B"}


def role_of(viewer: Viewer, allowed: Collection[Role]) -> Role | None:
    """Return in what capacity a viewer may make a move that these roles make."""
    own = {ROLES[part] for part in viewer.parts if part in ROLES}
    return next((role for role in Role if role in own and role in allowed), None)


def move_asked(
    kind: MoveKind, case_id: str, role: Role, form: Mapping[str, str], viewer: Viewer, *, at: datetime
) -> Move:
    """Return the move that a form makes; raises InputError when a field is wrong or lacking."""
    given = {name: form.get(name, "").strip() for name in FIELDS[kind]}
    strange = {*form} - {"kind", *given}
    if strange:
        raise InputError(Told(Refused.NO_FIELD, {"move": kind, "field": repr(min(strange))}))
    for name, value in given.items():
        if name in MUST and not value:
            raise InputError(Told(Refused.NEEDED, {"field": name.replace("_", " ")}))
        if len(value) > LONGEST:
            raise InputError(
                Told(Refused.LONG_FIELD, {"field": name.replace("_", " "), "most": str(LONGEST)})
            )
    return Move(
        move_id="",
        case_id=case_id,
        kind=kind,
        by="",
        role=role,
        at=at,
        words=given.get("words", ""),
        party=_party(viewer) if role is Role.PARTY else None,
        body=given.get("body") or None,
        outcome=_one(Outcome, given.get("outcome")),
        standard_of_proof=given.get("standard_of_proof") or None,
        breach_utc=_moment(given.get("breach_utc")),
        seat=given.get("seat") or None,
        cause=_one(Cause, given.get("cause")),
        owner=given.get("owner") or None,
        due_utc=_moment(given.get("due_utc")),
        done_utc=_moment(given.get("done_utc")),
        evidence=tuple((given.get("evidence") or "").split()),
        through=Door.PAGE,
    )


def _party(viewer: Viewer) -> str | None:
    sides = {PARTIES[part] for part in viewer.parts if part in PARTIES}
    return min(sides) if len(sides) == 1 else None


def _one(words: type[E], given: str | None) -> E | None:
    if not given:
        return None
    if given not in {word.value for word in words}:
        raise InputError(Told(Refused.ONE_OF_THESE, {"those": ", ".join(word.value for word in words)}))
    return words(given)


def _moment(given: str | None) -> datetime | None:
    return moment(given) if given else None
