"""Who may sign what, record by record: one step of the fold, and why a record is not validly signed.

Rules:
- a change that is not legal changes nothing, and the reason is kept;
- once anybody has a valid key, a change of persons, of keys or of a source's declared key is signed by
  somebody who has one; before that it may be unsigned, and the first person may sign their own entry;
- where the mission says of which roles they are who may do that (`enrolled_by`), nobody else may, but for
  their own key; somebody who may is always left;
- so is an erasure, for what is erased cannot be looked at again;
- a name that was ever given a key is never borne by an unsigned record again;
- what a record says of its author inside (`by`, `recorded_by`) is its author;
- a part that somebody was given in an emergency is held beside their own (`emergency`); their own change by two names
  (`parts`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from trucewatch.errors import TrucewatchError
from trucewatch.log.keys import VerifierKey
from trucewatch.mission.config import read_mission, read_sources
from trucewatch.mission.emergency import why_not_given
from trucewatch.mission.invitations import Invitation, folded, read_answer
from trucewatch.mission.journal import Entry, Kind, Record
from trucewatch.mission.parts import waits, why_not_changed
from trucewatch.mission.people import (
    Change,
    Held,
    KeyBody,
    KeyDeed,
    Override,
    OverrideBody,
    Person,
    PersonBody,
    RoleBody,
    RoleDeed,
    Roll,
    source_key,
)
from trucewatch.mission.signing import Signed, Statement, holds
from trucewatch.model.canonical import Json, content_id

UNSIGNED = " (unsigned)"
PROGRAM = "trucewatch"
BY_NO_ONE = frozenset({Kind.BATCH, Kind.QUARANTINE, Kind.TORN, Kind.REOPENING, Kind.ACCESS_ANCHORED})
"""Kinds whose author is a source, or the program."""

CHANGES = frozenset({Kind.PERSON, Kind.KEY, Kind.SOURCE, Kind.MISSION, Kind.OVERRIDE, Kind.ROLE})
WITHIN = {Kind.MOVE: "by", Kind.REOPENING: "by"}
"""Where a body names its author: else in `recorded_by`, if at all."""

Step = tuple[Roll, str | None]
Written = Entry | Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the record a change stands, and who makes it."""

    seq: int
    by: str
    log: VerifierKey
    signer: Person | None = None  # None: nobody signed it
    at: datetime | None = None  # None: it is not recorded yet

    @property
    def signed(self) -> bool:
        """Whether somebody signed it."""
        return self.signer is not None

    def held(self, key: VerifierKey, *, declared: bool = False) -> Held:
        """Return `key` as one that is known from here on."""
        return Held(key=key, from_seq=self.seq, by=self.by, declared=declared)

    def ending(self, held: Held, why: str) -> Held:
        """Return a key as one that ends here."""
        return replace(held, until_seq=self.seq, why=why)


def rolled(records: Iterable[Record], log: VerifierKey) -> Roll:
    """Return who has which key after `records`; changes that are not legal count for nothing."""
    roll = Roll()
    for record in records:
        if record.kind in CHANGES:
            roll, _ = step(roll, record, seq=record.seq, log=log)
    return roll


def step(roll: Roll, entry: Written, *, seq: int, log: VerifierKey, at: datetime | None = None) -> Step:
    """Return the roll after `entry`, and why it is not validly signed or not legal, if so.

    `at` is when an entry that is no record yet would be recorded.
    """
    why = _wrongly_signed(roll, entry, seq, log) if entry.signed else _wrongly_unsigned(roll, entry)
    change = CHANGE.get(entry.kind)
    if why is not None or change is None:
        return roll, why
    signer = (
        None if entry.signed is None else roll.persons.get(entry.signed.person) or _oneself(roll, entry, log)
    )
    at = entry.recorded_at if isinstance(entry, Record) else at
    try:
        return change(roll, entry.body, Place(seq=seq, by=entry.author, log=log, signer=signer, at=at))
    except (TrucewatchError, msgspec.ValidationError) as fault:
        return roll, f"it is not a {entry.kind.value} as records have it: {fault}"


def person_id(invitation: Invitation, key: VerifierKey) -> str:
    """Return the id of the person whom an answered invitation makes."""
    return content_id("person", invitation.origin, invitation.name, key.text)[:16]


def _wrongly_signed(roll: Roll, entry: Written, seq: int, log: VerifierKey) -> str | None:
    signed = entry.signed
    if signed is None:
        raise TypeError("an entry without a signature was taken for a signed one")
    person = roll.persons.get(signed.person) or _oneself(roll, entry, log)
    if person is None:
        return f"signed by {signed.person[:40]!r}, who is nobody here"
    key = person.current
    if key is None or key.key_id.hex() != signed.key:
        return f"signed with the key {signed.key[:16]!r}, which {_not_valid(person, signed.key)}"
    if entry.author != person.name:
        return f"signed by {person.name}, and its author reads {entry.author!r}"
    if not isinstance(signed.after, int) or not 0 <= signed.after <= seq:
        return f"signed after {signed.after} records, and there were {seq}"
    if not holds(signed, statement(entry, log.name, signed), key):
        return f"the signature is not {person.name}'s of this record in {log.name}"
    return named_within(entry)


def _wrongly_unsigned(roll: Roll, entry: Written) -> str | None:
    if entry.kind in BY_NO_ONE:
        source = entry.body.get("source_id", PROGRAM)
        wrong = f"its author is {entry.author!r}, and not {source!r}"
        return named_within(entry) if entry.author == source else wrong
    person = roll.named(entry.author.removesuffix(UNSIGNED))
    if person is not None:
        return f"unsigned, under the name of {person.name}, who has had a key since record {person.keys[0].from_seq}"
    if entry.kind is Kind.TOMBSTONE and roll.keyed:
        return "an erasure must be signed: somebody here has a key"
    if not entry.author.removesuffix(UNSIGNED).strip():
        return "it bears no name"
    if not entry.author.endswith(UNSIGNED):
        return f"unsigned, and its author {entry.author!r} reads as if it were signed"
    return named_within(entry)


def statement(entry: Written, origin: str, signed: Signed) -> Statement:
    """Return what a signature of `entry` is of."""
    return Statement(
        origin=origin,
        kind=entry.kind.value,
        author=entry.author,
        body=entry.written,
        rests_on=entry.rests_on,
        schema=entry.schema,
        person=signed.person,
        after=signed.after,
    )


def _not_valid(person: Person, key_id: str) -> str:
    ended = [held.until_seq for held in person.keys if held.key.key_id.hex() == key_id]
    return f"record {ended[-1]} ended" if ended else f"is not {person.name}'s"


def named_within(entry: Written) -> str | None:
    """Return why what a record says of its author inside is not its author, None when it is."""
    said = entry.written.get(WITHIN.get(entry.kind, "recorded_by"), entry.author)
    return None if said == entry.author else f"its author is {entry.author!r}, and inside it says {said!r}"


def _oneself(roll: Roll, entry: Written, log: VerifierKey) -> Person | None:
    """Return the person whom a PERSON record adds, where the first may add themselves."""
    if entry.kind is not Kind.PERSON or entry.signed is None or roll.keyed:
        return None
    try:
        anybody = replace(roll, enrolled_by=())
        added, _ = _added(anybody, entry.body, Place(seq=0, by=entry.author, log=log))
    except (TrucewatchError, msgspec.ValidationError):
        return None
    return added.persons.get(entry.signed.person)


def _added(roll: Roll, body: Mapping[str, Json], place: Place) -> Step:
    said = msgspec.convert(body, PersonBody)
    invitation, key = read_answer(said.answer.encode(), place.log)
    if (said.name, said.roles, said.key) != (invitation.name, invitation.roles, key.text):
        return roll, "the answer to the invitation says something else"
    if said.person != person_id(invitation, key):
        return roll, f"the id {said.person[:40]!r} is not this person's"
    if roll.named(said.name) is not None:
        return roll, f"there is somebody of the name {said.name} already"
    if why := _not_new(roll, key) or _needs_signature(roll, place):
        return roll, why
    person = Person(
        person_id=said.person, name=said.name, roles=said.roles, added_by=place.by, keys=(place.held(key),)
    )
    return _left(roll, _with_person(roll, person))


def _key_changed(roll: Roll, body: Mapping[str, Json], place: Place) -> Step:
    said = msgspec.convert(body, KeyBody)
    own = place.signer is not None and place.signer.person_id == said.person
    why = None if own else _needs_signature(roll, place)
    return (roll, why) if why else DEEDS[said.deed](roll, said, place)


def _rotated(roll: Roll, body: KeyBody, place: Place) -> Step:
    person = roll.persons.get(body.person or "")
    invitation, key = read_answer((body.answer or "").encode(), place.log)
    if person is None or folded(invitation.name) != folded(person.name) or key.text != body.key:
        return roll, "the answer to the invitation says something else"
    if not place.signed:
        return roll, f"a new key of {person.name} is signed for by somebody who has a key"
    if why := _not_new(roll, key):
        return roll, why
    keys = (*_ended(person.keys, place, body.why or "rotated"), place.held(key))
    return _with_person(roll, replace(person, keys=keys)), None


def _revoked(roll: Roll, body: KeyBody, place: Place) -> Step:
    person = roll.persons.get(body.person or "")
    if person is None or person.current is None or person.current.text != body.key:
        return roll, "no such key is valid: it ends nothing"
    return _left(roll, _with_person(roll, replace(person, keys=_ended(person.keys, place, body.why))))


def _source_made(roll: Roll, body: KeyBody, place: Place) -> Step:
    key = source_key(body.source or "", body.key)
    if why := _not_new(roll, key):
        return roll, why
    return _with_source(roll, key.name, (*roll.sources.get(key.name, ()), place.held(key))), None


def _source_revoked(roll: Roll, body: KeyBody, place: Place) -> Step:
    key = source_key(body.source or "", body.key)
    if key not in roll.source_keys(key.name):
        return roll, "no such key is valid: it ends nothing"
    held = tuple(
        place.ending(one, body.why) if one.key == key and one.until_seq is None else one
        for one in roll.sources[key.name]
    )
    return _with_source(roll, key.name, held), None


def _declared(roll: Roll, body: Mapping[str, Json], place: Place) -> Step:
    """Return the roll after sources.toml was recorded: the key of each profile is its source's."""
    profiles = read_sources(str(body.get("text")))
    after = roll
    for source_id in sorted({*profiles, *roll.sources}):
        profile = profiles.get(source_id)
        text = None if profile is None else profile.key
        key = None if text is None else source_key(source_id, text)
        after, why = _as_declared(after, source_id, key, place)
        if why:
            return roll, why
    if after == roll:
        return roll, None
    why = _needs_signature(roll, place)
    return (roll, f"it changes a source's key, and {why}") if why else (after, None)


def _as_declared(roll: Roll, source_id: str, key: VerifierKey | None, place: Place) -> Step:
    """Return the roll where `key` is the one that sources.toml declares for a source."""
    held = roll.sources.get(source_id, ())
    kept = tuple(
        place.ending(one, "no longer in sources.toml")
        if one.declared and one.until_seq is None and one.key != key
        else one
        for one in held
    )
    if key is not None and all(one.key != key for one in held):
        if why := _not_new(roll, key):
            return roll, why
        kept = (*kept, place.held(key, declared=True))
    return (roll, None) if kept == held else (_with_source(roll, source_id, kept), None)


def _configured(roll: Roll, body: Mapping[str, Json], place: Place) -> Step:
    """Return the roll after trucewatch.toml was recorded: it may say who may enrol.

    A text that cannot be read changes nothing here; whoever reads the configuration names it.
    """
    after = roll
    with suppress(TrucewatchError):
        table = read_mission(str(body.get("text")))
        marked = replace(roll, exercise=table.exercise, replay=table.replay)
        after = replace(marked, enrolled_by=table.enrolled_by)
    if after.enrolled_by == roll.enrolled_by:
        return after, None
    why = _needs_signature(roll, place)
    return (roll, f"it changes who may enrol, and {why}") if why else _left(roll, after)


def _overridden(roll: Roll, body: Mapping[str, Json], place: Place) -> Step:
    """Return the roll after somebody was given a part for a day at most."""
    said = msgspec.convert(body, OverrideBody)
    if why := why_not_given(roll, said, signer=place.signer, at=place.at):
        return roll, why
    given = Override(
        person=said.person,
        name=roll.persons[said.person].name,
        part=said.part,
        by=place.by,
        why=said.why,
        from_utc=said.from_utc,
        until_utc=said.until_utc,
        seq=place.seq,
    )
    return replace(roll, overrides=(*roll.overrides, given)), None


def _role_changed(roll: Roll, body: Mapping[str, Json], place: Place) -> Step:
    """Return the roll after a part was asked for, given or withdrawn."""
    said = msgspec.convert(body, RoleBody)
    if why := why_not_changed(roll, said, signer=place.signer, at=place.at):
        return roll, why
    person = roll.persons[said.person]
    gives = None if said.deed is RoleDeed.GRANT and waits(said) else said.deed is RoleDeed.GRANT
    made = Change(
        person=said.person,
        part=said.part,
        why=said.why,
        by=place.by,
        seq=place.seq,
        gives=gives,
        asked=said.asked,
    )
    roles = tuple(part for part in person.roles if part is not said.part)
    if gives is not False:
        roles = person.roles if gives is None else (*roles, said.part)
    after = replace(roll, changes=(*roll.changes, made))
    return _left(roll, _with_person(after, replace(person, roles=roles)))


def _needs_signature(roll: Roll, place: Place) -> str | None:
    if not roll.keyed:
        return None
    if place.signer is None:
        return "it must be signed: somebody here has a key"
    if roll.enrolled_by and not set(roll.enrolled_by) & set(place.signer.roles):
        return f"{place.signer.name} may not: that is for a person who is {' or '.join(roll.enrolled_by)}"
    return None


def _left(roll: Roll, after: Roll) -> Step:
    """Return the roll after a change, unless nobody would be left who may enrol."""
    if after.enrolled_by and after.keyed and not after.kept:
        return (
            roll,
            f"nobody with a valid key would be {' or '.join(after.enrolled_by)}, and so none could enrol",
        )
    return after, None


def _not_new(roll: Roll, key: VerifierKey) -> str | None:
    known = any(held.key.public == key.public for held in roll.every_key())
    return f"the key {key.key_id.hex()} is, or was, known already: make a new one" if known else None


def _ended(keys: tuple[Held, ...], place: Place, why: str) -> tuple[Held, ...]:
    return tuple(place.ending(one, why) if one.until_seq is None else one for one in keys)


def _with_person(roll: Roll, person: Person) -> Roll:
    return replace(roll, persons={**roll.persons, person.person_id: person})


def _with_source(roll: Roll, source_id: str, held: tuple[Held, ...]) -> Roll:
    return replace(roll, sources={**roll.sources, source_id: held})


CHANGE: Mapping[Kind, Callable[[Roll, Mapping[str, Json], Place], Step]] = {
    Kind.PERSON: _added,
    Kind.KEY: _key_changed,
    Kind.SOURCE: _declared,
    Kind.MISSION: _configured,
    Kind.OVERRIDE: _overridden,
    Kind.ROLE: _role_changed,
}
DEEDS: Mapping[KeyDeed, Callable[[Roll, KeyBody, Place], Step]] = {
    KeyDeed.ROTATE: _rotated,
    KeyDeed.REVOKE: _revoked,
    KeyDeed.MAKE_SOURCE: _source_made,
    KeyDeed.REVOKE_SOURCE: _source_revoked,
}
