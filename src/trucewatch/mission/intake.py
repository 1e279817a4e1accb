"""Files of a source into the vault and the record.

Rules:
- the bytes are kept before anything is parsed;
- a point outside the mission's area is refused, and said to be swapped when its lat, lon lies inside;
- the words of a batch are an item of the vault of their own: erased, they leave the rows;
- rows that the source has sent before are *already known*; the same bytes twice change nothing;
- the same bytes read otherwise (a profile was mended) replace what they gave before;
- one file that cannot be read leaves the others alone.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path

import msgspec
import polars as pl

from trucewatch.errors import ConfigError, InputError, IntegrityError
from trucewatch.ingest.control import unresolved
from trucewatch.mission.config import SOURCES_FILE, read_sources
from trucewatch.mission.content import gazetteer
from trucewatch.mission.erasing import erased
from trucewatch.mission.files import read_whole
from trucewatch.mission.folder import Folder, mission_of, recorded, settle, text_of, writing_moment
from trucewatch.mission.journal import Entry, Kind, Record
from trucewatch.mission.nearest import suggestion
from trucewatch.mission.vault import Vault
from trucewatch.mission.words import apart, together
from trucewatch.model.canonical import canonical, with_ids
from trucewatch.model.formats import from_parquet, to_parquet
from trucewatch.model.source import Refusal, Screened, Source, SourceProfile
from trucewatch.model.tables import CONTROL, OBSERVATIONS, WEATHER, Table

GROUP = "trucewatch.sources"
TABLES: Mapping[str, Table] = {table.name: table for table in (OBSERVATIONS, WEATHER, CONTROL)}
Box = tuple[float, float, float, float]


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
    evidence: str | None = None  # the vault's name of its bytes; None: the file could not be read
    recorded: bool = False  # a batch was added to the record


def source_named(name: str) -> Source:
    """Return the source that the entry point `name` names; raises ConfigError when there is none."""
    found = {point.name: point for point in entry_points(group=GROUP)}
    if name not in found:
        known = sorted(found)
        raise ConfigError(
            f"no source reads the format {name!r}{suggestion(name, known)}; there are {', '.join(known)}"
        )
    source = found[name].load()
    if not isinstance(source, Source):
        raise ConfigError(f"the entry point {name!r} of {GROUP} is not a Source: mend the package it is in")
    return source


def screen(raw: bytes, source: Source, profile: SourceProfile, area: Box | None) -> Screened:
    """Return the rows of a file with those outside the area refused."""
    screened = _resolved(source.parse(raw, profile))
    if screened.table != OBSERVATIONS.name or area is None or screened.accepted.is_empty():
        return screened
    kept, outside = _within(screened.accepted, area)
    refused = sorted((*screened.refused, *outside), key=lambda refusal: refusal.row)
    return replace(screened, accepted=kept, refused=tuple(refused))


def _resolved(screened: Screened) -> Screened:
    """Return claims of control with a note of how many places the gazetteer does not know."""
    if screened.table != CONTROL.name or screened.accepted.is_empty():
        return screened
    places = screened.accepted["place_id"].n_unique()
    lost = unresolved(screened.accepted, gazetteer())
    note = f"{lost} of {places} places are not in the gazetteer: where they lie is unknown"
    return replace(screened, notes=(*screened.notes, note))


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
            named = (batch.evidence, batch.rows, batch.refusals, batch.words)
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
    return table.empty() if batch.rows in batch.erased else from_parquet(table, vault.get(batch.rows))


def _words(vault: Vault, batch: Batch) -> bytes | None:
    if batch.words is None or {batch.words, batch.rows} & batch.erased:
        return None
    return vault.get(batch.words)


def ingest(
    folder: Folder, source_id: str, files: Sequence[str | Path], *, by: str, at: datetime | None = None
) -> Iterator[Taken]:
    """Take in `files` of `source_id` one by one, yielding what became of each."""
    settle(folder, by=by, at=_moment(folder, at))
    texts = recorded(folder.journal.replay())
    profiles = read_sources(text_of(texts, Kind.SOURCE, SOURCES_FILE))
    if source_id not in profiles:
        known = ", ".join(profiles)
        raise ConfigError(
            f"{source_id!r} is not in {SOURCES_FILE}{suggestion(source_id, list(profiles))}; it has {known}"
        )
    profile = profiles[source_id]
    source = source_named(profile.format or source_id)
    area = mission_of(texts).area
    for file in files:
        try:
            raw = read_whole(file)
        except InputError as fault:
            refusal = Refusal(row=0, reason=fault.message)
            yield Taken(file=str(file), source_id=source_id, accepted=0, known=0, refused=(refusal,))
            continue
        yield _taken(folder, source, profile, area, raw, file=str(file), at=at)


def _moment(folder: Folder, at: datetime | None) -> datetime | None:
    return writing_moment(mission_of(recorded(folder.journal.replay())).replay, at)


def _taken(
    folder: Folder,
    source: Source,
    profile: SourceProfile,
    area: Box | None,
    raw: bytes,
    *,
    file: str,
    at: datetime | None,
) -> Taken:
    vault = folder.vault
    mine = [b for b in batches(folder.journal.replay()) if b.source_id == profile.source_id]
    evidence = vault.put(raw, among=[b.evidence for b in mine])
    screened = screen(raw, source, profile, area)
    table = TABLES[screened.table]
    others = _kept(vault, [b for b in mine if b.evidence != evidence], table)
    before = [b for b in mine if b.evidence == evidence]
    stands = _kept(vault, before, table)
    fresh = _unknown(_named(screened.accepted, table, evidence), others, table)
    accepted = _unknown(fresh, stands, table).height
    taken = Taken(
        file=file,
        source_id=profile.source_id,
        accepted=accepted,
        known=screened.accepted.height - accepted,
        refused=screened.refused,
        notes=screened.notes,
        evidence=evidence,
        recorded=not before or not _alike(vault, before[-1], stands, fresh, screened.refused),
    )
    if taken.recorded:
        folder.journal.append([_entry(vault, taken, table, fresh)], at=at)
    return taken


def _kept(vault: Vault, standing: Iterable[Batch], table: Table) -> pl.DataFrame:
    """Return the rows of batches with digests for words: enough to know them again."""
    parts = [_bare(vault, batch, table) for batch in standing if batch.table == table.name]
    return pl.concat([table.empty(), *parts])


def _alike(
    vault: Vault, before: Batch, stands: pl.DataFrame, fresh: pl.DataFrame, refused: Sequence[Refusal]
) -> bool:
    """Return whether the same bytes gave the same rows and refusals before; what was erased counts as same."""
    bare = [name for name in ("text",) if name in fresh.columns]
    same = before.rows in before.erased or fresh.drop(bare).equals(stands.drop(bare), null_equal=True)
    return same and (before.refusals in before.erased or refusals_of(vault, before) == tuple(refused))


def _named(accepted: pl.DataFrame, table: Table, evidence: str) -> pl.DataFrame:
    if table is not OBSERVATIONS:
        return table.conform(accepted).unique(maintain_order=True)
    return with_ids(accepted.with_columns(evidence=pl.lit(evidence)))


def _unknown(rows: pl.DataFrame, known: pl.DataFrame, table: Table) -> pl.DataFrame:
    on = ["observation_id"] if table is OBSERVATIONS else list(table.schema)
    return rows.join(known.select(on), on=on, how="anti", nulls_equal=True, maintain_order="left")


def _within(rows: pl.DataFrame, area: Box) -> tuple[pl.DataFrame, list[Refusal]]:
    """Return the rows whose places lie in `area`, and why each of the others does not."""
    west, south, east, north = area
    outside, swapped, column = pl.lit(False), pl.lit(False), pl.lit("lon")
    for lon, lat in (("lon", "lat"), ("observer_lon", "observer_lat")):
        if lon not in rows.columns or lat not in rows.columns:
            continue
        x, y = pl.col(lon), pl.col(lat)
        out = (~(x.is_between(west, east) & y.is_between(south, north))).fill_null(False)
        column = pl.when(out).then(pl.lit(lon)).otherwise(column)
        swapped |= (out & y.is_between(west, east) & x.is_between(south, north)).fill_null(False)
        outside |= out
    judged = rows.with_columns(outside.alias("_outside"), swapped.alias("_swapped"), column.alias("_column"))
    lost = judged.filter("_outside").select("row", "_swapped", "_column")
    refused = [
        Refusal(
            row=row or 0,
            column=at,
            reason="lon and lat are swapped: exchange the two columns"
            if turned
            else "outside the mission's area: mend the place, or widen `area` in trucewatch.toml",
        )
        for row, turned, at in lost.iter_rows()
    ]
    return judged.filter(~pl.col("_outside")).drop("_outside", "_swapped", "_column"), refused


def _refusal(refusal: Refusal) -> dict[str, int | str | None]:
    return {"row": refusal.row, "column": refusal.column, "reason": refusal.reason}


def _entry(vault: Vault, taken: Taken, table: Table, fresh: pl.DataFrame) -> Entry:
    """Return the entry of a batch, its rows, words and refusals in the vault."""
    evidence = taken.evidence or ""
    bare, item = apart(fresh, vault.salt(f"words of {evidence}".encode()))
    rows, words = vault.put(to_parquet(table, bare)), None if item is None else vault.put(item)
    refusals = vault.put(canonical([_refusal(refusal) for refusal in taken.refused]))
    return Entry(
        kind=Kind.BATCH,
        author=taken.source_id,
        rests_on=(evidence, rows, refusals, *([] if words is None else [words])),
        body={
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
