"""What becomes of a file at the door: taken, refused, or kept apart because a source that signs did not.

Rules:
- a source without a key has its files taken as they come;
- once a source has a key, a file comes with `FILE.sig`: a signature that does not hold refuses the file;
- without it the bytes are kept and a QUARANTINE record says so; no row of them is read;
- a person with a key may release them, with a reason: from then on they are taken like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from trucewatch.errors import InputError
from trucewatch.mission.batch_notes import ENDING, why_not_sent
from trucewatch.mission.files import STDIN, read_whole
from trucewatch.mission.journal import Entry, Kind, Record
from trucewatch.mission.people import Roll
from trucewatch.model.canonical import Json

UNSIGNED_FILE = f"came without its signature FILE{ENDING}: kept apart, no row was read"
LONGEST_NOTE_BYTES = 1 << 16


class Door(StrEnum):
    """What is done with a file."""

    TAKE = "take"
    REFUSE = "refuse"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file at the door."""

    door: Door
    note: bytes | None = None  # the signature that holds
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """Bytes that are kept apart."""

    source_id: str
    file: str
    evidence: str  # their name in the vault
    since: datetime
    seq: int


def arrived(roll: Roll, source_id: str, raw: bytes, note: bytes | None) -> Arrival:
    """Return what is done with `raw`, which came with the detached signature `note`, or none."""
    if not roll.signs(source_id):
        return Arrival(door=Door.TAKE)
    if note is not None:
        why = why_not_sent(note, raw, source_id, roll.source_keys(source_id))
        return Arrival(door=Door.REFUSE, why=why) if why else Arrival(door=Door.TAKE, note=note)
    return Arrival(door=Door.QUARANTINE, why=UNSIGNED_FILE)


def detached(file: str | Path) -> bytes | None:
    """Return the detached signature that lies beside `file`, None when there is none."""
    beside = Path(f"{file}{ENDING}")
    if str(file) == STDIN or not beside.exists():
        return None
    return read_whole(beside, longest_bytes=LONGEST_NOTE_BYTES)


def quarantined(records: Iterable[Record]) -> tuple[Quarantined, ...]:
    """Return what is kept apart and was neither released nor sent again with a signature since."""
    apart: dict[tuple[str, str], Quarantined] = {}
    for record in records:
        sent = sent_by(record)
        if record.kind is Kind.QUARANTINE:
            apart[sent] = Quarantined(
                source_id=sent[0],
                file=str(record.body.get("file")),
                evidence=sent[1],
                since=record.recorded_at,
                seq=record.seq,
            )
        elif record.kind in (Kind.RELEASE, Kind.BATCH):
            apart.pop(sent, None)
        elif record.kind is Kind.TOMBSTONE:
            apart = {key: one for key, one in apart.items() if one.evidence != record.body.get("name")}
    return tuple(apart.values())


def released(records: Iterable[Record]) -> frozenset[tuple[str, str]]:
    """Return the source and the vault's name of everything that was released."""
    return frozenset(sent_by(record) for record in records if record.kind is Kind.RELEASE)


def quarantine_entry(source_id: str, file: str, evidence: str) -> Entry:
    """Return the entry that says that a file is kept apart."""
    body = {"source_id": source_id, "file": Path(file).name, "evidence": evidence, "why": UNSIGNED_FILE}
    return Entry(kind=Kind.QUARANTINE, author=source_id, body=body, rests_on=(evidence,))


def release_body(apart: Quarantined, why: str) -> Mapping[str, Json]:
    """Return the body of the record with which a person releases what is kept apart."""
    return {"source_id": apart.source_id, "file": apart.file, "evidence": apart.evidence, "why": why}


def quarantined_as(records: Iterable[Record], start: str) -> Quarantined:
    """Return the one thing kept apart whose evidence's name begins with `start`; InputError otherwise."""
    found = [one for one in quarantined(records) if one.evidence.startswith(start)]
    if len(found) != 1:
        many = f"{len(found)} begin" if found else "nothing that is kept apart begins"
        raise InputError(f"{many} with {start!r}: `trucewatch quarantine list` lists what is kept apart")
    return found[0]


def sent_by(record: Record) -> tuple[str, str]:
    """Return the source and the vault's name of the bytes that a record is about."""
    return str(record.body.get("source_id")), str(record.body.get("evidence"))
