"""Files of a source into the vault and the record.

Rules:
- the bytes are kept before anything is parsed;
- the words of a batch are an item of the vault of their own: erased, they leave the rows;
- rows that the source has sent before are *already known*; the same bytes twice change nothing;
- the same bytes read otherwise (a profile was mended) replace what they gave before;
- one file that cannot be read leaves the others alone;
- a file of a source that signs is taken with its signature, or once a person released it (`quarantine`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec
import polars as pl

from trucewatch.errors import ConfigError, InputError, IntegrityError, RefusedError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.authors import author
from trucewatch.mission.config import SOURCES_FILE, read_sources
from trucewatch.mission.erasing import erased
from trucewatch.mission.files import read_whole
from trucewatch.mission.folder import Folder, mission_of, recorded, settle, text_of, writing_moment
from trucewatch.mission.journal import Entry, Kind, Record
from trucewatch.mission.nearest import suggestion
from trucewatch.mission.quarantine import (
    UNSIGNED_FILE,
    Door,
    arrived,
    detached,
    quarantine_entry,
    quarantined,
    quarantined_as,
    release_body,
    released,
)
from trucewatch.mission.roll import rolled
from trucewatch.mission.screening import Box, screen, source_named
from trucewatch.mission.vault import Vault
from trucewatch.mission.words import apart, as_content, salts_of, together, wordless
from trucewatch.model.canonical import canonical, with_ids
from trucewatch.model.formats import from_parquet, to_parquet
from trucewatch.model.source import Refusal, Source, SourceProfile
from trucewatch.model.tables import CONTROL, OBSERVATIONS, WEATHER, Table

TABLES: Mapping[str, Table] = {table.name: table for table in (OBSERVATIONS, WEATHER, CONTROL)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one file of a source gave, as recorded."""

    source_id: str
    table: str
    file: str
    evidence: str  # the vault's name of the bytes as received
    rows: str  # of the Parquet of the rows taken, with digests for words
    refusals: str  # of the JSON of the refusals
    accepted: int
    known: int
    refused: int
    notes: tuple[str, ...]
    seq: int
    words: str | None = None  # of the words of the rows; None: there were none
    signature: str | None = None  # of its source's signature of the bytes; None: it came without
    table_schema: int = 1
    erased: frozenset[str] = frozenset()  # which of them are gone, and a tombstone says so


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


def batches(records: Iterable[Record], *, gone: Collection[str] | None = None) -> tuple[Batch, ...]:
    """Return the batches that stand: of the same source and bytes the last.

    `gone` are the names that were erased, where tombstones later than `records` count too.
    """
    read = tuple(records)
    lost = erased(read) if gone is None else gone
    standing: dict[tuple[str, str], Batch] = {}
    for record in read:
        if record.kind is Kind.BATCH:
            batch = _batch(record)
            named = (batch.evidence, batch.rows, batch.refusals, batch.words, batch.signature)
            erased_here = frozenset(name for name in named if name is not None and name in lost)
            standing[batch.source_id, batch.evidence] = replace(batch, erased=erased_here)
    return tuple(standing.values())


def rows_of(vault: Vault, standing: Iterable[Batch], table: Table) -> pl.DataFrame:
    """Return the rows of every batch of `table`, in the record's order; words that were erased are null."""
    parts = [
        together(_bare(vault, batch, table), _words(vault, batch))
        for batch in standing
        if batch.table == table.name
    ]
    return pl.concat([table.empty(), *parts])


def refusals_of(vault: Vault, batch: Batch) -> tuple[Refusal, ...]:
    """Return every refusal of a batch; none when they were erased."""
    if batch.refusals in batch.erased:
        return ()
    rows = json.loads(vault.get(batch.refusals))
    return tuple(Refusal(row=r["row"], column=r["column"], reason=r["reason"]) for r in rows)


def _bare(vault: Vault, batch: Batch, table: Table) -> pl.DataFrame:
    """Return a batch's rows with digests for words; none when they were erased."""
    if batch.rows in batch.erased:
        return table.empty()
    rows = from_parquet(table, vault.get(batch.rows))
    if not sent_by_its_source(batch, rows):
        raise IntegrityError(
            f"record {batch.seq} is a batch of {batch.source_id} with rows of another source"
        )
    return rows


def sent_by_its_source(batch: Batch, rows: pl.DataFrame) -> bool:
    """Return whether every row of a batch is of the source that the batch is of."""
    return set(rows["source_id"].unique()) <= {batch.source_id}


def _words(vault: Vault, batch: Batch) -> bytes | None:
    if batch.words is None or {batch.words, batch.rows} & batch.erased:
        return None
    return vault.get(batch.words)


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
    for file in files:
        try:
            raw, note = read_whole(file), detached(file)
        except InputError as fault:
            yield _not_taken(source_id, str(file), fault.message)
        else:
            yield _at_door(reading, raw, note, str(file))


def release(
    folder: Folder, start: str, *, why: str, by: str = "", key: SignerKey | None, at: datetime | None = None
) -> Taken:
    """Take in what is kept apart under a name of the vault that begins with `start`, signed by a person."""
    if not why.strip() or key is None:
        raise RefusedError("what is kept apart is released by a person, for a reason: give --key and --why")
    settle(folder, by=by, key=key, at=_moment(folder, at))
    apart = quarantined_as(folder.journal.replay(), start)
    reading = _reading(folder, apart.source_id, at)
    who = author(folder.journal, by=by, key=key)
    lead = who.entry(Kind.RELEASE, release_body(apart, why), rests_on=(apart.evidence,))
    return _taken(reading, folder.vault.get(apart.evidence), apart.evidence, apart.file, lead=lead)


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


def _at_door(reading: _Reading, raw: bytes, note: bytes | None, file: str) -> Taken:
    """Return what became of a file: taken, refused, or kept apart."""
    records, source_id = tuple(reading.folder.journal.replay()), reading.source_id
    arrival = arrived(rolled(records, reading.folder.journal.key), source_id, raw, note)
    if arrival.door is Door.REFUSE:
        return _not_taken(source_id, file, arrival.why)
    standing = {batch.evidence for batch in batches(records) if batch.source_id == source_id}
    apart = {one.evidence for one in quarantined(records) if one.source_id == source_id}
    let_in = {evidence for source, evidence in released(records) if source == source_id}
    evidence = reading.folder.vault.put(raw, among=sorted(standing | apart | let_in))
    if arrival.door is Door.TAKE or evidence in let_in:
        return _taken(reading, raw, evidence, file, note=arrival.note)
    fresh = evidence not in apart | standing
    if fresh:
        entry = quarantine_entry(source_id, file, evidence)
        reading.folder.journal.append([entry], at=reading.at)
    return Taken(
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


def _taken(
    reading: _Reading,
    raw: bytes,
    evidence: str,
    file: str,
    *,
    note: bytes | None = None,
    lead: Entry | None = None,
) -> Taken:
    """Return what became of bytes that are let in; `lead` is recorded before the batch, with it or alone."""
    folder, vault = reading.folder, reading.folder.vault
    mine = [b for b in batches(folder.journal.replay()) if b.source_id == reading.source_id]
    screened = screen(raw, reading.source, reading.profile, reading.area)
    table = TABLES[screened.table]
    others = _kept(vault, [b for b in mine if b.evidence != evidence], table)
    before = [b for b in mine if b.evidence == evidence]
    stands = _kept(vault, before, table)
    fresh = _unknown(_named(screened.accepted, table, evidence), others, table)
    accepted = _unknown(fresh, stands, table).height
    taken = Taken(
        file=file,
        source_id=reading.source_id,
        accepted=accepted,
        known=screened.accepted.height - accepted,
        refused=screened.refused,
        notes=screened.notes,
        evidence=evidence,
        recorded=not before or not _alike(vault, before[-1], stands.rows, fresh, screened.refused),
    )
    salts = _salts(vault, before[-1], table) if before else {}
    entries = [_entry(vault, taken, table, fresh, note, salts)] if taken.recorded else []
    folder.journal.append([*([lead] if lead else []), *entries], at=reading.at)
    return taken


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What rows are known again by."""

    rows: pl.DataFrame  # under the ids of their content; those whose words were erased under their own
    wordless: frozenset[str]  # the ids of all but the words, where those were erased


def _kept(vault: Vault, standing: Iterable[Batch], table: Table) -> _Kept:
    """Return what the rows of batches are known again by."""
    parts, lost = [table.empty()], set()
    for batch in standing:
        if batch.table != table.name:
            continue
        bare, item = _bare(vault, batch, table), _words(vault, batch)
        parts.append(as_content(bare, item))
        if batch.words is not None and item is None:
            lost |= set(wordless(bare.filter(pl.col("text").is_not_null())))
    return _Kept(rows=pl.concat(parts), wordless=frozenset(lost))


def _salts(vault: Vault, before: Batch, table: Table) -> Mapping[str, bytes]:
    """Return the salts of a batch's rows that had words, by the ids of their content: their own ids stay so."""
    item = _words(vault, before)
    return {} if item is None else salts_of(_bare(vault, before, table), item)


def _alike(
    vault: Vault, before: Batch, stands: pl.DataFrame, fresh: pl.DataFrame, refused: Sequence[Refusal]
) -> bool:
    """Return whether the same bytes gave the same rows and refusals before; what was erased counts as same."""
    gone = ("text", "observation_id", "origin") if before.words in before.erased else ("text",)
    bare = [name for name in gone if name in fresh.columns]
    same = before.rows in before.erased or fresh.drop(bare).equals(stands.drop(bare), null_equal=True)
    return same and (before.refusals in before.erased or refusals_of(vault, before) == tuple(refused))


def _named(accepted: pl.DataFrame, table: Table, evidence: str) -> pl.DataFrame:
    if table is not OBSERVATIONS:
        return table.conform(accepted).unique(maintain_order=True)
    return with_ids(accepted.with_columns(evidence=pl.lit(evidence)))


def _unknown(rows: pl.DataFrame, known: _Kept, table: Table) -> pl.DataFrame:
    on = ["observation_id"] if table is OBSERVATIONS else list(table.schema)
    left = rows.join(known.rows.select(on), on=on, how="anti", nulls_equal=True, maintain_order="left")
    if not known.wordless:
        return left
    said = left.filter(pl.col("text").is_not_null())
    again = said.filter(wordless(said).is_in(sorted(known.wordless)))
    return left.join(again.select(on), on=on, how="anti", maintain_order="left")


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


def _batch(record: Record) -> Batch:
    try:
        batch = msgspec.convert({**record.body, "seq": record.seq}, Batch)
    except msgspec.ValidationError as fault:
        raise IntegrityError(f"record {record.seq} is not a batch: {fault}") from fault
    table = TABLES.get(batch.table)
    if table is None or batch.table_schema > table.schema_number:
        raise InputError(
            f"record {record.seq} holds rows of {batch.table!r}, schema {batch.table_schema}:"
            " a later version wrote it; update"
        )
    return batch
