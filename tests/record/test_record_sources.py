"""Who came by which key, and what sources signed: both verifiers name what does not hold, and nothing that does."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.mission.authors import author, person_body
from trucewatch.mission.batch_notes import sign_batch
from trucewatch.mission.enrolling import (
    add,
    add_oneself,
    add_source_key,
    invitation,
    revoke,
    revoke_source_key,
)
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.intake import ingest, release
from trucewatch.mission.invitations import answer
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.people import KeyDeed, source_key_text
from trucewatch.mission.verify import verify
from trucewatch.mission.verify_remarks import Gravity
from trucewatch.model.canonical import Json

SOURCE, SEGMENT = "firms-dates", "record/journal/0000000000.lines"
FIRES = b"latitude,longitude,acq_date\n48.4,38.2,2026-01-01\n48.5,38.2,2026-01-01\n"
MORE = b"latitude,longitude,acq_date\n48.6,38.2,2026-01-02\n"
LATE = b"latitude,longitude,acq_date\n48.7,38.2,2026-01-03\n"
FIRST = SignerKey(name=SOURCE, kind=KeyKind.ED25519, seed=b"1" * 32)
SECOND = SignerKey(name=SOURCE, kind=KeyKind.ED25519, seed=b"2" * 32)
ADA = SignerKey(name="ada", kind=KeyKind.ED25519, seed=b"a" * 32)
BEA = SignerKey(name="bea", kind=KeyKind.ED25519, seed=b"b" * 32)
EVE = SignerKey(name="eve", kind=KeyKind.ED25519, seed=b"e" * 32)
Deed = Callable[[Folder], None]


def sources(key: SignerKey) -> str:
    return (
        f'[{SOURCE}]\nmeans = "imaged"\nformat = "firms"\nzone = "UTC"\n'
        f'key = "{source_key_text(key.verifier)}"\n'
    )


def sent(folder: Folder, raw: bytes, note: bytes | None) -> str:
    """Hand a file in, with its signature or without, and return its name in the vault."""
    file, beside = folder.path.parent / "f.csv", folder.path.parent / "f.csv.sig"
    file.write_bytes(raw)
    beside.unlink(missing_ok=True)
    if note is not None:
        beside.write_bytes(note)
    (taken,) = ingest(folder, SOURCE, [file], by="operator")
    assert taken.evidence is not None
    return taken.evidence


@pytest.fixture
def mission(tmp_path: Path) -> Folder:
    """A mission with two persons, and a source that signs and that changed its key; one file was released."""
    folder = init(
        tmp_path / "m", Plan(name="m", agreements=("minsk-2015",), sources=sources(FIRST)), by="ann"
    )
    add_oneself(folder, "Ada", (), key=ADA)
    add(folder, answer(invitation(folder, "Bea"), BEA), by="", key=ADA)
    sent(folder, FIRES, sign_batch(FIRES, FIRST))
    add_source_key(folder, SOURCE, source_key_text(SECOND.verifier), by="", key=BEA)
    sent(folder, MORE, sign_batch(MORE, SECOND))
    revoke_source_key(folder, SOURCE, source_key_text(FIRST.verifier), why="lost", by="", key=ADA)
    release(folder, sent(folder, LATE, None), why="its radio was down", by="", key=ADA)
    revoke(folder, "Bea", why="she left", key=ADA)
    return folder


def blamed(folder: Path) -> frozenset[str]:
    broken = (remark.where for remark in verify(folder).remarks if remark.gravity is Gravity.BROKEN)
    return frozenset(re.sub(r":\d+$", "", where) for where in broken)


def blamed_by(alone: ModuleType, folder: Path) -> frozenset[str]:
    found = alone.Verifier(folder, None)
    found.run([])
    return frozenset(re.sub(r":\d+$", "", where) for where, _ in found.faults)


def straight(folder: Folder, *entries: Entry) -> None:
    """Append past every check, as whoever has the log's key can."""
    replace(folder.journal, admits=None).append(entries)


def unsigned(folder: Folder, kind: Kind, body: dict[str, Json]) -> None:
    straight(folder, Entry(kind=kind, author="Ann (unsigned)", body=body))


def by_ada(folder: Folder, kind: Kind, body: dict[str, Json]) -> None:
    straight(folder, author(folder.journal, by="", key=ADA).entry(kind, body))


def answered(folder: Folder, who: str, key: SignerKey, **other: Json) -> dict[str, Json]:
    return {**person_body(answer(invitation(folder, who), key), folder.journal.key), **other}


def batch_again(folder: Folder, note: bytes | None) -> None:
    """Record a batch once more, with another signature."""
    record = next(record for record in folder.journal.replay() if record.kind is Kind.BATCH)
    body = {name: value for name, value in record.body.items() if name != "signature"}
    rests_on = tuple(name for name in record.rests_on if name != record.body["signature"])
    if note is not None:
        body["signature"] = folder.vault.put(note)
        rests_on = (*rests_on, str(body["signature"]))
    straight(folder, Entry(kind=Kind.BATCH, author=SOURCE, body=body, rests_on=rests_on))


def person_id(folder: Folder, name: str) -> str:
    records = folder.journal.replay()
    return next(str(r.body["person"]) for r in records if r.kind is Kind.PERSON and r.body["name"] == name)


def rotated(folder: Folder) -> dict[str, Json]:
    said = answered(folder, "Bea", EVE)
    who = {"deed": KeyDeed.ROTATE.value, "person": person_id(folder, "Bea"), "why": "rotated"}
    return {**who, "key": said["key"], "answer": said["answer"]}


def source_key_of(key: SignerKey, deed: KeyDeed) -> dict[str, Json]:
    text = source_key_text(key.verifier)
    return {"deed": deed.value, "source": SOURCE, "key": text, "why": "x"}


FAULTS: dict[str, Deed] = {
    "a batch signed for other bytes": lambda f: batch_again(f, sign_batch(MORE, SECOND)),
    "a batch signed with a key that ended": lambda f: batch_again(f, sign_batch(FIRES, FIRST)),
    "a batch signed by a stranger": lambda f: batch_again(f, sign_batch(FIRES, replace(EVE, name=SOURCE))),
    "a batch signed by nobody": lambda f: batch_again(f, None),
    "a batch whose signature is no note": lambda f: batch_again(f, b"no note"),
    "a person whom nobody added": lambda f: unsigned(f, Kind.PERSON, answered(f, "Eve", EVE)),
    "a person under another name": lambda f: by_ada(f, Kind.PERSON, answered(f, "Eve", EVE, name="Eva")),
    "a person with other roles": lambda f: by_ada(f, Kind.PERSON, answered(f, "Eve", EVE, roles=["body"])),
    "a person of another id": lambda f: by_ada(f, Kind.PERSON, answered(f, "Eve", EVE, person="0" * 16)),
    "a person of a known name": lambda f: by_ada(f, Kind.PERSON, answered(f, "ada", EVE)),
    "a person with a key that ended": lambda f: by_ada(f, Kind.PERSON, answered(f, "Eve", BEA)),
    "a person with a source's key": lambda f: by_ada(
        f, Kind.PERSON, answered(f, "Eve", replace(SECOND, name="eve"))
    ),
    "a key that nobody vouched for": lambda f: unsigned(f, Kind.KEY, rotated(f)),
    "a key that another answered with": lambda f: by_ada(
        f, Kind.KEY, {**rotated(f), "person": person_id(f, "Ada")}
    ),
    "an end of no key": lambda f: by_ada(
        f, Kind.KEY, {"deed": "revoke", "person": person_id(f, "Bea"), "key": BEA.verifier.text, "why": "x"}
    ),
    "a source's key by nobody": lambda f: unsigned(f, Kind.KEY, source_key_of(EVE, KeyDeed.MAKE_SOURCE)),
    "a source's key that ended": lambda f: by_ada(f, Kind.KEY, source_key_of(FIRST, KeyDeed.MAKE_SOURCE)),
    "an end of no source's key": lambda f: by_ada(f, Kind.KEY, source_key_of(EVE, KeyDeed.REVOKE_SOURCE)),
    "a source's key declared by nobody": lambda f: unsigned(
        f, Kind.SOURCE, {"name": "sources.toml", "text": sources(EVE)}
    ),
}


def test_what_was_signed_by_those_who_could_is_sound(mission: Folder, alone: ModuleType) -> None:
    assert blamed(mission.path) == blamed_by(alone, mission.path) == frozenset()
    by_ada(mission, Kind.PERSON, answered(mission, "Eve", EVE))
    text = sources(FIRST).replace('zone = "UTC"', 'zone = "Europe/Kyiv"')
    unsigned(mission, Kind.SOURCE, {"name": "sources.toml", "text": text})
    assert blamed(mission.path) == blamed_by(alone, mission.path) == frozenset()


@pytest.mark.parametrize("name", FAULTS)
def test_what_was_not_is_named_by_both_verifiers(name: str, mission: Folder, alone: ModuleType) -> None:
    FAULTS[name](mission)
    assert blamed(mission.path) == {SEGMENT}
    assert blamed_by(alone, mission.path) == {SEGMENT}


def test_an_invitation_of_another_log_makes_nobody(
    mission: Folder, alone: ModuleType, tmp_path: Path
) -> None:
    other = init(tmp_path / "other", Plan(name="m", agreements=("minsk-2015",)), by="ann")
    body = answered(mission, "Eve", EVE)
    body["answer"] = answer(invitation(other, "Eve"), EVE).decode()
    by_ada(mission, Kind.PERSON, body)
    assert blamed(mission.path) == blamed_by(alone, mission.path) == {SEGMENT}
