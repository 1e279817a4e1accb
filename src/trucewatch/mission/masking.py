"""Sealing the identity of a sensitive source, and opening it, by two.

Rules:
- the words come from a file and go to one; no record, error or other output has them;
- what is not allowed is refused before it is recorded, and what is recorded is so before anything is shown;
- the half that is handed over is shut for the one whom it is handed to: on its way it opens nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from os import urandom

from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.log.keys import SignerKey
from trucewatch.log.spelling import spelled, unspelled
from trucewatch.log.twofold import Twofold, custodian_public, half_of, opened, opened_with, shut, shut_for
from trucewatch.mission.authors import author
from trucewatch.mission.clock import now
from trucewatch.mission.config import SOURCE_NAME
from trucewatch.mission.custody import Stage, custody_of, taken, why_not_custodian
from trucewatch.mission.enrolling import roll_of
from trucewatch.mission.folder import Folder, mission_of, recorded, settle, writing_moment
from trucewatch.mission.invitations import folded
from trucewatch.mission.journal import Kind, Record
from trucewatch.mission.people import Person, Roll
from trucewatch.model.canonical import Json, canonical

HANDED = "trucewatch half v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """Half an opening, for the other custodian."""

    source: str
    by: str
    other: str
    why: str
    record: int
    raw: bytes  # the file that goes to the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An identity that two have opened."""

    source: str
    by: tuple[str, str]  # names
    why: str
    record: int
    words: bytes


def become_custodian(folder: Folder, *, key: SignerKey, at: datetime | None = None) -> Person:
    """Record that whoever has `key` keeps halves of what is sealed."""
    roll, person = _settled(folder, key, at)
    body: dict[str, Json] = {"person": person.person_id, "public": spelled(custodian_public(key.seed))}
    _append(folder, roll, Kind.CUSTODIAN, body, key=key, at=at)
    return person


def mask(
    folder: Folder,
    source: str,
    words: bytes,
    names: Sequence[str],
    *,
    key: SignerKey,
    at: datetime | None = None,
) -> int:
    """Seal the identity of a source for the custodians `names`, and return the number of its record."""
    if not SOURCE_NAME.fullmatch(source):
        raise InputError(f"{source[:64]!r} is no name of a source: letters, digits, '.', '_' and '-'")
    roll, _ = _settled(folder, key, at)
    custody = custody_of(folder.journal.replay(), roll)
    people = [_named(roll, name) for name in names]
    missing = sorted(p.name for p in people if p.person_id not in custody.publics)
    if missing:
        raise RefusedError(
            f"{', '.join(missing)} must first record that they keep such: `trucewatch key custodian`"
        )
    publics = {person.person_id: custody.publics[person.person_id] for person in people}
    made = shut(words, publics, label=_label(folder, source), random=urandom)
    body: dict[str, Json] = {"source": source, "custodians": sorted(publics)}
    _refuse(folder, roll, Kind.MASK, body, key=key, at=at, rests_on=("0" * 64,))
    box = folder.vault.put(_written(made))
    return _append(folder, roll, Kind.MASK, body, key=key, at=at, rests_on=(box,))


def begin_unmasking(
    folder: Folder, source: str, other: str, *, why: str, key: SignerKey, at: datetime | None = None
) -> Handed:
    """Record that somebody begins to open an identity, and return their half for the other custodian."""
    roll, person = _settled(folder, key, at)
    custody, second = custody_of(folder.journal.replay(), roll), _named(roll, other)
    sealed = custody.mask_of(source)
    body = _step(Stage.BEGUN, source, sealed.seq, second.person_id, why)
    _refuse(folder, roll, Kind.UNMASK, body, key=key, at=at)
    pair, label = (person.person_id, second.person_id), _label(folder, source)
    half = half_of(_read(folder.vault.get(sealed.box)), pair, person.person_id, key.seed, label=label)
    number = _append(folder, roll, Kind.UNMASK, body, key=key, at=at)
    box = shut_for(
        custody.publics[second.person_id], half, label=f"{HANDED}\n{label}\n{number}", random=urandom
    )
    raw = f"{HANDED}\n{folder.journal.key.name}\n{source}\n{number}\n{spelled(box)}\n".encode()
    return Handed(source=source, by=person.name, other=second.name, why=why, record=number, raw=raw)


def end_unmasking(folder: Folder, handed: bytes, *, key: SignerKey, at: datetime | None = None) -> Shown:
    """Record that the second custodian opens an identity, and return it."""
    source, number, box = _handed(folder, handed)
    roll, person = _settled(folder, key, at)
    custody = custody_of(folder.journal.replay(), roll)
    begun = custody.begun.get(number)
    if begun is None:
        raise RefusedError("nobody began to open this in this record")
    label, sealed = _label(folder, source), custody.masks[begun.mask]
    body = _step(Stage.OPENED, source, number, begun.by, begun.why)
    _refuse(folder, roll, Kind.UNMASK, body, key=key, at=at)
    theirs = opened_with(key.seed, box, label=f"{HANDED}\n{label}\n{number}")
    shut_box, pair = _read(folder.vault.get(sealed.box)), (begun.by, person.person_id)
    words = opened(
        shut_box, theirs, half_of(shut_box, pair, person.person_id, key.seed, label=label), label=label
    )
    seq = _append(folder, roll, Kind.UNMASK, body, key=key, at=at)
    first = roll.persons[begun.by].name
    return Shown(source=source, by=(first, person.name), why=begun.why, record=seq, words=words)


def _step(stage: Stage, source: str, of: int, other: str, why: str) -> dict[str, Json]:
    return {"stage": stage.value, "source": source, "of": of, "other": other, "why": why}


def _settled(folder: Folder, key: SignerKey, at: datetime | None) -> tuple[Roll, Person]:
    writing_moment(mission_of(recorded(folder.journal.replay())).replay, at)
    settle(folder, by="", key=key, at=at)
    roll = roll_of(folder)
    person = roll.holder(key.verifier)
    if person is None or person.current is None or person.current.public != key.verifier.public:
        raise RefusedError("this key is nobody's in the record, or no longer")
    return roll, person


def _refuse(
    folder: Folder,
    roll: Roll,
    kind: Kind,
    body: dict[str, Json],
    *,
    key: SignerKey,
    at: datetime | None,
    rests_on: tuple[str, ...] = (),
) -> None:
    """Raise RefusedError unless a record of this would be legal now."""
    entry = author(folder.journal, by="", key=key).entry(kind, body, rests_on=rests_on)
    records = tuple(folder.journal.replay())
    would = Record(
        seq=len(records),
        recorded_at=at or now(),
        kind=kind,
        author=entry.author,
        written=body,
        rests_on=rests_on,
        schema=entry.schema,
        index=0,
        salt=b"",
        signed=entry.signed,
    )
    why = why_not_custodian(roll, would) or taken(custody_of(records, roll), would)[1]
    if why is not None:
        raise RefusedError(why)


def _append(
    folder: Folder,
    roll: Roll,
    kind: Kind,
    body: dict[str, Json],
    *,
    key: SignerKey,
    at: datetime | None,
    rests_on: tuple[str, ...] = (),
) -> int:
    _refuse(folder, roll, kind, body, key=key, at=at, rests_on=rests_on)
    entry = author(folder.journal, by="", key=key).entry(kind, body, rests_on=rests_on)
    folder.journal.append([entry], at=at)
    made = [r.seq for r in folder.journal.replay() if r.signed is not None and r.signed == entry.signed]
    return made[-1]


def _named(roll: Roll, name: str) -> Person:
    person = roll.named(name)
    if person is None:
        raise InputError(f"nobody here is called {folded(name)!r}")
    return person


def _label(folder: Folder, source: str) -> str:
    return f"{folder.journal.key.name}\n{source}"


def _written(made: Twofold) -> bytes:
    halves: list[Json] = [
        {"of": list(pair), "halves": {name: spelled(box) for name, box in parts.items()}}
        for pair, parts in sorted(made.halves.items())
    ]
    return canonical({"v": 1, "box": spelled(made.box), "pairs": halves})


def _read(raw: bytes) -> Twofold:
    try:
        said = json.loads(raw)
        pairs = {
            (str(one["of"][0]), str(one["of"][1])): {n: unspelled(b) for n, b in one["halves"].items()}
            for one in said["pairs"]
        }
        return Twofold(box=unspelled(said["box"]), halves=pairs)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        raise IntegrityError("the sealed identity in the vault is not as it was written") from None


def _handed(folder: Folder, raw: bytes) -> tuple[str, int, bytes]:
    lines = raw.decode("utf-8", "replace").split("\n")
    if len(lines) != 6 or lines[0] != HANDED or not lines[3].isdecimal() or len(lines[3]) > 15:
        raise InputError("this is no half that a custodian handed over")
    if lines[1] != folder.journal.key.name:
        raise RefusedError(f"this half is of {lines[1][:80]!r}, and this is {folder.journal.key.name}")
    return lines[2], int(lines[3]), unspelled(lines[4])


def loud(source: str, by: str, other: str, why: str) -> str:
    """Return the line that is said aloud when an identity is opened."""
    return f"UNMASKING: the identity of {source} is opened by {by} and {other}: {why}"
