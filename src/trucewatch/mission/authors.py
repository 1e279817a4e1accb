"""Whoever writes in the record: under a name and unsigned, or as a person, with their key.

Rules:
- with a key the name is that of the person who has it, and every entry is signed;
- without one the name reads "NAME (unsigned)", and may not be that of somebody with a key;
- `admits` is asked under the writer's lock: what would not be validly signed is refused, never recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from trucewatch.errors import RefusedError
from trucewatch.log.keys import SignerKey, VerifierKey
from trucewatch.mission.invitations import Invitation, answer, folded, invite, person_name, read_answer
from trucewatch.mission.journal import Entry, Journal, Kind, Record
from trucewatch.mission.people import Person, Roll
from trucewatch.mission.personal import put_apart
from trucewatch.mission.rightful import why_not_in_role
from trucewatch.mission.roll import BY_NO_ONE, UNSIGNED, person_id, rolled, statement, step
from trucewatch.mission.salts import Salt, random_salt
from trucewatch.mission.signing import Signed, held_back, sign
from trucewatch.model.canonical import Json, canonical, content_id
from trucewatch.model.refused import Refused
from trucewatch.model.told import Slot, Told

NOBODY = "operator"
NONCE_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the next records are admitted by."""

    roll: Roll
    stands: Callable[[str], bool]  # whether a signature is on record already
    latest: Mapping[str, int]  # after how many records each person's last signature was made


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who writes, as records name them."""

    text: str
    origin: str = ""
    after: int = 0  # how many records there are
    person: str | None = None
    key: SignerKey | None = None
    salt: Salt = random_salt  # of words that are kept apart

    @property
    def name(self) -> str:
        """The name alone."""
        return self.text.removesuffix(UNSIGNED)

    def entry(
        self, kind: Kind, body: Mapping[str, Json], *, rests_on: tuple[str, ...] = (), named: str = ""
    ) -> Entry:
        """Return an entry in this author's name, its words apart, signed when they have a key.

        With `named`, that member of the body is its id, made of all the others as the record has them.
        """
        written, words = put_apart(kind, body, self.salt)
        if named:
            whole = canonical({**written, named: ""}).decode()
            written = {**written, named: content_id(kind.value, whole)}
        entry = Entry(
            kind=kind,
            author=self.text,
            body=written,
            rests_on=rests_on if words is None else (*rests_on, words.name),
            words=words,
        )
        if self.person is None or self.key is None:
            return entry
        place = Signed(person=self.person, key="", after=self.after, signature="")
        return replace(entry, signed=sign(statement(entry, self.origin, place), self.key))


def author(journal: Journal, *, by: str, key: SignerKey | None = None) -> Author:
    """Return who writes: the person who has `key`, else `by`, unsigned.

    Raises RefusedError when the key is nobody's, or `by` is somebody else or has a key.
    """
    records = tuple(journal.replay())
    if not records and key is None:
        return Author(text=(by or NOBODY) + UNSIGNED, salt=journal.salt)
    return author_among(journal, rolled(records, journal.key), len(records), by=by, key=key)


def author_among(journal: Journal, roll: Roll, count: int, *, by: str, key: SignerKey | None) -> Author:
    """Return who writes after `count` records, where `roll` says who has which key; raises what `author` does."""
    if key is None:
        return Author(text=_unsigned(roll, by or NOBODY), salt=journal.salt)
    person = _with_key(roll, key.verifier)
    if by and folded(by) != folded(person.name):
        raise RefusedError(f"this key is {person.name}'s, and --by names {by}: leave --by out")
    return Author(
        text=person.name,
        origin=journal.key.name,
        after=count,
        person=person.person_id,
        key=key,
        salt=journal.salt,
    )


def joining(log: SignerKey, key: SignerKey, *, name: str, nonce: str) -> Entry:
    """Return the entry in which the first person of a record that holds nothing yet adds themselves."""
    asked = Invitation(origin=log.name, name=person_name(name), roles=(), nonce=nonce)
    body = person_body(answer(invite(asked, log), key), log.verifier)
    who = Author(text=asked.name, origin=log.name, person=str(body["person"]), key=key)
    return who.entry(Kind.PERSON, body)


def person_body(raw: bytes, log: VerifierKey) -> Mapping[str, Json]:
    """Return the body of the PERSON record that an answer to an invitation makes."""
    said, key = read_answer(raw, log)
    return {
        "person": person_id(said, key),
        "name": said.name,
        "roles": [role.value for role in said.roles],
        "key": key.text,
        "answer": raw.decode(),
    }


def admits(
    log: VerifierKey, deciding: Iterable[Record], entries: Sequence[Entry], first: int, at: datetime
) -> None:
    """Raise RefusedError unless each of `entries` may be recorded at a moment, from the number `first` on.

    `deciding` are the records so far that are of persons, keys or configuration, or signed.
    """
    if all(entry.kind in BY_NO_ONE for entry in entries):
        return
    before = tuple(deciding)
    signed = [record.signed for record in before if record.signed]
    standing = Standing(
        roll=rolled(before, log),
        stands={one.signature for one in signed}.__contains__,
        latest={one.person: one.after for one in signed},
    )
    admits_after(standing, entries, first, at, log=log)


def admits_after(
    standing: Standing, entries: Sequence[Entry], first: int, at: datetime, *, log: VerifierKey
) -> None:
    """Raise RefusedError unless each of `entries` may be recorded at a moment after what stands."""
    roll, latest, known = standing.roll, dict(standing.latest), set[str]()
    for seq, entry in enumerate(entries, start=first):
        roll, why = step(roll, entry, seq=seq, log=log, at=at)
        if entry.signed is not None and (
            entry.signed.signature in known or standing.stands(entry.signed.signature)
        ):
            why = "this signature stands in the record already: it was signed once"
        elif entry.signed is not None and why is None:
            why = held_back(entry.signed, latest.get(entry.signed.person, 0))
        why = why or why_not_in_role(roll, entry, at)
        if why is not None:
            slots: dict[str, Slot] = {
                "kind": entry.kind.value,
                "why": Told(Refused.TOGETHER, {"why": why, "how": _how(entry)}),
            }
            raise RefusedError(Told(Refused.RECORD_REFUSED, slots))
        known |= {entry.signed.signature} if entry.signed else set()
        latest |= {entry.signed.person: entry.signed.after} if entry.signed else {}


def _unsigned(roll: Roll, by: str) -> str:
    person = roll.named(by)
    if person is not None:
        raise RefusedError(f"{person.name} has a key: sign with it, --key FILE")
    return by + UNSIGNED


def _with_key(roll: Roll, key: VerifierKey) -> Person:
    person = roll.holder(key)
    if person is None:
        raise RefusedError(
            f"nobody in this mission has the key {key.key_id.hex()}: `trucewatch person add` adds them"
        )
    if person.current is None or person.current.public != key.public:
        raise RefusedError(
            f"{person.name}'s key {key.key_id.hex()} is no longer valid: sign with the present one"
        )
    return person


def _how(entry: Entry) -> str:
    return "" if entry.signed else Told(Refused.SIGN_IT)
