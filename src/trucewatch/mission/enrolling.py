"""People join a mission, change their keys and leave; sources get keys and lose them.

Rules:
- the mission sees public keys only: who joins answers an invitation with their own key, elsewhere;
- the first person may add themselves; from then on whoever changes anything here signs it;
- a key that was lost or stolen is revoked by another person, and its owner invited again;
- what was signed while a key was valid stays valid;
- a part is asked for by one and given by a second, and withdrawn by one (`parts`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from trucewatch.errors import InputError, RefusedError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.authors import NONCE_BYTES, Author, author, person_body
from trucewatch.mission.folder import Folder, mission_of, recorded, settle, writing_moment
from trucewatch.mission.invitations import Invitation, Part, answer, folded, invite, person_name, read_answer
from trucewatch.mission.journal import Kind
from trucewatch.mission.keys import log_key
from trucewatch.mission.people import (
    Change,
    KeyDeed,
    Person,
    RoleDeed,
    Roll,
    source_key,
    source_key_text,
)
from trucewatch.mission.roll import rolled
from trucewatch.model.canonical import Json


def roll_of(folder: Folder, *, known_at: datetime | None = None) -> Roll:
    """Return who has which key, now or as the record knew it at a moment."""
    return rolled(folder.journal.replay(known_at), folder.journal.key)


def invitation(folder: Folder, name: str, roles: Sequence[Part] = ()) -> bytes:
    """Return the file that invites somebody, or somebody known who needs a new key."""
    log = folder.signer or log_key(folder.journal.key.name)
    asked = Invitation(
        origin=log.name,
        name=person_name(name),
        roles=tuple(roles),
        nonce=folder.salt(f"invitation of {name}".encode())[:NONCE_BYTES].hex(),
    )
    return invite(asked, log)


def add(
    folder: Folder, answered: bytes, *, by: str, key: SignerKey | None = None, at: datetime | None = None
) -> Person:
    """Record the person who answered an invitation, added by whoever signs, and return them."""
    moment = _settled(folder, by, key, at)
    body = person_body(answered, folder.journal.key)
    who = author(folder.journal, by=by, key=key)
    folder.journal.append([who.entry(Kind.PERSON, body)], at=moment)
    return roll_of(folder).persons[str(body["person"])]


def add_oneself(
    folder: Folder, name: str, roles: Sequence[Part], *, key: SignerKey, at: datetime | None = None
) -> Person:
    """Record the first person of a mission, added by themselves; RefusedError when somebody has a key."""
    records = tuple(folder.journal.replay())
    moment = writing_moment(mission_of(recorded(records)).replay, at)
    if rolled(records, folder.journal.key).keyed:
        raise RefusedError(
            "somebody here has a key: `trucewatch person invite`, then add with the answer, signed by them"
        )
    body = person_body(answer(invitation(folder, name, roles), key), folder.journal.key)
    who = Author(
        text=str(body["name"]),
        origin=folder.journal.key.name,
        after=len(records),
        person=str(body["person"]),
        key=key,
    )
    folder.journal.append([who.entry(Kind.PERSON, body)], at=moment)
    settle(folder, by="", key=key, at=moment)
    return roll_of(folder).persons[str(body["person"])]


def rotate(
    folder: Folder, answered: bytes, *, by: str = "", key: SignerKey | None, at: datetime | None = None
) -> Person:
    """Record a person's new key, out of their answer to an invitation; whoever signs vouches for it."""
    moment = _settled(folder, by, key, at)
    asked, new = read_answer(answered, folder.journal.key)
    person = _person(folder, asked.name)
    body = {
        "deed": KeyDeed.ROTATE.value,
        "person": person.person_id,
        "key": new.text,
        "answer": answered.decode(),
        "why": "rotated",
    }
    folder.journal.append([author(folder.journal, by=by, key=key).entry(Kind.KEY, body)], at=moment)
    return _person(folder, asked.name)


def rotate_oneself(
    folder: Folder, new: SignerKey, *, by: str = "", key: SignerKey, at: datetime | None = None
) -> Person:
    """Record one's own new key, signed with the old one."""
    name = author(folder.journal, by=by, key=key).text
    return rotate(folder, answer(invitation(folder, name), new), key=key, at=at)


def revoke(
    folder: Folder,
    name: str,
    *,
    why: str,
    by: str = "",
    key: SignerKey | None,
    at: datetime | None = None,
) -> Person:
    """Record that a person's key is valid no longer, and return them."""
    _reasoned(why)
    moment = _settled(folder, by, key, at)
    person = _person(folder, name)
    if person.current is None:
        raise RefusedError(f"{person.name} has no valid key")
    body = {
        "deed": KeyDeed.REVOKE.value,
        "person": person.person_id,
        "key": person.current.text,
        "why": why,
    }
    folder.journal.append([author(folder.journal, by=by, key=key).entry(Kind.KEY, body)], at=moment)
    return _person(folder, name)


def ask_part(
    folder: Folder,
    name: str,
    part: Part,
    *,
    why: str,
    by: str = "",
    key: SignerKey | None,
    at: datetime | None = None,
) -> Change:
    """Record that a person be given a part: it is given at once where one name is enough, else once a second gives it."""
    return _role(folder, RoleDeed.GRANT, name, part, why=why, by=by, key=key, at=at)


def give_part(
    folder: Folder,
    asked: int,
    *,
    why: str = "",
    by: str = "",
    key: SignerKey | None,
    at: datetime | None = None,
) -> Change:
    """Record, as the second name, that the part is given which the record `asked` asked for."""
    roll = roll_of(folder)
    found = roll.asked.get(asked)
    if found is None:
        there = ", ".join(map(str, roll.asked)) or "none"
        raise InputError(f"record {asked} asked for no part that is still to be given: there is {there}")
    name = roll.persons[found.person].name
    whole = why or found.why
    return _role(folder, RoleDeed.GRANT, name, found.part, why=whole, by=by, key=key, at=at, asked=asked)


def withdraw_part(
    folder: Folder,
    name: str,
    part: Part,
    *,
    why: str,
    by: str = "",
    key: SignerKey | None,
    at: datetime | None = None,
) -> Change:
    """Record that a person has a part no longer: what they did in it before stays legal."""
    return _role(folder, RoleDeed.WITHDRAW, name, part, why=why, by=by, key=key, at=at)


def _role(
    folder: Folder,
    deed: RoleDeed,
    name: str,
    part: Part,
    *,
    why: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    asked: int | None = None,
) -> Change:
    moment = _settled(folder, by, key, at)
    body: dict[str, Json] = {
        "deed": deed.value,
        "person": _person(folder, name).person_id,
        "part": part.value,
        "why": why,
    }
    if asked is not None:
        body["asked"] = asked
    folder.journal.append([author(folder.journal, by=by, key=key).entry(Kind.ROLE, body)], at=moment)
    return roll_of(folder).changes[-1]


def add_source_key(
    folder: Folder, source_id: str, text: str, *, by: str, key: SignerKey | None, at: datetime | None = None
) -> None:
    """Record one more key of a source, from now on valid beside those it has."""
    _source(folder, source_id, text, KeyDeed.MAKE_SOURCE, "", by=by, key=key, at=at)


def revoke_source_key(
    folder: Folder,
    source_id: str,
    text: str,
    *,
    why: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None = None,
) -> None:
    """Record that a source's key is valid no longer: what it signs from now on is refused."""
    _reasoned(why)
    _source(folder, source_id, text, KeyDeed.REVOKE_SOURCE, why, by=by, key=key, at=at)


def _source(
    folder: Folder,
    source_id: str,
    text: str,
    deed: KeyDeed,
    why: str,
    *,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
) -> None:
    moment = _settled(folder, by, key, at)
    body = {
        "deed": deed.value,
        "source": source_id,
        "key": source_key_text(source_key(source_id, text)),
        "why": why,
    }
    folder.journal.append([author(folder.journal, by=by, key=key).entry(Kind.KEY, body)], at=moment)


def _settled(folder: Folder, by: str, key: SignerKey | None, at: datetime | None) -> datetime | None:
    moment = writing_moment(mission_of(recorded(folder.journal.replay())).replay, at)
    settle(folder, by=by, key=key, at=moment)
    return moment


def _person(folder: Folder, name: str) -> Person:
    roll = roll_of(folder)
    person = roll.named(name)
    if person is None:
        have = ", ".join(sorted(p.name for p in roll.persons.values())) or "nobody"
        raise InputError(f"nobody here is called {folded(name)!r}: there is {have}")
    return person


def _reasoned(why: str) -> None:
    if not why.strip():
        raise RefusedError("a key is revoked for a reason: give it")
