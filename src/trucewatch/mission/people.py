"""Who has which key, from which record on: persons, and sources that sign their batches.

Rules:
- a `Roll` is a fold over the record (`roll.rolled`); the order of records decides, never a clock;
- a key is valid from the record that made it known up to and with the record that ended it;
- a person has at most one valid key; a source may have several while they are being exchanged;
- no key is ever known twice: one that was ended, or is another's, cannot come back;
- a source that ever had a key is one that signs, whatever its profile says later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from trucewatch.errors import InputError
from trucewatch.log.keys import KEY_BYTES, KeyKind, VerifierKey
from trucewatch.log.spelling import spelled, unspelled
from trucewatch.mission.invitations import Part, folded

SOURCE_KEY = "ed25519:"


class KeyDeed(StrEnum):
    """What a KEY record does."""

    ROTATE = "rotate"  # a person's new key, and the end of the old one
    REVOKE = "revoke"  # the end of a person's key
    MAKE_SOURCE = "make_source"  # one more key of a source
    REVOKE_SOURCE = "revoke_source"  # the end of a source's key


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonBody:
    """What a PERSON record holds."""

    person: str
    name: str
    roles: tuple[Part, ...]
    key: str  # a verifier key
    answer: str  # the signed note that proves who holds it


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyBody:
    """What a KEY record holds."""

    deed: KeyDeed
    key: str  # the new key, or the one that ends: a verifier key, or ed25519:... of a source
    person: str | None = None
    source: str | None = None
    answer: str | None = None  # of a rotation
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideBody:
    """What an OVERRIDE record holds: in an emergency somebody gives another a part, for a day at most."""

    person: str  # who is given it
    part: Part
    why: str
    from_utc: datetime
    until_utc: datetime


class RoleDeed(StrEnum):
    """What a ROLE record does."""

    GRANT = "grant"  # asks that somebody be given a part; or, of what was asked, gives it as the second name
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleBody:
    """What a ROLE record holds."""

    deed: RoleDeed
    person: str  # whose part it is
    part: Part
    why: str
    asked: int | None = None  # the record that asked for it, where this one gives it


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A part that somebody asked for, was given, or lost."""

    person: str
    part: Part
    why: str
    by: str
    seq: int  # of its record
    gives: bool | None  # None: it was asked for, and nothing changed by that
    asked: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A part that somebody was given in an emergency."""

    person: str
    name: str
    part: Part
    by: str
    why: str
    from_utc: datetime
    until_utc: datetime
    seq: int  # of its record

    def holds(self, at: datetime) -> bool:
        """Return whether it counts at a moment."""
        return self.from_utc <= at < self.until_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A key, and between which records it is valid."""

    key: VerifierKey
    from_seq: int
    by: str  # who made it known
    until_seq: int | None = None  # the record that ended it
    why: str = ""
    declared: bool = False  # in sources.toml


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a key."""

    person_id: str
    name: str
    roles: tuple[Part, ...]  # at this place of the record
    added_by: str
    keys: tuple[Held, ...]  # the oldest first

    @property
    def current(self) -> VerifierKey | None:
        """The key that is valid now."""
        return next((held.key for held in self.keys if held.until_seq is None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """Everybody and every source with a key, at a place in the record."""

    persons: Mapping[str, Person] = field(default_factory=dict)  # by id
    sources: Mapping[str, tuple[Held, ...]] = field(default_factory=dict)  # by source
    enrolled_by: tuple[
        Part, ...
    ] = ()  # roles of those who may add persons and change keys; none: anybody with a key
    overrides: tuple[Override, ...] = ()  # in the order of their records
    exercise: bool = False  # as the mission's configuration says
    replay: bool = False
    changes: tuple[Change, ...] = ()  # of parts, in the order of their records

    @property
    def asked(self) -> Mapping[int, Change]:
        """The parts that were asked for and not given yet, by the records that asked."""
        given = {one.asked for one in self.changes if one.gives}
        return {one.seq: one for one in self.changes if one.gives is None and one.seq not in given}

    @property
    def kept(self) -> bool:
        """Whether somebody with a valid key may add persons and change keys."""
        asked = set(self.enrolled_by)
        return any(one.current and (not asked or asked & set(one.roles)) for one in self.persons.values())

    @property
    def keyed(self) -> bool:
        """Whether anybody has a valid key."""
        return any(person.current for person in self.persons.values())

    def parts(self, person_id: str, at: datetime) -> frozenset[Part]:
        """Return the parts that a person has at a moment: their own, and those that they were given for a day."""
        person = self.persons.get(person_id)
        if person is None:
            return frozenset()
        given = (one.part for one in self.overrides if one.person == person_id and one.holds(at))
        return frozenset((*person.roles, *given))

    def named(self, name: str) -> Person | None:
        """Return the person of this name, however it is spelled."""
        wanted = folded(name)
        return next((p for p in self.persons.values() if folded(p.name) == wanted), None)

    def holder(self, key: VerifierKey) -> Person | None:
        """Return whose key this is, or was."""
        for person in self.persons.values():
            if any(held.key.public == key.public for held in person.keys):
                return person
        return None

    def signs(self, source_id: str) -> bool:
        """Return whether batches of a source come signed."""
        return source_id in self.sources

    def source_keys(self, source_id: str) -> tuple[VerifierKey, ...]:
        """Return the keys of a source that are valid now."""
        held = self.sources.get(source_id, ())
        return tuple(one.key for one in held if one.until_seq is None)

    def every_key(self) -> Iterator[Held]:
        """Yield each key that was ever known."""
        for person in self.persons.values():
            yield from person.keys
        for held in self.sources.values():
            yield from held


def source_key(source_id: str, text: str) -> VerifierKey:
    """Return the key of a source that is written `text`, ed25519: and 32 bytes in base64."""
    if not text.startswith(SOURCE_KEY):
        raise InputError(f"a source's key is written {SOURCE_KEY}BASE64, and {text[:20]!r} is not")
    public = unspelled(text.removeprefix(SOURCE_KEY))
    if len(public) != KEY_BYTES:
        raise InputError(f"the key of {source_id} has {len(public)} bytes, and Ed25519 has {KEY_BYTES}")
    return VerifierKey(name=source_id, kind=KeyKind.ED25519, public=public)


def source_key_text(key: VerifierKey) -> str:
    """Return a source's key as sources.toml has it."""
    return f"{SOURCE_KEY}{spelled(key.public)}"
