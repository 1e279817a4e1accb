"""Files of a source into the vault and the record.

Rules:
- the bytes are kept before anything is parsed;
- the words of a batch are an item of the vault of their own: erased, they leave the rows;
- rows that the source has sent before are *already known*; the same bytes twice change nothing;
- the same bytes read otherwise (a profile was mended) replace what they gave before;
- one file that cannot be read leaves the others alone;
- small files are taken in by heaps, each heap under one lock and each file durable before the next; a long one is worked out
  before the record is locked;
- a file of a source that signs is taken with its signature, or once a person released it (`quarantine`).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import polars as pl

from trucewatch.errors import ConfigError, InputError, RefusedError, TrucewatchError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.again import Standing, alike, named, salts_before, standing_of, unknown
from trucewatch.mission.authors import author
from trucewatch.mission.batches import TABLES as TABLES
from trucewatch.mission.batches import Batch as Batch
from trucewatch.mission.batches import batches as batches
from trucewatch.mission.batches import refusals_of as refusals_of
from trucewatch.mission.batches import rows_of as rows_of
from trucewatch.mission.batches import sent_by_its_source as sent_by_its_source
from trucewatch.mission.config import SOURCES_FILE, read_sources
from trucewatch.mission.files import read_whole
from trucewatch.mission.folder import Folder, mission_of, recorded, settle, text_of, writing_moment
from trucewatch.mission.journal import Entry, Kind, Record
from trucewatch.mission.nearest import suggestion
from trucewatch.mission.people import Roll
from trucewatch.mission.quarantine import (
    UNSIGNED_FILE,
    Door,
    arrived,
    detached,
    quarantine_entry,
    quarantined_as,
    release_body,
)
from trucewatch.mission.roll import rolled
from trucewatch.mission.screening import Box, screen, source_named
from trucewatch.mission.vault import Vault
from trucewatch.mission.words import apart
from trucewatch.model.canonical import canonical
from trucewatch.model.formats import to_parquet
from trucewatch.model.source import Refusal, Source, SourceProfile
from trucewatch.model.tables import Table

HEAP_FILES, HEAP_BYTES = 16, 1 << 21  # that are taken in under one lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one file."""

    file: str
    source_id: str
    accepted: int
    known: int
    refused: tuple[Refusal, ...]
    notes: tuple[str, ...] = ()
    evidence: str | None = None  # the vault's name of its bytes; None: they were not kept
    recorded: bool = False  # a batch was added to the record
    apart: bool = False  # it is kept apart: its source signs, and it came unsigned


def ingest(
    folder: Folder,
    source_id: str,
    files: Sequence[str | Path],
    *,
    by: str,
    key: SignerKey | None = None,
    at: datetime | None = None,
) -> Iterator[Taken]:
    """Take in `files` of `source_id` one by one, yielding what became of each."""
    settle(folder, by=by, key=key, at=_moment(folder, at))
    reading = _reading(folder, source_id, at)
    for heap in _heaps(files):
        yield from _together(reading, heap) if len(heap) > 1 else map(partial(_alone, reading), heap)


def _heaps(files: Sequence[str | Path]) -> Iterator[list[str]]:
    """Yield the files in their order, small ones that follow one another together."""
    heap: list[str] = []
    room = HEAP_BYTES
    for file in map(str, files):
        size = _size(file)
        if heap and (len(heap) == HEAP_FILES or size > room):
            yield heap
            heap, room = [], HEAP_BYTES
        heap.append(file)
        room -= size
    if heap:
        yield heap


def _size(file: str) -> int:
    """Return how many bytes a file has; what cannot be told is too large for a heap."""
    try:
        status = os.stat(file)
    except OSError:
        return HEAP_BYTES + 1
    return status.st_size if stat.S_ISREG(status.st_mode) else HEAP_BYTES + 1


def _alone(reading: _Reading, file: str) -> Taken:
    """Return what became of one file, worked out before the record is locked."""
    records = tuple(reading.folder.journal.replay())
    taken, entries = _read_at_door(reading, _state(reading, records), file)
    reading.folder.journal.append(entries, at=reading.at)
    return taken


def _together(reading: _Reading, files: Sequence[str]) -> Iterator[Taken]:
    """Yield what became of small files, each recorded durably under one lock; a failure comes after those before it."""
    journal = reading.folder.journal
    done: list[Taken] = []

    def groups() -> Iterator[Sequence[Entry]]:
        roll, standing = _state(reading, tuple(journal.replay()))
        for file in files:
            taken, entries = _read_at_door(reading, (roll, standing), file)
            standing = standing.after(entries)
            yield entries
            done.append(taken)

    try:
        journal.append_all(groups(), at=reading.at)
    except TrucewatchError:
        yield from done
        raise
    yield from done


def _state(reading: _Reading, records: Sequence[Record]) -> tuple[Roll, Standing]:
    return rolled(records, reading.folder.journal.key), standing_of(records, reading.source_id)


def _read_at_door(
    reading: _Reading, state: tuple[Roll, Standing], file: str
) -> tuple[Taken, Sequence[Entry]]:
    try:
        raw, note = read_whole(file), detached(file)
    except InputError as fault:
        return _not_taken(reading.source_id, file, fault.message), ()
    return _at_door(reading, *state, raw, note, file)


def release(
    folder: Folder, start: str, *, why: str, by: str = "", key: SignerKey | None, at: datetime | None = None
) -> Taken:
    """Take in what is kept apart under a name of the vault that begins with `start`, signed by a person."""
    if not why.strip() or key is None:
        raise RefusedError("what is kept apart is released by a person, for a reason: give --key and --why")
    settle(folder, by=by, key=key, at=_moment(folder, at))
    held = quarantined_as(folder.journal.replay(), start)
    reading = _reading(folder, held.source_id, at)
    who = author(folder.journal, by=by, key=key)
    lead = who.entry(Kind.RELEASE, release_body(held, why), rests_on=(held.evidence,))
    standing = standing_of(folder.journal.replay(), held.source_id)
    taken, entries = _taken(reading, standing, folder.vault.get(held.evidence), held.evidence, held.file)
    folder.journal.append([lead, *entries], at=reading.at)
    return taken


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """How the files of a source are read into a mission."""

    folder: Folder
    source: Source
    profile: SourceProfile
    area: Box | None
    at: datetime | None

    @property
    def source_id(self) -> str:
        return self.profile.source_id


def _reading(folder: Folder, source_id: str, at: datetime | None) -> _Reading:
    texts = recorded(folder.journal.replay())
    profiles = read_sources(text_of(texts, Kind.SOURCE, SOURCES_FILE))
    if source_id not in profiles:
        known = ", ".join(profiles)
        raise ConfigError(
            f"{source_id!r} is not in {SOURCES_FILE}{suggestion(source_id, list(profiles))}; it has {known}"
        )
    profile = profiles[source_id]
    source = source_named(profile.format or source_id)
    return _Reading(folder=folder, source=source, profile=profile, area=mission_of(texts).area, at=at)


def _moment(folder: Folder, at: datetime | None) -> datetime | None:
    return writing_moment(mission_of(recorded(folder.journal.replay())).replay, at)


def _not_taken(source_id: str, file: str, why: str) -> Taken:
    return Taken(file=file, source_id=source_id, accepted=0, known=0, refused=(Refusal(row=0, reason=why),))


def _at_door(
    reading: _Reading, roll: Roll, standing: Standing, raw: bytes, note: bytes | None, file: str
) -> tuple[Taken, Sequence[Entry]]:
    """Return what becomes of a file, taken, refused or kept apart, and the entries that record it."""
    source_id = reading.source_id
    arrival = arrived(roll, source_id, raw, note)
    if arrival.door is Door.REFUSE:
        return _not_taken(source_id, file, arrival.why), ()
    here = {batch.evidence for batch in standing.mine}
    known = sorted(here | standing.apart | standing.let_in)
    evidence = reading.folder.vault.put(raw, among=known)
    if arrival.door is Door.TAKE or evidence in standing.let_in:
        return _taken(reading, standing, raw, evidence, file, note=arrival.note)
    fresh = evidence not in standing.apart | here
    taken = Taken(
        file=file,
        source_id=source_id,
        accepted=0,
        known=0,
        refused=(),
        notes=(UNSIGNED_FILE,),
        evidence=evidence,
        recorded=fresh,
        apart=True,
    )
    return taken, [quarantine_entry(source_id, file, evidence)] if fresh else ()


def _taken(
    reading: _Reading,
    standing: Standing,
    raw: bytes,
    evidence: str,
    file: str,
    *,
    note: bytes | None = None,
) -> tuple[Taken, Sequence[Entry]]:
    """Return what becomes of bytes that are let in, and the entry of their batch, when it is new."""
    vault = reading.folder.vault
    screened = screen(raw, reading.source, reading.profile, reading.area)
    table = TABLES[screened.table]
    others = standing.kept(vault, [b for b in standing.mine if b.evidence != evidence], table)
    before = [b for b in standing.mine if b.evidence == evidence]
    stands = standing.kept(vault, before, table)
    fresh = unknown(named(screened.accepted, table, evidence), others, table)
    accepted = unknown(fresh, stands, table).height
    taken = Taken(
        file=file,
        source_id=reading.source_id,
        accepted=accepted,
        known=screened.accepted.height - accepted,
        refused=screened.refused,
        notes=screened.notes,
        evidence=evidence,
        recorded=not before or not alike(vault, before[-1], stands.rows, fresh, screened.refused),
    )
    salts = salts_before(vault, before[-1], table) if before else {}
    return taken, [_entry(vault, taken, table, fresh, note, salts)] if taken.recorded else ()


def _refusal(refusal: Refusal) -> dict[str, int | str | None]:
    return {"row": refusal.row, "column": refusal.column, "reason": refusal.reason}


def _entry(
    vault: Vault,
    taken: Taken,
    table: Table,
    fresh: pl.DataFrame,
    note: bytes | None,
    salts: Mapping[str, bytes],
) -> Entry:
    """Return the entry of a batch, its rows, words, refusals and signature in the vault."""
    evidence = taken.evidence or ""
    bare, item = apart(fresh, vault.salt(f"words of {evidence}".encode()), salts)
    rows, words = vault.put(to_parquet(table, bare)), None if item is None else vault.put(item)
    refusals = vault.put(canonical([_refusal(refusal) for refusal in taken.refused]))
    signed = {} if note is None else {"signature": vault.put(note)}
    return Entry(
        kind=Kind.BATCH,
        author=taken.source_id,
        rests_on=(evidence, rows, refusals, *([] if words is None else [words]), *signed.values()),
        body={
            **signed,
            "source_id": taken.source_id,
            "table": table.name,
            "table_schema": table.schema_number,
            "file": Path(taken.file).name,
            "evidence": evidence,
            "rows": rows,
            "words": words,
            "refusals": refusals,
            "accepted": taken.accepted,
            "known": taken.known,
            "refused": len(taken.refused),
            "notes": list(taken.notes),
        },
    )
