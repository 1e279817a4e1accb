"""In which role somebody may act in a case: the one that the record gives them, and no other.

Rules:
- it is held from the record that makes known somebody with a part in cases; what stands before it stays legal, and
  so does every move of a mission whose people have no such part;
- an analyst, a verifier and a member of the body act as that, a liaison for their own party and for no other;
- the public alleges: unsigned, or as somebody who has no part here but to report;
- a body determines in an exercise, or where its members have their part in the record and sign: nobody else rules on
  what really happened, and a replay does not;
- a part that was lent for a day (`OVERRIDE`) counts while it lasts;
- every other record that people make is for those parts that the one table of rights has it for (`OF_KIND`), in records
  of schema 3 on: those of earlier versions stay as they are, and a schema never runs back;
- refused at the door (`admits`), named by `record verify`, and counted by no reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from trucewatch.errors import TimeError
from trucewatch.log.keys import VerifierKey
from trucewatch.mission.access import OF_KIND, TABLE
from trucewatch.mission.invitations import Part
from trucewatch.mission.journal import Entry, Kind, Record
from trucewatch.mission.people import Roll
from trucewatch.mission.roll import CHANGES, step
from trucewatch.model.answered import Answered
from trucewatch.model.canonical import Json
from trucewatch.model.decision import MoveKind, Role
from trucewatch.model.instants import moment
from trucewatch.model.refused import Refused
from trucewatch.model.told import Several, Slot, Told

ACTS_AS: Mapping[Part, tuple[Role, str | None]] = MappingProxyType(
    {
        Part.ANALYST: (Role.ANALYST, None),
        Part.VERIFIER: (Role.VERIFIER, None),
        Part.COMMISSION: (Role.BODY, None),
        Part.LIAISON_A: (Role.PARTY, "A"),
        Part.LIAISON_B: (Role.PARTY, "B"),
    }
)
"""The role in a case of each part that has one, and for which party."""

IN_A_ROLE = frozenset({Kind.MOVE, Kind.MARK})
"""Kinds that are made in a role."""

HELD_SINCE = 3  # the schema from which on each kind of record is for some parts alone
OUTSIDE = frozenset({Part.OBSERVER, Part.SENSOR})
LEEWAY = timedelta(minutes=1)  # between the moment that a move states and its record


def held_to_roles(roll: Roll) -> bool:
    """Return whether somebody here has or had a part in cases, so that nobody acts in a role without it."""
    had = any(one.part in ACTS_AS and one.gives is not None for one in roll.changes)
    return had or any(ACTS_AS.keys() & set(person.roles) for person in roll.persons.values())


def determines(roll: Roll) -> bool:
    """Return whether a body may determine here: in an exercise, or where its members sign in their part.

    A replay of what happened is nobody's place to rule on it.
    """
    return roll.exercise or (held_to_roles(roll) and not roll.replay)


def why_not_in_role(roll: Roll, entry: Entry | Record, at: datetime | None = None) -> str | None:
    """Return why a record is not one that its author may make, or in the role it states; None when it is.

    `at` is the moment at which an entry would be recorded.
    """
    if entry.kind is Kind.MOVE and entry.written.get("kind") == MoveKind.DETERMINE and not determines(roll):
        return Told(Refused.NO_RULING)
    if entry.kind in OF_KIND:
        return _why_not_theirs(roll, entry, at)
    if entry.kind not in IN_A_ROLE or not held_to_roles(roll):
        return None
    role, party, stated = (entry.written.get(name) for name in ("role", "party", "at"))
    signer = None if entry.signed is None else roll.persons.get(entry.signed.person)
    if signer is None:
        outside = role == Role.PUBLIC.value
        slots: dict[str, Slot] = {"who": entry.author, "role": _role(role)}
        return None if outside else Told(Refused.NO_ROLE, slots)
    parts = roll.parts(signer.person_id, _when(entry, stated))
    if role == Role.PUBLIC.value:
        inside = sorted(parts - OUTSIDE)
        slots = {"who": signer.name, "parts": _all_of(inside)}
        return Told(Refused.NOT_THE_PUBLIC, slots) if inside else None
    own = [ACTS_AS[part] for part in parts if part in ACTS_AS]
    if any(role == as_role.value and side in (None, party) for as_role, side in own):
        return None
    asked = f"{role} {party}" if role == Role.PARTY.value else _role(role)
    return Told(Refused.OTHER_ROLE, {"who": signer.name, "parts": _all_of(sorted(parts)), "role": asked})


def _why_not_theirs(roll: Roll, entry: Entry | Record, at: datetime | None) -> str | None:
    """Return why a record is not for its author to make, by the table of rights."""
    if entry.schema < HELD_SINCE or not held_to_roles(roll):
        return None
    action = OF_KIND[entry.kind]
    moment = entry.recorded_at if isinstance(entry, Record) else at
    if moment is None:
        raise TypeError("whether an entry is its author's to make depends on when it is recorded")
    known = frozenset() if entry.signed is None else roll.parts(entry.signed.person, moment)
    if known & TABLE[action]:
        return None
    slots: dict[str, Slot] = {
        "who": entry.author,
        "parts": _all_of(sorted(known)),
        "doing": action,
        "those": Several(each=tuple(sorted(TABLE[action]))),
    }
    return Told(Refused.NOT_THEIRS, slots)


def _role(stated: Json) -> Slot:
    return Role(stated) if stated in set(Role) else str(stated)


def _all_of(parts: Sequence[Part]) -> Slot:
    return Several(each=tuple(parts), joined_by=" and ") if parts else Told(Answered.NOTHING)


def rightful(records: Iterable[Record], log: VerifierKey) -> tuple[Record, ...]:
    """Return `records` without the moves that their authors made in a role that was not theirs."""
    roll, kept = Roll(), []
    for record in records:
        if record.kind in CHANGES:
            roll, _ = step(roll, record, seq=record.seq, log=log)
        if why_not_in_role(roll, record) is None:
            kept.append(record)
    return tuple(kept)


def _when(entry: Entry | Record, stated: Json) -> datetime:
    """Return the moment at which a part must be had: the move's own, and not long before its record."""
    try:
        at = moment(str(stated))
    except TimeError:
        at = datetime.max.replace(tzinfo=UTC)
    return max(at, entry.recorded_at - LEEWAY) if isinstance(entry, Record) else at
